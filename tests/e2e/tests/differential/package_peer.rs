//! npm `mqtt-packet`: the fixtures of its package, taken from there when this runs, and what it reads of our packets.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use andon::mqtt::codec::{Connect, ConnectWill, Encoder, Filter, Outgoing, Protocol, PublishProperties};
use serde_json::Value;

use crate::explained::{Difference, PACKAGE, explain};
use crate::seen::{Message, Reading, bytes, hex, kind, ours};

/// What the package reads: of its own fixtures, or of these packets.
fn read(packets: &[(u8, Vec<u8>)]) -> Vec<Value> {
    let folder = xtask::bench::mqttjs_folder().unwrap_or_else(|failure| panic!("{failure}"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("mqtt-packet/read.js");
    let mut node = Command::new("node");
    node.arg(script).current_dir(folder);
    let given = std::env::temp_dir().join(format!("andon-differential-{}", std::process::id()));
    if !packets.is_empty() {
        let lines = packets.iter().map(|(version, packet)| format!("{version} {}\n", hex(packet)));
        fs::write(&given, lines.collect::<String>()).expect("a file");
        node.arg(&given);
    }
    let output = node.output().expect("node");
    let _ = fs::remove_file(given);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn number(value: &Value) -> u32 {
    value.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
}

/// A `Buffer`, or text.
fn raw(value: &Value) -> Option<Vec<u8>> {
    value["hex"].as_str().map(bytes).or_else(|| value.as_str().map(|text| text.as_bytes().to_vec()))
}

fn words(packet: &Value) -> String {
    let id = number(&packet["messageId"]);
    let code = number(&packet["reasonCode"]);
    let codes = |of: &Value| of.as_array().map(|all| all.iter().map(number).collect::<Vec<_>>()).unwrap_or_default();
    match packet["cmd"].as_str().unwrap_or_default() {
        "connack" => {
            let of_3 = &packet["returnCode"];
            let code = if of_3.is_null() { code } else { number(of_3) };
            format!("CONNACK {} {code}", packet["sessionPresent"].as_bool().unwrap_or(false))
        }
        "publish" => publish(packet),
        "suback" => format!("SUBACK {id} {:?}", codes(&packet["granted"])),
        "unsuback" => format!("UNSUBACK {id} {:?}", codes(&packet["granted"])),
        "pingresp" => "PINGRESP".to_owned(),
        "disconnect" => format!("DISCONNECT {code}"),
        "auth" => format!("AUTH {code}"),
        ack @ ("puback" | "pubrec" | "pubrel" | "pubcomp") => format!("{} {id} {code}", ack.to_uppercase()),
        other => other.to_uppercase(),
    }
}

fn publish(packet: &Value) -> String {
    let of = &packet["properties"];
    let payload = raw(&packet["payload"]).unwrap_or_default();
    let correlation = raw(&of["correlationData"]);
    let ids = match &of["subscriptionIdentifier"] {
        Value::Array(all) => all.iter().map(number).collect(),
        Value::Null => Vec::new(),
        one => vec![number(one)],
    };
    let mut user = Vec::new();
    for (name, value) in of["userProperties"].as_object().into_iter().flatten() {
        match value {
            Value::Array(all) => user.extend(all.iter().filter_map(Value::as_str).map(|value| (name.as_str(), value))),
            one => user.push((name.as_str(), one.as_str().unwrap_or_default())),
        }
    }
    let flag = |name: &str| packet[name].as_bool().unwrap_or(false);
    let message = Message {
        topic: packet["topic"].as_str().unwrap_or_default(),
        payload: &payload,
        qos: number(&packet["qos"]) as u8,
        flags: (flag("retain"), flag("dup")),
        packet_id: number(&packet["messageId"]) as u16,
        expiry: of["messageExpiryInterval"].as_u64().and_then(|secs| u32::try_from(secs).ok()),
        alias: of["topicAlias"].as_u64().and_then(|alias| u16::try_from(alias).ok()),
        content_type: of["contentType"].as_str(),
        response_topic: of["responseTopic"].as_str(),
        correlation: correlation.as_deref(),
        subscriptions: ids,
        user,
    };
    message.words()
}

/// Where the two disagree about a stream; at the first packet they do not read alike.
fn difference(stream: &[u8], (we, why): Reading, packets: &[Value], error: Option<&str>) -> Option<Difference> {
    let they: Vec<String> = packets.iter().map(words).collect();
    let alike = we.iter().zip(&they).take_while(|(we, they)| we == they).count();
    let first = packet_at(stream, alike).map_or("nothing", |at| kind(stream[at]));
    match (we.get(alike), they.get(alike), why, error) {
        (Some(we), Some(they), ..) => Some(Difference::new("read otherwise", first, format!("{we} / {they}"))),
        (None, Some(they), Some(why), _) => {
            Some(Difference::new(&format!("only we refuse: {why}"), first, they.clone()))
        }
        (Some(we), None, _, Some(why)) => Some(Difference::new("only they refuse", first, format!("{why} / {we}"))),
        (None, None, None, Some(why)) => Some(Difference::new("only they refuse", first, why.to_owned())),
        (None, None, Some(why), None) if why != "unfinished" => {
            Some(Difference::new(&format!("only we refuse: {why}"), first, "nothing".to_owned()))
        }
        (None, None, ..) => None,
        (we, they, why, error) => panic!("{}: {we:?} {they:?} {why:?} {error:?}", hex(stream)),
    }
}

/// Where a stream's packet of this index begins.
fn packet_at(stream: &[u8], index: usize) -> Option<usize> {
    let mut at = 0;
    for _ in 0..index {
        let (mut length, mut shift, mut next) = (0usize, 0, at + 1);
        loop {
            let byte = *stream.get(next)?;
            length |= usize::from(byte & 127) << shift;
            (shift, next) = (shift + 7, next + 1);
            if byte < 128 {
                break;
            }
        }
        at = next + length;
    }
    (at < stream.len()).then_some(at)
}

#[test]
fn the_fixtures_of_the_package() {
    let streams = read(&[]);
    assert!(streams.len() > 150, "{} fixtures", streams.len());
    let mut found: BTreeMap<Difference, (u32, String)> = BTreeMap::new();
    let mut alike = 0;
    for stream in &streams {
        let protocol = if number(&stream["version"]) == 5 { Protocol::V5 } else { Protocol::V4 };
        let bytes = bytes(stream["hex"].as_str().unwrap_or_default());
        let packets = stream["packets"].as_array().cloned().unwrap_or_default();
        match difference(&bytes, ours(protocol, &bytes), &packets, stream["error"].as_str()) {
            None => alike += 1,
            Some(difference) => {
                let words = format!("{protocol:?} {} {}", hex(&bytes), difference.detail);
                found.entry(difference).or_insert((0, words)).0 += 1;
            }
        }
    }
    println!("mqtt-packet: {} fixtures, {alike} read alike", streams.len());
    explain(PACKAGE, &found);
}

#[test]
fn what_we_write_it_reads_as_meant() {
    let pairs = [("n".to_owned(), "v".to_owned())];
    let more = PublishProperties {
        expiry_secs: Some(60),
        content_type: Some("t".into()),
        response_topic: Some("r".into()),
        correlation_data: Some(vec![0, 255].into()),
        user_properties: pairs.to_vec(),
        ..PublishProperties::default()
    };
    let mut written = Vec::new();
    for protocol in [Protocol::V4, Protocol::V5] {
        let is_5 = protocol == Protocol::V5;
        let mut write = |say: &dyn Fn(&mut Encoder, &mut Vec<u8>)| {
            let mut out = Vec::new();
            say(&mut Encoder::new(protocol), &mut out);
            written.push((protocol.level(), out));
        };
        let will =
            ConnectWill { topic: "w", payload: b"gone", qos: 1, retain: true, delay_secs: 7, properties: Some(&more) };
        write(&|encoder, out| {
            let connect = Connect {
                client_id: "andon-1",
                clean: true,
                session_expiry_secs: 60,
                username: Some("u"),
                password: Some(&[0, 255]),
                keep_alive_secs: 30,
                will: Some(will),
                receive_maximum: 9,
                auth: is_5.then_some(("M", Some(b"d".as_slice()))),
                ..Connect::default()
            };
            encoder.connect(out, &connect).expect("it can be said");
        });
        write(&|encoder, out| {
            let own = Filter { filter: "a/+", qos: 2, no_local: true, retain_as_published: true, retain_handling: 1 };
            encoder
                .subscribe(out, 7, 5, &[own, Filter { filter: "b/#", ..Filter::default() }])
                .expect("it can be said");
        });
        write(&|encoder, out| encoder.unsubscribe(out, 8, &["a/+", "b/#"]).expect("it can be said"));
        write(&|encoder, out| {
            let outgoing = Outgoing {
                topic: "é/t",
                payload: b"x",
                qos: 2,
                retain: true,
                packet_id: 9,
                properties: is_5.then_some(&more),
                ..Outgoing::default()
            };
            encoder.publish(out, &outgoing).expect("it can be said");
        });
        write(&|encoder, out| encoder.pubrel(out, 3, true));
        write(&|encoder, out| encoder.disconnect(out, 0x82, false));
    }
    let read = read(&written);
    assert_eq!(read.len(), written.len());
    for (version, all) in [(4, &read[..6]), (5, &read[6..])] {
        let is_5 = version == 5;
        let packet = |at: usize| {
            assert_eq!((all[at]["error"].clone(), all[at]["packets"].as_array().map(Vec::len)), (Value::Null, Some(1)));
            &all[at]["packets"][0]
        };
        let connect = packet(0);
        assert_eq!((connect["clientId"].as_str(), number(&connect["keepalive"])), (Some("andon-1"), 30));
        assert_eq!((connect["clean"].as_bool(), connect["username"].as_str()), (Some(true), Some("u")));
        assert_eq!(raw(&connect["password"]), Some(vec![0, 255]));
        let will = &connect["will"];
        assert_eq!((will["topic"].as_str(), raw(&will["payload"])), (Some("w"), Some(b"gone".to_vec())));
        assert_eq!((number(&will["qos"]), will["retain"].as_bool()), (1, Some(true)));
        if is_5 {
            assert_eq!(number(&connect["properties"]["sessionExpiryInterval"]), 60);
            assert_eq!(connect["properties"]["authenticationMethod"].as_str(), Some("M"));
            assert_eq!(number(&will["properties"]["willDelayInterval"]), 7);
            assert_eq!(will["properties"]["contentType"].as_str(), Some("t"));
        }
        let subscribe = packet(1);
        let first = &subscribe["subscriptions"][0];
        assert_eq!(
            (number(&subscribe["messageId"]), first["topic"].as_str(), number(&first["qos"])),
            (7, Some("a/+"), 2)
        );
        assert_eq!(subscribe["subscriptions"][1]["topic"].as_str(), Some("b/#"));
        if is_5 {
            assert_eq!(
                (first["nl"].as_bool(), first["rap"].as_bool(), number(&first["rh"])),
                (Some(true), Some(true), 1)
            );
            assert_eq!(number(&subscribe["properties"]["subscriptionIdentifier"]), 5);
        }
        assert_eq!(packet(2)["unsubscriptions"], serde_json::json!(["a/+", "b/#"]));
        let protocol = if is_5 { Protocol::V5 } else { Protocol::V4 };
        let own = written.iter().filter(|(level, _)| *level == version).nth(3).expect("a PUBLISH");
        assert_eq!(ours(protocol, &own.1).0, [words(packet(3))]);
        assert_eq!(words(packet(4)), "PUBREL 3 0");
        assert_eq!(words(packet(5)), if is_5 { "DISCONNECT 130" } else { "DISCONNECT 0" });
    }
}
