//! What the journeys stand on: a browser of their own, brokers that can be killed, the build on a server, and page
//! objects that know the DOM contract. The journeys themselves are in `tests/journeys`.
//!
//! Refuses: fixed waits. Whatever is awaited is looked at again and again until it is there or its time is over
//! ([`wait::eventually`]).

#![expect(clippy::expect_used, clippy::panic, reason = "test support: a failure ends the test with its reason")]

pub mod brokers;
pub mod browser;
pub mod client;
pub mod edge_node;
pub mod ground;
pub mod hostile;
pub mod mosquitto;
pub mod page;
pub mod peer;
pub mod port;
pub mod proxy;
pub mod script;
pub mod tape;
pub mod tls;
pub mod wait;
