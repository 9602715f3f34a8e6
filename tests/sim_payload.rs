//! The simulated plant's payloads are what the payload reader takes for a value with its unit and time.

use std::collections::BTreeSet;

use andon::payload::{FoundValue, Known, Reader};
use andon::sim::{Plant, Size};
use andon::time::{Millis, Timestamp};
use andon::vocab::Shape;

const START: Timestamp = Timestamp(1_790_000_000_000);

#[test]
fn every_payload_is_read_with_time_and_unit() {
    // Every kind of line and machine, past the first fault.
    let mut plant = Plant::new(1, Size { sites: 2, lines: 4, machines: 40 }, START);
    let mut reader = Reader::default();
    let mut shapes = BTreeSet::new();
    while plant.next_step() < START + Millis(600_000) {
        let now = plant.next_step();
        plant.step(now, &mut |publication| {
            let topic = publication.topic;
            let tag = topic.rsplit('/').next().unwrap();
            let mut count = 0;
            let shape = reader.read(now, &mut Known::default(), publication.payload, &mut |found| {
                count += 1;
                assert!(!matches!(found.value, FoundValue::Null | FoundValue::Raw { .. }), "{topic}");
                let is_text = matches!(found.value, FoundValue::Text(_));
                let time = found.time.map(|time| time.timestamp);
                match tag {
                    "speed_setpoint" => assert_eq!(time, None),
                    _ => assert!(time.is_some_and(|at| at <= now && now - at <= Millis(100)), "{topic}"),
                }
                let has_unit = !matches!(tag, "speed_setpoint" | "order" | "fault_code") && !is_text;
                assert_eq!(found.unit.is_some(), has_unit, "{topic}");
            });
            let wanted = match tag {
                "order" => (Shape::Object, 4),
                "speed_setpoint" => (Shape::Scalar, 1),
                _ => (Shape::ValueObject, 1),
            };
            assert_eq!((shape, count), wanted, "{topic}");
            shapes.insert(shape.word());
        });
    }
    assert_eq!(shapes.len(), 3);
}
