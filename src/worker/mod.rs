//! The engine's thread: sockets, one timer, the port to the page. Knows no page and no DOM.

mod lag;
mod shell;
mod socket;
mod store;

pub use shell::start;
