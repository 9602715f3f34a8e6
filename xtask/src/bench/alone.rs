//! Code measured alone, without a page: what a message costs in wasm, and what the same costs the peer's code in the
//! same engine. The measuring is done by suites of `tests`, which print a line a figure; here they are run and read.

use std::process::Command;

use super::mqttjs_folder;
use super::options::Scenario;
use super::report::{Report, Row, Who};
use crate::setup::{self, TARGET, Toolbox};
use crate::{Context, Outcome, process, test, workspace};

/// As the worker is built.
const PROFILE: &str = "worker";

/// Measures one scenario.
pub(super) fn measure(scenario: Scenario, toolbox: &Toolbox, report: &mut Report) -> Outcome {
    if scenario == Scenario::Shapes { shapes(toolbox, report) } else { codec(toolbox, report) }
}

/// Decoding and sessions in Node: ours in wasm, mqtt-packet and the client of MQTT.js.
fn codec(toolbox: &Toolbox, report: &mut Report) -> Outcome {
    let node = process::find(&["node"]).context("node is not installed")?;
    let script = workspace::root().join("tests/bench/codec.js");
    let mut ours = suite(toolbox, "wasm_codec_speed");
    ours.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", test::runner(toolbox));
    let ours = figures(&process::read(&mut ours)?);
    let theirs = figures(&process::read(process::command(node).arg(script).current_dir(mqttjs_folder()?))?);
    for (what, own) in ours {
        let row = Row::new("codec", format!("{what}, ns")).with(Who::Andon, own);
        let peer = theirs.iter().find(|(of, _)| *of == what).map(|(_, peer)| peer.clone()).unwrap_or_default();
        report.add(row.with(Who::MqttJs, peer));
    }
    Ok(())
}

/// Payload shapes in Chromium: ours in wasm, `JSON.parse` and hand-written access in JavaScript.
fn shapes(toolbox: &Toolbox, report: &mut Report) -> Outcome {
    let mut command = suite(toolbox, "web_speed");
    command.arg("nanoseconds");
    test::browser_env(&mut command, toolbox, &setup::test_tools()?);
    for (what, both) in figures(&process::read(&mut command)?) {
        let one = |at: usize| both.get(at).map(|figure| vec![*figure]).unwrap_or_default();
        report.add(Row::new("shapes", format!("{what}, ns")).with(Who::Andon, one(0)).with(Who::MqttJs, one(1)));
    }
    Ok(())
}

fn suite(toolbox: &Toolbox, name: &str) -> Command {
    let mut cargo = process::command("cargo");
    cargo.current_dir(workspace::root());
    toolbox.equip(&mut cargo);
    cargo.args(["test", "--profile", PROFILE, "--target", TARGET, "--features", "web", "--test", name]);
    cargo.args(["--", "--include-ignored", "--nocapture"]);
    cargo
}

/// Lines of `figure <tab> what <tab> number…`, wherever in a line they begin.
fn figures(output: &str) -> Vec<(String, Vec<f64>)> {
    let lines = output.lines().filter_map(|line| line.split_once("figure\t"));
    let figure = |(_, rest): (&str, &str)| {
        let mut fields = rest.split('\t');
        let what = fields.next()?.to_owned();
        let numbers: Vec<f64> = fields.map_while(|field| field.trim().parse().ok()).collect();
        (!numbers.is_empty()).then_some((what, numbers))
    };
    lines.filter_map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_among_other_words() {
        let output = "running 1 test\n  log: figure\tdecode\t12\nfigure\tboth\t3.5\t7 \nfigure\tnone\tx\nok";
        assert_eq!(figures(output), [("decode".to_owned(), vec![12.0]), ("both".to_owned(), vec![3.5, 7.0])]);
    }
}
