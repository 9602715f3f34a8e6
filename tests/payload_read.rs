//! Payloads to values: every shape of this version, and what must never panic.

use andon::payload::{FoundValue, MOST_LEAVES, Reader, Shape};
use andon::time::Timestamp;
use andon::vocab::Quality;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// Shape and values as `path=value@time[unit]!quality`.
fn read(payload: &[u8]) -> (Shape, Vec<String>) {
    let mut lines = Vec::new();
    let shape = Reader::default().read(NOW, payload, &mut |found| {
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
        lines.push(line);
    });
    (shape, lines)
}

#[track_caller]
fn check(payload: &str, shape: Shape, values: &[&str]) {
    let (found_shape, found) = read(payload.as_bytes());
    assert_eq!((found_shape, found), (shape, values.iter().map(|v| (*v).to_owned()).collect()), "{payload}");
}

#[test]
fn scalars_keep_what_they_are() {
    for (payload, value) in [
        ("23.5", "=f23.5"),
        ("-7", "=i-7"),
        ("+7", "=i7"),
        (" 42\n", "=i42"),
        ("true", "=true"),
        ("FALSE", "=false"),
        ("null", "=null"),
        ("9007199254740993", "=i9007199254740993"),
        ("18446744073709551615", "=u18446744073709551615"),
        ("1e3", "=f1000"),
        ("18446744073709551616", "=\"18446744073709551616\""),
        ("007", "=\"007\""),
        ("1e999", "=\"1e999\""),
        ("NaN", "=\"NaN\""),
        ("inf", "=\"inf\""),
        ("ON", "=\"ON\""),
        ("RUNNING", "=\"RUNNING\""),
        ("2024-05-01T10:00:00Z", "=\"2024-05-01T10:00:00Z\""),
        ("\"Running\"", "=\"Running\""),
        (r#""a\u00e9\n""#, "=\"aé\\n\""),
        ("\u{feff}5", "=i5"),
        ("0", "=i0"),
        ("-0.0", "=f-0"),
        (".5", "=f0.5"),
        ("   ", "=\"\""),
        ("0x10", "=\"0x10\""),
        ("1,5", "=\"1,5\""),
    ] {
        check(payload, Shape::Scalar, &[value]);
    }
    check("", Shape::Empty, &["=null"]);
}

#[test]
fn value_objects_with_all_that_belongs_to_the_value() {
    let at = "@1763862000000";
    for (payload, value) in [
        (r#"{"value":72.31,"timestamp":1763862000000,"unit":"°C"}"#, format!("=f72.31{at}[°C]")),
        (r#"{"unit":"°C","ts":1763862000,"v":72}"#, format!("=i72{at}[°C]")),
        (r#"{"Value":"x","Timestamp":"2025-11-23T01:40:00Z","Quality":"GOOD"}"#, format!("=\"x\"{at}!good")),
        (r#"{"value":1,"timestamp":"2025-11-23 01:40:00"}"#, format!("=i1{at}?")),
        (r#"{"value":true,"timestamp_ms":1763862000000}"#, format!("=true{at}")),
        (
            r#"{"name":"Fan","dataType":"Float","value":12.5,"timestamp":1763862000000,"quality":"Bad_Stale"}"#,
            format!("=f12.5{at}!bad"),
        ),
        (r#"{"value":3,"q":192}"#, "=i3!good".into()),
        (r#"{"value":3,"quality":0}"#, "=i3!unknown".into()),
        (r#"{"value":null,"timestamp":1763862000000000}"#, format!("=null{at}")),
        (r#"{"value":18446744073709551615}"#, "=u18446744073709551615".into()),
    ] {
        check(payload, Shape::ValueObject, &[&value]);
    }
    check(
        r#"{"value":1,"timestamp":1763862000000,"context":{"order":"A7"}}"#,
        Shape::ValueObject,
        &["=i1@1763862000000", "context/order=\"A7\"@1763862000000"],
    );
}

#[test]
fn objects_are_flattened_by_path() {
    check(
        r#"{"timestamp_ms":1763862000000,"temperature":23.4,"humidity":42}"#,
        Shape::Object,
        &["temperature=f23.4@1763862000000", "humidity=i42@1763862000000"],
    );
    check(
        r#"{"a":{"b":[1,{"c":"x"}]},"status":"running","d":null}"#,
        Shape::Object,
        &["a/b/0=i1", "a/b/1/c=\"x\"", "status=\"running\"", "d=null"],
    );
    check(r#"[1,2]"#, Shape::Object, &["0=i1", "1=i2"]);
    check(r#"{"":1,"t":5}"#, Shape::Object, &["\"\"=i1", "t=i5"]);
    check(r#"{"a":1,"a":2}"#, Shape::Object, &["a=i1", "a=i2"]);
    check(r#"{"value":1,"flow":2,"level":3}"#, Shape::Object, &["value=i1", "flow=i2", "level=i3"]);
    check("{}", Shape::Object, &["=raw 2"]);
}

#[test]
fn bounds_are_said_and_nothing_is_dropped_unsaid() {
    let many = format!("[{}]", vec!["1"; 500].join(","));
    let (shape, found) = read(many.as_bytes());
    assert_eq!((shape, found.len()), (Shape::Object, MOST_LEAVES + 1));
    assert_eq!(found.last().unwrap(), &format!("=raw {}", many.len()));
    let deep = format!("{}1{}", "{\"a\":".repeat(60), "}".repeat(60));
    assert_eq!(read(deep.as_bytes()), (Shape::Object, vec![format!("=raw {}", deep.len())]));
    let deeper = "[".repeat(100_000);
    assert_eq!(read(deeper.as_bytes()).0, Shape::Raw);
    let long = format!("\"{}\"", "x".repeat(5000));
    assert_eq!(read(long.as_bytes()), (Shape::Scalar, vec!["=raw 5000".to_owned()]));
}

#[test]
fn broken_json_is_shown_as_text_and_foreign_bytes_by_size() {
    for broken in ["{", "{\"a\":1,}", "[1] x", "{\"a\":1e400}", "\"\\ud800\"", "{'a':1}"] {
        let (shape, found) = read(broken.as_bytes());
        assert_eq!((shape, found), (Shape::Raw, vec![format!("={broken:?}")]), "{broken}");
    }
    assert_eq!(read(&[0xff, 0xfe, 0]), (Shape::Raw, vec!["=raw 3".to_owned()]));
    assert_eq!(read(b"a\0b"), (Shape::Raw, vec!["=raw 3".to_owned()]));
    assert_eq!(read(&vec![b'x'; 1_000_000]), (Shape::Raw, vec!["=raw 1000000".to_owned()]));
}

#[test]
fn a_reader_carries_nothing_from_one_message_to_the_next() {
    let mut reader = Reader::default();
    let mut seen = 0;
    reader.read(NOW, br#"{"a":{"b":"x\ny"},"c":[1,2,3"#, &mut |_| seen += 1);
    let mut found = Vec::new();
    reader.read(NOW, br#"{"d":"z"}"#, &mut |f| found.push(format!("{}={:?}", f.path, f.value)));
    assert_eq!(found, ["d=Text(\"z\")"]);
    assert_eq!(Quality::Good.word(), "good");
}

proptest! {
    #[test]
    fn any_bytes_give_something_and_not_too_much(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let (_, found) = read(&bytes);
        prop_assert!((1..=MOST_LEAVES + 1).contains(&found.len()));
    }

    #[test]
    fn json_like_bytes_too(text in r#"[\[\]{}":,0-9a-c\\ue.\- ]{0,80}"#) {
        let (_, found) = read(text.as_bytes());
        prop_assert!(!found.is_empty());
    }

    #[test]
    fn whole_numbers_stay_exact(int in any::<i64>()) {
        prop_assert_eq!(read(int.to_string().as_bytes()).1, vec![format!("=i{int}")]);
        prop_assert_eq!(read(format!("{{\"value\":{int}}}").as_bytes()).1, vec![format!("=i{int}")]);
    }
}
