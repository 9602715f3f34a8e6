//! KPIs among screens: one publishes, a screen opened in mid-shift knows the shift, what a person says of a stop all
//! know; and nothing foreign breaks the books.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/screens.rs"]
mod screens;
#[path = "common/world.rs"]
mod world;

use andon::document::{Config, config_from_json};
use andon::time::{Millis, Timestamp};
use andon::wire::{Command, Explanation, KpiCommand, KpiReport, KpiRequest, Period, Update};
use proptest::prelude::*;
use screens::Plant;
use serde_json::Value;

const MACHINE: &str = "acme/north/fill/line1/filler";

fn config(may_publish: bool) -> Config {
    let (parsed, problems) = config_from_json(
        r#"{"version":1,"hierarchy":"enterprise/site/area/line/machine",
        "shared":{"alerts":"plant/screens/alerts","boards":"plant/screens/boards",
        "snapshots":"plant/screens/snapshots","events":"plant/screens/events","results":"plant/screens/kpi"},
        "kpis":{"machines":[{"pattern":"+/+/+/+/filler","cycle_s":1}]}}"#,
    );
    assert_eq!(problems, []);
    let mut brokers = world::config().brokers;
    brokers[0].publish.enabled = may_publish;
    Config { brokers, ..parsed }
}

/// A plant with so many screens that may publish.
fn plant(count: u64) -> Plant {
    let mut plant = Plant::new(0);
    for seed in 0..count {
        plant.open(config(true), seed * 31 + 1);
    }
    plant
}

fn say(plant: &mut Plant, tag: &str, value: &str) {
    let quoted = if value.parse::<f64>().is_ok() { value.to_owned() } else { format!("\"{value}\"") };
    let (topic, time) = (format!("{MACHINE}/{tag}"), plant.screens[0].now.0);
    let payload = format!("{{\"value\":{quoted},\"timestamp\":{time}}}");
    for (screen, _) in plant.screens.iter_mut().zip(&plant.online).filter(|(_, online)| **online) {
        screen.publish(&topic, &payload);
    }
    plant.retained.insert(topic, payload.into_bytes());
    plant.carry();
}

/// An hour: forty minutes running at 30 good items a minute, twenty stopped.
fn an_hour(plant: &mut Plant, from: u32) {
    say(plant, "state", "Execute");
    for minute in 0..=40 {
        say(plant, "good_count", &(from + minute * 30).to_string());
        say(plant, "scrap_count", "0");
        if minute < 40 {
            plant.pass(Millis(60_000));
        }
    }
    say(plant, "state", "Stopped");
    plant.pass(Millis(20 * 60_000));
}

fn report(plant: &mut Plant, at: usize) -> KpiReport {
    let request = KpiRequest { path: MACHINE.into(), period: Period::Day(0) };
    plant.screens[at].updates.clear();
    plant.screens[at].command(Command::Kpis(KpiCommand::Report(Some(Box::new(request)))));
    plant.pass(Millis(3000));
    plant.screens[at].command(Command::Kpis(KpiCommand::Report(None)));
    let told = plant.screens[at].updates.iter().rev().find_map(|update| match update {
        Update::Kpis(report) => Some((**report).clone()),
        _ => None,
    });
    told.expect("a report")
}

fn result(plant: &Plant, figure: &str) -> Option<Value> {
    let topic = format!("plant/screens/kpi/acme/north/fill/line1/shift/{figure}");
    plant.retained.get(&topic).map(|payload| serde_json::from_slice(payload).unwrap())
}

#[test]
fn one_screen_publishes_results_that_explain_themselves() {
    let mut plant = plant(3);
    an_hour(&mut plant, 0);
    plant.pass(Millis(70_000));
    let publishers: Vec<String> = (0..3).map(|at| report(&mut plant, at).publisher.to_string()).collect();
    assert_eq!(publishers.iter().filter(|word| *word == "here").count(), 1, "{publishers:?}");
    assert_eq!(publishers.iter().filter(|word| *word == "elsewhere").count(), 2, "{publishers:?}");
    let oee = result(&plant, "oee").expect("a result");
    let own = report(&mut plant, 0).total.unwrap().figures;
    assert!((oee["value"].as_f64().unwrap() - own.oee.unwrap()).abs() < 0.02, "{oee} {own:?}");
    assert_eq!(
        (&oee["unit"], &oee["type"], &oee["path"]),
        (&"1".into(), &"double".into(), &"acme/north/fill/line1".into())
    );
    assert!(oee["formula"].as_str().unwrap().starts_with("ISO 22400-2"));
    assert!((0.0..=1.0).contains(&oee["coverage"].as_f64().unwrap()) && oee["period"]["from"].is_string());
    assert_eq!(result(&plant, "good").unwrap()["value"].as_f64(), Some(1200.0));
    // What does not change is not said again.
    plant.said = 0;
    plant.pass(Millis(120_000));
    assert!(plant.said < 40, "{} in two minutes", plant.said);
    // The publisher goes: another one takes over.
    let at = publishers.iter().position(|word| word == "here").unwrap();
    plant.leave(at);
    plant.retained.retain(|topic, _| !topic.contains("/kpi/"));
    plant.pass(Millis(240_000));
    assert!(result(&plant, "oee").is_some());
}

#[test]
fn results_are_no_part_of_the_plant_and_nothing_is_said_without_leave() {
    let mut plant = Plant::new(0);
    plant.open(config(false), 1);
    an_hour(&mut plant, 0);
    plant.pass(Millis(200_000));
    assert_eq!(plant.said, 0);
    let mut sharing = self::plant(1);
    an_hour(&mut sharing, 0);
    sharing.pass(Millis(70_000));
    let echo = result(&sharing, "oee").expect("published").to_string();
    sharing.screens[0].publish("plant/screens/kpi/acme/north/fill/line1/shift/oee", &echo);
    assert!(sharing.screens[0].places().iter().all(|place| !place.path.starts_with("plant/")));
}

#[test]
fn a_screen_opened_in_mid_shift_knows_the_shift() {
    let mut plant = plant(1);
    an_hour(&mut plant, 0);
    an_hour(&mut plant, 1200);
    // Long enough for a round of snapshots.
    plant.pass(Millis(90_000));
    let late = plant.open(config(false), 77);
    plant.pass(Millis(20_000));
    say(&mut plant, "state", "Stopped");
    plant.pass(Millis(60_000));
    let (first, second) = (report(&mut plant, 0), report(&mut plant, late));
    let (own, told) = (first.total.unwrap().figures, second.total.clone().unwrap().figures);
    assert_eq!((told.good, told.produced), (own.good, own.produced));
    let close = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 0.02;
    assert!(close(told.availability, own.availability) && close(told.oee, own.oee), "{told:?} {own:?}");
    assert!(!second.account.borrowed.is_empty(), "it says where it has it from");
    assert!(first.account.borrowed.is_empty());
}

#[test]
fn what_a_person_says_of_a_stop_every_screen_knows_and_one_that_comes_later() {
    let mut plant = plant(2);
    an_hour(&mut plant, 0);
    say(&mut plant, "state", "Execute");
    plant.pass(Millis(60_000));
    let stop = report(&mut plant, 0).stops[0].clone();
    let said = |reason: &str, from: Timestamp, to: Timestamp| Explanation {
        machine: MACHINE.into(),
        from,
        to: Some(to),
        reason: reason.into(),
        comment: "in two parts".into(),
        who: "Kim".into(),
    };
    let middle = stop.from + Millis(600_000);
    for (reason, from, to) in [("Jam", stop.from, middle), ("Cleaning up", middle, stop.to)] {
        let explanation = Box::new(said(reason, from, to));
        plant.screens[0].command(Command::Kpis(KpiCommand::Explain(explanation)));
    }
    plant.carry();
    plant.pass(Millis(90_000));
    let late = plant.open(config(true), 77);
    plant.pass(Millis(30_000));
    for at in [0, 1, late] {
        let stops = report(&mut plant, at).stops;
        let of_stop: Vec<_> = stops.iter().filter(|known| known.from >= stop.from).collect();
        let told: Vec<_> = of_stop.iter().map(|stop| (&*stop.reason, (stop.to - stop.from).0 / 60_000)).collect();
        assert_eq!(told, [("Cleaning up", 10), ("Jam", 10)], "screen {at}");
        assert_eq!(&*of_stop[0].said.as_ref().unwrap().0, "Kim");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_foreign_breaks_the_books(payload in ".{0,400}", level in "[0-9a-f]{16}|publisher", cut in 0usize..4000) {
        let mut plant = plant(1);
        say(&mut plant, "state", "Execute");
        say(&mut plant, "good_count", "5");
        plant.pass(Millis(400_000));
        let known: Vec<(String, Vec<u8>)> = plant.retained.clone().into_iter().collect();
        let before = report(&mut plant, 0).total.unwrap().figures.good;
        for (topic, bytes) in known.into_iter().filter(|(topic, _)| topic.starts_with("plant/screens/")) {
            let cut = cut.min(bytes.len());
            plant.screens[0].bytes(&world::publish(&topic, &bytes[..cut], false));
        }
        for topic in [format!("plant/screens/snapshots/{level}"), format!("plant/screens/events/{MACHINE}")] {
            plant.screens[0].publish(&topic, &payload);
        }
        plant.pass(Millis(3000));
        prop_assert_eq!(report(&mut plant, 0).total.unwrap().figures.good, before);
    }
}
