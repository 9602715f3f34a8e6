//! The list of all tags, for a spreadsheet or a program.

use std::fmt::Write as _;

use super::super::csv::push_row;
use super::findings::shown;
use super::index::Index;
use crate::plant::Plant;
use crate::time::{Timestamp, format_rfc3339};
use crate::wire::ListFormat;

/// Writes all tags in the order of their paths. The first columns are those that the import reads.
pub(super) fn list(now: Timestamp, plant: &Plant, format: ListFormat) -> String {
    let mut index = Index::default();
    index.renew(plant);
    let mut out = String::from(if format == ListFormat::Csv { HEAD } else { "[" });
    let mut is_first = true;
    for &id in index.order() {
        let (Some(record), Some(reading)) = (plant.tags().get(id), plant.reading(now, id)) else { continue };
        let text = |text: Option<&std::sync::Arc<str>>| text.map_or_else(String::new, ToString::to_string);
        let meaning = record.meaning.as_deref();
        let range = meaning.and_then(|meaning| meaning.range).or_else(|| record.note.as_ref()?.range());
        let end = |end: fn((f64, f64)) -> f64| range.map(end).map_or_else(String::new, |end| end.to_string());
        let cells = [
            ("path", record.path.to_string()),
            ("description", text(record.shown_description())),
            ("unit", text(record.shown_unit())),
            ("low", end(|range| range.0)),
            ("high", end(|range| range.1)),
            ("source", plant.tags().source(id)),
            ("shape", plant.shape(id).map_or("", |shape| shape.word()).to_owned()),
            ("value", shown(&reading.value)),
            ("quality", reading.quality.word().to_owned()),
            ("source_time", reading.source_time.map_or_else(String::new, format_rfc3339)),
            ("receive_time", format_rfc3339(reading.receive_time)),
        ];
        if format == ListFormat::Csv {
            push_row(&mut out, cells.iter().map(|(_, cell)| cell.as_str()));
        } else {
            out.push_str(if is_first { "\n{" } else { ",\n{" });
            for (place, (key, cell)) in cells.iter().enumerate() {
                let comma = if place == 0 { "" } else { "," };
                let cell = serde_json::to_string(cell).unwrap_or_default();
                let _ = write!(out, "{comma}\"{key}\":{cell}"); // writing to a String cannot fail
            }
            out.push('}');
        }
        is_first = false;
    }
    if format == ListFormat::Json {
        out.push_str("\n]\n");
    }
    out
}

const HEAD: &str = "path,description,unit,low,high,source,shape,value,quality,source_time,receive_time\r\n";
