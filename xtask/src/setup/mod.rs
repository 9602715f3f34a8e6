//! Checks what a build (and the tests) need and installs what is missing. Says what it does and why it failed; says
//! nothing when nothing is missing, and then needs no network.

mod edge_nodes;
mod interop;
mod packages;
mod rust;
mod tools;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use self::edge_nodes::{EdgeNodeKind, edge_node};
pub use self::interop::{ensure as setup_interop, program as interop_program};
pub(crate) use self::rust::TARGET;
use crate::process::{self, find};
use crate::{Context, Outcome, workspace};

/// What the work at hand needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A release build: compiler for wasm, trunk, wasm-bindgen, wasm-opt.
    Build,
    /// That, and what tests start: a browser with its driver, a second broker, fonts, Sparkplug edge nodes.
    Tests,
}

/// Where everything that a build needs is.
#[derive(Clone, Debug)]
pub struct Toolbox {
    pub(crate) trunk: PathBuf,
    pub(crate) wasm_bindgen: PathBuf,
    pub(crate) wasm_opt: PathBuf,
    rust: rust::WasmRust,
}

/// What tests start beside the build.
#[derive(Clone, Debug)]
pub struct TestTools {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// Its WebDriver server.
    pub chromedriver: PathBuf,
    /// Debian's broker.
    pub mosquitto: PathBuf,
    /// The script of axe-core.
    pub axe: PathBuf,
}

/// Makes sure that everything needed is there.
///
/// # Errors
/// When something is missing and cannot be installed; says what to do by hand.
pub fn setup(needs: Needs) -> Outcome<Toolbox> {
    let toolbox = Toolbox {
        rust: rust::ensure()?,
        trunk: tools::trunk()?,
        wasm_bindgen: tools::wasm_bindgen(&workspace::locked_version("wasm-bindgen")?)?,
        wasm_opt: tools::wasm_opt()?,
    };
    fetch_crates()?;
    if needs == Needs::Tests {
        packages::ensure()?;
        edge_nodes::ensure()?;
        tools::axe()?;
    }
    Ok(toolbox)
}

/// Finds what [`setup`] for [`Needs::Tests`] made sure of.
///
/// # Errors
/// When something is missing.
pub fn test_tools() -> Outcome<TestTools> {
    Ok(TestTools {
        chromium: find(packages::CHROMIUM).context("no Chromium; `cargo xtask setup --tests` installs it")?,
        chromedriver: find(packages::CHROMEDRIVER)
            .context("no chromedriver; `cargo xtask setup --tests` installs it")?,
        mosquitto: find(packages::MOSQUITTO).context("no mosquitto; `cargo xtask setup --tests` installs it")?,
        axe: tools::axe_script()?,
    })
}

impl Toolbox {
    /// Where the compiler for wasm and its libraries are.
    pub(crate) fn sysroot(&self) -> Option<PathBuf> {
        let mut rustc = process::command("rustc");
        self.rust.choose(&mut rustc);
        process::read(rustc.args(["--print", "sysroot"])).ok().map(PathBuf::from)
    }

    /// Makes a command find these tools first, and cargo build for wasm.
    pub(crate) fn equip(&self, command: &mut Command) {
        let folders = [&self.wasm_opt, &self.wasm_bindgen].map(|tool| tool.parent().map(Path::to_owned));
        let path = env::var_os("PATH").unwrap_or_default();
        let all = folders.into_iter().flatten().chain(env::split_paths(&path));
        let path = env::join_paths(all).unwrap_or_else(|_odd| OsString::from(&path));
        command.env("PATH", path);
        self.rust.choose(command);
    }
}

/// Trunk asks cargo for the whole dependency graph, without network: every locked crate must be in cargo's cache.
fn fetch_crates() -> Outcome {
    let fetch = |offline: &[&str]| {
        let mut cargo = process::command("cargo");
        cargo.args(["fetch", "--quiet", "--locked"]).args(offline).current_dir(workspace::root());
        process::read(&mut cargo)
    };
    if fetch(&["--offline"]).is_err() {
        crate::console::say("setup: fetching the crates of Cargo.lock");
        fetch(&[]).context("fetching crates")?;
    }
    Ok(())
}
