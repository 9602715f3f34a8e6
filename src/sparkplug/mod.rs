//! Sparkplug B 3.0: payloads read in place, and what an edge node's messages mean as a session.
//!
//! The reader ([`Payload`], [`Metric`], [`MetricValue`]) is total and bounded: any bytes are some payload, a bad
//! metric costs that metric, and nothing is copied but text that is no UTF-8 and compressed bodies. It is lenient where
//! publishers are sloppy. Refuses: topics' places in the plant, MQTT packets, clocks.

mod array;
mod data_type;
mod dataset;
mod inflate;
mod metric;
mod payload;
mod property;
mod template;
mod topic;
mod wire;
mod write;

pub use array::Array;
pub use data_type::DataType;
pub use dataset::DataSet;
pub use metric::{Metric, MetricValue, Raw};
pub use payload::{COMPRESSED, MOST_INFLATED, MOST_METRICS, Payload, unpacked};
pub use property::{Properties, each as each_property};
pub use template::Template;
pub use topic::{EdgeTopic, Topic, Verb};
pub use write::{MetricWrite, Written, write_bytes, write_head, write_metric, write_number, write_properties};
