//! What is true now: topics, tags, places, machine states. Total: nothing here fails, logs, or knows a packet.
//!
//! A message walks [`Plant::apply`]: topic → [`Tags`] (interned once, found by hash) → reading kept → series. What a
//! topic *means* (its place, its machine, its state) is settled in batches by [`Plant::settle`], so that a burst of
//! ten thousand new topics costs one pass and not ten thousand.

mod edge;
mod hierarchy;
mod machine;
mod meaning;
mod model;
mod note;
mod place;
mod rules;
mod settle;
mod state;
mod tag;
mod take;

pub use edge::EdgeIntake;
pub use hierarchy::Template;
pub use machine::Machine;
pub use meaning::Meaning;
pub use model::{Heard, Incoming, Plant, Taken};
pub use note::Note;
pub use place::{PlaceRecord, Places};
pub use settle::RootGuess;
pub use state::{is_unknown, state_of};
pub use tag::{LastMessage, TagRecord, Tags};
