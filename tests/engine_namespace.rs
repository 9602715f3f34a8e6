//! The namespace page's questions: rows, search, filters, findings, the survey of levels, the list of tags.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests state what must hold")]

#[path = "common/world.rs"]
mod world;

use andon::document::{TagRule, hierarchy_from_text};
use andon::time::Millis;
use andon::vocab::{Level, MachineState, Quality};
use andon::wire::{AlertCommand, Browse, Command, Filter, Findings, ListFormat, Rows, Survey, Trouble, Update};
use world::{World, config};

fn feed(world: &mut World) {
    for machine in ["filler", "capper"] {
        let base = format!("acme/berlin/l1/{machine}");
        world.publish(&format!("{base}/state"), r#"{"value":6,"timestamp":1790000000000}"#);
        world.publish(&format!("{base}/temperature"), r#"{"value":71.5,"timestamp":1790000000000,"unit":"°C"}"#);
        world.publish(&format!("{base}/drive"), r#"{"current":3.1,"torque":12}"#);
    }
    world.pass(Millis(300));
}

fn rows(world: &mut World, query: &str, filters: &[Filter], open: &[&str]) -> Rows {
    world.command(Command::Browse(Some(Box::new(Browse {
        query: query.into(),
        filters: filters.to_vec(),
        open: open.iter().map(|path| (*path).to_owned()).collect(),
        first: 0,
        count: 100,
    }))));
    world.pass(Millis(300));
    *world.frames().rev().find_map(|frame| frame.rows.clone()).expect("rows are told")
}

fn paths(rows: &Rows) -> Vec<(&str, u16, u32)> {
    rows.rows.iter().map(|row| (&*row.path, row.depth, row.below)).collect()
}

fn findings(world: &mut World) -> Findings {
    world.command(Command::Examine);
    world
        .updates
        .iter()
        .rev()
        .find_map(|u| if let Update::Findings(f) = u { Some((**f).clone()) } else { None })
        .unwrap()
}

fn survey(world: &mut World, text: &str) -> Survey {
    world.command(Command::Survey(if text.is_empty() { Vec::new() } else { hierarchy_from_text(text).unwrap() }));
    world.updates.iter().rev().find_map(|u| if let Update::Survey(s) = u { Some((**s).clone()) } else { None }).unwrap()
}

#[test]
fn the_tree_opens_node_by_node() {
    let mut world = World::online();
    feed(&mut world);
    let closed = rows(&mut world, "", &[], &[]);
    assert_eq!(paths(&closed), [("acme", 0, 8)]);
    assert!(closed.rows[0].bytes > 200 && closed.rows[0].heard.is_some());
    let open = ["acme", "acme/berlin", "acme/berlin/l1", "acme/berlin/l1/capper", "acme/berlin/l1/capper/drive"];
    let open = rows(&mut world, "", &[], &open);
    assert_eq!(open.total, 10);
    assert_eq!(
        paths(&open)[3..6],
        [
            ("acme/berlin/l1/capper", 3, 4),
            ("acme/berlin/l1/capper/drive", 4, 2),
            ("acme/berlin/l1/capper/drive/current", 5, 0),
        ]
    );
    let temperature = open.rows.iter().find(|row| row.path.ends_with("capper/temperature")).unwrap();
    assert_eq!(temperature.tag.as_ref().unwrap().unit.as_deref(), Some("°C"));
    assert_eq!(&*temperature.name, "temperature");
}

#[test]
fn search_finds_by_path_unit_and_letters_and_follows_what_comes() {
    let mut world = World::online();
    feed(&mut world);
    let found = |world: &mut World, query: &str| {
        rows(world, query, &[], &[]).rows.iter().map(|row| row.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(&mut world, "torque").len(), 2);
    assert_eq!(found(&mut world, "FILLER temp"), ["acme/berlin/l1/filler/temperature"]);
    assert_eq!(found(&mut world, "°C").len(), 2);
    assert_eq!(found(&mut world, "flr tmprt"), ["acme/berlin/l1/filler/temperature"]);
    assert_eq!(found(&mut world, "nowhere"), [""; 0]);
    world.publish("acme/berlin/l1/nowhere/state", "6");
    assert_eq!(found(&mut world, "nowhere"), ["acme/berlin/l1/nowhere/state"]);
}

#[test]
fn filters_keep_what_they_name() {
    let mut world = World::online();
    feed(&mut world);
    assert_eq!(rows(&mut world, "", &[Filter::NoUnit], &[]).total, 6);
    assert_eq!(rows(&mut world, "", &[Filter::NoTime], &[]).total, 4);
    assert_eq!(rows(&mut world, "", &[Filter::NoUnit, Filter::NoTime], &[]).total, 4);
    assert_eq!(rows(&mut world, "", &[Filter::ChangedType], &[]).total, 0);
    world.publish("acme/berlin/l1/filler/state", "Execute");
    assert_eq!(rows(&mut world, "", &[Filter::ChangedType], &[]).total, 1);
    assert_eq!(rows(&mut world, "", &[Filter::Stale], &[]).total, 0);
    assert_eq!(rows(&mut world, "temperature", &[Filter::New], &[]).total, 2);
}

#[test]
fn what_is_wrong_is_found_with_its_tags() {
    let mut world = World::online();
    feed(&mut world);
    world.publish("acme/berlin/l1/filler/state", "wibble");
    world.publish("acme/berlin/l1/filler/Temperature", "5");
    world.publish("acme/berlin/l1/filler/a//b", "5");
    world.publish("acme/berlin/l1/filler/skew", r#"{"value":1,"timestamp":1789999000000,"unit":"A"}"#);
    world.publish("acme/berlin/l1/filler/local", r#"{"value":1,"timestamp":"2026-09-21T14:13:20","unit":"A"}"#);
    world.publish("lonely", "5");
    for _ in 0..100 {
        world.publish("acme/berlin/l1/filler/chatter", r#"{"value":1,"timestamp":1790000000000,"unit":"A"}"#);
    }
    world.pass(Millis(300));
    let findings = findings(&mut world);
    for (kind, path) in [
        (Trouble::UnknownState, "acme/berlin/l1/filler/state"),
        (Trouble::ChangesType, "acme/berlin/l1/filler/state"),
        (Trouble::Twice, "acme/berlin/l1/filler/Temperature"),
        (Trouble::OddName, "acme/berlin/l1/filler/a//b"),
        (Trouble::Skew, "acme/berlin/l1/filler/skew"),
        (Trouble::NoZone, "acme/berlin/l1/filler/local"),
        (Trouble::Unassigned, "lonely"),
        (Trouble::Chatter, "acme/berlin/l1/filler/chatter"),
        (Trouble::NoTime, "acme/berlin/l1/capper/drive/current"),
        (Trouble::NoUnit, "acme/berlin/l1/capper/state"),
    ] {
        let finding = findings.list.iter().find(|finding| finding.kind == kind);
        let finding = finding.unwrap_or_else(|| panic!("nothing of {kind:?}"));
        assert!(finding.examples.iter().any(|example| &*example.path == path), "{kind:?}: {:?}", finding.examples);
        assert_eq!(finding.count as usize, finding.examples.len());
    }
}

#[test]
fn the_survey_explains_the_guess_and_previews_a_template() {
    let mut world = World::online();
    feed(&mut world);
    world.publish("acme/berlin/l1/filler/state", "wibble");
    let known = survey(&mut world, "");
    assert_eq!(known.roots.len(), 1);
    assert_eq!(known.roots[0].template, "enterprise/site/line/machine");
    assert!(known.roots[0].why.contains("2 of 2 nodes"), "{}", known.roots[0].why);
    assert_eq!((known.lines, known.machines, known.states.len()), (1, 2, 1));
    assert_eq!(known.states[0].raw, "wibble");
    let preview = survey(&mut world, "site/area/machine");
    assert_eq!((preview.machines, preview.lines, preview.roots.len()), (1, 0, 0));
    let level = preview.tree.iter().find(|node| &*node.name == "l1").unwrap().level;
    assert_eq!(level, Some(Level::Machine));
}

#[test]
fn a_change_of_meaning_keeps_link_and_values() {
    let mut world = World::online();
    feed(&mut world);
    world.publish("acme/berlin/l1/filler/state", "77");
    world.pass(Millis(300));
    assert_eq!(world.card("acme/berlin/l1/filler").unwrap().state, MachineState::Offline);
    let (other, problems) = andon::document::config_from_json(
        r#"{"hierarchy":"+/site/line/machine","tags":[{"pattern":"+/+/+/+/state","states":{"77":"idle"}}]}"#,
    );
    assert_eq!(problems, []);
    let documents = andon::document::Config { brokers: config().brokers, ..other };
    world.command(Command::Configure(Box::new(documents)));
    world.pass(Millis(300));
    assert_eq!(world.card("acme/berlin/l1/filler").unwrap().state, MachineState::Idle);
    assert_eq!(world.place("acme/berlin").unwrap().level, Some(Level::Site));
    assert_eq!(world.place("acme").unwrap().level, None);
}

#[test]
fn the_list_of_tags_is_safe_in_a_spreadsheet() {
    let mut world = World::online();
    world.publish("a/b", r#"{"value":"=HYPERLINK(\"x\")","unit":"a,b"}"#);
    world.publish("a/c", "-5");
    let mut list = |format| {
        world.command(Command::ListTags(format));
        world
            .updates
            .iter()
            .rev()
            .find_map(|u| if let Update::TagList(_, text) = u { Some(text.clone()) } else { None })
    };
    let csv = list(ListFormat::Csv).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("path,description,unit,low,high,"));
    assert!(lines[1].starts_with("a/b,,\"a,b\",,,a/b,value object,\"'=HYPERLINK(\"\"x\"\")\",good,"), "{}", lines[1]);
    assert!(lines[2].contains(",-5,good,"));
    let json: serde_json::Value = serde_json::from_str(&list(ListFormat::Json).unwrap()).unwrap();
    assert_eq!(json[0]["value"], "=HYPERLINK(\"x\")");
}

#[test]
fn a_broker_may_be_asked_for_what_the_page_shows_and_for_nothing_else() {
    let (documents, problems) = andon::document::config_from_json(
        r#"{"brokers":[{"url":"ws://plant.test/mqtt","protocol":4,"subscribe":"view"}]}"#,
    );
    assert_eq!(problems, []);
    let mut world = World::with_config(documents);
    world.command(Command::See(vec!["acme/berlin/l1/#".into()]));
    world.go_online();
    feed(&mut world);
    let filters: Vec<String> =
        world.links().last().unwrap().filters.iter().map(|report| report.filter.clone()).collect();
    assert_eq!(filters, ["acme/berlin/l1/#"]);
    let tag = world.watch("acme/berlin/l1/filler/temperature");
    assert_eq!(world.reading(tag).unwrap().quality, Quality::Good);
    // The page goes elsewhere: what is not asked for is not vouched for.
    world.command(Command::See(vec!["acme/berlin/l2/#".into()]));
    world.pass(Millis(300));
    assert_eq!(world.reading(tag).unwrap().quality, Quality::Stale);
    assert!(world.card("acme/berlin/l1/filler").unwrap().stale);
    // Back again, it is stale until it is heard again.
    world.command(Command::See(vec!["acme/berlin/l1/#".into()]));
    world.pass(Millis(300));
    assert_eq!(world.reading(tag).unwrap().quality, Quality::Stale);
    world.publish("acme/berlin/l1/filler/temperature", r#"{"value":72,"timestamp":1790000000000,"unit":"°C"}"#);
    world.pass(Millis(300));
    assert_eq!(world.reading(tag).unwrap().quality, Quality::Good);
}

#[test]
fn what_alert_rules_look_at_stays_subscribed_whatever_the_page_shows() {
    let (documents, problems) = andon::document::config_from_json(
        r##"{"brokers":[{"url":"ws://plant.test/mqtt","protocol":4,"subscribe":"view"}],
        "hierarchy":"enterprise/site/line/machine",
        "alerts":[{"id":"hot","pattern":"acme/berlin/+/filler/temperature","when":"high","limit":80,
                   "suppress_when":"[/acme/berlin/mode] = 'cleaning'"},
                  {"id":"stands","pattern":"#","when":"state","states":["stopped"]}]}"##,
    );
    assert_eq!(problems, []);
    let mut world = World::with_config(documents);
    world.command(Command::See(vec!["acme/berlin/l2/#".into()]));
    world.go_online();
    let filters = |world: &World| {
        let of = world.links().last().unwrap().filters.iter().map(|report| report.filter.clone());
        of.collect::<Vec<String>>()
    };
    let needed = ["acme", "acme/berlin", "acme/berlin/+/filler/temperature", "acme/berlin/l2/#", "acme/berlin/mode"];
    assert_eq!(filters(&world), needed);
    world.publish("acme/berlin/l1/filler/temperature", "90");
    world.pass(Millis(300));
    let raised = |world: &World| {
        world
            .updates
            .iter()
            .any(|update| matches!(update, Update::Alerts(all) if all.iter().any(|alert| alert.is_active)))
    };
    assert!(raised(&world), "raised though the page shows another line");
    // Other rules, other needs.
    world.command(Command::Alerts(AlertCommand::Rules(Some(Vec::new()))));
    world.pass(Millis(300));
    assert_eq!(filters(&world), ["acme/berlin/l2/#"]);
}

#[test]
fn what_was_just_described_is_found_by_its_description() {
    let mut world = World::online();
    world.publish("a/l/m/pressure", "1");
    let search = |world: &mut World, query: &str| {
        let browse = Browse { query: query.into(), count: 100, ..Browse::default() };
        world.command(Command::Browse(Some(Box::new(browse))));
    };
    let found = |world: &World| world.frames().rev().find_map(|frame| frame.rows.as_ref()).map(|rows| rows.total);
    search(&mut world, "pressure");
    world.pass(Millis(1_000));
    assert_eq!(found(&world), Some(1));
    let mut described = config();
    described.tags = vec![TagRule {
        pattern: "a/l/m/pressure".into(),
        description: Some("Behind the kiln".into()),
        ..TagRule::default()
    }];
    world.command(Command::Configure(Box::new(described)));
    world.pass(Millis(100));
    search(&mut world, "behind kiln");
    world.pass(Millis(10_000));
    assert_eq!(found(&world), Some(1));

    // And while the words stand there: what comes later is found too.
    search(&mut world, "oven");
    world.pass(Millis(1_000));
    assert_eq!(found(&world), Some(0));
    world.publish("a/l/m/heat", r#"{"value":1}"#);
    world.pass(Millis(1_000));
    world.publish("a/l/m/heat", r#"{"value":2,"description":"Of the oven"}"#);
    world.pass(Millis(12_000));
    assert_eq!(found(&world), Some(1));
}
