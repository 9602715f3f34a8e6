//! The release build: trunk into `dist/`, a check that the result is what a static host needs, sizes against the budget.

mod checks;
mod fingerprint;
mod size;

use std::fs;
use std::path::{Path, PathBuf};

use crate::clock::Stopwatch;
use crate::console::say;
use crate::setup::Toolbox;
use crate::{Context, Outcome, process, workspace};

/// Builds, checks and weighs `dist/`.
///
/// # Errors
/// When the build fails, a static host could not serve it, or it is over the budget.
pub fn dist(toolbox: &Toolbox) -> Outcome {
    build(toolbox)?;
    report()
}

/// Builds `dist/` unless it is there and nothing that it is made of has changed since.
///
/// # Errors
/// When the build fails or a static host could not serve it.
pub fn build_if_changed(toolbox: &Toolbox) -> Outcome {
    let stamp = Stamp::of_now(toolbox)?;
    if stamp.is_current() {
        return Ok(());
    }
    build(toolbox)
}

/// Prints the sizes of `dist/`.
///
/// # Errors
/// When they are over the budget.
pub fn report() -> Outcome {
    size::report(&workspace::dist(), &workspace::root().join("xtask/budget.toml"))
}

fn build(toolbox: &Toolbox) -> Outcome {
    let root = workspace::root();
    let stamp = Stamp::of_now(toolbox)?;
    say(&format!("dist: building {} (release)", stamp.build_id));
    let watch = Stopwatch::start();
    let mut trunk = process::command(&toolbox.trunk);
    toolbox.equip(&mut trunk);
    trunk
        .args(["build", "--release", "--offline", "--skip-version-check", "--dist"])
        .arg(workspace::dist())
        .env("ANDON_BUILD", &stamp.build_id)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", anonymous(toolbox))
        // trunk takes the variable's "1" for a malformed option
        .env_remove("NO_COLOR")
        .current_dir(root);
    process::run(&mut trunk)?;
    checks::check(&workspace::dist())?;
    stamp.leave()?;
    say(&format!("dist: built in {:.0} s", watch.secs()));
    Ok(())
}

/// Flags under which no path of this machine gets into the build: messages of panics name the files they come from.
fn anonymous(toolbox: &Toolbox) -> String {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let registries = fs::read_dir(cargo.join("registry/src")).into_iter().flatten().flatten();
    let mut roots: Vec<(PathBuf, &str)> = registries.map(|folder| (folder.path(), "crates")).collect();
    roots.extend(toolbox.sysroot().map(|sysroot| (sysroot, "rust")));
    roots.push((workspace::root().to_owned(), "andon"));
    let flag = |(root, name): (PathBuf, &str)| format!("--remap-path-prefix={}={name}", root.display());
    roots.into_iter().map(flag).collect::<Vec<_>>().join(" ")
}

/// What `dist/` was built from.
struct Stamp {
    /// Version and a hash of all sources: the same sources give the same id, on any machine.
    build_id: String,
    /// That, and the tools.
    sources: String,
}

impl Stamp {
    fn of_now(toolbox: &Toolbox) -> Outcome<Self> {
        let hash = fingerprint::of_sources(workspace::root())?;
        let build_id = format!("{}-{}", env!("CARGO_PKG_VERSION"), &hash[..10]);
        let tools = [&toolbox.trunk, &toolbox.wasm_bindgen, &toolbox.wasm_opt].map(|tool| tool.display().to_string());
        Ok(Self { sources: format!("{hash} {}", tools.join(" ")), build_id })
    }

    fn file() -> PathBuf {
        workspace::target().join("andon-dist.stamp")
    }

    /// The sources, and the build that they gave: a build that was touched since is no longer that build.
    fn text(&self, dist: &Path) -> Outcome<String> {
        Ok(format!("{}\n{} {}\n", self.sources, dist.display(), fingerprint::of_folder(dist)?))
    }

    fn is_current(&self) -> bool {
        let left = fs::read_to_string(Self::file());
        left.is_ok_and(|left| self.text(&workspace::dist()).is_ok_and(|now| now == left))
    }

    fn leave(&self) -> Outcome {
        fs::write(Self::file(), self.text(&workspace::dist())?).context("noting what was built")
    }
}
