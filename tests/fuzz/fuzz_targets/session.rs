//! A session against a broker and a network that do anything at any time: it never panics, its turn always ends, and
//! what it wants fits where it stands.
#![no_main]

use andon::mqtt::{Auth, Options, Output, Publication, Session, Subscription, Version, Will};
use andon::time::{Millis, Timestamp};
use andon::vocab::LinkState;
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;

fn options(version: Version) -> Options {
    Options {
        client_id: "fuzz".to_owned(),
        username: Some("u".to_owned()),
        password: Some(vec![0xff]),
        keep_alive_secs: 10,
        protocol: version,
        auth: (version != Version::V4).then(|| Auth { method: "m".to_owned(), data: None }),
        session_expiry_secs: 60,
        is_fresh_id: version == Version::Auto,
        keeps_session_v4: true,
        will: Some(Will { topic: "w".to_owned(), payload: vec![1], qos: 1, retain: true, ..Will::default() }),
        filters: ["a/#", "a/+", "b", "bad/#/filter", "$share/g/c"]
            .map(|f| Subscription { filter: f.to_owned(), qos: 2, ..Subscription::default() })
            .to_vec(),
        max_packet_bytes: 4096,
        connect_timeout: Millis(5_000),
        ..Options::default()
    }
}

fn drain(session: &mut Session) {
    for _ in 0..10_000 {
        match session.poll() {
            Output::Wake(at) => {
                let waits = matches!(session.state(), LinkState::Waiting { .. } | LinkState::Connecting { .. });
                assert!(at.is_some() || !waits, "somebody must wake it: {:?}", session.state());
                return;
            }
            Output::Send(bytes) => assert!(!bytes.is_empty()),
            Output::Open | Output::Close | Output::Event(_) => {}
        }
    }
    panic!("poll does not end");
}

fuzz_target!(|data: &[u8]| {
    let Some((&first, mut rest)) = data.split_first() else { return };
    let version = [Version::V4, Version::V5, Version::Auto][usize::from(first % 3)];
    let mut session = Session::new(u64::from(first));
    let mut now = Timestamp(1_000_000);
    session.connect(now, options(version));
    drain(&mut session);
    // A prologue that most inputs want: online in the right version.
    if first & 0x80 != 0 {
        session.handle_opened(now);
        drain(&mut session);
        let connack: &[u8] = if version == Version::V4 { &[0x20, 2, 0, 0] } else { &[0x20, 3, 0, 0, 0] };
        session.handle_bytes(now, Bytes::from_static(connack), &mut |_| {});
        drain(&mut session);
        assert!(matches!(session.state(), LinkState::Online { .. }));
    }
    while let [step, argument, later @ ..] = rest {
        rest = later;
        match step % 12 {
            0 => session.handle_opened(now),
            1 => session.handle_closed(now, 1006, "x"),
            2 => now = now + Millis(i64::from(*argument) * 100),
            3 => now = now + Millis(i64::from(*argument) * -1_000),
            4 => session.handle_timeout(now),
            5 => session.probe(now),
            6 => {
                let publication = Publication {
                    topic: "t".to_owned(),
                    payload: vec![*argument],
                    qos: argument % 4,
                    ..Publication::default()
                };
                let _ = session.publish(now, publication);
            }
            7 if *argument == 9 => session.authenticate(now, Some(&[1])),
            7 if *argument == 10 => session.reauthenticate(now, vec![2]),
            7 if *argument == 7 => session.disconnect(now),
            7 if *argument == 8 => session.connect(now, options(version)),
            _ => {
                let (bytes, later) = rest.split_at(usize::from(*argument).min(rest.len()));
                rest = later;
                session.handle_bytes(now, Bytes::copy_from_slice(bytes), &mut |publish| {
                    assert!(andon::topic::is_valid_topic(publish.topic) && publish.qos < 3);
                });
            }
        }
        drain(&mut session);
    }
});
