//! When a human must know: rules judged on what the plant holds, each alert with its standing as ISA-18.2 has it, a
//! journal of every transition, and figures of how well the alerts themselves behave.
//!
//! Refuses: bytes, clocks (time is an argument), the page, and to call anything normal of which nothing is known:
//! a condition is true, false or unknown ([`Truth`]).
//!
//! # Walk
//! [`Alerts::adopt`] gives every new tag and machine its alerts; [`Alerts::observe`] judges those of the tags that a
//! message renewed; [`Alerts::handle_timeout`] sees to delays, shelves and silence at [`Alerts::next_timeout`]. A
//! judgement goes through the delay into the [standing](Standing); what changed is taken
//! with [`Alerts::take_changed`].

mod alerts;
mod chatter;
mod command;
mod delay;
mod evaluate;
mod health;
mod instance;
mod journal;
mod matching;
mod needs;
mod preview;
mod rule;
mod sharing;
mod standing;
mod truth;
mod word;
mod words;
mod world;

pub use self::alerts::{Alerts, Totals};
pub use self::command::{Actor, Verdict};
pub use self::evaluate::evaluate;
pub use self::health::{BadActor, Health, health};
pub use self::instance::{Instance, Key, Shelf, Subject};
pub use self::journal::{Journal, Transition};
pub use self::preview::{Preview, preview};
pub use self::sharing::Name;
pub use self::standing::{Happening, Standing};
pub use self::truth::Truth;
pub use self::word::{Acknowledged, Said, Service, Shelved, Word, level_of};
pub use self::world::{Live, StatesOf, World};
