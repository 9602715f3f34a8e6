//! The shapes of payloads that are known by name.

use serde::{Deserialize, Serialize};

/// What kind of payload it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Shape {
    /// No bytes: MQTT's way to clear a retained message.
    #[default]
    Empty,
    /// One value alone, as text or JSON.
    Scalar,
    /// A JSON object of a value and what belongs to it.
    ValueObject,
    /// United Manufacturing Hub: `value` and `timestamp_ms`.
    Umh,
    /// United Manufacturing Hub, classic: `timestamp_ms` and one value per key.
    UmhTags,
    /// Ignition, Cirrus Link UNS Transmitter: a value with name, type, time and quality.
    Ignition,
    /// Cirrus Link UNS properties (`.props`): what belongs to the tag of the sibling topic.
    Properties,
    /// Proxus: value, time, quality, type and context.
    Proxus,
    /// Factory+ (AMRC): a value as text, and a batch of earlier ones.
    FactoryPlus,
    /// Azure IoT Operations: values by name, each with its own time.
    AzureIotOperations,
    /// OPC UA PubSub JSON (Part 14 §7.2.5): data set messages.
    OpcUaPubSub,
    /// OPC UA PubSub JSON meta data: what the fields of a data set are.
    OpcUaMetadata,
    /// OPC Publisher's samples: one node, its name, its value.
    OpcPublisher,
    /// Siemens Industrial Edge: values by id.
    Siemens,
    /// Siemens Industrial Edge metadata: which id has which name.
    SiemensNames,
    /// Siemens WinCC (CC7): values by variable, as text.
    SiemensCc7,
    /// Kepware IoT Gateway: values by id.
    Kepware,
    /// An array of named values.
    TagArray,
    /// Telegraf: measurement, tags, fields.
    Telegraf,
    /// InfluxDB line protocol.
    LineProtocol,
    /// AWS IoT SiteWise: property values by alias.
    SiteWise,
    /// AWS IoT device shadow.
    Shadow,
    /// Azure data processor: values by tag, each in a key by its type.
    AzureProcessor,
    /// ThingsBoard: values of one time.
    ThingsBoard,
    /// SenML (RFC 8428).
    SenMl,
    /// CloudEvents in structured mode.
    CloudEvents,
    /// Sparkplug as JSON.
    SparkplugJson,
    /// Asset Administration Shell: a submodel element.
    Aas,
    /// A Node-RED message.
    NodeRed,
    /// Tasmota: values by sensor, local time.
    Tasmota,
    /// An object that names its schema.
    Profile,
    /// Any other JSON object or array: its scalars by path.
    Object,
    /// Sparkplug B: protobuf.
    SparkplugB,
    /// Neither text nor JSON, or broken JSON.
    Raw,
}

impl Shape {
    /// In words, for people; the word that `tags[].shape` takes too.
    pub const fn word(self) -> &'static str {
        SHAPES[self as usize].1
    }

    /// The shape of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        SHAPES.iter().find(|(_, known)| known.eq_ignore_ascii_case(word)).map(|(shape, _)| *shape)
    }

    /// Whether its messages speak of other topics' tags.
    pub const fn is_metadata(self) -> bool {
        matches!(self, Self::Properties | Self::SiemensNames | Self::OpcUaMetadata)
    }
}

/// All shapes in their order, with their words.
pub const SHAPES: [(Shape, &str); 34] = [
    (Shape::Empty, "empty"),
    (Shape::Scalar, "scalar"),
    (Shape::ValueObject, "value object"),
    (Shape::Umh, "UMH"),
    (Shape::UmhTags, "UMH tags"),
    (Shape::Ignition, "Ignition UNS"),
    (Shape::Properties, "UNS properties"),
    (Shape::Proxus, "Proxus"),
    (Shape::FactoryPlus, "Factory+"),
    (Shape::AzureIotOperations, "Azure IoT Operations"),
    (Shape::OpcUaPubSub, "OPC UA PubSub"),
    (Shape::OpcUaMetadata, "OPC UA metadata"),
    (Shape::OpcPublisher, "OPC Publisher"),
    (Shape::Siemens, "Siemens Industrial Edge"),
    (Shape::SiemensNames, "Siemens metadata"),
    (Shape::SiemensCc7, "Siemens CC7"),
    (Shape::Kepware, "Kepware"),
    (Shape::TagArray, "array of tags"),
    (Shape::Telegraf, "Telegraf"),
    (Shape::LineProtocol, "line protocol"),
    (Shape::SiteWise, "AWS SiteWise"),
    (Shape::Shadow, "AWS IoT shadow"),
    (Shape::AzureProcessor, "Azure data processor"),
    (Shape::ThingsBoard, "ThingsBoard"),
    (Shape::SenMl, "SenML"),
    (Shape::CloudEvents, "CloudEvents"),
    (Shape::SparkplugJson, "Sparkplug JSON"),
    (Shape::Aas, "AAS"),
    (Shape::NodeRed, "Node-RED"),
    (Shape::Tasmota, "Tasmota"),
    (Shape::Profile, "profile"),
    (Shape::Object, "object"),
    (Shape::SparkplugB, "Sparkplug B"),
    (Shape::Raw, "raw"),
];

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn each_shape_stands_in_its_place_and_is_found_by_its_word() {
        for (index, (shape, word)) in SHAPES.iter().enumerate() {
            assert_eq!(*shape as usize, index);
            assert_eq!((shape.word(), Shape::of_word(word)), (*word, Some(*shape)));
        }
    }
}
