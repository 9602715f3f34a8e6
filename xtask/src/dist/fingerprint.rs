//! Hashes over files, to know whether two trees are the same.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{Context, Outcome, files};

/// Everything that a release build is made of; a folder counts with all below it.
const SOURCES: &[&str] = &[".cargo", "Cargo.lock", "Cargo.toml", "Trunk.toml", "index.html", "public", "src", "style"];

/// The hash of all that a build is made of, in hexadecimal digits.
pub(super) fn of_sources(root: &Path) -> Outcome<String> {
    let mut hasher = Sha256::new();
    for name in SOURCES {
        let path = root.join(name);
        if path.is_dir() {
            add_folder(&mut hasher, root, &path)?;
        } else if path.exists() {
            add_file(&mut hasher, root, &path)?;
        }
    }
    Ok(hex(hasher))
}

/// The hash of a folder's files and their names.
pub(super) fn of_folder(folder: &Path) -> Outcome<String> {
    let mut hasher = Sha256::new();
    add_folder(&mut hasher, folder, folder)?;
    Ok(hex(hasher))
}

fn add_folder(hasher: &mut Sha256, root: &Path, folder: &Path) -> Outcome {
    let files = files::below(folder).context(format_args!("reading {}", folder.display()))?;
    files.iter().try_for_each(|file| add_file(hasher, root, file))
}

fn add_file(hasher: &mut Sha256, root: &Path, file: &Path) -> Outcome {
    let bytes = fs::read(file).context(format_args!("reading {}", file.display()))?;
    let name = file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/");
    hasher.update(format!("{name}\0{}\0", bytes.len()));
    hasher.update(bytes);
    Ok(())
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
