//! A bounded past per tag.
