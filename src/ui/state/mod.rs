//! State: what is live, what people edit, and the one writer. Reached through `use_*`.

pub mod apply;
mod connection;
mod documents;
mod live;
mod slots;
mod watch;

pub use documents::{Connection, Documents, use_documents};
pub use live::{Live, TagSignal, TrendSink, natural, unknown_reading, use_live};
pub use watch::{use_open, use_reading, use_trend};
