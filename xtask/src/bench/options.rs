//! The bench's part of the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

use crate::{Failure, Outcome};

/// The bench's help.
pub(super) const HELP: &str = "\
cargo xtask bench: Andon beside a plain dashboard on MQTT.js 5 and an empty page, in one Chromium

  --only A,B       these scenarios: codec, shapes, paced, flood, known-tags, first-tile, size (all of them)
  --runs N         runs of each; the table shows medians (5)
  --secs N         seconds measured in each run (8)
  --window WxH     size of the page, with room for 100 tiles (1920x2600)
  --peers-only     without Andon: what the peer does on this machine
  --profiles DIR   a CPU profile of each measured page, for DevTools; costs some of what it measures
  --json FILE      every run's figures as JSON too

  codec        ns a PUBLISH through decoder and session in wasm, beside mqtt-packet and MQTT.js, all in Node; best of 15
  shapes       ns a payload of each shape in wasm, beside JSON.parse and hand-written access in JavaScript
  paced        20 000 messages/s, one packet in each WebSocket message, 2 000 topics, 100 tiles on screen
  flood        as many messages as the page takes, 50 packets in each WebSocket message
  known-tags   what a frame costs with 200 and with 20 000 known tags behind the same 100 tiles
  alert        from an alarm's stamp at the publisher to the painted red tile, beside 10 000 messages/s
  first-tile   from navigation to the first live tile, against the demo's broker and plant
  size         what has to be downloaded, compressed";

/// One thing to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Decoder and session, without a page.
    Codec,
    /// Payloads by shape, without a page.
    Shapes,
    /// A steady load that a plant could make.
    Paced,
    /// As much as the page takes.
    Flood,
    /// Frame cost by known tags.
    KnownTags,
    /// From an alarm to its painted tile.
    Alert,
    /// Time to the first live tile.
    FirstTile,
    /// Download size.
    Size,
}

impl Scenario {
    const ALL: [Self; 8] = [
        Self::Codec,
        Self::Shapes,
        Self::Paced,
        Self::Flood,
        Self::KnownTags,
        Self::Alert,
        Self::FirstTile,
        Self::Size,
    ];

    /// Its name on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Codec => "codec",
            Self::Shapes => "shapes",
            Self::Paced => "paced",
            Self::Flood => "flood",
            Self::KnownTags => "known-tags",
            Self::Alert => "alert",
            Self::FirstTile => "first-tile",
            Self::Size => "size",
        }
    }

    /// Whether no page is needed for it.
    pub(super) const fn is_alone(self) -> bool {
        matches!(self, Self::Codec | Self::Shapes)
    }
}

/// What to measure, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct BenchOptions {
    /// Which scenarios, in order.
    pub scenarios: Vec<Scenario>,
    /// How often each.
    pub runs: usize,
    /// Seconds measured in each run.
    pub secs: f64,
    /// Width and height of the page in CSS pixels.
    pub window: (u32, u32),
    /// Whether Andon itself is measured.
    pub has_andon: bool,
    /// Where to write CPU profiles.
    pub profiles: Option<PathBuf>,
    /// Where to write all figures.
    pub json: Option<PathBuf>,
}

impl Default for BenchOptions {
    fn default() -> Self {
        Self {
            scenarios: Scenario::ALL.to_vec(),
            runs: 5,
            secs: 8.0,
            window: (1920, 2600),
            has_andon: true,
            profiles: None,
            json: None,
        }
    }
}

/// Reads the words after `bench`; `None` asks for the help.
pub(super) fn parse(words: impl IntoIterator<Item = OsString>) -> Outcome<Option<BenchOptions>> {
    let mut parser = Parser::from_args(words);
    let mut options = BenchOptions::default();
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Arg::Long("only") => options.scenarios = scenarios(&text(&mut parser)?)?,
            Arg::Long("runs") => options.runs = number(&mut parser, "--runs", 1, 100)? as usize,
            Arg::Long("secs") => options.secs = f64::from(number(&mut parser, "--secs", 1, 3600)?),
            Arg::Long("window") => options.window = window(&text(&mut parser)?)?,
            Arg::Long("peers-only") => options.has_andon = false,
            Arg::Long("profiles") => options.profiles = Some(parser.value().map_err(wrong)?.into()),
            Arg::Long("json") => options.json = Some(parser.value().map_err(wrong)?.into()),
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Some(options))
}

fn scenarios(list: &str) -> Outcome<Vec<Scenario>> {
    let one = |word: &str| {
        let known = Scenario::ALL.into_iter().find(|scenario| scenario.word() == word.trim());
        known.ok_or_else(|| wrong(format!("--only: no scenario {word:?}")))
    };
    list.split(',').map(one).collect()
}

fn window(size: &str) -> Outcome<(u32, u32)> {
    let read = |side: &str| side.parse().ok().filter(|pixels| (200..=20_000).contains(pixels));
    let sides = size.split_once('x').and_then(|(width, height)| read(width).zip(read(height)));
    sides.ok_or_else(|| wrong(format!("--window wants WIDTHxHEIGHT, not {size:?}")))
}

fn text(parser: &mut Parser) -> Outcome<String> {
    parser.value().and_then(ValueExt::string).map_err(wrong)
}

fn number(parser: &mut Parser, name: &str, least: u32, most: u32) -> Outcome<u32> {
    let text = text(parser)?;
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| wrong(format!("{name} wants a number from {least} to {most}, not {text:?}")))
}

fn wrong(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("{error}; `cargo xtask bench --help` lists what there is"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_or_named() {
        let read = |line: &str| parse(line.split_whitespace().map(Into::into)).map_err(|failure| failure.to_string());
        assert_eq!(read(""), Ok(Some(BenchOptions::default())));
        assert_eq!(read("--help"), Ok(None));
        let asked = read("--only flood,size --runs 3 --secs 2 --window 800x600 --peers-only --json a.json");
        let options = BenchOptions {
            scenarios: vec![Scenario::Flood, Scenario::Size],
            runs: 3,
            secs: 2.0,
            window: (800, 600),
            has_andon: false,
            profiles: None,
            json: Some("a.json".into()),
        };
        assert_eq!(asked, Ok(Some(options)));
        for (line, word) in [("--only fast", "fast"), ("--runs 0", "--runs"), ("--window 1", "WIDTHxHEIGHT")] {
            let said = read(line).unwrap_err();
            assert!(said.contains(word), "{line}: {said}");
        }
    }
}
