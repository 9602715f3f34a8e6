//! Charts on the page: components that own a canvas or an SVG element, and one animation frame that paints those which are both changed
//! and in view.
//!
//! Refuses: signals for samples. A [`TrendHandle`] is filled by the one writer of live data and read by the painter.

mod backend;
pub mod chart;
mod handle;
mod locale;
mod painter;
mod palette;
mod paths;
pub mod sparkline;
mod text;
pub mod trend;
mod watch;

pub use chart::ChartCanvas;
pub use handle::TrendHandle;
pub use locale::DeviceLocale;
pub use painter::{advance, theme_changed};
pub use sparkline::SparklineView;
pub use trend::{TrendCanvas, TrendLimit};
