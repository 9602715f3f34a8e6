//! Sparkplug payloads: every datatype as publishers really write it, and any bytes at all.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests state what must hold")]

use andon::sparkplug::{
    COMPRESSED, DataType, MetricValue, MetricWrite, Payload, Properties, Topic, Verb, Written, each_property, unpacked,
    write_bytes, write_head, write_metric, write_number, write_properties,
};
use andon::vocab::Quality;
use proptest::prelude::*;

fn payload(metrics: &[MetricWrite<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_head(&mut bytes, Some(1_790_000_000_000), Some(3));
    metrics.iter().for_each(|metric| write_metric(&mut bytes, metric));
    bytes
}

/// What one value reads as, to a reader that knows `datatype`.
fn check(datatype: DataType, value: Written<'_>, expected: MetricValue<'_>) {
    for own in [Some(datatype), None] {
        let bytes = payload(&[MetricWrite { name: Some("m"), datatype: own, value, ..MetricWrite::default() }]);
        let metric = Payload::read(&bytes).metrics().next().unwrap();
        assert_eq!(metric.value(Some(datatype)), expected, "{datatype:?} {value:?}");
    }
}

#[test]
fn integers_come_cut_or_sign_extended() {
    use MetricValue::{Int, UInt};
    check(DataType::Int8, Written::Int(255), Int(-1));
    check(DataType::Int8, Written::Int(4_294_967_295), Int(-1));
    check(DataType::Int16, Written::Int(65_535), Int(-1));
    check(DataType::Int16, Written::Int(4_294_967_294), Int(-2));
    check(DataType::Int32, Written::Int(4_294_967_293), Int(-3));
    check(DataType::Int32, Written::Long(u64::MAX - 2), Int(-3));
    check(DataType::Int64, Written::Long(18_446_744_073_709_551_612), Int(-4));
    check(DataType::Int64, Written::Int(7), Int(7));
    check(DataType::UInt8, Written::Int(255), UInt(255));
    check(DataType::UInt32, Written::Int(u32::MAX), UInt(4_294_967_295));
    check(DataType::UInt32, Written::Long(4_294_967_295), UInt(4_294_967_295));
    check(DataType::UInt64, Written::Long(9_007_199_254_740_993), UInt(9_007_199_254_740_993));
    check(DataType::UInt64, Written::Long(u64::MAX), UInt(u64::MAX));
}

#[test]
fn reals_switches_words_and_times() {
    check(DataType::Float, Written::Float(1.1), MetricValue::Float(1.1));
    check(DataType::Float, Written::Double(1.5), MetricValue::Float(1.5));
    check(DataType::Double, Written::Double(0.1), MetricValue::Double(0.1));
    check(DataType::Double, Written::Float(1.5), MetricValue::Double(1.5));
    check(DataType::Boolean, Written::Bool(true), MetricValue::Bool(true));
    check(DataType::Boolean, Written::Int(1), MetricValue::Bool(true));
    for of in [DataType::String, DataType::Text, DataType::Uuid] {
        check(of, Written::Text("grün"), MetricValue::Text("grün".into()));
        check(of, Written::Bytes(b"ok\xff"), MetricValue::Text("ok\u{fffd}".into()));
    }
    check(DataType::DateTime, Written::Long(1_790_000_000_123), MetricValue::DateTime(1_790_000_000_123));
    check(DataType::Bytes, Written::Bytes(&[1, 2]), MetricValue::Bytes(&[1, 2]));
    check(DataType::File, Written::Bytes(&[]), MetricValue::Bytes(&[]));
    check(DataType::Int32, Written::Null, MetricValue::Null);
    // A number that no version of the specification knows: shown by its field.
    check(DataType::from_number(99), Written::Int(4), MetricValue::UInt(4));
}

#[test]
fn arrays_are_little_endian() {
    use MetricValue::{Bool, DateTime, Double, Float, Int, Text, UInt};
    let check = |of, bytes: &[u8], expected: &[MetricValue<'static>]| {
        let whole =
            payload(&[MetricWrite { datatype: Some(of), value: Written::Bytes(bytes), ..MetricWrite::default() }]);
        let metric = Payload::read(&whole).metrics().next().unwrap();
        let MetricValue::Array(array) = metric.value(None) else { panic!("{of:?} is no array") };
        assert_eq!(array.len(), expected.len(), "{of:?}");
        assert_eq!(array.elements().collect::<Vec<_>>(), expected, "{of:?}");
    };
    // The specification's examples, as corrected on its 3.x branch.
    check(DataType::Int8Array, &[0xE9, 0x7B], &[Int(-23), Int(123)]);
    check(DataType::Int16Array, &[0xD0, 0x8A, 0x30, 0x75], &[Int(-30_000), Int(30_000)]);
    check(DataType::Int32Array, &[255, 255, 255, 255, 0xFA, 0xAF, 0xCB, 0x12], &[Int(-1), Int(315_338_746)]);
    check(DataType::Int64Array, &[255; 8], &[Int(-1)]);
    check(DataType::UInt8Array, &[0x17, 0xFA], &[UInt(23), UInt(250)]);
    check(DataType::UInt16Array, &[0x1E, 0, 0x98, 0xF4], &[UInt(30), UInt(62_616)]);
    check(DataType::UInt32Array, &[52, 0, 0, 0], &[UInt(52)]);
    let longs = [0x34, 0, 0, 0, 0, 0, 0, 0, 0xD9, 0x9E, 0x02, 0xD1, 0xB2, 0x76, 0x37, 0xE4];
    check(DataType::UInt64Array, &longs, &[UInt(52), UInt(16_444_743_074_749_521_625)]);
    check(DataType::FloatArray, &[0xA4, 0x70, 0x9D, 0x3F, 0x98, 0xAE, 0xB2, 0x42], &[Float(1.23), Float(89.341)]);
    let reals = [0xD7, 0xA2, 0x05, 0x68, 0x5B, 0xB5, 0x28, 0x40, 0x8E, 0x17, 0x1C, 0x6F, 0x4C, 0xF7, 0x8F, 0x40];
    check(DataType::DoubleArray, &reals, &[Double(12.354_213), Double(1_022.912_321_3)]);
    let bits = [false, false, true, true, false, true, false, false, true, true, false, true].map(Bool);
    check(DataType::BooleanArray, &[12, 0, 0, 0, 0x34, 0xD0], &bits);
    check(DataType::BooleanArray, &[8, 0, 0, 0, 0xFF], &[true; 8].map(Bool));
    let words = [Text("ABC".into()), Text("hello".into())];
    check(DataType::StringArray, b"ABC\0hello\0", &words);
    check(DataType::StringArray, b"ABC\0hello", &words);
    check(DataType::StringArray, b"", &[]);
    check(DataType::DateTimeArray, &[0xC7, 0xD0, 0x90, 0x75, 0x24, 1, 0, 0], &[DateTime(1_256_102_875_335)]);
}

#[test]
fn bytes_that_are_no_such_array_are_shown_as_bytes() {
    let one_too_many = [1, 2, 3];
    check(DataType::Int16Array, Written::Bytes(&one_too_many), MetricValue::Bytes(&one_too_many));
    let claims_too_much = [255, 255, 255, 255, 1];
    check(DataType::BooleanArray, Written::Bytes(&claims_too_much), MetricValue::Bytes(&claims_too_much));
}

fn data_set(claimed: u64, columns: &[(&str, DataType)], rows: &[&[Option<u64>]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_number(&mut bytes, 1, claimed);
    columns.iter().for_each(|(name, _)| write_bytes(&mut bytes, 2, name.as_bytes()));
    columns.iter().for_each(|(_, of)| write_number(&mut bytes, 3, *of as u64));
    for cells in rows {
        let mut row = Vec::new();
        for cell in *cells {
            let mut body = Vec::new();
            if let Some(number) = cell {
                write_number(&mut body, 1, *number);
            }
            write_bytes(&mut row, 1, &body);
        }
        write_bytes(&mut bytes, 4, &row);
    }
    bytes
}

#[test]
fn a_data_set_has_typed_cells_and_null_cells() {
    let columns = [("a", DataType::Int8), ("b", DataType::UInt32)];
    let table = data_set(2, &columns, &[&[Some(255), Some(7)], &[None, Some(8)], &[Some(1)]]);
    let bytes = payload(&[MetricWrite { value: Written::DataSet(&table), ..MetricWrite::default() }]);
    let MetricValue::DataSet(set) = Payload::read(&bytes).metrics().next().unwrap().value(None) else { panic!() };
    assert!(!set.is_uneven);
    assert_eq!(set.columns.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["a", "b"]);
    use MetricValue::{Int, Null, UInt};
    assert_eq!(set.rows().collect::<Vec<_>>(), [[Int(-1), UInt(7)], [Null, UInt(8)], [Int(1), Null]]);
    let bytes = data_set(u64::MAX, &columns, &[]);
    let bytes = payload(&[MetricWrite { value: Written::DataSet(&bytes), ..MetricWrite::default() }]);
    let MetricValue::DataSet(set) = Payload::read(&bytes).metrics().next().unwrap().value(None) else { panic!() };
    assert!(set.is_uneven && set.columns.len() == 2, "what counts is what is there");
}

#[test]
fn a_template_has_members_parameters_and_a_kind() {
    let mut member = Vec::new();
    write_metric(&mut member, &MetricWrite { name: Some("RPMs"), value: Written::Int(9), ..MetricWrite::default() });
    let mut parameter = Vec::new();
    write_bytes(&mut parameter, 1, b"Index");
    write_number(&mut parameter, 2, DataType::Int32 as u64);
    write_number(&mut parameter, 3, 4_294_967_295);
    let mut instance = member.clone();
    write_bytes(&mut instance, 3, &parameter);
    write_bytes(&mut instance, 4, b"Motor");
    let read = |template: &[u8]| {
        let bytes = payload(&[MetricWrite { value: Written::Template(template), ..MetricWrite::default() }]);
        let MetricValue::Template(read) = Payload::read(&bytes).metrics().next().unwrap().value(None) else { panic!() };
        let parameters: Vec<_> = read.parameters().map(|(name, value)| format!("{name}={value:?}")).collect();
        let members: Vec<_> = read.members().map(|member| member.name().unwrap().into_owned()).collect();
        (read.is_definition(), members, parameters)
    };
    assert_eq!(read(&instance), (false, vec!["RPMs".to_owned()], vec!["Index=Int(-1)".to_owned()]));
    assert!(read(&member).0, "what names no definition is one");
    write_number(&mut member, 5, 0);
    assert!(!read(&member).0, "unless it says otherwise");
}

#[test]
fn properties_give_unit_limits_and_quality() {
    let mut set = Vec::new();
    write_properties(
        &mut set,
        &[
            ("engUnit", Written::Text("°C")),
            ("engLow", Written::Double(-20.0)),
            ("engHigh", Written::Int(120)),
            ("documentation", Written::Text("oil")),
            ("Quality", Written::Int(0)),
        ],
    );
    let read = Properties::read(&set);
    assert_eq!((read.unit.as_deref(), read.description.as_deref()), (Some("°C"), Some("oil")));
    assert_eq!((read.low, read.high, read.quality), (Some(-20.0), Some(120.0), Some(Quality::Bad)));
    for (code, quality) in [(192, Quality::Good), (500, Quality::Stale), (0, Quality::Bad), (64, Quality::Uncertain)] {
        let mut set = Vec::new();
        write_properties(&mut set, &[("quality", Written::Int(code))]);
        assert_eq!(Properties::read(&set).quality, Some(quality), "{code}");
    }
    write_bytes(&mut set, 1, b"a key without a value");
    assert!(Properties::read(&set).is_uneven);
    assert_eq!(Properties::read(&set).unit.as_deref(), Some("°C"), "zipped to the shorter");
}

#[test]
fn absent_differs_from_zero() {
    let empty = Payload::read(&[]);
    assert_eq!((empty.seq, empty.timestamp), (None, None));
    let mut bytes = Vec::new();
    write_head(&mut bytes, None, Some(0));
    assert_eq!(Payload::read(&bytes).seq, Some(0));
}

#[test]
fn a_bad_metric_costs_only_itself() {
    let mut bytes = payload(&[MetricWrite { name: Some("a"), value: Written::Int(1), ..MetricWrite::default() }]);
    write_bytes(&mut bytes, 2, &[0x08]);
    write_metric(&mut bytes, &MetricWrite { name: Some("b"), value: Written::Int(2), ..MetricWrite::default() });
    let read = Payload::read(&bytes);
    let cut: Vec<_> = read.metrics().map(|metric| metric.is_cut).collect();
    assert_eq!((read.is_cut, cut), (false, vec![false, true, false]));
    bytes.truncate(bytes.len() - 1);
    let read = Payload::read(&bytes);
    assert!(read.is_cut);
    assert_eq!(read.metrics().count(), 2, "what came before is used");
}

#[test]
fn a_datatype_that_nobody_knows_is_shown_by_its_field() {
    for number in [99, u64::MAX] {
        let mut metric = Vec::new();
        write_number(&mut metric, 4, number);
        write_number(&mut metric, 11, 7);
        let mut bytes = Vec::new();
        write_bytes(&mut bytes, 2, &metric);
        let read = Payload::read(&bytes);
        assert_eq!(read.metrics().next().unwrap().value(Some(DataType::Unknown)), MetricValue::UInt(7), "{number}");
    }
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_bytes(&mut bytes, 4, COMPRESSED.as_bytes());
    write_bytes(&mut bytes, 5, body);
    bytes
}

#[test]
fn compressed_payloads_are_undone_within_a_bound() {
    let inner = payload(&[MetricWrite { name: Some("a"), value: Written::Int(1), ..MetricWrite::default() }]);
    let zlib = miniz_oxide::deflate::compress_to_vec_zlib(&inner, 6);
    let raw = miniz_oxide::deflate::compress_to_vec(&inner, 6);
    // Flags 8: a file name follows the head.
    let gzip = [&[0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3][..], b"name\0", &raw, &[0; 8]].concat();
    for body in [&zlib, &raw, &gzip] {
        assert_eq!(unpacked(&packed(body)).as_deref(), Some(&*inner));
    }
    assert_eq!(unpacked(&inner).as_deref(), Some(&*inner), "what is not packed stays");
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 64 * 1024 * 1024], 6);
    assert!(bomb.len() < 100_000 && unpacked(&packed(&bomb)).is_none());
    assert_eq!(unpacked(&packed(b"nonsense")), None);
    assert_eq!(unpacked(&packed(&[])), None);
}

#[test]
fn topics_by_their_levels() {
    let edge = |topic| match Topic::read(topic) {
        Some(Topic::Edge(edge)) => Some((edge.group, edge.verb, edge.node, edge.device, edge.is_certificate)),
        _ => None,
    };
    assert_eq!(edge("spBv1.0/G/NBIRTH/E"), Some(("G", Verb::NodeBirth, "E", None, false)));
    assert_eq!(edge("spBv1.0/G/DDATA/E/D"), Some(("G", Verb::DeviceData, "E", Some("D"), false)));
    let kept = edge("$sparkplug/certificates/spBv1.0/G/NBIRTH/E");
    assert_eq!(kept, Some(("G", Verb::NodeBirth, "E", None, true)));
    for malformed in [
        "spBv1.0/G/NBIRTH/E/D",
        "spBv1.0/G/DBIRTH/E",
        "spBv1.0/G/DBIRTH/E/D/x",
        "spBv1.0/G/nbirth/E",
        "spbv1.0/G/NBIRTH/E",
        "spBv1.0/G/NMETA/E",
        "spCv4.0/G/NBIRTH/E",
        "spJv4.0/G/NBIRTH/E",
        "spBv1.0//NBIRTH/E",
        "spBv1.0/G/NBIRTH/",
        "",
        "s",
        "spBv1.0",
        "$sparkplug/certificates/spBv1.0/STATE/h",
        "STATE/",
        "acme/berlin",
    ] {
        assert_eq!(Topic::read(malformed), None, "{malformed}");
    }
    assert_eq!(Topic::read("spBv1.0/STATE/scada"), Some(Topic::State("scada")));
    assert_eq!(Topic::read("STATE/scada"), Some(Topic::State("scada")));
    // A group may bear that name: an edge node's topic has a verb where the id would be.
    assert_eq!(edge("spBv1.0/STATE/NBIRTH/E"), Some(("STATE", Verb::NodeBirth, "E", None, false)));
}

/// Reads everything that can be read of a payload.
fn read_all(bytes: &[u8]) -> usize {
    let Some(bytes) = unpacked(bytes) else { return 0 };
    fn walk(metric: andon::sparkplug::Metric<'_>, depth: usize) -> usize {
        let mut count = metric.name().map_or(0, |name| name.len());
        if let Some(set) = metric.properties {
            each_property(set, &mut |_, _| count += 1);
            count += usize::from(Properties::read(set).is_uneven);
        }
        for number in 0..40 {
            count += match metric.value(Some(DataType::from_number(number))) {
                MetricValue::Array(array) => array.elements().count(),
                MetricValue::DataSet(set) => set.rows().count(),
                MetricValue::Template(template) if depth < 8 => {
                    template.parameters().count()
                        + template.members().take(3).map(|m| walk(m, depth + 8)).sum::<usize>()
                }
                _ => 1,
            };
        }
        count
    }
    Payload::read(&bytes).metrics().map(|metric| walk(metric, 0)).sum()
}

proptest! {
    #[test]
    fn any_bytes_are_some_payload(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read_all(&bytes);
    }

    #[test]
    fn damaged_payloads_are_some_payload(
        at in any::<proptest::sample::Index>(), to in any::<u8>(), end in any::<proptest::sample::Index>(),
        number in any::<u64>(), name in ".{0,12}",
    ) {
        let mut set = Vec::new();
        write_properties(&mut set, &[("engUnit", Written::Text("°C")), ("Quality", Written::Int(192))]);
        let table = data_set(2, &[("a", DataType::Int8), ("b", DataType::String)], &[&[Some(number), None]]);
        let mut template = Vec::new();
        write_metric(&mut template, &MetricWrite { name: Some(&name), value: Written::Long(number), ..MetricWrite::default() });
        let metric = |value| MetricWrite { name: Some(&name), alias: Some(number), properties: &set, value, ..MetricWrite::default() };
        let mut bytes = payload(&[
            metric(Written::Long(number)), metric(Written::DataSet(&table)), metric(Written::Template(&template)),
            metric(Written::Bytes(&table)), metric(Written::Text(&name)),
        ]);
        let index = at.index(bytes.len());
        bytes[index] = to;
        bytes.truncate(end.index(bytes.len()) + 1);
        read_all(&bytes);
    }

    #[test]
    fn what_is_written_is_read(number in any::<u64>(), alias in any::<u64>(), at in any::<u64>(), name in ".{1,20}") {
        let bytes = payload(&[MetricWrite {
            name: Some(&name), alias: Some(alias), timestamp: Some(at), datatype: Some(DataType::UInt64),
            value: Written::Long(number), ..MetricWrite::default()
        }]);
        let metric = Payload::read(&bytes).metrics().next().unwrap();
        let read = metric.name();
        prop_assert_eq!(read.as_deref(), Some(&*name));
        prop_assert_eq!((metric.alias, metric.timestamp), (Some(alias), Some(at)));
        prop_assert_eq!(metric.value(None), MetricValue::UInt(number));
    }
}
