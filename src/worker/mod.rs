//! The engine's thread: socket, timer, port.
