//! `cargo xtask conformance`: the normative statements of the standards Andon speaks, each beside the test that shows
//! it, counted. The tables are `tests/conformance/*.tsv`; whoever adds one adds a file there and nothing here.
//!
//! A table's first line is `# Title`; further lines with `#` are remarks. The others hold, between tabs, a statement's
//! id, whom it binds and what shows it:
//!
//! ```text
//! MQTT-3.1.0-1 <tab> client <tab> tests/mqtt_connect.rs::connect_says_what_the_options_say
//! MQTT-3.1.0-2 <tab> other
//! MQTT-7.1.2-1 <tab> untestable <tab> why
//! tck-id-payloads-ncmd-qos <tab> missing <tab> what is not there yet
//! ```
//!
//! `client`: it binds us and is shown by these tests, between spaces. `other`: it binds the other side alone; tests
//! may say what we make of a breach. `untestable`: it binds us, and why no test can show it.
//! `missing`: it binds us and is not shown yet, and why; counted among those that are not.
//!
//! Refuses: to call a statement shown by a test that is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::console::say;
use crate::{Context, Failure, Outcome, workspace};

/// Reads every table and prints how many statements are shown; `shows_all` prints each row too.
///
/// # Errors
/// When a table cannot be read, a named test does not exist, a statement stands twice, or one that binds us has none.
pub fn conformance(shows_all: bool) -> Outcome {
    let mut wrong = Vec::new();
    for path in tables()? {
        let text = fs::read_to_string(&path).context(format_args!("reading {}", path.display()))?;
        let table = Table::parse(&text);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        wrong.extend(table.faults(workspace::root()).into_iter().map(|fault| format!("{name}: {fault}")));
        say(&table.summary());
        for row in
            table.rows.iter().filter(|row| shows_all || matches!(row.binds, Binds::Untestable(_) | Binds::Missing(_)))
        {
            say(&format!("   {}", row.words()));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::new(format!("conformance:\n{}", wrong.join("\n")))) }
}

fn tables() -> Outcome<Vec<PathBuf>> {
    let folder = workspace::root().join("tests/conformance");
    let entries = fs::read_dir(&folder).context(format_args!("reading {}", folder.display()))?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut tables: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|end| end == "tsv")).collect();
    tables.sort();
    if tables.is_empty() { Err(Failure::new("tests/conformance holds no table")) } else { Ok(tables) }
}

/// One standard's statements.
struct Table {
    title: String,
    rows: Vec<Row>,
    /// Lines that say nothing.
    unread: Vec<String>,
}

struct Row {
    id: String,
    binds: Binds,
    /// `file::function`
    tests: Vec<String>,
}

/// Whom a statement binds.
enum Binds {
    Us,
    Other,
    /// Us, and why no test can show it.
    Untestable(String),
    /// Us, and what is not there yet.
    Missing(String),
}

impl Table {
    fn parse(text: &str) -> Self {
        let title = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or("untitled").to_owned();
        let mut table = Self { title, rows: Vec::new(), unread: Vec::new() };
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            match Row::parse(line) {
                Some(row) => table.rows.push(row),
                None => table.unread.push(line.to_owned()),
            }
        }
        table
    }

    fn summary(&self) -> String {
        let count = |is: fn(&Row) -> bool| self.rows.iter().filter(|row| is(row)).count();
        let ours = count(|row| matches!(row.binds, Binds::Us | Binds::Missing(_)));
        let shown = count(|row| matches!(row.binds, Binds::Us) && !row.tests.is_empty());
        let tests: BTreeSet<&String> = self.rows.iter().flat_map(|row| &row.tests).collect();
        format!(
            "{}: {shown} of {ours} statements that bind us and can be tested are shown, by {} tests; {} cannot be tested, \
             {} bind the other side",
            self.title,
            tests.len(),
            count(|row| matches!(row.binds, Binds::Untestable(_))),
            count(|row| matches!(row.binds, Binds::Other)),
        )
    }

    /// What is not as it should be, below this checkout.
    fn faults(&self, root: &Path) -> Vec<String> {
        let mut faults: Vec<String> = self.unread.iter().map(|line| format!("not a row: {line:?}")).collect();
        let (mut seen, mut files) = (BTreeSet::new(), BTreeMap::new());
        for row in &self.rows {
            if !seen.insert(&row.id) {
                faults.push(format!("{} stands twice", row.id));
            }
            if matches!(row.binds, Binds::Us) && row.tests.is_empty() {
                faults.push(format!("{} has no test", row.id));
            }
            for test in &row.tests {
                let Some((file, function)) = test.rsplit_once("::") else {
                    faults.push(format!("{}: {test:?} is not `file::function`", row.id));
                    continue;
                };
                let text = files.entry(file).or_insert_with(|| fs::read_to_string(root.join(file)).unwrap_or_default());
                if !holds_test(text, function) {
                    faults.push(format!("{}: there is no test {test}", row.id));
                }
            }
        }
        faults
    }
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (id, binds, rest) = (fields.next()?.to_owned(), fields.next()?, fields.next().unwrap_or_default());
        let tests = rest.split_whitespace().map(str::to_owned).collect();
        match binds {
            "client" => Some(Self { id, binds: Binds::Us, tests }),
            "other" => Some(Self { id, binds: Binds::Other, tests }),
            "untestable" | "missing" if !rest.is_empty() => {
                let why = rest.to_owned();
                let binds = if binds == "missing" { Binds::Missing(why) } else { Binds::Untestable(why) };
                Some(Self { id, binds, tests: Vec::new() })
            }
            _ => None,
        }
    }

    fn words(&self) -> String {
        match &self.binds {
            Binds::Us => format!("{}  {}", self.id, self.tests.join("  ")),
            Binds::Other => format!("{}  binds the other side  {}", self.id, self.tests.join("  ")),
            Binds::Untestable(why) => format!("{}  cannot be tested: {why}", self.id),
            Binds::Missing(why) => format!("{}  missing: {why}", self.id),
        }
    }
}

/// Whether a source holds a function of this name that a test runner runs.
fn holds_test(source: &str, function: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    let opens = |line: &str| {
        let rest = line.strip_prefix("pub ").unwrap_or(line);
        let rest = rest.strip_prefix("async ").unwrap_or(rest);
        rest.strip_prefix("fn ").and_then(|rest| rest.strip_prefix(function)).is_some_and(|rest| rest.starts_with('('))
    };
    let is_test = |at: usize| {
        let above = lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("///"));
        above.into_iter().any(|line| line.starts_with("#[") && line.contains("test"))
    };
    (0..lines.len()).any(|at| opens(lines[at]) && is_test(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_that_binds_us_is_shown_by_a_test_that_exists() {
        for path in tables().unwrap() {
            let table = Table::parse(&fs::read_to_string(&path).unwrap());
            let faults = table.faults(workspace::root());
            assert!(faults.is_empty(), "{}:\n{}", path.display(), faults.join("\n"));
            assert!(table.rows.len() > 10, "{}", path.display());
        }
    }

    #[test]
    fn what_is_wrong_with_a_table_is_named() {
        let here = "xtask/src/conformance.rs";
        let text = format!(
            "# T\nA-1\tclient\t{here}::what_is_wrong_with_a_table_is_named\nA-2\tclient\t{here}::parse\nA-2\tother\n\
             A-3\tclient\nA-4\tuntestable\nA-5\tuntestable\twhy\nA-8\tmissing\twhy\nA-6\tother\tx\nA-7\n"
        );
        let table = Table::parse(&text);
        let faults = table.faults(workspace::root()).join("\n");
        for word in [
            "not a row: \"A-4\\tuntestable\"",
            "not a row: \"A-7\"",
            "A-2: there is no test",
            "A-2 stands twice",
            "A-3 has no test",
            "A-6: \"x\" is not",
        ] {
            assert!(faults.contains(word), "{word} in {faults}");
        }
        assert_eq!(faults.lines().count(), 6, "{faults}");
        assert!(table.summary().contains("2 of 4 statements") && table.summary().contains("1 cannot be tested"));
    }
}
