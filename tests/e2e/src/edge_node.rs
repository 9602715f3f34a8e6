//! Sparkplug edge nodes that others wrote, as processes that a test kills.

use std::process::Stdio;

pub use xtask::setup::EdgeNodeKind;

use crate::browser::ChildGuard;

/// An edge node's process; killed with the value.
#[derive(Debug)]
pub struct EdgeNode(Option<ChildGuard>);

impl EdgeNode {
    /// Starts it; it publishes to the broker on this port.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(kind: EdgeNodeKind, tcp_port: u16) -> Self {
        let mut command = xtask::setup::edge_node(kind, tcp_port).unwrap_or_else(|failure| panic!("{failure}"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn();
        Self(Some(ChildGuard(child.unwrap_or_else(|error| panic!("{kind:?}: {error}")))))
    }

    /// Kills it as `kill -9` does: the broker publishes its will.
    pub fn kill(&mut self) {
        self.0 = None;
    }
}
