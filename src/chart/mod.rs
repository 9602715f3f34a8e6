//! Maths about pixels, and drawing generic over plotters' backend, so that the same functions paint a canvas in the
//! page and an SVG in a test.
//!
//! Refuses: leptos, canvases, clocks, colours of its own (a [`Palette`] comes from the caller), and to draw more than
//! four points per pixel column, whatever the length of the past.
//!
//! # Units
//! Layout is in CSS pixels (`f64`). A backend's integer coordinates are finer: [`Density`] says by how much, so that a
//! 1.5 px line and a point between two pixels exist on any display.

mod bars;
mod buffer;
mod bullet;
mod curve;
mod decimate;
mod histogram;
mod kinds;
mod locale;
mod palette;
mod pen;
mod scale;
mod sheet;
mod sparkline;
mod summary;
mod ticks;
mod timeline;
mod trend;
mod view;
mod xy;

pub use bars::{Bars, Layer, Pareto};
pub use buffer::TrendBuffer;
pub use bullet::Bullet;
pub use decimate::{Columns, Decimated, Spot, Window, decimate};
pub use histogram::{ControlChart, ControlLimits, Histogram};
pub use kinds::{Chart, draw_chart};
pub use locale::{Grain, Locale, PlainLocale};
pub use palette::{Colour, Palette};
pub use pen::{Density, Drawn};
pub use scale::{Scale, domain_of};
pub use sheet::Tone;
pub use sparkline::{Sparkline, draw_sparkline};
pub use summary::Summary;
pub use ticks::{TimeTick, decimals_of, nice_step, number_ticks, time_ticks};
pub use timeline::{HeatMap, Stretch, Timeline};
pub use trend::{Limit, LimitRank, Plot, Trend, draw_trend};
pub use view::View;
pub use xy::Xy;
