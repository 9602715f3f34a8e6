//! The build's own tools, each of one version, kept in the user's cache so that a clean checkout finds them again.
//!
//! Invariant: a tool's folder appears complete or not at all. It is filled under another name and then renamed, so an
//! interrupted installation leaves nothing that counts as present.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::console::say;
use crate::process::{self, find, is_program};
use crate::{Context, Failure, Outcome, workspace};

/// 0.22 wants a newer compiler than the stable one of today.
const TRUNK: &str = "0.21.14";
/// As in its package.json.
const AEDES: &str = "1.2.0";
/// Deque's rules for WCAG.
const AXE: &str = "4.11.0";
const AEDES_SCRIPT: &str = "broker.js";
/// The npm package; Debian's is too old for what rustc emits.
const BINARYEN: &str = "132";

/// The trunk program.
pub(super) fn trunk() -> Outcome<PathBuf> {
    if let Some(installed) = on_path("trunk", TRUNK, &[]) {
        return Ok(installed);
    }
    let install = |folder: &Path| {
        let mut cargo = process::command("cargo");
        cargo.args(["install", "trunk", "--version", TRUNK, "--locked", "--root"]).arg(folder);
        // It only orders others about: what it takes to optimise it, it never gives back.
        cargo.envs([("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"), ("CARGO_PROFILE_RELEASE_LTO", "off")]);
        cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        process::run(native(&mut cargo))
    };
    ensure("trunk", TRUNK, &["bin/trunk"], "about 6 minutes on 2 cores", install)
}

/// The wasm-bindgen program, with its test runner beside it. Its version must equal the library's.
pub(super) fn wasm_bindgen(version: &str) -> Outcome<PathBuf> {
    const RUNNER: &str = "wasm-bindgen-test-runner";
    if let Some(installed) = on_path("wasm-bindgen", version, &[RUNNER]) {
        return Ok(installed);
    }
    let install = |folder: &Path| {
        let mut cargo = process::command("cargo");
        // Not --locked: its own lock file may name crates that were yanked.
        cargo.args(["install", "wasm-bindgen-cli", "--version", version, "--root"]).arg(folder);
        cargo.env("CARGO_PROFILE_RELEASE_LTO", "off");
        process::run(native(&mut cargo))
    };
    let programs = ["bin/wasm-bindgen", "bin/wasm-bindgen-test-runner"];
    ensure("wasm-bindgen", version, &programs, "about 2 minutes on 2 cores", install)
}

/// The wasm-opt program.
pub(super) fn wasm_opt() -> Outcome<PathBuf> {
    let install = |folder: &Path| {
        super::packages::ensure_npm()?;
        let mut npm = process::command("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"]).arg(folder);
        npm.arg(format!("binaryen@{BINARYEN}"));
        process::run(&mut npm)
    };
    ensure("binaryen", BINARYEN, &["node_modules/.bin/wasm-opt"], "wasm-opt, from npm", install)
}

/// The rules of accessibility that a browser can check, as one script.
pub(super) fn axe() -> Outcome<PathBuf> {
    let install = |folder: &Path| {
        super::packages::ensure_npm()?;
        let mut npm = process::command("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"]).arg(folder);
        npm.arg(format!("axe-core@{AXE}"));
        process::run(&mut npm)
    };
    ensure("axe-core", AXE, &[], "rules of accessibility, from npm", install)?;
    axe_script()
}

/// Where that script is once installed.
pub(super) fn axe_script() -> Outcome<PathBuf> {
    Ok(workspace::tools()?.join(format!("axe-core-{AXE}")).join("node_modules/axe-core/axe.min.js"))
}

/// The script of the broker aedes for interop tests, its packages beside it.
pub(super) fn aedes() -> Outcome<PathBuf> {
    let install = |folder: &Path| {
        super::packages::ensure_npm()?;
        for file in ["package.json", AEDES_SCRIPT] {
            let from = workspace::root().join("tests/e2e/aedes").join(file);
            fs::copy(&from, folder.join(file)).context(format_args!("copying {}", from.display()))?;
        }
        let mut npm = process::command("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--omit=dev", "--prefix"]).arg(folder);
        process::run(&mut npm)
    };
    ensure("aedes", AEDES, &[], "a broker for interop tests, from npm", install)?;
    aedes_script()
}

/// Where that script is once installed.
pub(super) fn aedes_script() -> Outcome<PathBuf> {
    Ok(workspace::tools()?.join(format!("aedes-{AEDES}")).join(AEDES_SCRIPT))
}

/// A program of exactly this version that the user has already, with its companions beside it.
fn on_path(program: &str, version: &str, companions: &[&str]) -> Option<PathBuf> {
    let cached = workspace::tools().ok()?.join(format!("{program}-{version}"));
    if cached.exists() {
        return None;
    }
    let found = find(&[program])?;
    let said = process::read(process::command(&found).arg("--version")).ok()?;
    let right = said.split_whitespace().any(|word| word == version);
    let complete = companions.iter().all(|companion| is_program(&found.with_file_name(companion)));
    (right && complete).then_some(found)
}

/// The first of `programs` in the tool's folder, installed if need be.
pub(super) fn ensure(
    tool: &str,
    version: &str,
    programs: &[&str],
    note: &str,
    install: impl FnOnce(&Path) -> Outcome,
) -> Outcome<PathBuf> {
    let tools = workspace::tools()?;
    let folder = tools.join(format!("{tool}-{version}"));
    let complete = |folder: &Path| folder.is_dir() && programs.iter().all(|program| is_program(&folder.join(program)));
    let first = folder.join(programs.first().copied().unwrap_or_default());
    if complete(&folder) {
        return Ok(first);
    }

    fs::create_dir_all(&tools).context(format_args!("making {}", tools.display()))?;
    let lock = File::create(tools.join(".lock")).context("making the lock of the tools' folder")?;
    lock.lock().context("waiting for another set-up to end")?;
    if complete(&folder) {
        return Ok(first); // the other one installed it
    }
    say(&format!("setup: installing {tool} {version} ({note}) into {}", folder.display()));
    let partial = tools.join(format!(".partial-{tool}-{version}"));
    clear(&partial)?;
    fs::create_dir_all(&partial).context(format_args!("making {}", partial.display()))?;
    install(&partial).context(format_args!("installing {tool} {version}"))?;
    if !complete(&partial) {
        return Err(Failure::new(format!(
            "installing {tool} {version}: {} is not among what was installed",
            programs.join(" or ")
        )));
    }
    clear(&folder)?;
    fs::rename(&partial, &folder).context(format_args!("moving {tool} into place"))?;
    Ok(first)
}

fn clear(folder: &Path) -> Outcome {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::new(format!("clearing {}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}

/// Tools are built outside the checkout's target folder and without its flags.
fn native(cargo: &mut Command) -> &mut Command {
    cargo.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS").current_dir(std::env::temp_dir())
}
