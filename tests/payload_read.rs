//! Payloads to values: every shape of this version, and what must never panic.

mod common {
    pub(crate) mod found;
}

use andon::payload::{FoundValue, Known, MOST_DEPTH, MOST_LEAVES, MOST_PATH, MOST_TEXT, MOST_VALUES, Reader};
use andon::vocab::{Quality, Shape};
use common::found::{NOW, read};
use proptest::prelude::*;

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
        ("23.5\0", "=f23.5"),
        ("Execute\0\0 ", "=\"Execute\""),
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
        (r#"{"value":true,"ts":1763862000000,"unit":""}"#, format!("=true{at}")),
        (
            r#"{"name":"Fan","dataType":"Float","value":12.5,"ts":1763862000000,"quality":"Bad_Stale"}"#,
            format!("=f12.5{at}!bad(Fan)"),
        ),
        (r#"{"value":3,"q":192}"#, "=i3!good".into()),
        (r#"{"value":3,"quality":0}"#, "=i3!unknown".into()),
        (r#"{"value":null,"timestamp":1763862000000000}"#, format!("=null{at}")),
        (r#"{"value":18446744073709551615}"#, "=u18446744073709551615".into()),
        (r#"{"value":1,"value":2,"unit":"bar"}"#, "=i2[bar]".into()),
        (r#"{"value":5,"timestamp":"1763862000000"}"#, format!("=i5{at}")),
        (r#"{"VALUE":5,"UoM":"bar","TIME":1763862000.5}"#, "=i5@1763862000500[bar]".into()),
        (r#"{"val":5,"q":"Uncertain","desc":"Oil","name":"P1"}"#, "=i5!uncertain(Oil)".into()),
        (r#"{"value":5,"quality":true,"type":"Int"}"#, "=i5!good".into()),
        (r#"{"value":5,"quality":500}"#, "=i5!stale".into()),
        (r#"{"value":5,"quality":1}"#, "=i5!unknown".into()),
        (r#"{"Value":5,"StatusCode":0}"#, "=i5!good".into()),
        (r#"{"Value":5,"StatusCode":2147483648}"#, "=i5!bad".into()),
        (r#"{"Value":5,"StatusCode":1073741824}"#, "=i5!uncertain".into()),
        (r#"{"value":"Running","unit":"","description":""}"#, "=\"Running\"".into()),
    ] {
        check(payload, Shape::ValueObject, &[&value]);
    }
    check(
        r#"{"value":1,"timestamp":1763862000000,"context":{"order":"A7"}}"#,
        Shape::ValueObject,
        &["=i1@1763862000000", "context/order=\"A7\"@1763862000000"],
    );
    check(r#"{"value":1,"status":"running","q":"Good"}"#, Shape::ValueObject, &["=i1!good", "status=\"running\""]);
    check(r#"{"value":1,"unit":"bar","status":3}"#, Shape::ValueObject, &["=i1[bar]", "status=i3"]);
    check(r#"{"id":7,"value":1}"#, Shape::ValueObject, &["=i1", "id=i7"]);
    check(r#"{"value":1,"Value":2,"unit":"A"}"#, Shape::ValueObject, &["=i1[A]", "Value=i2"]);
    check(r#"{"value":1,"timestamp":12}"#, Shape::Object, &["value=i1", "timestamp=i12"]);
    check(
        r#"{"value":[1,2],"unit":"A","ts":1763862000}"#,
        Shape::Object,
        &["value/0=i1@1763862000000", "value/1=i2@1763862000000", "unit=\"A\"@1763862000000"],
    );
    check(
        r#"{"value":1,"timestamp":1763862000000,"ts":1763862001000}"#,
        Shape::ValueObject,
        &["=i1@1763862000000", "ts=i1763862001000@1763862000000"],
    );
}

#[test]
fn objects_are_flattened_by_path() {
    check(
        r#"{"timestamp":1763862000000,"temperature":23.4,"humidity":42}"#,
        Shape::Object,
        &["temperature=f23.4@1763862000000", "humidity=i42@1763862000000"],
    );
    check(
        r#"{"a":{"b":[1,{"c":"x"}]},"status":"running","d":null}"#,
        Shape::Object,
        &["a/b/0=i1", "a/b/1/c=\"x\"", "status=\"running\"", "d=null"],
    );
    check(r#"{"ts":1763862000}"#, Shape::Object, &["ts=i1763862000@1763862000000"]);
    check(r#"[1,2]"#, Shape::Object, &["0=i1", "1=i2"]);
    check(r#"{"":1,"t":5}"#, Shape::Object, &["\"\"=i1", "t=i5"]);
    check(r#"{"a":1,"a":2}"#, Shape::Object, &["a=i1", "a=i2"]);
    check(r#"{"alarms":[],"limits":{},"on":false}"#, Shape::Object, &["alarms=null", "limits=null", "on=false"]);
    check(
        r#"{"u":230,"v":231,"w":229,"ts":1763862000}"#,
        Shape::Object,
        &["u=i230@1763862000000", "v=i231@1763862000000", "w=i229@1763862000000"],
    );
    check(r#"{"state":"Execute","ts":1763862000}"#, Shape::Object, &["state=\"Execute\"@1763862000000"]);
    check(
        r#"{"id":"PO-1","product":"x","quantity":5}"#,
        Shape::Object,
        &["id=\"PO-1\"", "product=\"x\"", "quantity=i5"],
    );
    check(r#"{"value":1,"flow":2,"level":3}"#, Shape::Object, &["value=i1", "flow=i2", "level=i3"]);
    check("{}", Shape::Object, &["=raw 2"]);
}

#[test]
fn bounds_are_said_and_nothing_is_dropped_unsaid() {
    let many = format!("[{}]", vec!["true"; 500].join(","));
    let (shape, found) = read(many.as_bytes());
    assert_eq!((shape, found.len()), (Shape::Object, MOST_LEAVES + 1));
    assert_eq!(found[MOST_LEAVES], format!("=raw {}", many.len()));
    let deep = format!("{}1{}", "{\"a\":".repeat(60), "}".repeat(60));
    assert_eq!(read(deep.as_bytes()), (Shape::Object, vec![format!("=raw {}", deep.len())]));
    let deep = format!("{{\"value\":1,\"unit\":\"A\",\"x\":{deep}}}");
    let expected = vec!["=i1[A]".to_owned(), format!("…=raw {}", deep.len())];
    assert_eq!(read(deep.as_bytes()), (Shape::ValueObject, expected), "the value is not overwritten");
    let long_key = format!("{{\"{}\":[1,2],\"b\":3}}", "k".repeat(900_000));
    assert_eq!(read(long_key.as_bytes()).1, ["b=i3".to_owned(), format!("=raw {}", long_key.len())]);
    let deeper = "[".repeat(100_000);
    assert_eq!(read(deeper.as_bytes()).0, Shape::Raw);
    let long = format!("\"{}\"", "x".repeat(5000));
    assert_eq!(read(long.as_bytes()), (Shape::Scalar, vec!["=raw 5000".to_owned()]));
}

#[test]
fn broken_json_is_shown_as_text_and_foreign_bytes_by_size() {
    for broken in ["{", "{\"a\":1,}", "[1] x", "{'a':1}", "{\"value\":NaN", "[\"\\ud800\"", "{a:1}", "\"\\x\""] {
        let (shape, found) = read(broken.as_bytes());
        assert_eq!((shape, found), (Shape::Raw, vec![format!("={broken:?}")]), "{broken}");
    }
    assert_eq!(read(&[0xff, 0xfe, 0]), (Shape::Raw, vec!["=raw 3".to_owned()]));
    assert_eq!(read(b"a\0b"), (Shape::Raw, vec!["=raw 3".to_owned()]));
    assert_eq!(read(&vec![b'x'; 1_000_000]), (Shape::Raw, vec!["=raw 1000000".to_owned()]));
}

#[test]
fn usual_slips_are_put_right() {
    for (payload, shape, value) in [
        (r#"{"value":NaN,"unit":"A"}"#, Shape::ValueObject, "=null[A]"),
        (r#"{"value":-Infinity,"unit":"NaN \"Infinity\""}"#, Shape::ValueObject, r#"=null[NaN "Infinity"]"#),
        (r#"{"a":1e400}"#, Shape::Object, "a=null"),
        (r#"{"a":-9e999}"#, Shape::Object, "a=null"),
        (r#"[nan]"#, Shape::Object, "0=null"),
        (r#""\ud800""#, Shape::Scalar, "=\"\u{fffd}\""),
        (r#""\ud83d\ude00\udc00é\\ud800""#, Shape::Scalar, "=\"😀\u{fffd}é\\\\ud800\""),
        ("{\"value\":5}\0", Shape::ValueObject, "=i5"),
        ("\u{feff}{\"value\":5}\r\n", Shape::ValueObject, "=i5"),
    ] {
        check(payload, shape, &[value]);
    }
    // A number too small for a double is 0, as everywhere.
    check(r#"{"value":1e-400}"#, Shape::ValueObject, &["=f0"]);
    // Beyond u64 a whole number in JSON is a real number.
    check(r#"{"value":18446744073709551616}"#, Shape::ValueObject, &["=f18446744073709552000"]);
}

#[test]
fn megabytes_are_bounded() {
    let flat = format!("{{{}\"z\":0}}", "\"key\":\"some text\",".repeat(50_000));
    let (shape, found) = read(flat.as_bytes());
    assert_eq!((shape, found.len()), (Shape::Object, MOST_LEAVES + 1));
    let array = format!("[{}]", "[1,[2]],".repeat(100_000) + "0");
    assert_eq!(read(array.as_bytes()).1.len(), MOST_LEAVES + 1);
    for open in ["[", "{\"a\":", "[{\"a\":", "\"", "{\"", "-", "[1,", "\\"] {
        let (_, found) = read(open.repeat(1_000_000 / open.len()).as_bytes());
        assert_eq!(found, [format!("=raw {}", 1_000_000 / open.len() * open.len())], "{open}");
    }
    let nested = format!("{}1{}", "[".repeat(500_000), "]".repeat(500_000));
    assert_eq!(read(nested.as_bytes()).1, ["=raw 1000001"]);
}

#[test]
fn a_reader_carries_nothing_from_one_message_to_the_next() {
    let mut reader = Reader::default();
    let mut seen = 0;
    reader.read(NOW, &mut Known::default(), br#"{"a":{"b":"x\ny"},"c":[1,2,3"#, &mut |_| seen += 1);
    let mut found = Vec::new();
    reader.read(NOW, &mut Known::default(), br#"{"d":"z"}"#, &mut |f| found.push(format!("{}={:?}", f.path, f.value)));
    assert_eq!(found, ["d=Text(\"z\")"]);
    assert_eq!(Quality::Good.word(), "good");
}

/// What must hold for any payload.
fn hold(reader: &mut Reader, payload: &[u8]) {
    let mut count = 0;
    let shape = reader.read(NOW, &mut Known::default(), payload, &mut |found| {
        count += 1;
        assert!(found.path.len() <= MOST_PATH);
        match found.value {
            FoundValue::Text(text) => assert!(text.len() <= MOST_TEXT),
            FoundValue::Float(float) => assert!(float.is_finite()),
            FoundValue::Raw { size } => assert!(size as usize <= payload.len()),
            FoundValue::UInt(uint) => assert!(i64::try_from(uint).is_err()),
            FoundValue::Null | FoundValue::Bool(_) | FoundValue::Int(_) => {}
        }
        assert!(found.unit.is_none_or(|unit| !unit.is_empty()));
    });
    assert!((1..=MOST_VALUES + 1).contains(&count), "{count} values");
    assert!(count == 1 || !matches!(shape, Shape::Empty | Shape::Scalar | Shape::Raw));
    assert_eq!(shape == Shape::Empty, payload.is_empty());
}

/// Keys that mean something, and some that do not.
const KEYS: [&str; 16] = [
    "value",
    "v",
    "Value",
    "timestamp",
    "ts",
    "t",
    "quality",
    "status",
    "StatusCode",
    "unit",
    "u",
    "name",
    "id",
    "a",
    "temperature",
    "",
];

/// Any JSON but an empty object or array, which is raw as a whole.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        (0i64..2_000_000_000_000).prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
        prop::sample::select(vec!["Good", "bad", "2024-05-01T10:00:00Z", "°C", ""]).prop_map(Into::into),
    ];
    let value = leaf.prop_recursive(10, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((prop::sample::select(KEYS.to_vec()), inner), 0..6)
                .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    });
    value.prop_filter("not empty", |value| *value != serde_json::json!([]) && *value != serde_json::json!({}))
}

/// The scalars of a JSON value by path, as the reader should find them.
fn leaves_of(value: &serde_json::Value, path: &str, depth: usize, out: &mut Vec<(String, serde_json::Value)>) {
    let below = |key: &str| {
        let key = if key.is_empty() { "\"\"" } else { key };
        if path.is_empty() { key.to_owned() } else { format!("{path}/{key}") }
    };
    match value {
        _ if depth > MOST_DEPTH => {}
        serde_json::Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(i, item)| leaves_of(item, &below(&i.to_string()), depth + 1, out));
        }
        serde_json::Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(key, item)| leaves_of(item, &below(key), depth + 1, out));
        }
        serde_json::Value::Array(_) | serde_json::Value::Object(_) => out.push((path.to_owned(), ().into())),
        scalar => out.push((path.to_owned(), scalar.clone())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_something_and_not_too_much(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        hold(&mut Reader::default(), &bytes);
    }

    #[test]
    fn json_like_bytes_too(texts in proptest::collection::vec(r#"[\[\]{}":,0-9a-fINy\\ue.\- \x00]{0,80}"#, 1..4)) {
        let mut reader = Reader::default();
        texts.iter().for_each(|text| hold(&mut reader, text.as_bytes()));
    }

    #[test]
    fn valid_json_is_found_leaf_by_leaf(value in json()) {
        let text = value.to_string();
        let mut reader = Reader::default();
        hold(&mut reader, text.as_bytes());
        let mut found = Vec::new();
        let shape = reader.read(NOW, &mut Known::default(), text.as_bytes(), &mut |leaf| {
            let value = match leaf.value {
                FoundValue::Null => ().into(),
                FoundValue::Bool(on) => on.into(),
                FoundValue::Int(int) => int.into(),
                FoundValue::UInt(uint) => uint.into(),
                FoundValue::Float(float) => float.into(),
                FoundValue::Text(text) => text.into(),
                FoundValue::Raw { .. } => serde_json::Value::from("raw"),
            };
            found.push((leaf.path.to_owned(), value));
        });
        prop_assert_ne!(shape, Shape::Raw, "{}", text);
        let mut wanted = Vec::new();
        leaves_of(&value, "", 0, &mut wanted);
        let is_by_path = matches!(shape, Shape::Scalar | Shape::ValueObject | Shape::Object);
        for leaf in wanted.iter().take(if is_by_path { MOST_LEAVES } else { 0 }) {
            // What is missing at its path has a part in a value object, or is the time of an object.
            let has_role = !leaf.0.contains('/') && KEYS[..13].contains(&leaf.0.as_str());
            prop_assert!(found.contains(leaf) || has_role, "{leaf:?} of {text} is not in {found:?}");
        }
    }

    #[test]
    fn whole_numbers_stay_exact(int in any::<i64>()) {
        prop_assert_eq!(read(int.to_string().as_bytes()).1, vec![format!("=i{int}")]);
        prop_assert_eq!(read(format!("{{\"value\":{int}}}").as_bytes()).1, vec![format!("=i{int}")]);
    }

    #[test]
    fn real_numbers_stay_what_they_are(float in any::<f64>().prop_filter("finite", |f| f.is_finite())) {
        let mut found = Vec::new();
        for text in [format!("{float:?}"), format!("{{\"value\":{float:?}}}")] {
            Reader::default().read(NOW, &mut Known::default(), text.as_bytes(), &mut |f| found.push(f.value == FoundValue::Float(float)));
        }
        prop_assert_eq!(found, [true, true]);
    }
}
