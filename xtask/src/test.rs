//! Everything that must hold before a change goes in, in the order in which it fails fastest. A step that cannot run
//! is a failure, never a skip. `.ci/run` is this and nothing else.

use std::path::PathBuf;
use std::process::Command;

use crate::clock::Stopwatch;
use crate::console::say;
use crate::setup::{self, Needs, TARGET, TestTools, Toolbox};
use crate::{Context, Failure, Outcome, dist, process, workspace};

/// The profile of all native code: one set of compiled dependencies for tests, lints and this program itself.
const PROFILE: &str = "tool";

/// Sets up, then runs every check; the closing lines are those of `cargo test`.
///
/// # Errors
/// At the first step that fails, with its name.
pub fn test() -> Outcome {
    let watch = Stopwatch::start();
    let mut steps = Steps::default();
    let toolbox = steps.run("set-up", || setup::setup(Needs::Tests))?;
    let tools = setup::test_tools()?;
    steps.run("format", || process::run(cargo().args(["fmt", "--all", "--check"])))?;
    steps.run("lint", || process::run(&mut lint(None, &toolbox)))?;
    steps.run("lint for wasm", || process::run(&mut lint(Some(TARGET), &toolbox)))?;
    steps.run("native tests", || process::run(cargo().args(["test", "--profile", PROFILE])))?;
    steps.run("native tests of the charts", || {
        process::run(cargo().args(["test", "--profile", PROFILE, "--features", "chart"]))
    })?;
    steps.run("tests of xtask", || process::run(cargo().args(["test", "--profile", PROFILE, "--package", "xtask"])))?;
    steps.run("tests in the browser", || in_browser(&toolbox, &tools))?;
    steps.run("documentation", || {
        let mut doc = cargo();
        doc.args(["doc", "--workspace", "--all-features", "--no-deps", "--profile", PROFILE]);
        process::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    steps.run("release build", || dist::build_if_changed(&toolbox))?;
    steps.run("size budget", dist::report)?;
    steps.table(watch.secs());
    say("== end-to-end journeys");
    process::run(
        cargo()
            .args(["test", "--profile", PROFILE, "--package", "e2e", "--tests"])
            .env("CHROMEDRIVER", tools.chromedriver),
    )
    .context("end-to-end journeys")
}

/// Installs the brokers that are missing, then runs the session against each of them and through a bad network, at
/// length.
///
/// # Errors
/// When something is not as expected. A broker that cannot be installed is said to be missing, no more.
pub fn interop() -> Outcome {
    setup::setup_interop();
    process::run(
        cargo()
            .args(["test", "--profile", PROFILE, "--package", "e2e", "--test", "interop"])
            .env("ANDON_INTEROP", "long"),
    )
}

/// Pictures of every page of a release build, in a folder.
///
/// # Errors
/// When the build or the browser fails.
pub fn shots(folder: &std::ffi::OsStr) -> Outcome {
    dist::dist(&setup::setup(Needs::Tests)?)?;
    let run = ["run", "--profile", PROFILE, "--package", "e2e", "--bin", "shots", "--"];
    process::run(cargo().args(run).arg(folder))
}

fn cargo() -> Command {
    let mut cargo = process::command("cargo");
    cargo.current_dir(workspace::root());
    cargo
}

/// Clippy, every warning an error: over all code on the host, or over the browser's code for its own target.
fn lint(target: Option<&str>, toolbox: &Toolbox) -> Command {
    let mut clippy = cargo();
    clippy.args(["clippy", "--all-targets", "--all-features", "--profile", PROFILE]);
    match target {
        None => clippy.arg("--workspace"),
        Some(target) => {
            toolbox.equip(&mut clippy);
            clippy.args(["--package", "andon", "--target", target])
        }
    };
    clippy.args(["--", "-D", "warnings"]);
    clippy
}

/// The unit tests once more, compiled for wasm, and the tests of DOM, canvas and worker, in a real browser.
fn in_browser(toolbox: &Toolbox, tools: &TestTools) -> Outcome {
    let flags = workspace::root().join("webdriver.json");
    if !flags.exists() {
        return Err(Failure::new(format!("{} is missing: the browser's flags for tests", flags.display())));
    }
    for suite in [&["--lib"][..], &["--test", "web", "--test", "web_canvas"]] {
        let mut tests = cargo();
        toolbox.equip(&mut tests);
        tests.args(["test", "--profile", PROFILE, "--target", TARGET, "--features", "ui,worker"]).args(suite);
        browser_env(&mut tests, toolbox, tools);
        if process::run_and_listen(&mut tests, "no tests to run")? {
            return Err(Failure::new(format!(
                "`cargo test {}` holds no test for the browser; a test module runs there too when it says \
                 `#[cfg(target_arch = \"wasm32\")] use wasm_bindgen_test::wasm_bindgen_test as test;`",
                suite.join(" ")
            )));
        }
    }
    Ok(())
}

/// What runs suites compiled for wasm: in Node, unless told otherwise.
pub(crate) fn runner(toolbox: &Toolbox) -> PathBuf {
    toolbox.wasm_bindgen.with_file_name("wasm-bindgen-test-runner")
}

/// Has a suite compiled for wasm run in Chromium.
pub(crate) fn browser_env(tests: &mut Command, toolbox: &Toolbox, tools: &TestTools) {
    tests
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner(toolbox))
        .env("CHROMEDRIVER", &tools.chromedriver)
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
}

/// The steps so far, with their seconds.
#[derive(Default)]
struct Steps(Vec<(&'static str, f64)>);

impl Steps {
    fn run<T>(&mut self, name: &'static str, step: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        say(&format!("== {name}"));
        let watch = Stopwatch::start();
        let result = step().context(name)?;
        say(&format!("== {name}: {:.1} s\n", watch.secs()));
        self.0.push((name, watch.secs()));
        Ok(result)
    }

    fn table(&self, total: f64) {
        for (name, secs) in &self.0 {
            say(&format!("{secs:>8.1} s  {name}"));
        }
        say(&format!("{total:>8.1} s  so far"));
    }
}
