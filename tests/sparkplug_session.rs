//! Sparkplug sessions through the engine: births, data, deaths, gaps and what the page sees of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests state what must hold")]

mod common {
    pub(crate) mod edge;
    pub(crate) mod world;
}

use andon::engine::Input;
use andon::sparkplug::{DataType, Written};
use andon::time::Millis;
use andon::vocab::{MachineState, Origin, Quality, Value};
use andon::wire::{Command, EdgeNodeReport, EdgeNodes, Update};
use common::edge::{SENT, Say, death};
use common::world::{World, publish};

struct Plant(World);

impl Plant {
    fn new() -> Self {
        Self(World::online())
    }

    fn hear(&mut self, topic: &str, say: &Say) {
        self.0.bytes(&publish(&format!("spBv1.0/G:berlin/{topic}"), &say.0, false));
    }

    fn hear_retained(&mut self, topic: &str, say: &Say) {
        self.0.bytes(&publish(&format!("spBv1.0/G:berlin/{topic}"), &say.0, true));
    }

    /// NBIRTH 0, DBIRTH 1: a device with a state and a speed by alias.
    fn born(bdseq: u64) -> Self {
        let mut plant = Self::new();
        plant.birth(bdseq);
        plant
    }

    fn birth(&mut self, bdseq: u64) {
        self.hear("NBIRTH/line1", &nbirth(bdseq));
        self.hear("DBIRTH/line1/filler", &dbirth(1));
    }

    fn value(&mut self, path: &str) -> (Value, Quality) {
        let (value, quality, _) = self.whole(path);
        (value, quality)
    }

    fn whole(&mut self, path: &str) -> (Value, Quality, Origin) {
        let tag = self.0.watch(path);
        let reading = self.0.reading(tag).unwrap();
        (reading.value, reading.quality, reading.origin)
    }

    fn nodes(&mut self, wanted: Option<&str>) -> EdgeNodes {
        self.0.command(Command::EdgeNodes(wanted.map(str::to_owned)));
        let told = |update: &Update| if let Update::EdgeNodes(told) = update { Some((**told).clone()) } else { None };
        self.0.updates.iter().rev().find_map(told).unwrap()
    }

    fn node(&mut self) -> EdgeNodeReport {
        self.nodes(Some("G:berlin/line1")).nodes.remove(0)
    }

    fn deviations(&mut self) -> String {
        let told: Vec<_> = self.node().deviations.iter().map(|(words, count)| format!("{words}: {count}")).collect();
        told.join(", ")
    }
}

fn nbirth(bdseq: u64) -> Say {
    Say::seq(0).bdseq(bdseq).born("Node Control/Rebirth", None, DataType::Boolean, Written::Bool(false)).born(
        "Uptime",
        Some(7),
        DataType::UInt64,
        Written::Long(1),
    )
}

fn dbirth(seq: u64) -> Say {
    Say::seq(seq)
        .born("State", Some(1), DataType::String, Written::Text("Execute"))
        .born("Drive/Speed", Some(2), DataType::Float, Written::Float(1.1))
        .born("Count", Some(u64::MAX), DataType::Int32, Written::Int(5))
}

const SPEED: &str = "G/berlin/line1/filler/Drive/Speed";
const FILLER: &str = "G/berlin/line1/filler";

#[test]
fn births_make_tags_and_machines_and_data_comes_by_alias() {
    let mut plant = Plant::born(3);
    assert_eq!(plant.value(SPEED), (Value::Float(1.1), Quality::Good));
    plant
        .hear("DDATA/line1/filler", &Say::seq(2).alias(2, Written::Float(2.5)).alias(u64::MAX, Written::Int(u32::MAX)));
    assert_eq!(plant.value(SPEED), (Value::Float(2.5), Quality::Good));
    assert_eq!(plant.value("G/berlin/line1/filler/Count").0, Value::Int(-1), "the birth's datatype holds");
    let card = plant.0.card(FILLER).unwrap();
    assert_eq!((card.state, card.death), (MachineState::Running, None));
    let tag = plant.0.tag(SPEED).unwrap();
    assert_eq!(&*tag.source, "spBv1.0/G:berlin/line1/filler#Drive/Speed");
    let node = plant.node();
    assert_eq!((node.standing.as_str(), node.bdseq, node.seq, node.device_count), ("online", Some(3), Some(2), 1));
    assert_eq!((node.metrics, node.devices[0].metrics, node.has_rebirth_switch), (3, 3, true));
    assert_eq!(plant.deviations(), "");
}

#[test]
fn a_death_takes_the_node_and_all_its_devices_offline_at_once() {
    let mut plant = Plant::born(3);
    plant.value(SPEED);
    let died = plant.0.now;
    plant.hear("NDEATH/line1", &Say(death(3)));
    plant.0.pass(Millis(200));
    let card = plant.0.card(FILLER).unwrap();
    assert_eq!((card.state, card.death.as_deref()), (MachineState::Offline, Some("edge node ended (NDEATH)")));
    assert_eq!(card.since, Some(died), "by our clock, not by the will's");
    assert_eq!(plant.value(SPEED).1, Quality::Stale);
    assert_eq!(plant.value("G/berlin/line1/Uptime").1, Quality::Stale);
    // The will's second death is ignored; a birth brings the node, and each device its own.
    plant.hear("NDEATH/line1", &Say(death(3)));
    plant.hear("NBIRTH/line1", &nbirth(4));
    assert_eq!(plant.value("G/berlin/line1/Uptime").1, Quality::Good);
    assert_eq!(plant.value(SPEED).1, Quality::Stale, "devices wait for their own birth");
    plant.hear("NDEATH/line1", &Say(death(3)));
    assert_eq!(plant.node().standing, "online", "an older session's death");
    plant.hear("DBIRTH/line1/filler", &dbirth(1));
    plant.0.pass(Millis(200));
    assert_eq!(plant.value(SPEED), (Value::Float(1.1), Quality::Good));
    assert_eq!(plant.0.card(FILLER).unwrap().state, MachineState::Running);
    assert_eq!(plant.deviations(), "NDEATH of an older session: 1");
}

#[test]
fn a_device_dies_alone_at_the_time_it_says() {
    let mut plant = Plant::born(3);
    plant.value(SPEED);
    plant.hear("DDEATH/line1/filler", &Say::head(Some(SENT - 5000), Some(2)));
    plant.0.pass(Millis(200));
    let card = plant.0.card(FILLER).unwrap();
    assert_eq!((card.state, card.since.unwrap().0), (MachineState::Offline, SENT as i64 - 5000));
    assert_eq!(plant.value("G/berlin/line1/Uptime").1, Quality::Good);
    plant.hear("DDATA/line1/filler", &Say::seq(3).alias(2, Written::Float(9.0)));
    assert_eq!(plant.value(SPEED), (Value::Float(1.1), Quality::Stale), "data alone brings nobody back");
}

#[test]
fn a_death_that_matches_no_birth_is_believed_after_ten_silent_seconds() {
    let mut plant = Plant::born(3);
    plant.hear("NDEATH/line1", &Say(death(4)));
    assert!(plant.node().is_suspect);
    plant.hear("DDATA/line1/filler", &Say::seq(2).alias(2, Written::Float(2.0)));
    assert!(!plant.node().is_suspect, "it speaks");
    plant.hear("NDEATH/line1", &Say(death(5)));
    plant.0.pass(Millis::from_secs(9));
    assert_eq!(plant.node().standing, "online");
    plant.0.pass(Millis::from_secs(2));
    let node = plant.node();
    assert_eq!((node.standing.as_str(), node.why.as_str()), ("offline", "edge node ended (death 5 beside birth 3)"));
}

#[test]
fn messages_out_of_order_are_put_in_order() {
    let mut plant = Plant::born(3);
    plant.hear("DDATA/line1/filler", &Say::seq(4).alias(2, Written::Float(4.0)));
    plant.hear("DDATA/line1/filler", &Say::seq(3).alias(2, Written::Float(3.0)));
    assert_eq!(plant.value(SPEED).0, Value::Float(1.1), "both wait for the second");
    plant.hear("DDATA/line1/filler", &Say::seq(2).alias(2, Written::Float(2.0)));
    assert_eq!(plant.value(SPEED).0, Value::Float(4.0));
    plant.hear("DDATA/line1/filler", &Say::seq(4).alias(2, Written::Float(4.0)));
    assert_eq!((plant.node().gaps, plant.deviations()), (0, "message delivered twice: 1".into()));
}

#[test]
fn what_never_comes_is_a_gap_after_three_seconds() {
    let mut plant = Plant::born(3);
    plant.hear("DDATA/line1/filler", &Say::seq(5).alias(2, Written::Float(5.0)));
    plant.0.pass(Millis(2900));
    assert_eq!(plant.node().gaps, 0);
    plant.0.pass(Millis(200));
    assert_eq!(plant.value(SPEED).0, Value::Float(5.0), "what came is shown");
    let node = plant.node();
    assert_eq!((node.gaps, node.has_gap, node.seq, node.standing.as_str()), (3, true, Some(5), "online"));
    plant.0.pass(Millis(1500));
    let stats = plant.0.frames().rev().find_map(|frame| frame.stats.clone()).unwrap();
    assert_eq!(stats.sparkplug_gaps, 3);
    plant.birth(3);
    assert!(!plant.node().has_gap, "a birth mends it");
}

#[test]
fn how_long_to_wait_for_it_is_configured() {
    let base = common::world::config();
    let broker = andon::document::Broker { reorder_secs: 8, ..base.brokers[0].clone() };
    let mut world = World::with_config(andon::document::Config { brokers: vec![broker], ..base });
    world.go_online();
    let mut plant = Plant(world);
    plant.birth(3);
    plant.hear("DDATA/line1/filler", &Say::seq(4).alias(2, Written::Float(2.5)));
    plant.0.pass(Millis::from_secs(7));
    assert_eq!((plant.value(SPEED).0, plant.node().has_gap), (Value::Float(1.1), false));
    plant.0.pass(Millis::from_secs(1));
    assert_eq!((plant.value(SPEED).0, plant.node().has_gap), (Value::Float(2.5), true));
}

#[test]
fn all_that_a_node_and_its_devices_say_is_one_count() {
    let mut plant = Plant::born(3);
    plant.value("G/berlin/line1/Uptime");
    // The node's data 2, the device's data 3 and death 4, its birth 5, from the last to the first.
    plant.hear("DBIRTH/line1/filler", &dbirth(5));
    plant.hear("DDEATH/line1/filler", &Say::head(Some(SENT), Some(4)));
    plant.hear("DDATA/line1/filler", &Say::seq(3).alias(2, Written::Float(3.0)));
    assert_eq!((plant.node().seq, plant.value(SPEED).0), (Some(1), Value::Float(1.1)), "nobody's turn yet");
    plant.hear("NDATA/line1", &Say::seq(2).alias(7, Written::Long(2)));
    assert_eq!((plant.node().seq, plant.node().gaps), (Some(5), 0));
    assert_eq!(plant.value("G/berlin/line1/Uptime"), (Value::Int(2), Quality::Good));
    assert_eq!(plant.value(SPEED), (Value::Float(1.1), Quality::Good), "as the second birth says");
    plant.hear("DDEATH/line1/filler", &Say::head(Some(SENT), Some(6)));
    assert_eq!((plant.node().seq, plant.value(SPEED).1), (Some(6), Quality::Stale));
}

#[test]
fn seq_wraps_and_a_birth_may_be_overtaken() {
    let mut plant = Plant::born(3);
    for seq in (2..=255).chain(0..=3) {
        plant.hear("DDATA/line1/filler", &Say::seq(seq).alias(2, Written::Float(seq as f32)));
    }
    assert_eq!((plant.node().seq, plant.node().gaps), (Some(3), 0));
    // The device's birth comes before the node's.
    plant.hear("DBIRTH/line1/filler", &Say(dbirth(1).0.clone()));
    let mut late = Plant::new();
    late.hear("NBIRTH/line1", &nbirth(1));
    late.hear("DDATA/line1/filler", &Say::seq(2).alias(2, Written::Float(7.0)));
    late.hear("DBIRTH/line1/filler", &dbirth(1));
    assert_eq!(late.value(SPEED), (Value::Float(7.0), Quality::Good));
    assert_eq!(late.deviations(), "");
}

#[test]
fn a_rebirth_with_the_same_bdseq_replaces_the_metric_set() {
    let mut plant = Plant::born(3);
    assert_eq!(plant.value("G/berlin/line1/filler/Count").1, Quality::Good);
    plant.hear("NBIRTH/line1", &nbirth(3));
    let other = Say::seq(1).born("Drive/Speed", Some(9), DataType::Float, Written::Float(8.0));
    plant.hear("DBIRTH/line1/filler", &other);
    assert_eq!(plant.value(SPEED), (Value::Float(8.0), Quality::Good));
    assert_eq!(plant.value("G/berlin/line1/filler/Count").1, Quality::Stale, "no longer listed");
    plant.hear("DDATA/line1/filler", &Say::seq(2).alias(2, Written::Float(1.0)));
    assert_eq!(plant.value(SPEED).0, Value::Float(8.0), "the old alias is nobody's");
    assert_eq!(plant.deviations(), "alias that no birth explains: 1");
    assert_eq!(plant.node().births, 2);
}

#[test]
fn our_own_lost_link_makes_everything_stale_until_it_is_heard_again() {
    let mut plant = Plant::born(3);
    plant.value(SPEED);
    plant.0.input(Input::Closed(common::world::BROKER, 1006, String::new()));
    plant.0.pass(Millis(200));
    assert_eq!(plant.value(SPEED).1, Quality::Stale);
    plant.0.pass(Millis::from_secs(5));
    plant.0.accept();
    assert_eq!((plant.value(SPEED).1, plant.node().standing.as_str()), (Quality::Stale, "unverified"));
    // Silence is not staleness, but nothing was heard since; what comes by an old alias is doubted.
    plant.hear("DDATA/line1/filler", &Say::seq(77).alias(2, Written::Float(3.0)));
    assert_eq!(plant.value(SPEED), (Value::Float(3.0), Quality::Uncertain));
    assert_eq!(plant.node().gaps, 0, "what we missed is no gap of the edge node's");
    plant.birth(3);
    assert_eq!(plant.value(SPEED), (Value::Float(1.1), Quality::Good));
    plant.0.pass(Millis::from_secs(25));
    assert_eq!(plant.value(SPEED).1, Quality::Good, "report by exception");
}

#[test]
fn data_before_any_birth_is_shown_by_name_and_doubted_by_none() {
    let mut plant = Plant::new();
    plant.hear("DDATA/line1/filler", &Say::seq(9).named("Temp", Written::Double(20.5)).alias(4, Written::Int(1)));
    assert_eq!(plant.value("G/berlin/line1/filler/Temp"), (Value::Float(20.5), Quality::Good));
    assert_eq!(plant.node().standing, "unverified");
    assert_eq!(plant.deviations(), "alias that no birth explains: 1, data before the NBIRTH: 1");
}

#[test]
fn retained_births_and_certificates_name_metrics_and_vouch_for_nobody() {
    let mut plant = Plant::new();
    plant.hear_retained("NBIRTH/line1", &nbirth(3));
    let certificate = "$sparkplug/certificates/spBv1.0/G:berlin/DBIRTH/line1/filler";
    plant.0.bytes(&publish(certificate, &dbirth(1).0, true));
    assert_eq!(plant.whole(SPEED), (Value::Float(1.1), Quality::Stale, Origin::Retained));
    let node = plant.node();
    assert_eq!((node.standing.as_str(), node.why.as_str()), ("offline", "retained birth: nothing heard live yet"));
    plant.hear("DDATA/line1/filler", &Say::seq(40).alias(2, Written::Float(6.0)));
    assert_eq!(plant.whole(SPEED), (Value::Float(6.0), Quality::Uncertain, Origin::Live));
}

#[test]
fn a_node_without_devices_is_a_machine_until_it_has_some() {
    let mut plant = Plant::new();
    plant.hear("NBIRTH/line1", &nbirth(3));
    plant.0.pass(Millis(300));
    assert!(plant.0.card("G/berlin/line1").is_some());
    plant.hear("DBIRTH/line1/filler", &dbirth(1));
    plant.0.pass(Millis(300));
    let levels = ["G/berlin/line1", FILLER].map(|path| plant.0.place(path).unwrap().level);
    assert_eq!(levels, [Some(andon::vocab::Level::Line), Some(andon::vocab::Level::Machine)]);
}

#[test]
fn hosts_and_malformed_topics() {
    let mut plant = Plant::new();
    plant.0.retained("spBv1.0/STATE/scada", r#"{"online":true,"timestamp":1790000000000}"#);
    plant.0.retained("STATE/old", "OFFLINE");
    let hosts: Vec<_> =
        plant.nodes(None).hosts.into_iter().map(|host| (host.id, host.is_online, host.is_legacy)).collect();
    assert_eq!(hosts, [("old".to_owned(), false, true), ("scada".to_owned(), true, false)]);
    // A later version's topics are shown as they come.
    plant.0.publish("spJv4.0/G/NDATA/line1", r#"{"speed":3}"#);
    plant.hear("NMETA/line1", &Say::seq(1));
    assert_eq!(plant.value("spJv4.0/G/NDATA/line1/speed").0, Value::Int(3));
    assert!(matches!(plant.value("spBv1.0/G:berlin/NMETA/line1").0, Value::Raw(_)));
}

#[test]
fn ids_and_names_that_differ_by_case_or_edge_node_are_different() {
    let mut plant = Plant::born(3);
    plant.hear("NBIRTH/LINE1", &nbirth(9));
    let other = Say::seq(1).born("drive/speed", Some(2), DataType::Float, Written::Float(4.0)).born(
        "Drive/Speed",
        Some(3),
        DataType::Float,
        Written::Float(5.0),
    );
    plant.hear("DBIRTH/LINE1/filler", &other);
    assert_eq!(plant.value("G/berlin/LINE1/filler/drive/speed").0, Value::Float(4.0));
    assert_eq!(plant.value("G/berlin/LINE1/filler/Drive/Speed").0, Value::Float(5.0));
    plant.hear("NDEATH/LINE1", &Say(death(9)));
    assert_eq!(plant.value(SPEED), (Value::Float(1.1), Quality::Good), "the other edge node's device lives on");
}

#[test]
fn a_birth_may_begin_anywhere_and_a_death_needs_no_seq() {
    let mut plant = Plant::new();
    plant.hear("NBIRTH/line1", &Say::seq(200).bdseq(1));
    plant.hear("DBIRTH/line1/filler", &dbirth(201));
    plant.hear("DDATA/line1/filler", &Say::head(Some(SENT), None).alias(2, Written::Float(2.0)));
    plant.hear("DDATA/line1/filler", &Say::seq(202).alias(2, Written::Float(3.0)).alias(2, Written::Float(4.0)));
    assert_eq!(plant.value(SPEED), (Value::Float(4.0), Quality::Good), "all of a payload's values, in order");
    assert_eq!((plant.node().seq, plant.node().gaps), (Some(202), 0));
    assert_eq!(plant.deviations(), "message without seq: 1, NBIRTH whose seq is not 0: 1");
    plant.hear("NDEATH/line1", &Say::seq(77).bdseq(1));
    assert_eq!(plant.node().standing, "offline", "a seq in a death says nothing");
}

#[test]
fn sparkplug_written_out_makes_sessions_clean_and_subscribes_once() {
    for (version, subscribe, expected) in [
        (4, "[]", "spBv1.0/# $sparkplug/certificates/#"),
        (5, r##"["acme/#"]"##, "acme/# spBv1.0/# $sparkplug/certificates/#"),
        (5, r##"["#"]"##, "# $sparkplug/certificates/#"),
        (5, r#"["spBv1.0/G/#"]"#, "spBv1.0/G/# spBv1.0/STATE/+ $sparkplug/certificates/#"),
    ] {
        let text = format!(
            r#"{{"version":1,"brokers":[{{"url":"ws://plant.test/mqtt","protocol":{version},"sparkplug":"observer",
                "session_expiry_s":60,"subscribe":{subscribe}}}]}}"#
        );
        let (config, _) = andon::document::config_from_json(&text);
        assert_eq!(config.brokers[0].subscribe.join(" "), expected);
        let mut world = World::with_config(config);
        world.command(Command::Connect { broker: common::world::BROKER, credentials: None, known: None });
        world.input(Input::Opened(common::world::BROKER));
        let connect = &world.sent[0];
        let at = connect.windows(4).position(|bytes| bytes == b"MQTT").unwrap() + 4;
        assert_eq!((connect[at], connect[at + 1] & 2), (version, 2), "clean start");
    }
}

#[test]
fn what_the_broker_keeps_comes_in_any_order() {
    let mut plant = Plant::new();
    let certificate =
        |topic: &str, say: &Say| publish(&format!("$sparkplug/certificates/spBv1.0/{topic}"), &say.0, true);
    plant.0.bytes(&certificate("G:berlin/DBIRTH/line1/filler", &dbirth(1)));
    plant.0.bytes(&certificate("G:berlin/NBIRTH/line1", &nbirth(3)));
    plant.hear("DDATA/line1/filler", &Say::seq(40).alias(2, Written::Float(6.0)));
    assert_eq!(plant.whole(SPEED), (Value::Float(6.0), Quality::Good, Origin::Live));
    assert_eq!(plant.node().standing, "online");
}
