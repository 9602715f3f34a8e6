//! The command line: words to a [`Command`], and the help.

use std::net::{IpAddr, Ipv4Addr};

use lexopt::{Arg, Parser, ValueExt};

use crate::demo::DemoOptions;
use crate::setup::Needs;
use crate::{Context, Failure, Outcome};

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Print the help.
    Help,
    /// Install what is missing.
    Setup(Needs),
    /// Build and run everything.
    Demo(DemoOptions),
    /// The release build with its sizes.
    Dist,
    /// Figures beside those of peers; the bench reads its own words.
    Bench(Vec<std::ffi::OsString>),
    /// Pictures of every page.
    Shots {
        /// Where they go.
        folder: std::ffi::OsString,
    },
    /// All checks.
    Test,
    /// The session against real brokers and a bad network, at length.
    Interop,
    /// The standards' statements and the tests that show them.
    Conformance {
        /// Every row, not the counts alone.
        shows_all: bool,
    },
}

/// The largest plant.
const LINES: u32 = 100;
const PER_LINE: u32 = 100;

/// The help.
pub const HELP: &str = "\
cargo xtask <command>: what a developer of Andon runs

  demo     set up, build, then one process: an MQTT broker (3.1.1 and 5, TCP and WebSocket), a simulated
           plant that publishes to it, and the app at http://localhost:8080. Ctrl-C ends it.
             --port N          port of the page (8080)
             --host ADDRESS    address to listen on (127.0.0.1; 0.0.0.0 for the whole network)
             --broker URL      show this broker (ws:// or wss://) instead: no broker, no plant of our own
             --no-plant        the broker, but nobody publishes
             --lines N         production lines in the plant (3)
             --machines N      machines in the plant, over all lines (4 a line)
             --rate N          messages a second, over all machines (as a plant of this size would send)
  test     set up, then everything that must hold: format, lints, native tests, tests in headless
           Chromium, documentation, release build with its size budget, end-to-end journeys
  shots    set up, build, then pictures of every page in three sizes and both themes, of the demo's plant, in a
           folder (target/shots); the README's three are renewed beside
  interop  the MQTT session against mosquitto, aedes, ejabberd, RabbitMQ and the demo's broker, each installed if
           need be and started on loopback, then through a bad network; prints a matrix and figures
  conformance
           how many of the standards' normative statements are shown by a test (tests/conformance/*.tsv)
             --all             every statement with its tests
  dist     set up, then the release build in dist/, with its sizes against xtask/budget.toml
  bench    figures beside MQTT.js in the same Chromium; `cargo xtask bench --help` lists its options
  setup    install what the build needs: wasm target, trunk, wasm-bindgen, wasm-opt; quick when it is there
             --tests           and what the tests need: Chromium, chromedriver, mosquitto, fonts

Tools are kept in ${XDG_CACHE_HOME:-~/.cache}/andon/tools, outside the checkout.";

/// Reads the command line, without the program's name.
///
/// # Errors
/// At a word that means nothing here.
pub fn parse(words: impl IntoIterator<Item = std::ffi::OsString>) -> Outcome<Command> {
    let mut parser = Parser::from_args(words);
    let command = match parser.next().context("reading the command line")? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => return Ok(Command::Help),
        Some(Arg::Value(word)) => word.string().context("reading the command")?,
        Some(other) => return Err(wrong(other.unexpected())),
    };
    match command.as_str() {
        "help" => Ok(Command::Help),
        "setup" => setup(parser),
        "demo" => demo(parser),
        "bench" => Ok(Command::Bench(parser.raw_args().map_err(wrong)?.collect())),
        "dist" => no_options(parser, Command::Dist),
        "shots" => shots(parser),
        "test" => no_options(parser, Command::Test),
        "interop" => no_options(parser, Command::Interop),
        "conformance" => conformance(parser),
        unknown => Err(wrong(format!("unknown command {unknown:?}"))),
    }
}

fn wrong(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("{error}; `cargo xtask help` lists what there is"))
}

fn no_options(mut parser: Parser, command: Command) -> Outcome<Command> {
    match parser.next().map_err(wrong)? {
        None => Ok(command),
        Some(Arg::Short('h') | Arg::Long("help")) => Ok(Command::Help),
        Some(other) => Err(wrong(other.unexpected())),
    }
}

fn setup(mut parser: Parser) -> Outcome<Command> {
    let mut needs = Needs::Build;
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Arg::Long("tests") => needs = Needs::Tests,
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Command::Setup(needs))
}

fn shots(mut parser: Parser) -> Outcome<Command> {
    let mut folder = std::ffi::OsString::from("target/shots");
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Arg::Value(named) => folder = named,
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Command::Shots { folder })
}

fn conformance(mut parser: Parser) -> Outcome<Command> {
    let mut shows_all = false;
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Arg::Long("all") => shows_all = true,
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Command::Conformance { shows_all })
}

fn demo(mut parser: Parser) -> Outcome<Command> {
    let mut options = DemoOptions::default();
    let (mut lines, mut machines) = (None, None);
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Arg::Long("port") => options.port = number(&mut parser, "--port", 1, 65_535)? as u16,
            Arg::Long("host") => {
                let text = parser.value().and_then(ValueExt::string).map_err(wrong)?;
                options.host = match text.as_str() {
                    "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
                    text => text.parse().map_err(|_| wrong(format!("--host wants an IP address, not {text:?}")))?,
                };
            }
            Arg::Long("broker") => {
                let url = parser.value().and_then(ValueExt::string).map_err(wrong)?;
                andon::document::check_url(&url).map_err(|error| wrong(format!("--broker {url:?}: {error}")))?;
                options.broker = Some(url);
            }
            Arg::Long("no-plant") => options.has_plant = false,
            Arg::Long("lines") => lines = Some(number(&mut parser, "--lines", 1, LINES)?),
            Arg::Long("machines") => machines = Some(number(&mut parser, "--machines", 1, LINES * PER_LINE)?),
            Arg::Long("rate") => options.rate = Some(number(&mut parser, "--rate", 1, 100_000)?),
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(wrong(other.unexpected())),
        }
    }
    (options.lines, options.machines) = sized(lines, machines)?;
    Ok(Command::Demo(options))
}

/// Lines and machines, from whichever of the two was given.
fn sized(lines: Option<u32>, machines: Option<u32>) -> Outcome<(u32, u32)> {
    let default = DemoOptions::default();
    let lines = match (lines, machines) {
        (Some(lines), _) => lines,
        (None, Some(machines)) => default.lines.max(machines.div_ceil(PER_LINE)).min(machines),
        (None, None) => default.lines,
    };
    let machines = machines.unwrap_or(lines * (default.machines / default.lines));
    if (lines..=lines * PER_LINE).contains(&machines) {
        Ok((lines, machines))
    } else {
        Err(wrong(format!("{machines} machines on {lines} lines: a line has 1 to {PER_LINE} machines")))
    }
}

fn number(parser: &mut Parser, name: &str, least: u32, most: u32) -> Outcome<u32> {
    let text = parser.value().and_then(ValueExt::string).map_err(wrong)?;
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| wrong(format!("{name} wants a number from {least} to {most}, not {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(Into::into)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn commands_and_options() {
        for help in ["", "help", "--help", "-h", "demo --help", "dist -h"] {
            assert_eq!(read(help), Ok(Command::Help), "{help}");
        }
        assert_eq!(read("setup --tests"), Ok(Command::Setup(Needs::Tests)));
        assert_eq!(read("conformance --all"), Ok(Command::Conformance { shows_all: true }));
        assert_eq!(read("demo"), Ok(Command::Demo(DemoOptions::default())));
        let asked = "demo --port=9000 --host 0.0.0.0 --broker wss://b.example/mqtt --no-plant --lines 4 --machines 40 --rate 500";
        let options = DemoOptions {
            port: 9000,
            host: Ipv4Addr::UNSPECIFIED.into(),
            broker: Some("wss://b.example/mqtt".into()),
            has_plant: false,
            lines: 4,
            machines: 40,
            rate: Some(500),
        };
        assert_eq!(read(asked), Ok(Command::Demo(options)));
    }

    #[test]
    fn a_plant_has_machines_on_each_line() {
        for (line, size) in [
            ("demo", (3, 12)),
            ("demo --lines 20", (20, 80)),
            ("demo --machines 1", (1, 1)),
            ("demo --machines 4000", (40, 4000)),
            ("demo --lines 1 --machines 7", (1, 7)),
        ] {
            let Ok(Command::Demo(options)) = read(line) else { panic!("{line}") };
            assert_eq!((options.lines, options.machines), size, "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, word) in [
            ("dmo", "dmo"),
            ("dist --fast", "--fast"),
            ("demo --port 99999", "65535"),
            ("demo --port", "--port"),
            ("demo --broker mqtt://x", "WebSocket"),
            ("demo --host plant", "IP address"),
            ("demo --lines 0", "--lines"),
            ("demo --lines 20 --machines 12", "12 machines on 20 lines"),
            ("demo here", "here"),
        ] {
            let said = read(line).unwrap_err();
            assert!(said.contains(word), "{line}: {said}");
        }
    }
}
