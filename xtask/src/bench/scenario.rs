//! The scenarios: what is done to each page, and which figures come of it.

use std::fs;
use std::thread;
use std::time::Duration;

use andon::sim::Size;
use flate2::Compression;
use serde_json::Value;

use super::alert;
use super::browser::Tab;
use super::options::Scenario;
use super::peer::Pace;
use super::report::{Report, Row, Target, Who, median};
use super::stage::{Load, Stage};
use super::traffic::{ballast, plant};
use crate::clock::Stopwatch;
use crate::demo::{BrokerOptions, ConfigJson, DemoBroker, PageOptions, PageServer, PlantPublisher, PublisherOptions};
use crate::{Context, Failure, Outcome, demo, files, workspace};

/// Machines, one tile each.
const MACHINES: usize = 100;
/// Messages a second of the paced load.
const RATE: f64 = 20_000.0;

/// Measures one scenario.
pub(super) fn measure(scenario: Scenario, stage: &mut Stage, report: &mut Report) -> Outcome {
    match scenario {
        Scenario::Paced => paced(stage, report),
        Scenario::Flood => flood(stage, report),
        Scenario::KnownTags => known_tags(stage, report),
        Scenario::FirstTile => first_tile(stage, report),
        Scenario::Alert => alert::measure(scenario.word(), stage, report),
        Scenario::Size => size(stage, report),
        Scenario::Codec | Scenario::Shapes => Ok(()), // `alone` has them
    }
}

/// Figures by who and run.
#[derive(Default)]
struct Runs(Vec<(Who, Value)>);

impl Runs {
    fn of(&self, who: Who, figure: impl Fn(&Value) -> Option<f64>) -> Vec<f64> {
        self.0.iter().filter(|(of, _)| *of == who).filter_map(|(_, value)| figure(value)).collect()
    }

    fn row(&self, row: Row, figure: impl Fn(&Value) -> Option<f64>) -> Row {
        [Who::Andon, Who::MqttJs, Who::Empty].into_iter().fold(row, |row, who| row.with(who, self.of(who, &figure)))
    }
}

fn key(name: &'static str) -> impl Fn(&Value) -> Option<f64> {
    move |value| value[name].as_f64()
}

fn frames_per_second(value: &Value) -> Option<f64> {
    Some(value["frames"].as_f64()? / value["secs"].as_f64()?)
}

fn paced(stage: &mut Stage, report: &mut Report) -> Outcome {
    const NAME: &str = "paced";
    let tags = plant(MACHINES, 20);
    let load = Load { tags: &tags, ballast: &[], per_frame: 1, pace: Pace::Rate(RATE) };
    let runs = under_load(stage, &load)?;
    report.add(runs.row(Row::new(NAME, "messages/s taken").target(Target::AtLeast(RATE * 0.99)), key("rate")));
    report.add(runs.row(Row::new(NAME, "frames/s").target(Target::AtLeast(58.0)), frames_per_second));
    report.add(runs.row(Row::new(NAME, "frame p50, ms"), key("frame_p50")));
    report.add(runs.row(Row::new(NAME, "frame p95, ms").target(Target::AtMost(17.0)), key("frame_p95")));
    work(NAME, &runs, report);
    report.add(runs.row(Row::new(NAME, "lag p50, ms"), key("lag_p50")));
    report.add(runs.row(Row::new(NAME, "lag p99, ms"), key("lag_p99")));
    ages(NAME, &runs, report);
    let growth = |value: &Value| Some(value["age_second_half"].as_f64()? - value["age_first_half"].as_f64()?);
    report.add(runs.row(Row::new(NAME, "growth of that age, ms").target(Target::AtMost(20.0)), growth));
    Ok(())
}

fn flood(stage: &mut Stage, report: &mut Report) -> Outcome {
    const NAME: &str = "flood";
    let tags = plant(MACHINES, 20);
    let load = Load { tags: &tags, ballast: &[], per_frame: 50, pace: Pace::Flood };
    let runs = under_load(stage, &load)?;
    report.add(runs.row(Row::new(NAME, "messages/s taken").target(Target::TimesAtLeast(10.0)), key("rate")));
    report.add(runs.row(Row::new(NAME, "frames/s"), frames_per_second));
    report.add(runs.row(Row::new(NAME, "frame p95, ms"), key("frame_p95")));
    work(NAME, &runs, report);
    ages(NAME, &runs, report);
    Ok(())
}

fn ages(scenario: &'static str, runs: &Runs, report: &mut Report) {
    report.add(runs.row(Row::new(scenario, "age of a tile's newest reading p50, ms"), key("age_p50")));
    report.add(runs.row(Row::new(scenario, "age of a tile's newest reading p99, ms"), key("age_p99")));
}

/// Everybody under the same load, run by run, the empty page (idle) first in each.
fn under_load(stage: &mut Stage, load: &Load<'_>) -> Outcome<Runs> {
    let mut runs = Runs::default();
    for run in 0..stage.options.runs {
        for who in stage.everybody() {
            let watch = Stopwatch::start();
            let figures = match who {
                Who::Empty => stage.idle()?,
                Who::Andon | Who::MqttJs => {
                    stage.under_load(who, load, |stage, tab, _| under_one_load(stage, who, tab))?
                }
            };
            runs.0.push((who, figures));
            Stage::progress(who, run, watch);
        }
    }
    Ok(runs)
}

/// One page, under load already.
fn under_one_load(stage: &mut Stage, who: Who, tab: &Tab) -> Outcome<Value> {
    let before = stage.counters(who, tab)?;
    let work = stage.browser.work(tab)?;
    let own = Stage::own_cpu_secs();
    let mut figures = stage.observe(tab, stage.options.secs)?;
    let secs = figures["secs"].as_f64().unwrap_or(stage.options.secs);
    let now = stage.browser.work(tab)?;
    for (key, span) in [
        ("busy_percent", now.all - work.all),
        ("script_percent", now.script - work.script),
        ("style_percent", now.style - work.style),
        ("layout_percent", now.layout - work.layout),
    ] {
        figures[key] = (span / secs * 100.0).into();
    }
    let peer = Stage::own_cpu_secs().zip(own).map(|(now, before)| (now - before) / secs * 100.0);
    figures["peer_percent"] = peer.into();
    let after = stage.counters(who, tab)?;
    figures["rate"] = ((after.received - before.received) / (after.at - before.at) * 1000.0).into();
    figures["lag_p50"] = after.lag_p50.into();
    figures["lag_p99"] = after.lag_p99.into();
    Ok(figures)
}

/// Where the main thread's time goes.
fn work(scenario: &'static str, runs: &Runs, report: &mut Report) {
    report.add(runs.row(Row::new(scenario, "main thread busy, %"), key("busy_percent")));
    report.add(runs.row(Row::new(scenario, "  of that script, %"), key("script_percent")));
    report.add(runs.row(Row::new(scenario, "  style, %"), key("style_percent")));
    report.add(runs.row(Row::new(scenario, "  layout, %"), key("layout_percent")));
    report.add(runs.row(Row::new(scenario, "load peer, % of a core"), key("peer_percent")));
}

/// Two visible tags on each machine move; the rest is known and silent, so that both pages have the same to show.
fn known_tags(stage: &mut Stage, report: &mut Report) -> Outcome {
    const NAME: &str = "known-tags";
    const FEW: usize = 200;
    const MANY: usize = 20_000;
    if !stage.options.has_andon {
        return Ok(());
    }
    let tags = plant(MACHINES, FEW / MACHINES);
    let silent = ballast(MACHINES, (MANY - FEW) / MACHINES);
    let mut costs = [Vec::new(), Vec::new()];
    for run in 0..stage.options.runs {
        for (cost, (known, ballast)) in costs.iter_mut().zip([(FEW, &[][..]), (MANY, &silent[..])]) {
            let watch = Stopwatch::start();
            let load = Load { tags: &tags, ballast, per_frame: 1, pace: Pace::Rate(2000.0) };
            cost.push(stage.under_load(Who::Andon, &load, |stage, tab, _| {
                let counted = stage.counters(Who::Andon, tab)?.tags;
                if counted < known as f64 {
                    return Err(Failure::new(format!("{counted} tags are known instead of {known}")));
                }
                let before = stage.browser.work(tab)?.all;
                let figures = stage.observe(tab, stage.options.secs)?;
                let frames = figures["frames"].as_f64().context("no frames")?;
                Ok((stage.browser.work(tab)?.all - before) * 1000.0 / frames)
            })?);
            Stage::progress(Who::Andon, run, watch);
        }
    }
    let ratio = median(&costs[1]).zip(median(&costs[0])).map(|(many, few)| many / few);
    let [few, many] = costs;
    report.add(Row::new(NAME, "main thread, ms a frame, 200 tags").with(Who::Andon, few));
    report.add(Row::new(NAME, "main thread, ms a frame, 20 000 tags").with(Who::Andon, many));
    let ratio = ratio.into_iter().collect();
    report.add(Row::new(NAME, "the second by the first").target(Target::AtMost(1.2)).with(Who::Andon, ratio));
    Ok(())
}

/// Each load in a browser context of its own: nothing cached, no compiled code kept; the browser's process is warm.
fn first_tile(stage: &mut Stage, report: &mut Report) -> Outcome {
    const NAME: &str = "first-tile";
    let broker = DemoBroker::start(BrokerOptions::default())?;
    let source = demo::simulated_plant(Size::default(), None);
    let plant = PlantPublisher::start(PublisherOptions::new(broker.tcp_port()), source)?;
    let watch = Stopwatch::start();
    while plant.published() < 500 && watch.secs() < 10.0 {
        thread::sleep(Duration::from_millis(50));
    }
    let config = ConfigJson::Broker { name: "Demo plant".into(), ws_port: broker.ws_port() };
    let page = match stage.options.has_andon {
        true => Some(PageServer::start(PageOptions { config, ..PageOptions::new(workspace::dist()) })?),
        false => None,
    };
    let mut runs = Runs::default();
    let loads = stage.options.runs * 2;
    for _ in 0..loads {
        let mqttjs = Some((Who::MqttJs, stage.mqttjs_url(&broker.ws_url("localhost"))));
        for (who, url) in mqttjs.into_iter().chain(page.as_ref().map(|page| (Who::Andon, page.url("localhost")))) {
            let tab = stage.open()?;
            stage.browser.visit(&tab, &url)?;
            stage.browser.wait_for(&tab, "andonProbe.firstTile !== null", 20.0).context(who.word())?;
            let times = "({ live: andonProbe.firstTile, any: andonProbe.firstReading })";
            runs.0.push((who, stage.browser.ask(&tab, times)?));
            stage.browser.close(tab)?;
        }
    }
    let figure = format!("first live tile, ms after navigation, {loads} loads");
    report.add(runs.row(Row::new(NAME, figure).target(Target::AtMost(600.0)), key("live")));
    report.add(runs.row(Row::new(NAME, "first reading of any kind, ms"), key("any")));
    Ok(())
}

fn size(stage: &Stage, report: &mut Report) -> Outcome {
    let zipped = |file: &std::path::Path| {
        let bytes = fs::read(file).context(format_args!("reading {}", file.display()))?;
        Ok(demo::gzip(&bytes, Compression::best()).map_or(bytes.len(), |zipped| zipped.len().min(bytes.len())))
    };
    let mut row = Row::new("size", "KB gzipped (all of dist/; the library alone)").target(Target::AtMost(300.0));
    if stage.options.has_andon {
        let mut all = 0;
        for file in files::below(&workspace::dist()).context("reading dist/")? {
            all += zipped(&file)?;
        }
        row = row.with(Who::Andon, vec![all as f64 / 1000.0]);
    }
    report.add(row.with(Who::MqttJs, vec![zipped(&stage.library)? as f64 / 1000.0]));
    Ok(())
}
