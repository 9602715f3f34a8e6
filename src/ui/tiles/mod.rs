//! Tiles: fixed in size, numbers first.

pub mod machine;
pub mod value;

pub(crate) use machine::foot_words;
pub use machine::{MachineTile, StateWords};
pub use value::ValueTile;
