//! What goes into the engine and what comes out.

use bytes::Bytes;

use super::store::{Record, StoreOrder};
use crate::time::Timestamp;
use crate::vocab::{BrokerId, LinkFault};
use crate::wire::{Command, Update};

/// What the world tells the engine.
#[derive(Debug)]
pub enum Input {
    /// A link's WebSocket is open.
    Opened(BrokerId),
    /// Bytes came over a link; WebSocket message borders mean nothing.
    Bytes(BrokerId, Bytes),
    /// A link's WebSocket is closed: RFC 6455 code and the peer's words.
    Closed(BrokerId, u16, String),
    /// A link's WebSocket could not even be created.
    Refused(BrokerId, LinkFault),
    /// The store is this tab's, and holds these.
    Loaded(Vec<Record>),
    /// Nothing can be stored (any more): why.
    Unkept(String),
    /// The store has no room for this record.
    Full(Record),
    /// The page asks.
    Command(Command),
    /// The time that [`Output::Wake`] named has come.
    Tick,
}

/// What the engine wants of the world.
#[derive(Debug)]
pub enum Output {
    /// Open a WebSocket with subprotocol `mqtt` to this URL.
    Open(BrokerId, String),
    /// Send these bytes as one WebSocket message.
    Send(BrokerId, Vec<u8>),
    /// Close the WebSocket.
    Close(BrokerId),
    /// Do this in the store.
    Store(StoreOrder),
    /// Tell the page.
    Update(Update),
    /// Nothing more now; come back at this time. Ends the drain.
    Wake(Option<Timestamp>),
}
