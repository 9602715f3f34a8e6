//! The session against real brokers, and through a bad network: a matrix, figures, and an exit code. Short by default,
//! as `cargo xtask test` runs it; `cargo xtask interop` sets `ANDON_INTEROP=long`.

#![expect(clippy::print_stdout, reason = "a program that prints what it found")]

mod faults;
mod matrix;

use std::process::ExitCode;

fn main() -> ExitCode {
    let is_long = std::env::var_os("ANDON_INTEROP").is_some();
    let mut wrong = Vec::new();
    // Words on the command line choose among the faults: `-- mosquitto restarted`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if words.is_empty() {
        matrix::run(is_long, &mut wrong);
    }
    faults::run(is_long, &words, &mut wrong);
    for line in &wrong {
        println!("WRONG: {line}");
    }
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
