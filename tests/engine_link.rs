//! The link as the page meets it: online, lost, back; and never a value shown as live when nobody vouches for it.

#[path = "common/world.rs"]
mod world;

use andon::engine::Input;
use andon::time::Millis;
use andon::vocab::{LinkFault, LinkState, Quality};
use andon::wire::{Command, Credentials, Update, Verdict};
use world::{BROKER, World, publish};

#[test]
fn a_lost_link_makes_everything_stale_and_what_is_heard_again_live() {
    let mut world = World::online();
    world.publish("a/m/state", "Execute");
    world.publish("a/m/t", "1");
    world.publish("a/m/u", "1");
    let (t, u) = (world.watch("a/m/t"), world.watch("a/m/u"));
    assert_eq!(world.reading(t).unwrap().quality, Quality::Good);
    world.input(Input::Closed(BROKER, 1006, String::new()));
    world.pass(Millis(150));
    assert_eq!(world.reading(t).unwrap().quality, Quality::Stale);
    assert!(world.card("a/m").unwrap().stale);
    assert!(matches!(world.links().next_back().unwrap().state, LinkState::Waiting { .. }));
    world.pass(Millis(1000));
    assert_eq!(world.opened.len(), 2, "the next try comes by itself");
    world.accept();
    world.publish("a/m/t", "2");
    world.pass(Millis(200));
    assert_eq!(world.reading(t).unwrap().quality, Quality::Good);
    assert_eq!(world.reading(u).unwrap().quality, Quality::Stale, "not heard since");
    assert!(world.card("a/m").unwrap().stale, "its state was not heard since");
    world.publish("a/m/state", "Execute");
    world.pass(Millis(200));
    assert!(!world.card("a/m").unwrap().stale);
}

#[test]
fn a_refused_password_waits_for_a_person() {
    let mut world = World::new();
    let credentials = Credentials { username: "u".into(), password: Some("topsecret".into()) };
    world.command(Command::Connect { broker: BROKER, credentials: Some(credentials), known: None });
    world.input(Input::Opened(BROKER));
    assert!(world.sent.concat().windows(9).any(|window| window == b"topsecret"));
    world.bytes(&[0x20, 2, 0, 4]);
    let state = world.links().next_back().unwrap().state.clone();
    assert!(
        matches!(&state, LinkState::Denied { fault: LinkFault::Refused { code: 4, words } } if !words.is_empty()),
        "{state:?}"
    );
    world.pass(Millis(120_000));
    assert_eq!(world.opened.len(), 1);
    assert!(!format!("{:?}", world.updates).contains("topsecret"));
}

#[test]
fn a_link_that_is_up_stays_up_when_asked_again_with_the_same_credentials() {
    let mut world = World::online();
    world.publish("a/m/t", "1");
    world.sent.clear();
    let connect = |password: Option<&str>| {
        let credentials =
            password.map(|password| Credentials { username: "u".into(), password: Some(password.to_owned()) });
        Command::Connect { broker: BROKER, credentials, known: Some(4) }
    };
    world.command(connect(None));
    assert_eq!((world.sent.concat(), world.opened.len()), (vec![], 1), "no goodbye, no second socket");
    assert!(matches!(world.links().next_back().unwrap().state, LinkState::Online { .. }), "told all the same");
    world.command(connect(Some("p")));
    assert_eq!((world.sent.concat(), world.opened.len()), (vec![0xe0, 0], 2), "another login is another session");
    world.command(Command::Disconnect { broker: BROKER });
    world.command(connect(Some("p")));
    assert_eq!(world.opened.len(), 3, "and one that was ended is begun again");
}

#[test]
fn refused_filters_are_named() {
    let mut world = World::new();
    world.command(Command::Connect { broker: BROKER, credentials: None, known: None });
    world.input(Input::Opened(BROKER));
    world.sent.clear();
    world.bytes(&[0x20, 2, 0, 0]);
    let subscribe = world.sent.concat();
    assert_eq!(subscribe[0], 0x82);
    world.bytes(&[0x90, 3, subscribe[2], subscribe[3], 0x80]);
    let report = world.links().next_back().unwrap();
    assert!(report.is_refused_all());
    assert_eq!(report.filters.first().map(|filter| filter.filter.as_str()), Some("#"));
}

#[test]
fn a_flood_gets_fewer_frames_and_loses_nothing() {
    let frames_in_a_second = |messages_each: usize| {
        let mut world = World::online();
        world.publish("a/m/t", "0");
        let tag = world.watch("a/m/t");
        world.pass(Millis(1000));
        let before = world.frames().count();
        for step in 1..=100 {
            let packets: Vec<u8> = (1..=messages_each)
                .flat_map(|n| publish("a/m/t", format!("{}", step * 10_000 + n).as_bytes(), false))
                .collect();
            world.bytes(&packets);
            world.pass(Millis(10));
        }
        let frames = world.frames().count() - before;
        world.pass(Millis(1000));
        assert_eq!(world.reading(tag).unwrap().value.as_f64(), Some((1_000_000 + messages_each) as f64));
        frames
    };
    let (calm, flood) = (frames_in_a_second(10), frames_in_a_second(2000));
    assert!((8..=11).contains(&calm), "{calm}");
    assert!((2..=4).contains(&flood), "{flood}");
}

#[test]
fn a_page_that_does_not_paint_gets_one_frame_and_then_the_newest() {
    let mut world = World::online();
    world.publish("a/m/t", "0");
    let tag = world.watch("a/m/t");
    world.painting = false;
    world.pass(Millis(1100));
    let before = world.frames().count();
    for value in 1..200 {
        world.publish("a/m/t", &value.to_string());
        world.pass(Millis(100));
    }
    assert!(world.frames().count() <= before + 1, "no credit, no frames");
    let seq = world.frames().next_back().unwrap().seq;
    world.painting = true;
    world.command(Command::Painted { seq });
    world.pass(Millis(200));
    assert_eq!(world.reading(tag).unwrap().value, andon::vocab::Value::Int(199));
}

#[test]
fn the_engine_beats_every_second_whatever_happens() {
    let mut world = World::new();
    world.pass(Millis(10_500));
    let beats = world.updates.iter().filter(|update| matches!(update, Update::Beat)).count();
    assert!((9..=11).contains(&beats), "{beats}");
}

#[test]
fn a_change_of_brokers_starts_the_plant_anew() {
    let mut world = World::online();
    world.publish("a/m/t", "0");
    world.pass(Millis(200));
    let mut config = world::config();
    config.brokers[0].urls = vec!["ws://other.test/mqtt".into()];
    world.sent.clear();
    world.command(Command::Configure(Box::new(config)));
    assert_eq!(world.sent.concat(), [0xe0, 0], "the old session is left cleanly");
    assert!(world.updates.iter().any(|update| matches!(update, Update::Cleared)));
    world.command(Command::Connect { broker: BROKER, credentials: None, known: None });
    assert_eq!(world.opened.last().map(String::as_str), Some("ws://other.test/mqtt"));
}

#[test]
fn a_clock_that_is_set_back_freezes_nothing_and_makes_nothing_look_heard() {
    let mut world = World::online();
    world.publish("a/m/state", "Execute");
    world.publish("a/m/t", "1");
    let t = world.watch("a/m/t");
    world.now = world.now + Millis(-3_600_000);
    world.publish("a/m/t", "2");
    world.wake = Some(world.now);
    world.pass(Millis(1500));
    assert_eq!(world.reading(t).unwrap().value, andon::vocab::Value::Int(2), "frames go on");
    world.now = world.now + Millis(-3_600_000);
    world.input(Input::Closed(BROKER, 1006, String::new()));
    world.wake = Some(world.now);
    world.pass(Millis(5000));
    world.accept();
    world.pass(Millis(1500));
    assert_eq!(world.reading(t).unwrap().quality, Quality::Stale, "heard before, by a clock that was ahead");
}

#[test]
fn the_same_configuration_again_tells_everything_again() {
    let mut world = World::online();
    world.publish("a/m/t", "1");
    world.pass(Millis(500));
    world.updates.clear();
    world.command(Command::Configure(Box::new(world::config())));
    world.pass(Millis(500));
    assert!(world.updates.iter().any(|update| matches!(update, Update::Cleared)));
    assert!(world.place("a/m").is_some() && world.tag("a/m/t").is_some());
}

#[test]
fn a_machine_that_tells_no_state_is_as_stale_as_its_figures() {
    let mut world = World::online();
    let speak = |world: &mut World, value: &str| {
        for tag in ["temperature", "pressure"] {
            world.publish(&format!("a/l/m/{tag}"), value);
            world.publish(&format!("a/l/n/{tag}"), value);
        }
        world.pass(Millis(1500));
    };
    speak(&mut world, "1");
    assert!(!world.card("a/l/m").unwrap().stale);
    world.input(Input::Closed(BROKER, 1006, String::new()));
    world.pass(Millis(500));
    assert!(world.card("a/l/m").unwrap().stale);
    world.pass(Millis(5000));
    world.accept();
    world.pass(Millis(500));
    assert!(world.card("a/l/m").unwrap().stale, "connected, but nothing heard");
    speak(&mut world, "2");
    assert!(!world.card("a/l/m").unwrap().stale, "heard again");
}

#[test]
fn each_filter_tells_whether_anything_came_by_it() {
    let mut config = world::config();
    config.brokers[0].subscribe = vec!["a/#".into(), "b/#".into(), "c/#".into()];
    let mut world = World::with_config(config);
    world.command(Command::Connect { broker: BROKER, credentials: None, known: Some(4) });
    world.input(Input::Opened(BROKER));
    world.sent.clear();
    world.bytes(&[0x20, 2, 0, 0]);
    let subscribe = world.sent.concat();
    world.bytes(&[0x90, 5, subscribe[2], subscribe[3], 1, 0, 0x80]);
    world.publish("a/m/t", "1");
    world.pass(Millis(100));
    let verdicts: Vec<Verdict> = world.link().unwrap().filters.iter().map(|f| f.verdict.clone()).collect();
    let refused = Verdict::Refused("refused by the broker".into());
    assert_eq!(verdicts, [Verdict::Heard(1), Verdict::Granted(0), refused]);
}

#[test]
fn a_large_packet_shows_its_progress_and_is_no_silence() {
    let mut world = World::online();
    let whole = publish("a/m/t", &[b'1'; 200_000], false);
    for part in whole.chunks(10_000) {
        world.bytes(part);
        world.pass(Millis(10_000));
        let report = world.link().unwrap();
        assert_eq!(report.state.word(), "online", "bytes are signs of life");
    }
    let shown = world.updates.iter().filter_map(|update| match update {
        Update::Link(report) => report.receiving,
        _ => None,
    });
    let shown: Vec<_> = shown.collect();
    assert!(
        shown.len() >= 15 && shown.iter().all(|(received, total)| received < total && *total > 200_000),
        "{shown:?}"
    );
    assert_eq!(world.link().unwrap().receiving, None);
}

#[test]
fn a_device_that_slept_asks_for_a_sign_of_life_at_once() {
    let mut world = World::online();
    world.sent.clear();
    world.now = world.now + Millis(20_000);
    world.input(Input::Tick);
    assert_eq!(world.sent.concat(), [0xc0, 0]);
    world.pass(Millis(5_000));
    assert_ne!(world.link().unwrap().state.word(), "online", "half-open: found out within seconds");
}

#[test]
fn another_server_is_offered_and_gone_to_only_where_allowed() {
    for is_allowed in [false, true] {
        let mut config = world::config();
        config.brokers[0].protocol = andon::document::Protocol::V5;
        config.brokers[0].session.follows_reference = is_allowed;
        let mut world = World::with_config(config);
        world.command(Command::Connect { broker: BROKER, credentials: None, known: None });
        world.input(Input::Opened(BROKER));
        world.bytes(&[0x20, 13, 0, 0x9c, 10, 0x1c, 0, 7, b'o', b't', b'h', b'e', b'r', b':', b'1']);
        assert_eq!(world.link().unwrap().offered.as_deref(), Some("ws://other:1/mqtt"));
        world.pass(Millis(15_000));
        let expected = if is_allowed { "ws://other:1/mqtt" } else { "ws://plant.test/mqtt" };
        assert_eq!(world.opened.last().map(String::as_str), Some(expected));
    }
}
