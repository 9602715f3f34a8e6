//! A compiler that builds for wasm: the user's own with the target added, or else Debian's with a std built for it.
//!
//! The second way is for machines that cannot reach rustup's server. It follows whatever compiler Debian ships.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::packages;
use crate::console::say;
use crate::process::{self, find};
use crate::{Context, Failure, Outcome};

/// The target of everything that runs in the browser.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// Under which name rustup knows Debian's compiler.
const LINKED: &str = "wasm";

/// Beside a std that was built here: the compiler that it fits.
const BUILT_WITH: &str = "andon-built-with.txt";

/// Which compiler builds for wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WasmRust {
    /// The one that builds everything else.
    Own,
    /// Debian's, linked into rustup.
    Linked,
}

impl WasmRust {
    /// Makes cargo in a command use this compiler.
    pub(super) fn choose(self, command: &mut Command) {
        if self == Self::Linked {
            command.env("RUSTUP_TOOLCHAIN", LINKED);
        }
    }
}

/// Finds a compiler for wasm, or makes one.
pub(super) fn ensure() -> Outcome<WasmRust> {
    if has_target(None)? {
        return Ok(WasmRust::Own);
    }
    if has_target(Some(LINKED)).unwrap_or(false) {
        return Ok(WasmRust::Linked);
    }
    if find(&["rustup"]).is_none() {
        return Err(Failure::new(format!(
            "this rustc has no std for {TARGET}, and there is no rustup to add it; install rustup (https://rustup.rs) \
             or your distribution's package of that std"
        )));
    }
    say(&format!("setup: rustup target add {TARGET}"));
    let added = process::run(process::command("rustup").args(["target", "add", TARGET]));
    if added.is_ok() && has_target(None)? {
        return Ok(WasmRust::Own);
    }
    let why = added.err().map_or_else(
        || "rustup says it is there, but the compiler does not find it".to_owned(),
        |failure| failure.to_string(),
    );
    say(&format!("setup: {why}; building the std for {TARGET} with Debian's compiler instead"));
    debian().context(format_args!("{TARGET} could not be added by rustup ({why}), nor by way of Debian"))?;
    Ok(WasmRust::Linked)
}

/// Whether a toolchain holds a std for wasm.
fn has_target(toolchain: Option<&str>) -> Outcome<bool> {
    let mut rustc = process::command("rustc");
    if let Some(name) = toolchain {
        rustc.env("RUSTUP_TOOLCHAIN", name);
    }
    let sysroot = process::read(rustc.args(["--print", "sysroot"]))?;
    let folder = library_folder(Path::new(&sysroot));
    let has_std = fs::read_dir(&folder)
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-")));
    // A std that was built here fits one compiler only; after Debian's update it is built again.
    let fits = match fs::read_to_string(folder.join(BUILT_WITH)) {
        Ok(built_with) => process::read(debian_rustc().arg("-vV")).is_ok_and(|about| about == built_with),
        Err(_came_with_the_compiler) => true,
    };
    Ok(has_std && fits)
}

fn library_folder(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

/// Debian's compiler and the source of its std; from it a std for wasm, put where that compiler looks for it.
fn debian() -> Outcome {
    packages::install(&["rustc-web", "cargo-web", "rust-web-src"], "a compiler for wasm")?;
    let about = process::read(debian_rustc().arg("-vV"))?;
    let line = |key: &str| about.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
    let host = line("host:").context("Debian's rustc does not name its host")?;
    let llvm = line("LLVM version:").and_then(|version| version.split('.').next());
    let llvm = llvm.context("Debian's rustc does not name its LLVM")?;
    packages::install(&[&format!("lld-{llvm}")], "a linker for wasm")?;
    let sysroot = PathBuf::from(process::read(debian_rustc().args(["--print", "sysroot"]))?);

    say(&format!("setup: building std for {TARGET} (about a minute)"));
    let work = std::env::temp_dir().join(format!("andon-wasm-std-{}", std::process::id()));
    let built = build_std(&work).and_then(|libraries| copy_std(&libraries, &library_folder(&sysroot), &about));
    let _left = fs::remove_dir_all(&work);
    built?;

    let linker = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
    if !linker.exists() {
        link(Path::new(&format!("/usr/lib/llvm-{llvm}/bin/lld")), &linker)?;
    }
    process::run(process::command("rustup").args(["toolchain", "link", LINKED]).arg(&sysroot))?;
    if has_target(Some(LINKED))? {
        Ok(())
    } else {
        Err(Failure::new(format!("the std for {TARGET} was built, but Debian's compiler does not find it")))
    }
}

fn debian_rustc() -> Command {
    let mut rustc = process::command("/usr/bin/rustc");
    rustc.env_remove("RUSTUP_TOOLCHAIN");
    rustc
}

/// Builds std from an empty crate; returns the folder of its libraries.
fn build_std(work: &Path) -> Outcome<PathBuf> {
    let files = [
        ("Cargo.toml", "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n"),
        ("src/lib.rs", "#![no_std]\n"),
    ];
    fs::create_dir_all(work.join("src")).context(format_args!("making {}", work.display()))?;
    for (name, text) in files {
        fs::write(work.join(name), text).context(format_args!("writing {name}"))?;
    }
    let mut cargo = process::command("/usr/bin/cargo");
    // With `test` in it for wasm-bindgen-test, and with bitcode for link-time optimisation.
    cargo
        .args(["build", "--release", "-Zbuild-std=std,panic_abort,test", "--target", TARGET])
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("RUSTC", "/usr/bin/rustc")
        .env("CARGO_TARGET_DIR", work.join("target"))
        .env_remove("RUSTUP_TOOLCHAIN")
        .current_dir(work);
    process::run(&mut cargo)?;
    Ok(work.join("target").join(TARGET).join("release/deps"))
}

fn copy_std(from: &Path, to: &Path, about: &str) -> Outcome {
    let _absent = fs::remove_dir_all(to);
    fs::create_dir_all(to).context(format_args!("making {}", to.display()))?;
    for entry in fs::read_dir(from).context(format_args!("reading {}", from.display()))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(entry.path(), to.join(&name)).context(format_args!("copying {name} into {}", to.display()))?;
        }
    }
    fs::write(to.join(BUILT_WITH), about).context("noting the compiler's version")
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) -> Outcome {
    if let Some(folder) = at.parent() {
        fs::create_dir_all(folder).context(format_args!("making {}", folder.display()))?;
    }
    std::os::unix::fs::symlink(target, at).context(format_args!("linking {} to {}", at.display(), target.display()))
}

#[cfg(not(unix))]
fn link(_target: &Path, at: &Path) -> Outcome {
    Err(Failure::new(format!("{} can only be made on Debian", at.display())))
}
