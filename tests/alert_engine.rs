//! Alerts through the whole engine: messages in, alerts out, people's acts, lost links, reloads.

#[path = "common/world.rs"]
mod world;

use andon::document::{Config, config_from_json};
use andon::time::Millis;
use andon::vocab::AlertState::{self, Acknowledged, Normal, Returned, Shelved, Suppressed, Unacknowledged};
use andon::vocab::Priority;
use andon::wire::{Alert, AlertAct, AlertCommand, AlertJournal, AlertPreview, Command, Update};
use world::{BROKER, World, config};

const TEMPERATURE: &str = "acme/north/fill/line1/filler/temperature";
const STATE: &str = "acme/north/fill/line1/filler/state";

/// A world online with these rules, in JSON.
fn world(rules: &str) -> World {
    let mut world = World::with_config(with_rules(rules));
    world.go_online();
    world
}

fn with_rules(rules: &str) -> Config {
    let (parsed, problems) = config_from_json(&format!(
        r#"{{"version":1,"hierarchy":"enterprise/site/area/line/machine","alerts":{rules}}}"#
    ));
    assert_eq!(problems, [], "{rules}");
    Config { brokers: config().brokers, ..parsed }
}

const HIGH: &str = r#"[{"id":"hot","name":"Temperature high","pattern":"+/+/+/+/+/temperature","when":"high","limit":80,
    "deadband":2,"priority":"high","message":"{machine}: {value} {unit} above {limit}","action":"Open the valve"}]"#;

fn celsius(value: f64) -> String {
    format!(r#"{{"value":{value},"unit":"°C"}}"#)
}

/// Every alert as last told.
fn alerts(world: &World) -> Vec<Alert> {
    let mut all: Vec<Alert> = Vec::new();
    for update in &world.updates {
        if let Update::Alerts(told) = update {
            for alert in told {
                all.retain(|known| known.id != alert.id);
                all.push(alert.clone());
            }
        }
    }
    all
}

fn only(world: &World) -> Alert {
    let all = alerts(world);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

fn states(world: &World) -> Vec<AlertState> {
    let told = world.updates.iter().filter_map(|update| match update {
        Update::Alerts(told) => Some(told.iter().map(|alert| alert.state)),
        _ => None,
    });
    told.flatten().collect()
}

fn act(world: &mut World, act: AlertAct, words: &str) {
    let ids = alerts(world).iter().map(|alert| alert.id).collect();
    world.command(Command::Alerts(AlertCommand::Act { act, alerts: ids, who: "Kim".into(), words: words.into() }));
}

fn journal(world: &mut World) -> AlertJournal {
    world.command(Command::Alerts(AlertCommand::Journal));
    let found = world.updates.iter().rev().find_map(|update| match update {
        Update::AlertJournal(journal) => Some((**journal).clone()),
        _ => None,
    });
    found.unwrap_or_default()
}

#[test]
fn a_value_above_the_limit_is_raised_at_once_and_returns_below_the_deadband() {
    let mut world = world(HIGH);
    world.publish(TEMPERATURE, &celsius(75.0));
    world.pass(Millis(300));
    assert_eq!(alerts(&world), []);
    world.publish(TEMPERATURE, &celsius(81.5));
    let alert = only(&world);
    assert_eq!((alert.state, alert.priority), (Unacknowledged, Priority::High));
    assert_eq!(&*alert.message, "filler: 81.50 °C above 80");
    assert_eq!(&*alert.action, "Open the valve");
    assert!(!alert.is_standing);
    world.publish(TEMPERATURE, &celsius(79.0)); // within the deadband
    assert_eq!(only(&world).state, Unacknowledged);
    act(&mut world, AlertAct::Acknowledge, "on my way");
    assert_eq!(only(&world).acknowledged_by.as_deref(), Some("Kim"));
    world.publish(TEMPERATURE, &celsius(77.9));
    assert_eq!(states(&world), [Unacknowledged, Acknowledged, Normal]);
    let lines = journal(&mut world).lines;
    let told: Vec<_> = lines.iter().rev().map(|line| (line.to, line.who.as_deref(), &*line.text)).collect();
    assert_eq!(told[0], (Unacknowledged, None, "filler: 81.50 °C above 80"));
    assert_eq!(told[1], (Acknowledged, Some("Kim"), "on my way"));
    assert_eq!(told[2].0, Normal);
}

#[test]
fn delays_hold_back_what_is_short() {
    let mut world =
        world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"high","limit":80,"on_delay_s":5,"off_delay_s":10}]"#);
    world.publish(TEMPERATURE, "90");
    world.pass(Millis(4000));
    world.publish(TEMPERATURE, "70");
    world.pass(Millis(4000));
    assert_eq!(states(&world), []);
    world.publish(TEMPERATURE, "90");
    world.pass(Millis(5001));
    assert_eq!(states(&world), [Unacknowledged]);
    world.publish(TEMPERATURE, "70");
    world.pass(Millis(9000));
    assert_eq!(states(&world).len(), 1);
    world.pass(Millis(1100));
    assert_eq!(states(&world), [Unacknowledged, Returned]);
}

#[test]
fn retained_values_stand_already_and_are_no_news() {
    let mut world = world(HIGH);
    let sent = world.now.0 - 3_600_000;
    world.retained(TEMPERATURE, &format!(r#"{{"value":95,"timestamp":{sent}}}"#));
    world.pass(Millis(300));
    let alert = only(&world);
    assert!(alert.is_standing);
    assert_eq!(alert.raised.map(|at| at.0), Some(sent), "it stands since its source said so");
}

#[test]
fn a_lost_link_makes_alerts_unknown_not_normal() {
    let mut world = world(HIGH);
    world.publish(TEMPERATURE, "90");
    world.pass(Millis(300));
    world.input(andon::engine::Input::Closed(BROKER, 1006, String::new()));
    world.pass(Millis(100));
    let alert = only(&world);
    assert!(alert.is_unknown);
    assert_eq!(alert.state, Unacknowledged);
    world.pass(Millis(60_000));
    assert_eq!(states(&world).iter().filter(|state| **state == Unacknowledged).count(), states(&world).len());
}

#[test]
fn shelving_ends_by_itself_and_is_capped_by_the_rule() {
    let mut world = world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"high","limit":80,"most_shelved_h":1}]"#);
    world.publish(TEMPERATURE, "90");
    world.pass(Millis(300));
    act(&mut world, AlertAct::Shelve(Millis::from_secs(100 * 3600)), "sensor is being changed");
    let alert = only(&world);
    assert_eq!(alert.state, Shelved);
    let (until, who, why) = alert.shelf.expect("on the shelf");
    assert_eq!((until - world.now, &*who, &*why), (Millis::from_secs(3600), "Kim", "sensor is being changed"));
    for _ in 0..3601 {
        world.publish(TEMPERATURE, "91");
        world.pass(Millis(1000));
    }
    assert_eq!(only(&world).state, Unacknowledged);
}

#[test]
fn silence_is_told_only_while_the_link_is_up() {
    let mut world = world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"no-data","span_s":10}]"#);
    world.publish(TEMPERATURE, "20");
    world.pass(Millis(9000));
    world.publish(TEMPERATURE, "20");
    world.pass(Millis(9000));
    assert_eq!(states(&world), []);
    world.pass(Millis(2000));
    assert_eq!(states(&world), [Unacknowledged]);
    world.publish(TEMPERATURE, "20");
    assert_eq!(only(&world).state, Returned);
    world.input(andon::engine::Input::Closed(BROKER, 1006, String::new()));
    world.pass(Millis(500));
    assert_eq!(only(&world).state, Returned, "nobody could have heard");
}

#[test]
fn a_machine_that_stands_is_told_without_any_rule() {
    let mut world = World::with_config(Config { hierarchy: with_rules("[]").hierarchy, ..config() });
    world.go_online();
    world.publish(STATE, r#""Execute""#);
    world.publish("acme/north/fill/line1/filler/fault", r#""""#);
    world.pass(Millis(500));
    world.publish("acme/north/fill/line1/filler/fault", r#""Door open""#);
    world.publish(STATE, r#""Aborted""#);
    world.pass(Millis(2900));
    assert_eq!(alerts(&world), []);
    world.pass(Millis(500));
    let alert = only(&world);
    assert_eq!(&*alert.message, "Stopped: Door open");
    assert!(alert.machine.is_some());
    world.publish(STATE, r#""Execute""#);
    world.pass(Millis(200));
    assert_eq!(only(&world).state, Returned);
}

#[test]
fn an_expression_over_several_tags_is_unknown_until_all_are_there() {
    let mut world = world(
        r#"[{"pattern":"+/+/+/+/+/temperature","when":"expression","expression":"x > [setpoint] + 5 and [state] = 'Execute' for 2s"}]"#,
    );
    world.publish(TEMPERATURE, "90");
    world.publish(STATE, r#""Execute""#);
    world.pass(Millis(5000));
    assert_eq!(states(&world), [], "no set-point yet");
    world.publish("acme/north/fill/line1/filler/setpoint", "80");
    world.pass(Millis(500));
    assert_eq!(states(&world), [Unacknowledged]);
    world.publish(STATE, r#""Idle""#);
    world.pass(Millis(200));
    assert_eq!(only(&world).state, Returned);
}

#[test]
fn windows_look_at_the_past() {
    let mut world =
        world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"expression","expression":"avg(x, 10s) > 50"}]"#);
    for value in [10, 10, 10, 10, 10] {
        world.publish(TEMPERATURE, &value.to_string());
        world.pass(Millis(2000));
    }
    world.publish(TEMPERATURE, "100");
    world.pass(Millis(4000));
    assert_eq!(states(&world), [], "the mean is about 46");
    world.pass(Millis(2500));
    assert_eq!(states(&world), [Unacknowledged]);
}

#[test]
fn suppressed_by_design_while_another_state_holds() {
    let mut world =
        world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"low","limit":40,"suppress_when":"[state] = 'Idle'"}]"#);
    world.publish(STATE, r#""Idle""#);
    world.publish(TEMPERATURE, "20");
    world.pass(Millis(2500));
    assert_eq!(only(&world).state, Suppressed);
    world.publish(STATE, r#""Execute""#);
    world.pass(Millis(1500));
    assert_eq!(only(&world).state, Unacknowledged);
}

#[test]
fn acknowledgement_survives_a_restart_of_the_worker() {
    let mut first = world(HIGH);
    first.publish(TEMPERATURE, "90");
    first.pass(Millis(300));
    act(&mut first, AlertAct::Acknowledge, "");
    let kept = alerts(&first);
    let mut second = World::with_config(with_rules(HIGH));
    second.command(Command::Alerts(AlertCommand::Resume(kept)));
    second.go_online();
    second.retained(TEMPERATURE, "90");
    second.pass(Millis(300));
    assert_eq!(only(&second).state, Acknowledged);
    assert_eq!(only(&second).acknowledged_by.as_deref(), Some("Kim"));
    second.publish(TEMPERATURE, "20");
    assert_eq!(only(&second).state, Normal);
}

#[test]
fn other_rules_keep_the_standing_of_those_that_stay() {
    let mut world = world(HIGH);
    world.publish(TEMPERATURE, "90");
    world.pass(Millis(300));
    act(&mut world, AlertAct::Acknowledge, "");
    let mut rules = with_rules(HIGH).alerts.unwrap_or_default();
    rules[0].priority = Priority::Critical;
    world.updates.clear();
    world.command(Command::Alerts(AlertCommand::Rules(Some(rules))));
    world.pass(Millis(300));
    let alert = only(&world);
    assert_eq!((alert.state, alert.priority), (Acknowledged, Priority::Critical));
    world.updates.clear();
    world.command(Command::Alerts(AlertCommand::Rules(Some(Vec::new()))));
    world.publish(TEMPERATURE, "95");
    world.pass(Millis(300));
    assert_eq!(states(&world), []);
}

#[test]
fn a_chattering_rule_is_named_with_what_would_have_calmed_it() {
    let mut world = world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"high","limit":80}]"#);
    for round in 0..6 {
        world.publish(TEMPERATURE, "81");
        world.pass(Millis(2000));
        world.publish(TEMPERATURE, if round == 3 { "77.5" } else { "79" });
        world.pass(Millis(2000));
    }
    let journal = journal(&mut world);
    let actor = &journal.chattering[0];
    assert_eq!(actor.count, 4, "the third and every later one within a minute");
    assert!((2.5..3.0).contains(&actor.deadband.unwrap_or_default()), "{actor:?}");
    assert_eq!(actor.off_delay, Some(Millis(3000)));
    assert_eq!(journal.by_priority, [0, 0, 6, 0]);
    assert_eq!(journal.raised.iter().sum::<u32>(), 6);
    // With that deadband it is calm.
    let deadband = actor.deadband.unwrap_or_default();
    let mut calm = self::world(&format!(
        r#"[{{"pattern":"+/+/+/+/+/temperature","when":"high","limit":80,"deadband":{deadband}}}]"#
    ));
    for _ in 0..6 {
        calm.publish(TEMPERATURE, "81");
        calm.pass(Millis(2000));
        calm.publish(TEMPERATURE, "77.5");
        calm.pass(Millis(2000));
    }
    assert_eq!(states(&calm).len(), 1);
}

fn try_rule(world: &mut World, rule: &str) -> AlertPreview {
    let rule = with_rules(rule).alerts.unwrap_or_default().remove(0);
    world.command(Command::Alerts(AlertCommand::Try(Box::new(rule))));
    let found = world.updates.iter().rev().find_map(|update| match update {
        Update::AlertPreview(preview) => Some((**preview).clone()),
        _ => None,
    });
    found.unwrap_or_default()
}

#[test]
fn a_rule_is_tried_on_the_history_that_is_held() {
    let mut world = world("[]");
    for round in 0..50 {
        world.publish(TEMPERATURE, if round % 10 == 9 { "90" } else { "70" });
        world.pass(Millis(1000));
    }
    let preview = try_rule(&mut world, HIGH);
    assert_eq!((preview.matched, preview.replayed, preview.raised, preview.holding), (1, 1, 5, 1));
    let delayed = HIGH.replace("\"deadband\":2", "\"on_delay_s\":3");
    assert_eq!(try_rule(&mut world, &delayed).raised, 0);
    let windowed = r#"[{"pattern":"+/+/+/+/+/temperature","when":"expression","expression":"max(x, 2s) > 80"}]"#;
    assert_eq!(try_rule(&mut world, windowed).raised, 5);
}

#[test]
fn a_rule_on_machines_is_tried_on_what_they_were_doing() {
    let mut world = world("[]");
    for (state, seconds) in [("Execute", 20), ("Held", 10), ("Execute", 20), ("Held", 3), ("Execute", 5), ("Held", 9)] {
        world.publish(STATE, &format!("\"{state}\""));
        world.pass(Millis::from_secs(seconds));
    }
    let rule =
        |delay: u32| format!(r#"[{{"pattern":"+/+/+/+/+","when":"state","states":["stopped"],"on_delay_s":{delay}}}]"#);
    let preview = try_rule(&mut world, &rule(0));
    assert_eq!((preview.matched, preview.replayed, preview.raised, preview.holding), (1, 1, 3, 1), "{preview:?}");
    assert_eq!(try_rule(&mut world, &rule(5)).raised, 2, "three seconds are not enough");
    // The books do not tell a dead machine from one that nobody heard: such a rule is not tried.
    let offline = try_rule(&mut world, &rule(0).replace("stopped", "offline"));
    assert_eq!((offline.matched, offline.replayed, offline.raised), (1, 0, 0));
}

#[test]
fn the_first_of_a_group_is_marked() {
    let mut world = world(
        r#"[{"id":"t","pattern":"+/+/+/+/+/temperature","when":"high","limit":80,"group":"cooling"},
            {"id":"p","pattern":"+/+/+/+/+/pressure","when":"high","limit":5,"group":"cooling"}]"#,
    );
    world.publish(TEMPERATURE, "20");
    world.publish("acme/north/fill/line1/filler/pressure", "1");
    world.pass(Millis(300));
    world.publish("acme/north/fill/line1/filler/pressure", "9");
    world.publish(TEMPERATURE, "99");
    let first: Vec<_> = alerts(&world).iter().map(|alert| (alert.rule.to_string(), alert.is_first)).collect();
    assert_eq!(first, [("p".to_owned(), true), ("t".to_owned(), false)]);
}

#[test]
fn a_clock_set_back_neither_loses_nor_invents() {
    let mut world = world(r#"[{"pattern":"+/+/+/+/+/temperature","when":"high","limit":80,"on_delay_s":5}]"#);
    world.publish(TEMPERATURE, "90");
    world.pass(Millis(2000));
    world.now = world.now - Millis::from_secs(3600);
    world.publish(TEMPERATURE, "90");
    world.pass(Millis(2000));
    assert_eq!(states(&world), []);
    world.pass(Millis(1500));
    assert_eq!(states(&world), [Unacknowledged]);
}
