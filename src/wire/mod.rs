//! What the page and the worker say to each other: typed, versioned messages, packed with postcard into a
//! transferred `ArrayBuffer`. No logic lives here.
//!
//! # Order
//! 1. The worker says [`Update::Ready`]; the page answers [`Command::Hello`]. A mismatch of [`PROTOCOL`] or build means
//!    that a cached half is running: the page offers a reload and goes no further.
//! 2. The page sends [`Command::Configure`] and [`Command::Connect`], then opens what it shows.
//! 3. The worker sends at most one unpainted [`Update::Frame`]; the next needs [`Command::Painted`]. A hidden page does
//!    not paint, so nothing queues. Everything else is sent at once and is small and bounded.

mod alert;
mod command;
mod kpi;
mod link;
mod namespace;
mod packing;
mod sparkplug;
mod update;

pub use crate::vocab::Column;
pub use alert::{Alert, AlertAct, AlertCommand, AlertJournal, AlertPreview, BadActor, JournalLine};
pub use command::{Command, Credentials, Publishing, TrendRequest, ViewId};
pub use kpi::{
    Explanation, KpiAccount, KpiCause, KpiCommand, KpiGlance, KpiHour, KpiInput, KpiOrder, KpiReport, KpiRequest,
    KpiScope, KpiSpan, KpiStop, KpiStretch, Period,
};
pub use link::{Fate, FilterReport, LinkReport, OutboxEntry, OutboxReport, Verdict};
pub use namespace::{
    Browse, Example, Filter, Finding, Findings, ListFormat, Node, Root, Row, RowTag, Rows, Survey, Trouble,
    UnknownState,
};
pub use packing::{WireError, pack, unpack};
pub use sparkplug::{EdgeDevice, EdgeNodeReport, EdgeNodes, HostReport, WriteFate, WritingReport, Written};
pub use update::{Fault, Frame, MachineCard, Message, Place, ReadingOf, Stats, Tag, TrendPart, Update};

/// Raised with every change of these types.
pub const PROTOCOL: u16 = 9;
