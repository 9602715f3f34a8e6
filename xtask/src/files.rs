//! Walking folders, in an order that does not depend on the file system.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Every file below a folder, sorted; links are followed, a folder that does not exist is an error.
pub(crate) fn below(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
