//! State: what is live, what people edit, and the one writer. Reached through `use_*`.

mod alerts;
pub mod apply;
pub mod connection;
pub mod documents;
pub mod glances;
pub mod live;
pub mod sharing;
mod slots;
pub mod watch;

pub use alerts::SeenAlerts;
pub use documents::{Connection, Documents, use_documents};
pub use glances::{GlanceSignal, Glances, tell_glances, use_glance};
pub use live::{Live, TagSignal, TrendSink, unknown_reading, use_live};
pub use watch::{use_open, use_past, use_reading, use_trend};
