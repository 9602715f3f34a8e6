//! Running other programs: found or named as missing, their output seen or quoted when they fail.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::console::say;
use crate::{Context, Failure, Outcome};

/// A command that starts from a clean slate: none of what `cargo run` set for this program reaches it.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let from_cargo = name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_BIN_")
            || matches!(&*name, "CARGO" | "CARGO_MANIFEST_DIR" | "CARGO_MANIFEST_PATH" | "CARGO_CRATE_NAME");
        if from_cargo {
            command.env_remove(&*name);
        }
    }
    command
}

/// Runs a command to its end, its output on the terminal.
///
/// # Errors
/// When it cannot be started, or ends with anything but success.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let name = name_of(command);
    let status = command.status().map_err(|error| unstarted(&name, &error))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{name}` failed ({status})"))) }
}

/// Runs a command to its end, its output on the terminal, and tells whether it ever said `words` on standard output.
///
/// # Errors
/// When it cannot be started, or ends with anything but success.
pub(crate) fn run_and_listen(command: &mut Command, words: &str) -> Outcome<bool> {
    let name = name_of(command);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| unstarted(&name, &error))?;
    let output = child.stdout.take().context(format_args!("`{name}` has no standard output"))?;
    let mut heard = false;
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context(format_args!("reading from `{name}`"))?;
        let line = String::from_utf8_lossy(&line);
        heard |= line.contains(words);
        say(&line);
    }
    let status = child.wait().context(format_args!("waiting for `{name}`"))?;
    if status.success() { Ok(heard) } else { Err(Failure::new(format!("`{name}` failed ({status})"))) }
}

/// Runs a command quietly and returns what it wrote to standard output, trimmed.
///
/// # Errors
/// When it cannot be started, or fails; then with the end of what it wrote to standard error.
pub(crate) fn read(command: &mut Command) -> Outcome<String> {
    let name = name_of(command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| unstarted(&name, &error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last: Vec<&str> = said.lines().rev().filter(|line| !line.trim().is_empty()).take(5).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        return Err(Failure::new(format!("`{name}` failed ({}): {}", output.status, last.join("; "))));
    }
    String::from_utf8(output.stdout).map(|text| text.trim().to_owned()).context(format_args!("reading from `{name}`"))
}

/// The first of these programs that is installed: on the search path, or in the folders that it often lacks.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/lib/chromium"].map(PathBuf::from))
        .collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| is_program(file)))
}

/// Whether a file is there and may be run.
pub(crate) fn is_program(file: &Path) -> bool {
    let Ok(metadata) = file.metadata() else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    metadata.is_file()
}

fn name_of(command: &Command) -> String {
    let mut words = vec![Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy()];
    words.extend(command.get_args().map(OsStr::to_string_lossy));
    words.join(" ")
}

fn unstarted(name: &str, error: &std::io::Error) -> Failure {
    let program = name.split(' ').next().unwrap_or(name);
    if error.kind() == std::io::ErrorKind::NotFound {
        Failure::new(format!("{program} is not installed"))
    } else {
        Failure::new(format!("starting `{name}`: {error}"))
    }
}
