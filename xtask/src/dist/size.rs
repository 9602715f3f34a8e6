//! What a build weighs: raw and compressed, per file and in all, against the budget that is checked in.

use std::fs;
use std::path::Path;

use flate2::Compression;
use toml::Table;

use crate::console::say;
use crate::demo::gzip;
use crate::{Context, Failure, Outcome, files};

/// Prints the sizes of all files below `dist`, largest first.
///
/// # Errors
/// When the compressed total is over the budget, or either cannot be read.
pub(super) fn report(dist: &Path, budget: &Path) -> Outcome {
    let (budget, goal) =
        budget_from_toml(&fs::read_to_string(budget).context(format_args!("reading {}", budget.display()))?)?;
    let mut rows = Vec::new();
    for file in files::below(dist).context(format_args!("reading {}", dist.display()))? {
        let bytes = fs::read(&file).context(format_args!("reading {}", file.display()))?;
        let zipped = gzip(&bytes, Compression::best()).map_or(bytes.len(), |zipped| zipped.len().min(bytes.len()));
        let name = file.strip_prefix(dist).unwrap_or(&file).display().to_string();
        rows.push((zipped, bytes.len(), name));
    }
    rows.sort_by(|a, b| b.cmp(a));
    let (zipped, raw) = rows.iter().fold((0, 0), |(zipped, raw), row| (zipped + row.0, raw + row.1));
    say(&format!("{:>10} {:>10}  file", "raw", "gzip"));
    for (zipped, raw, name) in &rows {
        say(&format!("{raw:>10} {zipped:>10}  {name}"));
    }
    say(&format!("{raw:>10} {zipped:>10}  total; {} % of the budget of {budget} bytes", 100 * zipped / budget.max(1)));
    if zipped > goal {
        say(&format!(
            "{:>21}  over the goal of {goal} bytes by {} %",
            zipped - goal,
            100 * (zipped - goal) / goal.max(1)
        ));
    }
    if zipped > budget {
        return Err(Failure::new(format!(
            "dist/ weighs {zipped} bytes gzipped, {} over the budget of {budget}; make it smaller, or raise the budget \
             in xtask/budget.toml and say why there",
            zipped - budget
        )));
    }
    Ok(())
}

/// What may not be exceeded, and what is aimed at.
fn budget_from_toml(text: &str) -> Outcome<(usize, usize)> {
    let table: Table = text.parse().context("reading the size budget")?;
    let bytes = |key: &str| {
        let bytes = table.get(key).and_then(toml::Value::as_integer);
        let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
        bytes.context(format_args!("the size budget lacks {key}"))
    };
    Ok((bytes("dist_gzip_bytes")?, bytes("goal_gzip_bytes")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_over_budget_fails_and_says_by_how_much() {
        let folder = std::env::temp_dir().join(format!("andon-size-{}", std::process::id()));
        fs::create_dir_all(folder.join("dist")).unwrap();
        fs::write(folder.join("dist/noise.bin"), (0..999u32).map(|n| (n * n % 251) as u8).collect::<Vec<_>>()).unwrap();
        let verdict = |budget: &str| {
            fs::write(folder.join("budget.toml"), budget).unwrap();
            report(&folder.join("dist"), &folder.join("budget.toml")).map_err(|failure| failure.to_string())
        };
        assert_eq!(verdict("dist_gzip_bytes = 999\ngoal_gzip_bytes = 1"), Ok(()));
        let over = verdict("dist_gzip_bytes = 1\ngoal_gzip_bytes = 1").unwrap_err();
        assert!(over.contains("over the budget of 1;"), "{over}");
        assert!(verdict("dist = 1").unwrap_err().contains("dist_gzip_bytes"));
        assert!(verdict("?").unwrap_err().contains("size budget"));
        fs::remove_dir_all(folder).unwrap();
    }
}
