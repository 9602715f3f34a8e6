//! Commands that write a metric (3.0 §6.4.20, §6.4.23): which may be written, and the message that asks for it. Whether
//! the edge node obeys, only its data tells.

use super::EdgeNode;
use crate::sparkplug::data_type::DataType;
use crate::sparkplug::sink::Life;
use crate::sparkplug::topic::Verb;
use crate::sparkplug::write::{MetricWrite, Written, write_head, write_metric};
use crate::time::Timestamp;
use crate::vocab::{Value, ValueType};

impl EdgeNode {
    /// What a metric of the node (`None`) or a device takes.
    ///
    /// # Errors
    /// Why it cannot be written now, in words.
    pub fn writable(&self, device: Option<&str>, name: &str) -> Result<ValueType, &'static str> {
        let at = self.place_of(device).ok_or("the device is not known")?;
        let of = self.metrics.writable(at as u32, name).ok_or("its last birth lists no such metric")?.0;
        let is_alive = |at: usize| self.members[at].life == Life::Online;
        if !self.is_vouched || !is_alive(0) {
            return Err("the edge node is not online");
        }
        if !is_alive(at) {
            return Err("the device is not online");
        }
        type_of(of).ok_or("values of this datatype are not written from here")
    }

    /// The command that asks to write a value: its topic and payload. By alias where the birth gave one (the name is
    /// left out then), with the datatype, for there are edge nodes that cannot read a value without.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn write(
        &self,
        now: Timestamp,
        device: Option<&str>,
        name: &str,
        value: &Value,
    ) -> Result<(String, Vec<u8>), String> {
        let takes = self.writable(device, name)?;
        if !takes.holds(value) {
            return Err(format!("expected {}", takes.words()));
        }
        let at = self.place_of(device).unwrap_or(0);
        let (of, alias) = self.metrics.writable(at as u32, name).unwrap_or_default();
        let written = written(of, value).ok_or("the value does not fit")?;
        let time = Some(now.0.unsigned_abs());
        let mut payload = Vec::new();
        write_head(&mut payload, time, None);
        let name = alias.is_none().then_some(name);
        let metric = MetricWrite { name, alias, timestamp: time, datatype: Some(of), ..MetricWrite::default() };
        write_metric(&mut payload, &MetricWrite { value: written, ..metric });
        let topic = match device {
            None => self.command_topic(),
            Some(device) => format!("spBv1.0/{}/{}/{}/{device}", self.group, Verb::DeviceCommand.word(), self.id),
        };
        Ok((topic, payload))
    }
}

/// What a person may type for a datatype; `None` for what has parts.
fn type_of(of: DataType) -> Option<ValueType> {
    use DataType as T;
    let whole = |bits, is_signed| Some(ValueType::Whole { bits, is_signed });
    match of {
        T::Int8 => whole(8, true),
        T::Int16 => whole(16, true),
        T::Int32 => whole(32, true),
        T::Int64 => whole(64, true),
        T::UInt8 => whole(8, false),
        T::UInt16 => whole(16, false),
        T::UInt32 => whole(32, false),
        T::UInt64 => whole(64, false),
        T::Float => Some(ValueType::Single),
        T::Double => Some(ValueType::Double),
        T::Boolean => Some(ValueType::Switch),
        T::String | T::Text => Some(ValueType::Text),
        T::Uuid => Some(ValueType::Uuid),
        T::DateTime => Some(ValueType::Time),
        _ => None,
    }
}

/// In the field that the specification wants. Negative numbers of 8 and 16 bits fill their own width only: readers that
/// take more refuse nothing, others fail on wider ones.
fn written(of: DataType, value: &Value) -> Option<Written<'_>> {
    use DataType as T;
    Some(match (of, value) {
        (T::Int8, Value::Int(int)) => Written::Int(*int as i8 as u8 as u32),
        (T::Int16, Value::Int(int)) => Written::Int(*int as i16 as u16 as u32),
        (T::Int32 | T::UInt8 | T::UInt16 | T::UInt32, Value::Int(int)) => Written::Int(*int as u32),
        (T::Int64 | T::UInt64 | T::DateTime, Value::Int(int)) => Written::Long(*int as u64),
        (T::UInt64, Value::UInt(uint)) => Written::Long(*uint),
        (T::Float, Value::Float(real)) => Written::Float(*real as f32),
        (T::Double, Value::Float(real)) => Written::Double(*real),
        (T::Boolean, Value::Bool(on)) => Written::Bool(*on),
        (T::String | T::Text | T::Uuid, Value::Text(text)) => Written::Text(text),
        _ => return None,
    })
}
