//! The rules of the house, held by tests: who may name whom, what a file looks like, where a colour may stand, what
//! may be linked in. Each failure names the file, the line and the rule.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state what must hold")]

#[path = "architecture/config.rs"]
mod config;
#[path = "architecture/contrast.rs"]
mod contrast;
#[path = "architecture/files.rs"]
mod files;
#[path = "architecture/layers.rs"]
mod layers;
#[path = "architecture/licences.rs"]
mod licences;
#[path = "architecture/source.rs"]
mod source;
#[path = "architecture/style.rs"]
mod style;
