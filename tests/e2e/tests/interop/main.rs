//! The session against real brokers, and through a bad network: a matrix, figures, and an exit code. Short by default,
//! as `cargo xtask test` runs it; `cargo xtask interop` sets `ANDON_INTEROP=long`.

#![expect(clippy::print_stdout, reason = "a program that prints what it found")]

mod faults;
mod matrix;

use std::process::ExitCode;

fn main() -> ExitCode {
    let is_long = std::env::var_os("ANDON_INTEROP").is_some();
    let mut wrong = Vec::new();
    matrix::run(is_long, &mut wrong);
    faults::run(is_long, &mut wrong);
    for line in &wrong {
        println!("WRONG: {line}");
    }
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
