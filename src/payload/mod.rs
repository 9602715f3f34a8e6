//! Reads payloads: scalar text, JSON, and what is neither. Never where a value goes.
