//! Words for the person at the terminal. A closed pipe is not an error: whoever stopped reading knows.

use std::io::Write;

/// One line to standard output.
pub fn say(line: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{line}");
}

/// One line to standard error.
pub fn complain(line: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "{line}");
}
