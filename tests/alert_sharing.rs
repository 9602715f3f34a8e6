//! Alerts among screens: several engines and a broker that keeps retained messages. What a person does on one is so on
//! all, also when they were apart; and nobody who publishes can silence an alert for good.

#[path = "common/screens.rs"]
mod screens;
#[path = "common/world.rs"]
mod world;

use andon::alert::{Acknowledged, Said, Service, Shelved, Word};
use andon::time::Millis;
use andon::vocab::AlertState;
use andon::wire::AlertAct;
use proptest::prelude::*;
use screens::{PATHS, Plant, shared};

#[test]
fn acknowledged_on_one_screen_is_acknowledged_on_all_and_on_one_that_opens_later() {
    let mut plant = Plant::new(3);
    plant.measure(PATHS[0], 90.0);
    plant.pass(Millis(2000));
    assert_eq!(plant.state(2, PATHS[0]), AlertState::Unacknowledged);
    plant.act(0, PATHS[0], AlertAct::Acknowledge, "Kim");
    for at in 0..3 {
        assert_eq!(plant.state(at, PATHS[0]), AlertState::Acknowledged, "screen {at}");
        assert_eq!(plant.alert(at, PATHS[0]).unwrap().acknowledged_by.as_deref(), Some("Kim"));
    }
    // The value goes on and stays high, for hours.
    for _ in 0..30 {
        plant.pass(Millis(5 * 60_000));
        plant.measure(PATHS[0], 91.0);
    }
    let late = plant.open(shared(true, "high"), 99);
    plant.pass(Millis(2000));
    assert_eq!(plant.state(late, PATHS[0]), AlertState::Acknowledged);
    // Three screens kept it fresh, and did not shout: about once in five minutes, not once each.
    assert!(plant.said < 60, "{}", plant.said);
    // The next time is another time.
    plant.measure(PATHS[0], 70.0);
    plant.pass(Millis(20_000));
    plant.measure(PATHS[0], 92.0);
    for at in 0..4 {
        assert_eq!(plant.state(at, PATHS[0]), AlertState::Unacknowledged, "screen {at}");
    }
    let later = plant.open(shared(true, "high"), 100);
    plant.pass(Millis(2000));
    assert_eq!(plant.state(later, PATHS[0]), AlertState::Unacknowledged);
}

#[test]
fn a_screen_that_opens_later_believes_it_also_where_values_are_not_retained() {
    let mut plant = Plant::new(1);
    plant.measure(PATHS[0], 90.0);
    plant.pass(Millis(1000));
    plant.act(0, PATHS[0], AlertAct::Acknowledge, "Kim");
    plant.pass(Millis(60_000));
    plant.retained.remove(PATHS[0]);
    let late = plant.open(shared(true, "high"), 99);
    plant.pass(Millis(1000));
    plant.measure(PATHS[0], 91.0);
    plant.pass(Millis(1000));
    assert_eq!(plant.state(late, PATHS[0]), AlertState::Acknowledged);
    // It returns and is raised again: that is another time, which both have seen begin.
    for value in [70.0, 92.0] {
        plant.pass(Millis(1000));
        plant.measure(PATHS[0], value);
    }
    assert_eq!(
        (plant.state(0, PATHS[0]), plant.state(late, PATHS[0])),
        (AlertState::Unacknowledged, AlertState::Unacknowledged)
    );
}

#[test]
fn what_nobody_watched_is_not_taken_for_acknowledged() {
    let mut plant = Plant::new(1);
    plant.measure(PATHS[0], 90.0);
    plant.pass(Millis(1000));
    plant.act(0, PATHS[0], AlertAct::Acknowledge, "Kim");
    plant.leave(0);
    plant.pass(Millis(3_600_000));
    plant.measure(PATHS[0], 95.0);
    let late = plant.open(shared(true, "high"), 99);
    plant.pass(Millis(1000));
    assert_eq!(plant.state(late, PATHS[0]), AlertState::Unacknowledged);
}

#[test]
fn what_was_done_apart_comes_together() {
    let mut plant = Plant::new(2);
    plant.measure(PATHS[0], 90.0);
    plant.pass(Millis(1000));
    plant.leave(0);
    plant.act(0, PATHS[0], AlertAct::Acknowledge, "Kim");
    plant.pass(Millis(3000));
    plant.act(1, PATHS[0], AlertAct::Shelve(Millis(3_600_000)), "Ada");
    plant.leave(1);
    plant.pass(Millis(1000));
    plant.join(0); // sends what waited, over what is there
    plant.pass(Millis(5000));
    plant.join(1);
    plant.measure(PATHS[0], 91.0);
    plant.pass(Millis(5000));
    for at in 0..2 {
        let alert = plant.alert(at, PATHS[0]).unwrap();
        assert_eq!(alert.state, AlertState::Shelved, "screen {at}");
        assert!(!alert.is_unacknowledged, "screen {at}");
        assert_eq!(alert.shelf.unwrap().1.as_ref(), "Ada");
    }
}

#[test]
fn a_screen_that_may_not_publish_sees_and_says_nothing() {
    let mut plant = Plant::new(1);
    let kiosk = plant.open(shared(false, "high"), 50);
    plant.measure(PATHS[0], 90.0);
    plant.pass(Millis(1000));
    plant.act(kiosk, PATHS[0], AlertAct::Shelve(Millis(60_000)), "Eve");
    assert_eq!(plant.said, 0);
    assert_eq!(
        (plant.state(kiosk, PATHS[0]), plant.state(0, PATHS[0])),
        (AlertState::Shelved, AlertState::Unacknowledged)
    );
    plant.pass(Millis(61_000));
    plant.act(0, PATHS[0], AlertAct::Acknowledge, "Kim");
    assert_eq!(plant.state(kiosk, PATHS[0]), AlertState::Acknowledged);
}

#[test]
fn own_topics_never_become_tags() {
    let mut plant = Plant::new(1);
    plant.measure(PATHS[0], 90.0);
    plant.pass(Millis(1000));
    plant.act(0, PATHS[0], AlertAct::Acknowledge, "Kim");
    plant.screens[0].retained("andon/boards/x", r#"{"value":1}"#); // not the configured topic: somebody else's
    plant.screens[0].retained("plant/screens/alerts/xyz", "garbage");
    plant.screens[0].retained("plant/screens/alerts/deep/er", r#"{"value":2}"#);
    plant.pass(Millis(1000));
    let places: Vec<_> = plant.screens[0].places().into_iter().map(|place| place.path.to_string()).collect();
    assert!(places.iter().all(|path| !path.starts_with("plant")), "{places:?}");
    let faults = plant.screens[0].frames().rev().find_map(|frame| frame.stats.clone()).unwrap().faults;
    assert!(faults.iter().any(|fault| fault.what.starts_with("shared alert state")), "{faults:?}");
}

fn said<T>(at: i64, what: T) -> Option<Said<T>> {
    Some(Said { at, what, who: "mallory".into(), words: "".into() })
}

#[test]
fn nobody_silences_for_good() {
    let mut plant = Plant::new(1);
    plant.measure(PATHS[0], 90.0);
    plant.pass(Millis(1000));
    // Every ten minutes somebody shelves it for as long as numbers go; the rule allows two hours.
    let mut open = 0;
    for _ in 0..144 {
        let now = plant.screens[0].now.0;
        let shelf = said(now, Shelved { until: i64::MAX });
        plant.forge(PATHS[0], &Word { shelf, ..Word::default() });
        plant.pass(Millis(600_000));
        plant.measure(PATHS[0], 90.0);
        open += u32::from(plant.state(0, PATHS[0]) != AlertState::Shelved);
    }
    assert!(open >= 72, "{open} of 144");
    // A word from the future is none.
    let ahead = plant.screens[0].now.0 + 86_400_000;
    plant.pass(Millis(4 * 3_600_000));
    plant.forge(PATHS[0], &Word { shelf: said(ahead, Shelved { until: ahead * 2 }), ..Word::default() });
    assert_ne!(plant.state(0, PATHS[0]), AlertState::Shelved);
    // Out of service at another's word: for a day, and never what is critical.
    let now = plant.screens[0].now.0;
    let out = Word { service: said(now, Service { out: true }), ..Word::default() };
    plant.forge(PATHS[0], &out);
    assert_eq!(plant.state(0, PATHS[0]), AlertState::OutOfService);
    plant.pass(Millis(24 * 3_600_000 + 1000));
    assert_ne!(plant.state(0, PATHS[0]), AlertState::OutOfService);
    let critical = plant.open(shared(true, "critical"), 5);
    plant.forge(PATHS[0], &Word { service: said(plant.screens[0].now.0, Service { out: true }), ..Word::default() });
    assert_ne!(plant.state(critical, PATHS[0]), AlertState::OutOfService);
    // Nor does an acknowledgement reach into times to come.
    let now = plant.screens[0].now.0;
    let all = Word { acknowledged: said(now, Acknowledged { upto: Some(i64::MAX), over: false }), ..Word::default() };
    plant.measure(PATHS[1], 60.0);
    plant.forge(PATHS[1], &all);
    plant.pass(Millis(60_000));
    plant.measure(PATHS[1], 99.0);
    assert_eq!(plant.state(critical, PATHS[1]), AlertState::Unacknowledged);
}

fn words() -> impl Strategy<Value = Word> {
    let acknowledged = prop::option::of((0..5_i64, prop::option::of(0..3_i64), any::<bool>(), "[ab]?"));
    let shelf = prop::option::of((0..5_i64, 0..9_i64, "[ab]?"));
    let service = prop::option::of((0..5_i64, any::<bool>(), "[ab]?"));
    (acknowledged, shelf, service).prop_map(|(acknowledged, shelf, service)| Word {
        acknowledged: acknowledged.map(|(at, upto, over, who)| Said {
            at,
            what: Acknowledged { upto, over },
            who: who.into(),
            words: "".into(),
        }),
        shelf: shelf.map(|(at, until, who)| Said { at, what: Shelved { until }, who: who.into(), words: "".into() }),
        service: service.map(|(at, out, who)| Said { at, what: Service { out }, who: who.into(), words: "".into() }),
    })
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Measure(usize, bool),
    Acknowledge(usize, usize),
    Shelve(usize, usize),
    Unshelve(usize, usize),
    TakeOut(usize, usize),
    PutBack(usize, usize),
    Leave(usize),
    Join(usize),
    Pass(i64),
}

fn steps() -> impl Strategy<Value = Step> {
    let (screen, path) = (0..3_usize, 0..2_usize);
    prop_oneof![
        (path.clone(), any::<bool>()).prop_map(|(path, high)| Step::Measure(path, high)),
        (screen.clone(), path.clone()).prop_map(|(screen, path)| Step::Acknowledge(screen, path)),
        (screen.clone(), path.clone()).prop_map(|(screen, path)| Step::Shelve(screen, path)),
        (screen.clone(), path.clone()).prop_map(|(screen, path)| Step::Unshelve(screen, path)),
        (screen.clone(), path.clone()).prop_map(|(screen, path)| Step::TakeOut(screen, path)),
        (screen.clone(), path).prop_map(|(screen, path)| Step::PutBack(screen, path)),
        screen.clone().prop_map(Step::Leave),
        screen.prop_map(Step::Join),
        (1..90_000_i64).prop_map(Step::Pass),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn words_come_together_in_any_order(a in words(), b in words(), c in words()) {
        prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
        prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.clone().merge(b.clone().merge(c)));
        prop_assert_eq!(a.clone().merge(a.clone()), a.clone());
        let json = a.to_json("r", "a/b");
        let read = Word::from_json(&json).unwrap();
        prop_assert_eq!(read, ("r".into(), "a/b".into(), a));
    }

    #[test]
    fn foreign_bytes_are_refused_in_words(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,200}") {
        let _ = Word::from_json(&bytes);
        let _ = Word::from_json(text.as_bytes());
    }

    /// Whatever people do wherever, and whoever is away meanwhile: once all are there, all show the same.
    #[test]
    fn screens_agree_in_the_end(steps in prop::collection::vec(steps(), 1..40)) {
        let mut plant = Plant::new(3);
        for path in PATHS {
            plant.measure(path, 50.0);
        }
        for step in steps {
            match step {
                Step::Measure(path, high) => plant.measure(PATHS[path], if high { 90.0 } else { 50.0 }),
                Step::Acknowledge(at, path) => plant.act(at, PATHS[path], AlertAct::Acknowledge, "Kim"),
                Step::Shelve(at, path) => plant.act(at, PATHS[path], AlertAct::Shelve(Millis(7_200_000)), "Ada"),
                Step::Unshelve(at, path) => plant.act(at, PATHS[path], AlertAct::Unshelve, "Bob"),
                Step::TakeOut(at, path) => plant.act(at, PATHS[path], AlertAct::TakeOut, "Cy"),
                Step::PutBack(at, path) => plant.act(at, PATHS[path], AlertAct::PutBack, "Di"),
                Step::Leave(at) => plant.leave(at),
                Step::Join(at) => plant.join(at),
                Step::Pass(span) => plant.pass(Millis(span)),
            }
        }
        for at in 0..3 {
            plant.join(at);
        }
        // The plant goes on: what stands is known again, and what was unclear between screens is settled.
        for path in PATHS {
            plant.measure(path, 50.0);
        }
        plant.pass(Millis(30_000));
        for path in PATHS {
            plant.measure(path, 90.0);
        }
        plant.pass(Millis(30_000));
        for path in PATHS {
            let of = |at: usize| {
                let alert = plant.alert(at, path);
                alert.map(|alert| (alert.state, alert.is_unacknowledged, alert.shelf.map(|(_, who, _)| who)))
            };
            prop_assert_eq!(of(0), of(1));
            prop_assert_eq!(of(1), of(2));
        }
    }
}
