//! The page: leptos components over the state that `wire` updates fill. Knows no engine, no packet, no socket.
//!
//! One writer ([`state::apply`]) sets signals, one per watched reading; components read them and write the DOM. Where
//! the page is stands in the URL's hash ([`place`]); how the worker is, in [`link`].

pub mod app;
pub mod board;
pub mod canvas;
pub mod config_file;
pub mod connect;
mod files;
pub mod format;
pub mod kiosk;
pub mod link;
pub mod natural;
pub mod overview;
pub mod pages;
pub mod palette;
pub mod parts;
pub mod place;
mod recent;
mod renewal;
pub mod router;
mod sight;
pub mod state;
pub mod storage;
pub mod tiles;
pub mod trouble;
pub mod zone;
pub mod zone_table;

pub use app::start;
