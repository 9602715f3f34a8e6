//! Developer commands behind `cargo xtask`; `cargo xtask help` lists them. The work is in the library.

use std::process::ExitCode;

use xtask::Outcome;
use xtask::cli::{self, Command};
use xtask::console::{complain, say};
use xtask::setup::{Needs, setup};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&format!("xtask: {failure}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome {
    match cli::parse(std::env::args_os().skip(1))? {
        Command::Help => {
            say(cli::HELP);
            Ok(())
        }
        Command::Setup(needs) => {
            setup(needs)?;
            say("setup: everything is there");
            Ok(())
        }
        Command::Demo(options) => xtask::demo::run(options),
        Command::Bench(words) => xtask::bench::run(words),
        Command::Dist => xtask::dist::dist(&setup(Needs::Build)?),
        Command::Shots { folder } => xtask::test::shots(&folder),
        Command::Test => xtask::test::test(),
        Command::Conformance { shows_all } => xtask::conformance::conformance(shows_all),
        Command::Interop => xtask::test::interop(),
    }
}
