//! The brokers of the interop tests: Debian's mosquitto, ejabberd and rabbitmq-server, npm's aedes.

use std::path::{Path, PathBuf};

use super::{packages, tools};
use crate::console::complain;
use crate::process::find;

/// Installs what is missing, and says what cannot be: tests name it as "not installed".
pub fn ensure() {
    for (name, package) in [("mosquitto", "mosquitto"), ("ejabberd", "ejabberd"), ("rabbitmq", "rabbitmq-server")] {
        if program(name).is_none()
            && let Err(failure) = packages::install(&[package], "an interop test's broker")
        {
            complain(&format!("{name}: {failure}"));
        }
    }
    if let Err(failure) = tools::aedes() {
        complain(&format!("aedes: {failure}"));
    }
}

/// What starts a broker by name, if it is installed. For aedes that is a script of node's.
pub fn program(name: &str) -> Option<PathBuf> {
    match name {
        "mosquitto" => find(packages::MOSQUITTO),
        "ejabberd" => find(&["ejabberdctl"]).and_then(|_| find(&["erl"])),
        "rabbitmq" => {
            // Not the one on the search path: that changes the user, and with it the folders.
            let versions = Path::new("/usr/lib/rabbitmq/lib").read_dir().ok()?;
            versions.flatten().map(|version| version.path().join("sbin/rabbitmq-server")).find(|file| file.is_file())
        }
        "aedes" => tools::aedes_script().ok().filter(|script| script.is_file() && find(&["node"]).is_some()),
        _ => None,
    }
}
