//! The simulated plant holds together: repeatable, plausible, and never in a state that PackML forbids.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests state what must hold")]

use std::collections::{BTreeMap, BTreeSet};

use andon::sim::{Plant, Publication, Size, State};
use andon::time::{Millis, Timestamp};
use serde_json::Value;

const START: Timestamp = Timestamp(1_790_000_000_000);
const HOUR: Millis = Millis::from_secs(3600);

/// Runs a plant for a while, in steps of its own asking.
fn run(plant: &mut Plant, span: Millis, publish: &mut dyn FnMut(Timestamp, Publication<'_>)) {
    let until = plant.next_step() + span;
    while plant.next_step() < until {
        let now = plant.next_step();
        plant.step(now, &mut |publication| publish(now, publication));
    }
}

fn default_plant(seed: u64) -> Plant {
    Plant::new(seed, Size::default(), START)
}

/// Every message's object by topic, in order of time, of the tags whose names end so.
fn objects(plant: &mut Plant, span: Millis, tags: &[&str]) -> BTreeMap<String, Vec<Value>> {
    let mut said: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    run(plant, span, &mut |_, publication| {
        if !tags.iter().any(|tag| publication.topic.ends_with(tag)) {
            return;
        }
        let value = serde_json::from_slice(publication.payload).expect("every payload is JSON");
        said.entry(publication.topic.to_owned()).or_default().push(value);
    });
    said
}

fn states(said: &BTreeMap<String, Vec<Value>>) -> BTreeMap<&str, Vec<(i64, State)>> {
    let state_topics = said.iter().filter_map(|(topic, values)| Some((topic.strip_suffix("/state")?, values)));
    state_topics
        .map(|(machine, values)| {
            let read = |value: &Value| {
                let state = State::from_name(value["value"].as_str().unwrap()).expect("a PackML name");
                (value["timestamp"].as_i64().unwrap(), state)
            };
            (machine, values.iter().map(read).collect())
        })
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_messages_however_the_steps_are_cut() {
    let log = |seed: u64, stride: i64| {
        let mut plant = default_plant(seed);
        let mut log = Vec::new();
        let mut now = START;
        while now <= START + Millis(120_000) {
            plant.step(now, &mut |p| log.push((p.topic.to_owned(), p.payload.to_vec(), p.retain, p.qos)));
            now = now + Millis(stride);
        }
        log
    };
    let finely = log(1, 10);
    assert_eq!(finely, log(1, 4000));
    assert_ne!(finely, log(2, 4000));
}

#[test]
fn names_and_sizes() {
    for (size, machines, lines, sites) in [
        (Size::default(), 12, 3, 2),
        (Size { sites: 1, lines: 1, machines: 1 }, 1, 1, 1),
        (Size { sites: 0, lines: 0, machines: 0 }, 1, 1, 1),
        (Size { sites: 3, lines: 8, machines: 50 }, 50, 8, 3),
        (Size { sites: 40, lines: 100, machines: 10_000 }, 10_000, 100, 40),
        (Size { sites: u32::MAX, lines: u32::MAX, machines: u32::MAX }, 10_000, 100, 100),
    ] {
        let mut found = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
        let mut plant = Plant::new(1, size, START);
        plant.step(START, &mut |publication| {
            assert!(andon::topic::is_valid_topic(publication.topic));
            let levels: Vec<&str> = publication.topic.split('/').collect();
            assert_eq!(levels.len(), 6, "enterprise/site/area/line/machine/tag: {}", publication.topic);
            for (set, depth) in found.iter_mut().zip([2, 4, 5]) {
                set.insert(levels[..depth].join("/"));
            }
        });
        assert_eq!(found.map(|set| set.len()), [sites, lines, machines], "{size:?}");
    }
}

#[test]
fn the_rate_is_what_a_plant_of_this_size_says_and_can_be_set() {
    let per_second = |mut plant: Plant| {
        let mut count = 0;
        run(&mut plant, Millis(1000), &mut |_, _| {});
        run(&mut plant, Millis(30_000), &mut |_, _| count += 1);
        f64::from(count) / 30.0
    };
    let usual = per_second(default_plant(1));
    assert!((40.0..=60.0).contains(&usual), "{usual}");
    for wanted in [20.0, 500.0, 20_000.0] {
        let rate = per_second(default_plant(1).with_rate(wanted));
        assert!((rate / wanted - 1.0).abs() < 0.1, "{rate} for {wanted}");
    }
}

#[test]
fn counts_only_grow_and_add_up() {
    let said = objects(&mut default_plant(3), HOUR, &["_count"]);
    let totals = said.keys().filter_map(|topic| topic.strip_suffix("/total_count"));
    let mut scrapped = 0;
    for machine in totals {
        // All three by time; one that did not change is not repeated.
        let mut merged: BTreeMap<i64, [Option<u64>; 3]> = BTreeMap::new();
        for (index, name) in ["total", "good", "scrap"].into_iter().enumerate() {
            let mut last = 0;
            for value in &said[&format!("{machine}/{name}_count")] {
                let count = value["value"].as_u64().unwrap();
                assert!(count >= last, "{machine} {name}: {count} after {last}");
                last = count;
                merged.entry(value["timestamp"].as_i64().unwrap()).or_default()[index] = Some(count);
            }
        }
        let first = merged.values().next().unwrap()[2].unwrap();
        let mut now = [0; 3];
        for counts in merged.values() {
            for (now, count) in now.iter_mut().zip(counts) {
                *now = count.unwrap_or(*now);
            }
            assert_eq!(now[0], now[1] + now[2], "{machine}");
        }
        scrapped += now[2] - first;
    }
    assert!(scrapped > 0, "somebody makes scrap");
}

#[test]
fn states_follow_packml_and_most_machines_run_most_of_the_time() {
    let mut share_running = 0.0;
    let mut seen = BTreeSet::new();
    for seed in 0..2 {
        let said = objects(&mut default_plant(seed), Millis(2 * HOUR.0), &["/state"]);
        for (machine, states) in states(&said) {
            for pair in states.windows(2) {
                let ((from_at, from), (at, to)) = (pair[0], pair[1]);
                assert!(from == to || from.may_become(to), "{machine}: {} to {}", from.name(), to.name());
                assert!(at > from_at, "{machine}: time goes forward");
                if from == State::Execute {
                    share_running += (at - from_at) as f64;
                }
                seen.insert(from.name());
            }
        }
    }
    share_running /= (4 * HOUR.0 * 12) as f64;
    assert!((0.6..0.95).contains(&share_running), "{share_running}");
    assert_eq!(seen.len(), State::ALL.len(), "every state is visited: {seen:?}");
}

#[test]
fn packml_by_number_and_name() {
    for (index, state) in State::ALL.into_iter().enumerate() {
        assert_eq!(usize::from(state.number()), index + 1);
        assert_eq!(State::from_name(state.name()), Some(state));
        assert!(!state.may_become(state), "{}", state.name());
    }
    assert_eq!((State::Execute.number(), State::Held.number(), State::Complete.number()), (6, 11, 17));
    assert!(!State::Stopped.may_become(State::Execute) && !State::Aborted.may_become(State::Stopping));
}

#[test]
fn something_happens_in_the_first_two_minutes() {
    for seed in 0..20 {
        let said = objects(&mut default_plant(seed), Millis(120_000), &["/state", "/vibration", "/temperature"]);
        let tripped: Vec<_> = states(&said)
            .into_iter()
            .filter(|(_, states)| states.iter().any(|(_, state)| matches!(state, State::Held | State::Aborted)))
            .map(|(machine, states)| (machine.to_owned(), states))
            .collect();
        assert_eq!(tripped.len(), 1, "seed {seed}: {tripped:?}");
        let (machine, states) = &tripped[0];
        let trip_at = states.iter().find(|(_, state)| matches!(state, State::Aborting | State::Holding)).unwrap().0;
        // Before the trip the machine drifts visibly from how it began.
        let climb = |tag: &str| {
            let values = &said[&format!("{machine}/{tag}")];
            let mean_between = |from: i64, to: i64| {
                let within = values.iter().filter(|v| (from..to).contains(&v["timestamp"].as_i64().unwrap()));
                let numbers: Vec<f64> = within.map(|v| v["value"].as_f64().unwrap()).collect();
                numbers.iter().sum::<f64>() / numbers.len() as f64
            };
            mean_between(trip_at - 10_000, trip_at) - mean_between(START.0, START.0 + 10_000)
        };
        assert!(climb("vibration") > 1.0 || climb("temperature") > 8.0, "seed {seed} {machine}");
    }
}

#[test]
fn faults_are_named_while_they_last_and_clear_within_the_hour() {
    for seed in 0..4 {
        let said = objects(&mut default_plant(seed), HOUR, &["/fault_code", "/fault_text"]);
        let (mut begun, mut cleared) = (0, 0);
        for (topic, values) in said.iter().filter(|(topic, _)| topic.ends_with("/fault_code")) {
            let machine = topic.trim_end_matches("/fault_code");
            let texts = &said[&format!("{machine}/fault_text")];
            assert_eq!(values.len(), texts.len(), "code and text change together");
            let mut open = None;
            for (code, text) in values.iter().zip(texts) {
                let at = code["timestamp"].as_i64().unwrap();
                assert_eq!(code["value"] == 0, text["value"] == "", "{machine}");
                if code["value"] != 0 {
                    begun += 1;
                    open = Some(at);
                } else if let Some(since) = open.take() {
                    cleared += 1;
                    assert!((10_000..600_000).contains(&(at - since)), "{machine}: {} ms", at - since);
                }
            }
        }
        assert!(begun >= 3 && begun - cleared <= 2, "seed {seed}: {begun} begun, {cleared} cleared");
    }
}

#[test]
fn a_stopped_machine_starves_those_behind_it_and_blocks_those_before_it() {
    let (mut starved, mut blocked) = (0, 0);
    for seed in 0..6 {
        let said = objects(&mut default_plant(seed), Millis(900_000), &["/state", "/stop_reason"]);
        for (topic, values) in said.iter().filter(|(topic, _)| topic.ends_with("/stop_reason")) {
            let line = topic.rsplitn(3, '/').nth(2).unwrap();
            let others = said.iter().filter(|(other, _)| other.starts_with(line) && other.ends_with("/state"));
            let mut stops: Vec<i64> = Vec::new();
            for (_, states) in others {
                let not_running = states.iter().filter(|state| state["value"] != "Execute");
                stops.extend(not_running.map(|state| state["timestamp"].as_i64().unwrap()));
            }
            for value in values {
                let at = value["timestamp"].as_i64().unwrap();
                match value["value"].as_str().unwrap() {
                    "Starved" => starved += 1,
                    "Blocked" => blocked += 1,
                    _ => continue,
                }
                assert!(stops.iter().any(|stop| (at - 120_000..at).contains(stop)), "{topic} waits for nobody at {at}");
            }
        }
    }
    assert!(starved > 5 && blocked > 5, "{starved} starved, {blocked} blocked");
}

#[test]
fn orders_complete_and_change_over() {
    let said = objects(&mut default_plant(5), HOUR, &["/order", "/stop_reason"]);
    for (topic, orders) in said.iter().filter(|(topic, _)| topic.ends_with("/order")) {
        let ids: BTreeSet<&str> = orders.iter().map(|order| order["id"].as_str().unwrap()).collect();
        assert!(ids.len() >= 2, "{topic}: {ids:?}");
        for pair in orders.windows(2).filter(|pair| pair[0]["id"] == pair[1]["id"]) {
            assert!(pair[0]["produced"].as_u64() <= pair[1]["produced"].as_u64(), "{topic}");
            assert_eq!(pair[0]["product"], pair[1]["product"]);
        }
        for order in orders {
            let (produced, quantity) = (order["produced"].as_u64().unwrap(), order["quantity"].as_u64().unwrap());
            assert!(produced <= quantity, "{topic}: {order}");
        }
    }
    let breaks = said.iter().filter(|(topic, _)| topic.ends_with("/stop_reason"));
    let breaks = breaks.flat_map(|(_, reasons)| reasons).filter(|reason| reason["value"] == "Break").count();
    assert!(breaks >= 4, "{breaks} machines took a break");
}

#[test]
fn figures_stay_plausible() {
    let said = objects(&mut default_plant(8), HOUR, &["/temperature", "/vibration", "/pressure", "/power", "/speed"]);
    for (topic, values) in &said {
        let (low, high) = match topic.rsplit('/').next().unwrap() {
            "temperature" => (-5.0, 330.0),
            "vibration" => (0.0, 14.0),
            "pressure" => (0.5, 200.0),
            "power" => (0.0, 120.0),
            "speed" => (0.0, 320.0),
            _ => continue,
        };
        let numbers: Vec<f64> = values.iter().map(|value| value["value"].as_f64().unwrap()).collect();
        assert!(numbers.iter().all(|number| (low..high).contains(number)), "{topic}");
        assert!(numbers.iter().any(|number| *number != numbers[0]), "{topic} is alive");
    }
    let uncertain = said.values().flatten().filter(|value| value["quality"] == "uncertain").count();
    assert!(uncertain > 0, "a sensor is in doubt now and then");
}

#[test]
fn what_is_retained_is_what_a_newcomer_needs() {
    run(&mut default_plant(1), Millis(60_000), &mut |_, publication| {
        let tag = publication.topic.rsplit('/').next().unwrap();
        assert_eq!(publication.retain, !matches!(tag, "vibration" | "speed" | "power"), "{tag}");
        assert!(publication.qos <= 1 && !publication.payload.is_empty());
    });
}

#[test]
fn a_long_pause_is_not_made_up_for() {
    let mut plant = default_plant(1);
    plant.step(START, &mut |_| {});
    for now in [START + HOUR, START] {
        let mut count = 0;
        plant.step(now, &mut |_| count += 1);
        assert!(count < 100, "{count}");
        assert!(plant.next_step() > now && plant.next_step() - now <= Millis(100));
    }
}
