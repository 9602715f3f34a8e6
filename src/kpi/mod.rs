//! How well did we do: KPIs after ISO 22400-2, with an account of each figure.
//!
//! Refuses: bytes, clocks (time is an argument), names of zones, averages of OEEs, and to make up what was not seen:
//! each figure has its coverage, and what is not known is `None`, never 0.
//!
//! # Walk
//! A [`Ledger`] per machine takes states, reasons, orders and counters as they are told, late or in order. The
//! [`Calendar`] cuts time into cells; a ledger keeps what adds up in each ([`Sums`]), by order and product, and makes
//! anew only the cells that something late touches. [Figures](figures_of) are made of sums, of whatever time and machines.

mod books;
mod calendar;
mod choose;
mod counter;
mod figures;
mod fill;
mod keep;
mod ledger;
mod reckon;
mod share;
mod steps;
mod stops;
mod sums;
mod track;
mod words;

pub use books::{Account, Books};
pub use calendar::{Calendar, Cell, Purpose, ShiftTime};
pub use choose::{Inputs, Role, Source};
pub use counter::{Between, Count, Happening, Reading};
pub use figures::{Basis, completed, figures_of};
pub use keep::{Kept, KeptNotes};
pub use ledger::{Ledger, Note, Slice, State, Terms};
pub use reckon::Segment;
pub use share::{Claim, Outcome, Snapshot, StopNote, outcomes_of};
pub use steps::Steps;
pub use stops::{Cause, Stop, causes};
pub use sums::{Counter, Sums};
pub use track::{Made, Track};
pub use words::{WordId, Words};
