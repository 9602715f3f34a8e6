//! Tiles: fixed in size, numbers first.

mod machine;
mod value;

pub use machine::{MachineTile, StateWords};
pub use value::ValueTile;
