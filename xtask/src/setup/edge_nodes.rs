//! Sparkplug edge nodes that others wrote, for the journeys: PyPI's pysparkplug and mqtt-spb-wrapper, each in an
//! environment of its own (they want different protobufs), and npm's sparkplug-client.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{packages, tools};
use crate::process::{self, find};
use crate::{Context, Outcome, workspace};

const PYSPARKPLUG: &str = "0.6.1";
const MQTT_SPB_WRAPPER: &str = "2.1.2";
const SPARKPLUG_CLIENT: &str = "3.2.4";

/// An edge node in the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeNodeKind {
    /// PyPI's pysparkplug: arrays, 64 bit, its clean death names another `bdSeq`.
    Pysparkplug,
    /// npm's sparkplug-client: compression, DataSet, Template, properties.
    SparkplugClient,
    /// PyPI's mqtt-spb-wrapper: a connection per device, names that differ between birth and data.
    MqttSpbWrapper,
}

/// Installs what is missing of them.
///
/// # Errors
/// When one cannot be installed.
pub(super) fn ensure() -> Outcome {
    python("pysparkplug", PYSPARKPLUG)?;
    python("mqtt-spb-wrapper", MQTT_SPB_WRAPPER)?;
    npm().map(|_folder| ())
}

/// What starts an edge node that publishes to this port of 127.0.0.1 until it is killed.
///
/// # Errors
/// When its library is missing and cannot be installed.
pub fn edge_node(kind: EdgeNodeKind, port: u16) -> Outcome<Command> {
    let script = |name| workspace::root().join("tests/e2e/edge_nodes").join(name);
    let mut command = match kind {
        EdgeNodeKind::Pysparkplug => {
            let mut command = process::command(python("pysparkplug", PYSPARKPLUG)?);
            command.arg(script("pysparkplug_node.py"));
            command
        }
        EdgeNodeKind::MqttSpbWrapper => {
            let mut command = process::command(python("mqtt-spb-wrapper", MQTT_SPB_WRAPPER)?);
            command.arg(script("mqtt_spb_wrapper_node.py"));
            command
        }
        EdgeNodeKind::SparkplugClient => {
            let mut command = process::command(find(&["node"]).context("no node")?);
            command.env("NODE_PATH", npm()?).arg(script("sparkplug_client_node.js"));
            command
        }
    };
    command.arg(port.to_string());
    Ok(command)
}

/// The Python that has this package.
fn python(package: &str, version: &str) -> Outcome<PathBuf> {
    tools::ensure(package, version, &["bin/python"], "an edge node for tests, from PyPI", |folder: &Path| {
        let make = || process::run(process::command("python3").args(["-m", "venv", "--clear"]).arg(folder));
        if make().is_err() {
            packages::install(&["python3", "python3-venv"], "edge nodes for tests are written in Python")?;
            make()?;
        }
        let mut pip = process::command(folder.join("bin/python"));
        process::run(pip.args(["-m", "pip", "install", "--quiet"]).arg(format!("{package}=={version}")))
    })
}

/// The folder with npm's packages.
fn npm() -> Outcome<PathBuf> {
    let install = |folder: &Path| {
        packages::ensure_npm()?;
        let mut npm = process::command("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"]).arg(folder);
        process::run(npm.arg(format!("sparkplug-client@{SPARKPLUG_CLIENT}")))
    };
    let tool = "sparkplug-client";
    tools::ensure(tool, SPARKPLUG_CLIENT, &[], "an edge node for tests, from npm", install)?;
    Ok(workspace::tools()?.join(format!("{tool}-{SPARKPLUG_CLIENT}")).join("node_modules"))
}
