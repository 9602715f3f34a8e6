//! What people did to one alert, as screens tell each other: three registers, in each of which the latest word holds.
//! Pure. Words that were said apart, in any order and any number of times, come together to the same
//! ([`Word::merge`] is a join: commutative, associative, idempotent).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Said<T> {
    /// When, by the clock of the person's screen; ms since the epoch.
    pub at: i64,
    /// What.
    #[serde(flatten)]
    pub what: T,
    /// The person, as given; nobody has checked it.
    #[serde(default)]
    pub who: Arc<str>,
    /// In the person's words.
    #[serde(default)]
    pub words: Arc<str>,
}

/// Everything up to here has been seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Source time of the last value that the person could see, or that a screen has seen since while the alert stayed
    /// active; by the device's clock, which is the same for every screen. Absent where the source tells no time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upto: Option<i64>,
    /// The alert has returned to normal or was raised anew since: this is of the past.
    #[serde(default)]
    pub over: bool,
}

/// On the shelf.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shelved {
    /// Until then; not at all when it is not after `at`.
    pub until: i64,
}

/// In service or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Service {
    /// Out of it.
    pub out: bool,
}

/// As it is published, retained: JSON that tells which alert it is of.
#[derive(Serialize, Deserialize)]
struct Letter {
    andon: Arc<str>,
    rule: Arc<str>,
    path: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acknowledged: Option<Said<Acknowledged>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shelf: Option<Said<Shelved>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service: Option<Said<Service>>,
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

    /// As published.
    pub fn to_json(&self, rule: &Arc<str>, path: &Arc<str>) -> Vec<u8> {
        let word = self.clone();
        let letter = Letter {
            andon: KIND.into(),
            rule: rule.clone(),
            path: path.clone(),
            acknowledged: word.acknowledged,
            shelf: word.shelf,
            service: word.service,
        };
        serde_json::to_vec(&letter).unwrap_or_default()
    }

    /// Reads what was published: of which alert (rule id and path), and the word.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_json(payload: &[u8]) -> Result<(Arc<str>, Arc<str>, Self), &'static str> {
        if payload.len() > MOST_BYTES {
            return Err("shared alert state: larger than 8 KiB");
        }
        let letter: Letter =
            serde_json::from_slice(payload).map_err(|_| "shared alert state: not of the form that Andon writes")?;
        if &*letter.andon != KIND {
            return Err("shared alert state: of another kind or version");
        }
        let Letter { rule, path, acknowledged, shelf, service, .. } = letter;
        let texts = [
            acknowledged.as_ref().map(|said| (&said.who, &said.words)),
            shelf.as_ref().map(|said| (&said.who, &said.words)),
            service.as_ref().map(|said| (&said.who, &said.words)),
        ];
        if texts.into_iter().flatten().any(|(who, words)| who.chars().count() > 60 || words.chars().count() > 500) {
            return Err("shared alert state: a name or comment that is too long");
        }
        Ok((rule, path, Self { acknowledged, shelf, service }))
    }
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
