//! From an alarm's stamp to the painted tile: under the paced load one machine after another goes into alarm, and the
//! probe notes when each tile has been painted as such. Both clocks are this machine's.

use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::browser::Tab;
use super::peer::{Pace, Subscriber};
use super::report::{Report, Row, Target, Who};
use super::stage::{Load, Stage};
use super::traffic::{machine_path, plant};
use crate::clock::{self, Stopwatch};
use crate::{Failure, Outcome};

/// The tag that the bench's alert rule looks at, on every machine.
pub(super) const ALARM_TAG: &str = "alarm/level";
/// Machines, each in alarm once in a run.
const MACHINES: usize = 100;
/// Messages a second beside the alarms.
const RATE: f64 = 10_000.0;
/// Between two alarms; no multiple of any interval in the page.
const PAUSE: Duration = Duration::from_millis(83);
/// How long the last tile may take.
const PATIENCE_SECS: f64 = 10.0;

/// Measures the scenario.
pub(super) fn measure(name: &'static str, stage: &mut Stage, report: &mut Report) -> Outcome {
    if !stage.options.has_andon {
        return Ok(());
    }
    let tags = plant(MACHINES, 20);
    let load = Load { tags: &tags, ballast: &[], per_frame: 1, pace: Pace::Rate(RATE) };
    let (mut middle, mut late) = (Vec::new(), Vec::new());
    for run in 0..stage.options.runs {
        let watch = Stopwatch::start();
        let mut spans = stage.under_load(Who::Andon, &load, alarms)?;
        spans.sort_by(f64::total_cmp);
        let quantile = |share: f64| spans.get((spans.len() as f64 * share) as usize).copied();
        middle.extend(quantile(0.5));
        late.extend(quantile(0.99));
        Stage::progress(Who::Andon, run, watch);
    }
    report.add(Row::new(name, "alarm's stamp to painted tile p50, ms").with(Who::Andon, middle));
    let row = Row::new(name, "alarm's stamp to painted tile p99, ms, of 100").target(Target::AtMost(150.0));
    report.add(row.with(Who::Andon, late));
    Ok(())
}

/// Milliseconds of each machine's alarm.
fn alarms(stage: &mut Stage, tab: &Tab, subscriber: &Subscriber) -> Outcome<Vec<f64>> {
    let say = |machine: usize, level: u8| {
        let stamp = clock::now().0;
        let topic = format!("{}/{ALARM_TAG}", machine_path(machine));
        let payload = format!("{{\"value\":{level},\"timestamp\":{stamp}}}");
        subscriber.publish(&topic, payload.as_bytes()).map(|()| stamp)
    };
    for machine in 0..MACHINES {
        say(machine, 0)?;
    }
    thread::sleep(Duration::from_secs(1));
    stage.browser.ask(tab, "andonProbe.watchAlarms()")?;
    let mut stamps = Vec::with_capacity(MACHINES);
    for machine in 0..MACHINES {
        stamps.push(say(machine, 1)?);
        thread::sleep(PAUSE);
    }
    let all = format!("Object.keys(andonProbe.alarms).length >= {MACHINES}");
    stage.browser.wait_for(tab, &all, PATIENCE_SECS)?;
    let painted: Value = stage.browser.ask(tab, "andonProbe.alarms")?;
    let span = |(machine, stamp): (usize, i64)| {
        let path = machine_path(machine);
        let at = painted[&path].as_f64().ok_or_else(|| Failure::new(format!("the tile of {path} was not painted")))?;
        Ok(at - stamp as f64)
    };
    stamps.into_iter().enumerate().map(span).collect()
}
