//! What a payload reads as, in one line a value.

use andon::payload::{FoundValue, Known, Reader};
use andon::time::Timestamp;
use andon::vocab::Shape;

/// 2026-09-21.
pub(crate) const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// Shape and values as `path=value@time[unit]!quality(description)`, a `?` behind a time without zone, `>` before what
/// a value says of another tag.
pub(crate) fn read(payload: &[u8]) -> (Shape, Vec<String>) {
    read_known(&mut Known::default(), payload)
}

/// As [`read`], of a topic of which something is known.
pub(crate) fn read_known(known: &mut Known, payload: &[u8]) -> (Shape, Vec<String>) {
    let mut lines = Vec::new();
    let shape = Reader::default().read(NOW, known, payload, &mut |found| {
        let mut line = format!("{}=", found.path);
        line += &match found.value {
            FoundValue::Null => "null".to_owned(),
            FoundValue::Bool(on) => on.to_string(),
            FoundValue::Int(int) => format!("i{int}"),
            FoundValue::UInt(uint) => format!("u{uint}"),
            FoundValue::Float(float) => format!("f{float}"),
            FoundValue::Text(text) => format!("{text:?}"),
            FoundValue::Raw { size } => format!("raw {size}"),
        };
        if let Some(time) = found.time {
            line += &format!("@{}{}", time.timestamp.0, if time.zoned { "" } else { "?" });
        }
        if let Some(unit) = found.unit {
            line += &format!("[{unit}]");
        }
        if let Some(quality) = found.quality {
            line += &format!("!{}", quality.word());
        }
        if let Some(description) = found.description {
            line += &format!("({description})");
        }
        if let Some(describes) = found.describes {
            line += &format!(">{:?}", describes.fact);
        }
        lines.push(line);
    });
    (shape, lines)
}
