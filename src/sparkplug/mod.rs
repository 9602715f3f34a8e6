//! Sparkplug B 3.0: payloads read in place, and what an edge node's messages mean as a session.
//!
//! The reader ([`Payload`], [`Metric`], [`MetricValue`]) is total and bounded: any bytes are some payload, a bad
//! metric costs that metric, and nothing is copied but text that is no UTF-8 and compressed bodies. It is lenient where
//! publishers are sloppy. Refuses: topics' places in the plant, MQTT packets, clocks.
//!
//! The sessions ([`Nodes`], [`EdgeNode`]) are state machines: messages in the order of their delivery and the time go
//! in, readings and lives go to a [`Sink`].

mod array;
mod data_type;
mod dataset;
mod deviation;
mod edge_node;
mod hosts;
mod inflate;
mod metric;
mod metric_set;
mod nodes;
mod payload;
mod property;
mod sequence;
mod sink;
mod template;
mod topic;
mod wire;
mod write;

pub use array::Array;
pub use data_type::DataType;
pub use dataset::DataSet;
pub use deviation::{Deviation, Deviations};
pub use edge_node::{Delivery, EdgeNode, Member};
pub use hosts::{HostState, Hosts};
pub use metric::{Metric, MetricValue, Raw};
pub use nodes::Nodes;
pub use payload::{COMPRESSED, MOST_INFLATED, MOST_METRICS, Payload, unpacked};
pub use property::{Properties, each as each_property};
pub use sink::{Life, MetricReading, Sink, Subject};
pub use template::Template;
pub use topic::{EdgeTopic, Topic, Verb};
pub use write::{MetricWrite, Written, write_bytes, write_head, write_metric, write_number, write_properties};
