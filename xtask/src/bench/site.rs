//! The pages that are measured, each on a server of its own: the build, the MQTT.js dashboard, the empty page.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::alert::ALARM_TAG;
use crate::demo::{ConfigJson, Headers, PageOptions, PageServer};
use crate::{Context, Failure, Outcome, process, workspace};

/// The library as its package brings it for browsers.
const BUNDLE: &str = "node_modules/mqtt/dist/mqtt.min.js";

/// The build, told to connect to `broker` and how the load's topics are to be read.
pub(super) fn andon(broker: &str) -> Outcome<PageServer> {
    let config = json!({
        "version": 1,
        "brokers": [{ "name": "load", "url": broker, "protocol": 4 }],
        "hierarchy": "enterprise/site/area/line/machine",
        "alerts": [{
            "id": "machine-stopped", "name": "Machine stopped", "pattern": "#", "when": "state", "states": ["stopped"],
            "on_delay_s": 3, "priority": "high", "message": "Stopped: {value}"
        }, {
            "id": "alarm", "name": "Alarm", "pattern": format!("+/+/+/+/+/{ALARM_TAG}"), "when": "high", "limit": 0.5,
            "priority": "critical", "message": "Alarm: {value}"
        }],
    });
    let options = PageOptions::new(workspace::dist());
    PageServer::start(PageOptions { config: ConfigJson::Text(config.to_string()), ..options })
}

/// The MQTT.js page and the empty page, of `tests/bench`, with the library beside them.
pub(super) fn peers(library: &Path) -> Outcome<PageServer> {
    let site = library.with_file_name("site");
    fs::create_dir_all(&site).context(format_args!("making {}", site.display()))?;
    let pages = workspace::root().join("tests/bench");
    let copies = [
        (pages.join("mqttjs/index.html"), "mqttjs.html"),
        (pages.join("mqttjs/page.css"), "page.css"),
        (pages.join("mqttjs/page.js"), "page.js"),
        (pages.join("empty/index.html"), "empty.html"),
        (library.to_owned(), "mqtt.min.js"),
    ];
    for (from, name) in copies {
        fs::copy(&from, site.join(name)).context(format_args!("copying {}", from.display()))?;
    }
    // Plain: the library starts its timers from a Blob, which Andon's own policy would refuse.
    PageServer::start(PageOptions { headers: Headers::Plain, ..PageOptions::new(site) })
}

/// The MQTT.js bundle, installed into the tools' folder where it is missing, and its version.
pub(super) fn mqttjs() -> Outcome<(PathBuf, String)> {
    let wanted = workspace::root().join("tests/bench/mqttjs");
    let manifest = fs::read_to_string(wanted.join("package.json")).context("reading the bench's package.json")?;
    let manifest: Value = serde_json::from_str(&manifest).context("reading the bench's package.json")?;
    let version = manifest["dependencies"]["mqtt"].as_str().context("the bench's package.json names no mqtt")?;
    let folder = workspace::tools()?.join(format!("mqttjs-{version}"));
    if !folder.join(BUNDLE).exists() {
        fs::create_dir_all(&folder).context(format_args!("making {}", folder.display()))?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(wanted.join(file), folder.join(file)).context(format_args!("copying {file}"))?;
        }
        crate::console::say(&format!("bench: installing MQTT.js {version} into {}", folder.display()));
        let npm = process::find(&["npm"]).context("npm is not installed")?;
        process::run(
            process::command(npm).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&folder),
        )?;
        if !folder.join(BUNDLE).exists() {
            return Err(Failure::new(format!("MQTT.js {version} came without {BUNDLE}")));
        }
    }
    let bundle = folder.join("mqtt.min.js");
    fs::copy(folder.join(BUNDLE), &bundle).context("copying the MQTT.js bundle")?;
    Ok((bundle, version.to_owned()))
}
