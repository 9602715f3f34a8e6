//! The developer commands as a library, so that the end-to-end tests can start the same parts.
