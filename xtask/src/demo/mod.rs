//! The demo's parts: a real broker, a simulated plant that publishes to it, and the server of the page. Each stands
//! alone, owns its threads, and is ended by `stop` or by being dropped, so that tests start what they need of them.
//!
//! All of them may be called from inside and from outside an async runtime.

mod assets;
mod broker;
mod island;
mod page;
mod plant;
mod publisher;
mod run;

pub(crate) use assets::gzip;
pub use broker::{BrokerOptions, DemoBroker, PortChoice};
pub use page::{ANY_BROKER, ConfigJson, Headers, PageOptions, PageServer};
pub use plant::simulated_plant;
pub use publisher::{Message, PlantPublisher, PublisherOptions, Source};
pub use run::{DemoOptions, run};
