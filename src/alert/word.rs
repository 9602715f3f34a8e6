//! What people did to one alert, as screens tell each other: three registers, in each of which the latest word holds.
//! Pure. Words that were said apart, in any order and any number of times, come together to the same
//! ([`Word::merge`] is a join: commutative, associative, idempotent).

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::time::{Millis, Timestamp};

/// What people did to an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Somebody has seen it.
    pub acknowledged: Option<Said<Acknowledged>>,
    /// Put on the shelf, or taken from it.
    pub shelf: Option<Said<Shelved>>,
    /// Taken out of service, or put back.
    pub service: Option<Said<Service>>,
}

/// Something that a person said. The later one holds; of two at once the greater, so that all screens choose alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said<T> {
    /// When, by the clock of the person's screen; ms since the epoch.
    pub at: i64,
    /// What.
    pub what: T,
    /// The person, as given; nobody has checked it.
    pub who: Arc<str>,
    /// In the person's words.
    pub words: Arc<str>,
}

/// Everything up to here has been seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Acknowledged {
    /// Source time of the last value that the person could see, or that a screen has seen since while the alert stayed
    /// active; by the device's clock, which is the same for every screen. Absent where the source tells no time.
    pub upto: Option<i64>,
    /// The alert has returned to normal or was raised anew since: this is of the past.
    pub over: bool,
}

/// On the shelf.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shelved {
    /// Until then; not at all when it is not after `at`.
    pub until: i64,
}

/// In service or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Service {
    /// Out of it.
    pub out: bool,
}

impl Word {
    /// Both together.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        // `None` is less than anything.
        Self {
            acknowledged: self.acknowledged.max(other.acknowledged),
            shelf: self.shelf.max(other.shelf),
            service: self.service.max(other.service),
        }
    }

    /// Without what was said in times to come: a screen whose clock is wrong must not have the last word for ever.
    #[must_use]
    pub fn sane(mut self, now: Timestamp) -> Self {
        let latest = (now + AHEAD).0;
        let is_sane = |at: i64| (0..=latest).contains(&at);
        self.acknowledged = self.acknowledged.filter(|said| is_sane(said.at));
        if let Some(said) = &mut self.acknowledged {
            said.what.upto = said.what.upto.filter(|upto| *upto <= latest);
        }
        self.shelf = self.shelf.filter(|said| is_sane(said.at) && said.what.until >= 0);
        self.service = self.service.filter(|said| is_sane(said.at));
        self
    }

    /// As published, retained: JSON that tells which alert it is of.
    pub fn to_json(&self, rule: &str, path: &str) -> Vec<u8> {
        let mut map = Map::new();
        for (key, text) in [("andon", KIND), ("rule", rule), ("path", path)] {
            map.insert(key.to_owned(), text.into());
        }
        let mut put = |key: &str, said: Option<Map<String, Value>>| {
            map.extend(said.map(|said| (key.to_owned(), Value::Object(said))));
        };
        put(
            "acknowledged",
            self.acknowledged.as_ref().map(|said| {
                let upto = said.what.upto.map_or(Value::Null, Value::from);
                said.written([("upto", upto), ("over", said.what.over.into())])
            }),
        );
        put("shelf", self.shelf.as_ref().map(|said| said.written([("until", said.what.until.into())])));
        put("service", self.service.as_ref().map(|said| said.written([("out", said.what.out.into())])));
        Value::Object(map).to_string().into_bytes()
    }

    /// Reads what was published: of which alert (rule id and path), and the word.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_json(payload: &[u8]) -> Result<(Arc<str>, Arc<str>, Self), &'static str> {
        if payload.len() > MOST_BYTES {
            return Err("shared alert state: larger than 8 KiB");
        }
        let value: Value = serde_json::from_slice(payload).map_err(|_| "shared alert state: not JSON")?;
        if value["andon"] != KIND {
            return Err("shared alert state: of another kind or version");
        }
        let (Some(rule), Some(path)) = (value["rule"].as_str(), value["path"].as_str()) else {
            return Err("shared alert state: names no alert");
        };
        let word = Self {
            acknowledged: read(&value["acknowledged"], |said| {
                Some(Acknowledged { upto: said["upto"].as_i64(), over: said["over"].as_bool().unwrap_or(false) })
            })?,
            shelf: read(&value["shelf"], |said| Some(Shelved { until: said["until"].as_i64()? }))?,
            service: read(&value["service"], |said| Some(Service { out: said["out"].as_bool()? }))?,
        };
        Ok((rule.into(), path.into(), word))
    }
}

impl<T> Said<T> {
    fn written<const N: usize>(&self, what: [(&str, Value); N]) -> Map<String, Value> {
        let said = [("at", self.at.into()), ("who", (*self.who).into()), ("words", (*self.words).into())];
        said.into_iter().chain(what).map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

fn read<T>(said: &Value, what: impl Fn(&Value) -> Option<T>) -> Result<Option<Said<T>>, &'static str> {
    if said.is_null() {
        return Ok(None);
    }
    let (Some(at), Some(what)) = (said["at"].as_i64(), what(said)) else {
        return Err("shared alert state: not of the form that Andon writes");
    };
    let (who, words) = (said["who"].as_str().unwrap_or_default(), said["words"].as_str().unwrap_or_default());
    if who.chars().count() > 60 || words.chars().count() > 500 {
        return Err("shared alert state: a name or comment that is too long");
    }
    Ok(Some(Said { at, what, who: who.into(), words: words.into() }))
}

/// The level below the topic for alerts under which one alert's state stands: the same on every screen, whatever
/// characters rule and path are made of.
pub fn level_of(rule: &str, path: &str) -> String {
    // FNV-1a, 64 bit: short, stable for ever, and a collision only makes two alerts share a topic, not a state.
    let bytes = rule.bytes().chain([0xff]).chain(path.bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}

const KIND: &str = "alert-1";
const MOST_BYTES: usize = 8 * 1024;
/// Clocks of screens differ by less.
const AHEAD: Millis = Millis(5 * 60_000);
