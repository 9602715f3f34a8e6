//! Tiles: fixed in size, numbers first.

pub mod machine;
pub mod value;

pub use machine::{MachineTile, StateWords};
pub use value::ValueTile;
