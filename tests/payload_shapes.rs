//! The shapes of the field, each with an example and what it reads as.

mod common {
    pub(crate) mod found;
}

use andon::payload::{Known, Reader};
use andon::vocab::{SHAPES, Shape};
use common::found::{NOW, read, read_known};
use proptest::prelude::*;

/// 2025-11-23T01:40:00Z.
const AT: &str = "@1763862000000";

/// Shape, example, and its values as `path=value@time[unit]!quality(description)`; `AT` stands for that time.
const TABLE: &[(Shape, &str, &[&str])] = &[
    (Shape::Empty, "", &["=null"]),
    (Shape::Scalar, "23.5", &["=f23.5"]),
    (Shape::Scalar, "9007199254740993", &["=i9007199254740993"]),
    (Shape::Scalar, "2024-05-01T10:00:00Z", &["=\"2024-05-01T10:00:00Z\""]),
    (Shape::Scalar, "\"Running\"", &["=\"Running\""]),
    (Shape::ValueObject, r#"{"value":23.5,"timestamp":1763862000000,"unit":"°C"}"#, &["=f23.5AT[°C]"]),
    (Shape::Umh, r#"{"value":23.4,"timestamp_ms":1763862000000}"#, &["=f23.4AT"]),
    (
        Shape::UmhTags,
        r#"{"timestamp_ms":1763862000000,"temperature":23.4,"humidity":42.1}"#,
        &["temperature=f23.4AT", "humidity=f42.1AT"],
    ),
    (
        Shape::Ignition,
        r#"{"name":"Fan Speed","dataType":"Float","value":12.5,"timestamp":1763862000000,"quality":"Good"}"#,
        &["=f12.5AT!good(Fan Speed)"],
    ),
    (
        Shape::Properties,
        r#"{"enabled":{"type":"Boolean","value":true},"engUnit":{"type":"String","value":"rpm"}}"#,
        &["enabled=true", "engUnit=\"rpm\">Unit", "engUnit=\"rpm\""],
    ),
    (
        Shape::Proxus,
        r#"{"value":45.2,"timestamp":"2025-11-23T01:40:00.000Z","quality":"Good","dataType":"Float","context":{"order":"A7"}}"#,
        &["=f45.2AT!good", "context/order=\"A7\"AT"],
    ),
    (
        Shape::FactoryPlus,
        r#"{"Value":"230.1","Timestamp":"2025-11-23T01:40:00Z","Batch":[{"Value":"230.0","Timestamp":"2025-11-23T01:39:59Z"}]}"#,
        &["=f230@1763861999000", "=f230.1AT"],
    ),
    (
        Shape::AzureIotOperations,
        r#"{"temperature":{"SourceTimestamp":"2025-11-23T01:40:00.0000001Z","Value":4558},"Tag 10":{"SourceTimestamp":"2025-11-23T01:40:00Z","Value":false,"StatusCode":{"Code":2150694912}}}"#,
        &["temperature=i4558AT", "Tag 10=falseAT!bad"],
    ),
    (
        Shape::OpcUaPubSub,
        r#"{"MessageId":"27","MessageType":"ua-data","PublisherId":"p","Messages":[{"DataSetWriterId":"1000","SequenceNumber":27,"Timestamp":"2025-11-23T01:40:00Z","Payload":{"StepUp":{"Value":23305,"SourceTimestamp":"2025-11-23T01:40:00Z"},"Bad1":{"StatusCode":{"Symbol":"BadNoCommunication","Code":2150694912}},"Plain":7,"Typed":{"Type":10,"Body":1.5}}}]}"#,
        &["1000/StepUp=i23305AT", "1000/Bad1=nullAT!bad", "1000/Plain=i7AT", "1000/Typed=f1.5AT"],
    ),
    (
        Shape::OpcUaPubSub,
        r#"[{"DataSetWriterId":1,"Payload":{"a":{"Value":0,"StatusCode":0}}},{"DataSetWriterId":2,"Payload":{"a":3}}]"#,
        &["1/a=i0!good", "2/a=i3"],
    ),
    (
        Shape::OpcUaMetadata,
        r#"{"MessageId":"1","MessageType":"ua-metadata","DataSetWriterId":"1000","MetaData":{"Fields":[{"Name":"StepUp","Description":{"Text":"Steps"},"Properties":[{"Key":"EngineeringUnits","Value":{"Body":{"DisplayName":{"Text":"mm"}}}}]}]}}"#,
        &["StepUp=\"Steps\">Description", "StepUp=\"Steps\"", "StepUp=\"mm\">Unit"],
    ),
    (
        Shape::OpcPublisher,
        r#"{"NodeId":"nsu=http://x;s=StepUp","DisplayName":"StepUp","Value":{"Value":21713,"SourceTimestamp":"2025-11-23T01:40:00Z"},"Timestamp":"2025-11-23T01:40:01Z"}"#,
        &["StepUp=i21713AT"],
    ),
    (
        Shape::Siemens,
        r#"{"seq":1,"vals":[{"id":"101","qc":3,"ts":"2025-11-23T01:40:00Z","val":1},{"id":"102","qc":0,"ts":"2025-11-23T01:40:00Z","val":2.5}]}"#,
        &["101=i1AT!good", "102=f2.5AT!bad"],
    ),
    (
        Shape::Siemens,
        r#"{"seq":1,"records":[{"ts":"2025-11-23T01:40:00Z","rseq":1,"vals":[{"id":"101","val":1,"qc":3}]},{"ts":"2025-11-23T01:40:01Z","rseq":2,"vals":[{"id":"101","val":2,"qc":2}]}]}"#,
        &["101=i1AT!good", "101=i2@1763862001000!unknown"],
    ),
    (Shape::Siemens, r#"{"seq":9,"val":7,"ts":"2025-11-23T01:40:00Z","qc":3}"#, &["=i7AT!good"]),
    (
        Shape::SiemensNames,
        r#"{"seq":1,"connections":[{"name":"plc","dataPoints":[{"name":"default","topic":"ie/d/j/simatic/v1/s7/dp/r/plc/default","dataPointDefinitions":[{"name":"Speed","id":"101","dataType":"Real","unit":"rpm"}]}]}]}"#,
        &["101=\"Speed\">Name", "101=\"rpm\">Unit", "101=\"Speed\""],
    ),
    (
        Shape::SiemensCc7,
        r#"{"Timestamp":"2025-11-23T01:40:00Z","DataItems":[{"Variable":"x","Type":"Real","Value":"1.5","QualityCode":"Good"}]}"#,
        &["x=f1.5AT!good"],
    ),
    (
        Shape::SiemensCc7,
        r#"{"Timestamp":"2025-11-23T01:40:00Z","x":{"Value":"1.5","Station":"PLC","QualityCode":"192"}}"#,
        &["x=f1.5AT"],
    ),
    (
        Shape::Kepware,
        r#"{"timestamp":1763862009000,"values":[{"id":"Channel1.Device1.Tag1","v":42,"q":true,"t":1763862000000},{"id":"b","v":1,"q":false,"t":1763862000000}]}"#,
        &["Channel1.Device1.Tag1=i42AT!good", "b=i1AT!bad"],
    ),
    (
        Shape::TagArray,
        r#"[{"tagname":"A.B.C","timestamp":1763862000000,"value":1291},{"tagname":"D","timestamp":1763862000000,"value":"x"}]"#,
        &["A.B.C=i1291AT", "D=\"x\"AT"],
    ),
    (
        Shape::Telegraf,
        r#"{"fields":{"field_1":30,"field_2":4.5},"name":"docker","tags":{"host":"raynor"},"timestamp":1763862000}"#,
        &["docker,host=raynor/field_1=i30AT", "docker,host=raynor/field_2=f4.5AT"],
    ),
    (
        Shape::Telegraf,
        r#"{"metrics":[{"fields":{"f":30},"name":"m","tags":{},"timestamp":1763862000}]}"#,
        &["m/f=i30AT"],
    ),
    (
        Shape::LineProtocol,
        "weather,location=us temp=82,hum=71i,ok=t,say=\"a, b=c\" 1763862000000000000\nm\\ 2,a=b v=1u",
        &[
            "weather,location=us/temp=f82AT",
            "weather,location=us/hum=i71AT",
            "weather,location=us/ok=trueAT",
            "weather,location=us/say=\"a, b=c\"AT",
            "m 2,a=b/v=i1",
        ],
    ),
    (
        Shape::SiteWise,
        r#"{"propertyAlias":"/a/b","propertyValues":[{"value":{"doubleValue":1.2},"timestamp":{"timeInSeconds":1763862000,"offsetInNanos":0},"quality":"GOOD"}]}"#,
        &["a/b=f1.2AT!good"],
    ),
    (
        Shape::SiteWise,
        r#"{"entries":[{"entryId":"1","assetId":"A","propertyId":"P","propertyValues":[{"value":{"integerValue":5},"timestamp":{"timeInSeconds":1763862000},"quality":"BAD"}]}]}"#,
        &["A/P=i5AT!bad"],
    ),
    (
        Shape::Shadow,
        r#"{"state":{"reported":{"temp":21},"desired":{"temp":22}},"metadata":{},"version":3,"timestamp":1763862000}"#,
        &["temp=i21AT", "desired/temp=i22AT"],
    ),
    (
        Shape::AzureProcessor,
        r#"{"values":[{"timeStamp":"2025-11-23T01:40:00Z","tag":"temperature","numVal":250},{"tag":"runningStatus","boolVal":true}]}"#,
        &["temperature=i250AT", "runningStatus=true"],
    ),
    (Shape::ThingsBoard, r#"{"ts":1763862000000,"values":{"k1":"v1","k2":2}}"#, &["k1=\"v1\"AT", "k2=i2AT"]),
    (
        Shape::ThingsBoard,
        r#"[{"ts":1763862000000,"values":{"k":1}},{"ts":1763862001000,"values":{"k":2}}]"#,
        &["k=i1AT", "k=i2@1763862001000"],
    ),
    (
        Shape::SenMl,
        r#"[{"bn":"urn:dev:1/","bt":1763862000,"bu":"A","n":"I","v":1.2},{"n":"V","u":"V","t":-1,"v":230},{"n":"S","vs":"x"},{"n":"B","vb":true}]"#,
        &[
            "urn:dev:1/I=f1.2AT[A]",
            "urn:dev:1/V=i230@1763861999000[V]",
            "urn:dev:1/S=\"x\"AT[A]",
            "urn:dev:1/B=trueAT[A]",
        ],
    ),
    (
        Shape::CloudEvents,
        r#"{"specversion":"1.0","type":"t","source":"s","id":"1","time":"2025-11-23T01:40:00Z","data":{"temperature":5}}"#,
        &["temperature=i5AT"],
    ),
    (
        Shape::CloudEvents,
        r#"{"specversion":"1.0","type":"t","source":"s","id":"1","data":{"value":5,"unit":"bar"}}"#,
        &["=i5[bar]"],
    ),
    (
        Shape::SparkplugJson,
        r#"{"topic":{"namespace":"spBv1.0","groupId":"G","edgeNodeId":"N","deviceId":"D","type":"DDATA"},"payload":{"timestamp":1763862000000,"metrics":[{"name":"a/b","timestamp":1763862000000,"dataType":"Int32","value":5,"properties":{"Quality":{"type":"Int32","value":0}}}],"seq":1}}"#,
        &["G/N/D/a/b=i5AT!bad"],
    ),
    (
        Shape::Aas,
        r#"{"modelType":"Property","idShort":"Temp","valueType":"xs:double","value":"23.5"}"#,
        &["=f23.5(Temp)"],
    ),
    (
        Shape::Aas,
        r#"{"modelType":"SubmodelElementCollection","idShort":"C","value":[{"modelType":"Property","idShort":"A","valueType":"xs:string","value":"5"},{"modelType":"Property","idShort":"B","valueType":"xs:int","value":"5"}]}"#,
        &["A=\"5\"(A)", "B=i5(B)"],
    ),
    (Shape::NodeRed, r#"{"_msgid":"ab.1","topic":"x","payload":23.5}"#, &["=f23.5"]),
    (Shape::NodeRed, r#"{"payload":{"value":1,"unit":"A"}}"#, &["=i1[A]"]),
    (Shape::Tasmota, r#"{"Time":"2025-11-23T01:40:00","ENERGY":{"Power":12}}"#, &["ENERGY/Power=i12AT?"]),
    (Shape::Object, r#"{"temperature":21.3,"battery":90}"#, &["temperature=f21.3", "battery=i90"]),
    (
        Shape::Profile,
        r#"{"$namespace":"https://x/OEE/v1.0","timestamp":"2025-11-23T01:40:00Z","oee":0.81}"#,
        &["$namespace=\"https://x/OEE/v1.0\"AT", "oee=f0.81AT"],
    ),
    (Shape::Object, r#"{"a":{"b":[1,2]}}"#, &["a/b/0=i1", "a/b/1=i2"]),
    (
        Shape::Object,
        r#"{"fft":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17.5]}"#,
        &["fft=\"[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17.5]\""],
    ),
    (Shape::Raw, "{\"value\":", &["=\"{\\\"value\\\":\""]),
];

#[test]
fn each_shape_reads_as_the_table_says() {
    for (shape, payload, values) in TABLE {
        let values: Vec<String> = values.iter().map(|value| value.replace("AT", AT)).collect();
        assert_eq!(read(payload.as_bytes()), (*shape, values), "{payload}");
    }
    let missing: Vec<&str> = SHAPES
        .iter()
        .filter(|(shape, _)| *shape != Shape::SparkplugB) // has readers and tests of its own
        .filter(|(shape, _)| TABLE.iter().all(|(known, _, _)| known != shape))
        .map(|(_, word)| *word)
        .collect();
    assert!(missing.is_empty(), "no example for {missing:?}");
}

#[test]
fn what_only_looks_like_a_shape_is_none() {
    for (payload, shape) in [
        ("speed is=5", Shape::Scalar),
        ("a=b", Shape::Scalar),
        ("weather,location=us temp=82,hum=x 17", Shape::Scalar),
        ("http://x/?a=1, b=2", Shape::Scalar),
        (r#"{"values":[1,2,3]}"#, Shape::Object),
        (r#"{"values":{"a":1}}"#, Shape::Object),
        (r#"{"seq":5,"temperature":1}"#, Shape::Object),
        (r#"{"state":"Execute","metadata":{}}"#, Shape::Object),
        (r#"{"payload":1,"speed":2}"#, Shape::Object),
        (r#"{"a":{"value":1},"b":{"value":2}}"#, Shape::Object),
        (r#"[{"a":1},{"b":2}]"#, Shape::Object),
        (r#"{"metrics":[1,2]}"#, Shape::Object),
        (r#"{"fields":{"a":1}}"#, Shape::Object),
        (r#"{"Value":"x","Timestamp":"2025-11-23T01:40:00Z","Quality":"GOOD"}"#, Shape::ValueObject),
    ] {
        assert_eq!(read(payload.as_bytes()).0, shape, "{payload}");
    }
}

#[test]
fn a_shape_can_be_forced_and_what_does_not_fit_it_is_shown_all_the_same() {
    let read_as = |shape, text: &str| read_known(&mut Known::forced(Some(shape)), text.as_bytes());
    let value = r#"{"value":5,"unit":"bar"}"#;
    assert_eq!(read_as(Shape::Scalar, value).1, [format!("={value:?}")]);
    assert_eq!(read_as(Shape::Raw, value).1, [format!("=raw {}", value.len())]);
    assert_eq!(read_as(Shape::Kepware, value), (Shape::ValueObject, vec!["=i5[bar]".to_owned()]));
    let list = r#"{"list":0,"values":[{"id":"a","v":1}]}"#;
    assert_eq!(read_as(Shape::Kepware, list).1, ["a=i1"]);
}

#[test]
fn items_that_cannot_be_read_are_said() {
    let (shape, found) = read(br#"{"values":[{"id":"a","v":1},{"id":"b"}]}"#);
    assert_eq!((shape, found), (Shape::Kepware, vec!["a=i1".to_owned(), "=raw 40".to_owned()]));
    let many: Vec<String> = (0..6000).map(|i| format!(r#"{{"id":"t{i}","v":{i}}}"#)).collect();
    let text = format!(r#"{{"values":[{}]}}"#, many.join(","));
    let (_, found) = read(text.as_bytes());
    assert_eq!((found.len(), found[5000].clone()), (5001, format!("=raw {}", text.len())));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a topic's messages were before, a message is read as it would be alone.
    #[test]
    fn what_is_known_of_a_topic_never_changes_what_is_read(order in prop::collection::vec(0..TABLE.len(), 1..12)) {
        let (mut reader, mut known) = (Reader::default(), Known::default());
        for index in order {
            let (shape, payload, _) = TABLE[index];
            let mut count = 0;
            let found = reader.read(NOW, &mut known, payload.as_bytes(), &mut |_| count += 1);
            prop_assert_eq!((found, count), (shape, read(payload.as_bytes()).1.len()));
        }
    }

    /// Each shape's own number comes out, under its own name, whatever number, name and company it has.
    #[test]
    fn no_shape_reads_anothers_value(n in any::<i64>(), name in "x[a-zA-Z0-9._ -]{0,12}", extra in 0u8..3) {
        let more = ["", r#","zz_note":"x""#, r#","zz_list":[1,2]"#][usize::from(extra)];
        let t = "1763862000000";
        for (shape, text, path) in [
            (Shape::Kepware, format!(r#"{{"timestamp":{t},"values":[{{"id":"{name}","v":{n},"q":true,"t":{t}}}]{more}}}"#), name.clone()),
            (Shape::Siemens, format!(r#"{{"seq":1,"vals":[{{"id":"{name}","qc":3,"ts":{t},"val":{n}}}]{more}}}"#), name.clone()),
            (Shape::OpcUaPubSub, format!(r#"{{"MessageId":"1","Messages":[{{"Payload":{{"{name}":{{"Value":{n}}}}}}}]{more}}}"#), name.clone()),
            (Shape::OpcPublisher, format!(r#"{{"NodeId":"i=1","DisplayName":"{name}","Value":{{"Value":{n}}}{more}}}"#), name.clone()),
            (Shape::TagArray, format!(r#"[{{"tagname":"{name}","value":{n}{more}}}]"#), name.clone()),
            (Shape::AzureProcessor, format!(r#"{{"values":[{{"tag":"{name}","numVal":{n}}}]{more}}}"#), name.clone()),
            (Shape::ThingsBoard, format!(r#"{{"ts":{t},"values":{{"{name}":{n}}}{more}}}"#), name.clone()),
            (Shape::SenMl, format!(r#"[{{"n":"{name}","v":{n}}}]"#), name.trim_matches('/').to_owned()),
            (Shape::Shadow, format!(r#"{{"state":{{"reported":{{"{name}":{n}}}}}{more}}}"#), name.clone()),
            (Shape::CloudEvents, format!(r#"{{"specversion":"1.0","type":"a","source":"b","id":"c","data":{{"{name}":{n}}}{more}}}"#), name.clone()),
            (Shape::NodeRed, format!(r#"{{"_msgid":"1","payload":{n}{more}}}"#), String::new()),
            (Shape::SiteWise, format!(r#"{{"propertyAlias":"{name}","propertyValues":[{{"value":{{"integerValue":{n}}},"timestamp":{{"timeInSeconds":1763862000}}}}]{more}}}"#), name.clone()),
            (Shape::Telegraf, format!(r#"{{"name":"{name}","fields":{{"f":{n}}},"tags":{{}}{more}}}"#), format!("{name}/f")),
            (Shape::UmhTags, format!(r#"{{"timestamp_ms":{t},"zz_a":1,"zz_b":{n}{more}}}"#), "zz_b".to_owned()),
            (Shape::ValueObject, format!(r#"{{"value":{n},"unit":"bar","timestamp":{t}{more}}}"#), String::new()),
        ] {
            let (found, values) = read(text.as_bytes());
            prop_assert_eq!(found, shape, "{}", text);
            let wanted = format!("{path}=i{n}");
            prop_assert!(
                values.iter().any(|value| value.split(['@', '[', '!', '(']).next() == Some(wanted.as_str())),
                "{} is not in {:?} of {}", wanted, values, text
            );
        }
    }

    #[test]
    fn any_lines_are_read_or_shown(text in "[a-z,= \\\\\"0-9i\n.t-]{0,80}") {
        let (shape, values) = read(text.as_bytes());
        prop_assert!(!values.is_empty(), "{:?} {:?}", shape, text);
    }
}
