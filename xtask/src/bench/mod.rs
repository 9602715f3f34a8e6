//! `cargo xtask bench`: Andon's figures beside those of a plain dashboard on MQTT.js, both in the same Chromium on the
//! same machine under the same load, and beside an empty page, which says what the machine can show at all.
//!
//! Refuses: brokers in the measured path (the load peer replays packets), and figures of a single run (medians).

mod alert;
mod alone;
mod browser;
mod options;
mod peer;
mod report;
mod scenario;
mod site;
mod stage;
mod traffic;

use std::ffi::OsString;
use std::fs;

pub use options::{BenchOptions, Scenario};

use self::report::Report;
use self::stage::Stage;
use crate::console::say;
use crate::setup::{self, Needs};
use crate::{Context, Outcome, dist};

/// The folder with MQTT.js and what it is made of below `node_modules`, installed where it is missing.
///
/// # Errors
/// When it cannot be installed.
pub fn mqttjs_folder() -> Outcome<std::path::PathBuf> {
    let (bundle, _) = site::mqttjs()?;
    bundle.parent().map(std::path::Path::to_owned).context("MQTT.js lies in no folder")
}

/// Builds what changed, measures, prints the table.
///
/// # Errors
/// When the command line means nothing, or a page cannot be measured. A missed target is not an error: it is in the
/// table.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Outcome {
    let Some(options) = options::parse(args)? else {
        say(options::HELP);
        return Ok(());
    };
    let toolbox = setup::setup(Needs::Tests)?;
    let mut report = Report::new(vec![stage::machine()]);
    let (alone, pages): (Vec<Scenario>, Vec<Scenario>) = options.scenarios.iter().partition(|of| of.is_alone());
    for scenario in alone {
        say(&format!("== {}", scenario.word()));
        alone::measure(scenario, &toolbox, &mut report).context(scenario.word())?;
    }
    if !pages.is_empty() {
        if options.has_andon {
            dist::build_if_changed(&toolbox)?;
        }
        let mut stage = Stage::start(&options)?;
        report.note(stage.conditions()?);
        for scenario in pages {
            say(&format!("== {}", scenario.word()));
            scenario::measure(scenario, &mut stage, &mut report).context(scenario.word())?;
        }
    }
    for line in report.lines() {
        say(&line);
    }
    if let Some(file) = &options.json {
        fs::write(file, report.json()).context(format_args!("writing {}", file.display()))?;
    }
    Ok(())
}
