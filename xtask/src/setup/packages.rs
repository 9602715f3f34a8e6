//! What comes from the system's packages: browser, driver, broker, fonts, npm.

use std::path::Path;
use std::process::Command;

use crate::console::say;
use crate::process::{self, find};
use crate::{Context, Failure, Outcome};

pub(super) const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
pub(super) const CHROMEDRIVER: &[&str] = &["chromedriver"];
pub(super) const MOSQUITTO: &[&str] = &["mosquitto"];

/// Makes sure that the tests find a browser, its driver, a broker and fonts.
pub(super) fn ensure() -> Outcome {
    let has_fonts = !cfg!(target_os = "linux") || Path::new("/usr/share/fonts/truetype").is_dir() || has_any_font();
    let wanted: &[(bool, &[&str])] = &[
        (find(CHROMIUM).is_some() && find(CHROMEDRIVER).is_some(), &["chromium", "chromium-driver"]),
        (find(MOSQUITTO).is_some(), &["mosquitto"]),
        (has_fonts, &["fonts-dejavu-core"]),
    ];
    let missing: Vec<&str> = wanted.iter().filter(|(there, _)| !there).flat_map(|(_, names)| *names).copied().collect();
    if missing.is_empty() { Ok(()) } else { install(&missing, "the tests need them") }
}

/// Makes sure that npm is there.
pub(super) fn ensure_npm() -> Outcome {
    if find(&["npm"]).is_some() && find(&["node"]).is_some() {
        return Ok(());
    }
    install(&["nodejs", "npm"], "wasm-opt comes from npm")
}

/// Installs Debian packages, or says how to.
pub(super) fn install(packages: &[&str], why: &str) -> Outcome {
    let by_hand = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if find(&["apt-get"]).is_none() {
        return Err(Failure::new(format!(
            "missing: {} ({why}); install them with this system's package manager (Debian's names)",
            packages.join(", ")
        )));
    }
    if process::read(process::command("id").arg("-u"))? != "0" {
        return Err(Failure::new(format!(
            "missing: {} ({why}); install them with `sudo {by_hand}`",
            packages.join(", ")
        )));
    }
    say(&format!("setup: {by_hand} ({why})"));
    let install = || process::run(apt().args(["install", "--no-install-recommends", "--yes", "-q"]).args(packages));
    if install().is_err() {
        say("setup: apt-get update, then once more");
        process::run(apt().args(["update", "-q"])).context("updating the list of packages")?;
        install().context(format_args!("installing {}", packages.join(", ")))?;
    }
    Ok(())
}

/// apt-get that asks nothing and starts no service: a broker that Debian starts would take the demo's port.
fn apt() -> Command {
    let mut apt = process::command("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    apt
}

fn has_any_font() -> bool {
    process::read(process::command("fc-list").arg(":")).is_ok_and(|fonts| !fonts.is_empty())
}
