//! Alerts on a device that sleeps: nothing invented from what nobody saw, nothing lost that came back.

#[path = "common/world.rs"]
mod world;

use andon::document::{Config, config_from_json};
use andon::engine::Input;
use andon::time::Millis;
use andon::vocab::AlertState::{self, Shelved, Unacknowledged};
use andon::wire::{AlertAct, AlertCommand, Command, Update};
use world::{World, config};

const TEMPERATURE: &str = "acme/north/fill/line1/filler/temperature";

fn world(rules: &str) -> World {
    let json = format!(r#"{{"version":1,"hierarchy":"enterprise/site/area/line/machine","alerts":{rules}}}"#);
    let (parsed, problems) = config_from_json(&json);
    assert_eq!(problems, [], "{rules}");
    let mut world = World::with_config(Config { brokers: config().brokers, ..parsed });
    world.go_online();
    world
}

/// The device sleeps, and wakes with a tick.
fn sleep(world: &mut World, span: Millis) {
    world.now = world.now + span;
    world.input(Input::Tick);
}

fn states(world: &World) -> Vec<AlertState> {
    let told = world.updates.iter().filter_map(|update| match update {
        Update::Alerts(told) => Some(told.iter().map(|alert| alert.state)),
        _ => None,
    });
    told.flatten().collect()
}

#[test]
fn a_delay_does_not_mature_while_nobody_looks() {
    let mut world = world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"high","limit":80,"on_delay_s":30}]"#);
    world.publish(TEMPERATURE, "70");
    world.wait(1);
    world.publish(TEMPERATURE, "90");
    world.wait(10);
    sleep(&mut world, Millis::from_secs(3600));
    assert_eq!(states(&world), [], "ten seconds were seen, not thirty");
    // It had been over meanwhile.
    world.publish(TEMPERATURE, "70");
    world.wait(60);
    assert_eq!(states(&world), []);
    // And where it holds on, the delay goes on.
    world.publish(TEMPERATURE, "90");
    world.wait(10);
    sleep(&mut world, Millis::from_secs(3600));
    world.publish(TEMPERATURE, "91");
    world.wait(15);
    assert_eq!(states(&world), []);
    world.wait(6);
    assert_eq!(states(&world), [Unacknowledged]);
}

#[test]
fn a_held_part_of_an_expression_waits_on() {
    let mut world = world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"expression","expression":"x > 80 for 30s"}]"#);
    world.publish(TEMPERATURE, "90");
    world.wait(10);
    sleep(&mut world, Millis::from_secs(3600));
    world.publish(TEMPERATURE, "91");
    world.wait(15);
    assert_eq!(states(&world), []);
    world.wait(6);
    assert_eq!(states(&world), [Unacknowledged]);
}

#[test]
fn our_own_sleep_is_not_the_sources_silence() {
    let mut world = world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"no-data","span_s":60}]"#);
    world.publish(TEMPERATURE, "20");
    world.wait(10);
    sleep(&mut world, Millis::from_secs(3600));
    world.wait(50);
    assert_eq!(states(&world), []);
    world.wait(11);
    assert_eq!(states(&world), [Unacknowledged], "silent for a minute since this device is awake");
}

#[test]
fn what_a_person_put_aside_comes_back_at_its_time() {
    let mut world = world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"high","limit":80}]"#);
    world.publish(TEMPERATURE, "70");
    world.wait(1);
    world.publish(TEMPERATURE, "90");
    let ids = world.updates.iter().filter_map(|update| match update {
        Update::Alerts(told) => Some(told.iter().map(|alert| alert.id)),
        _ => None,
    });
    let alerts = ids.flatten().collect();
    let act = AlertAct::Shelve(Millis::from_secs(1800));
    world.command(Command::Alerts(AlertCommand::Act { act, alerts, who: "Kim".into(), words: "known".into() }));
    sleep(&mut world, Millis::from_secs(3600));
    assert_eq!(states(&world), [Unacknowledged, Shelved, Unacknowledged]);
}
