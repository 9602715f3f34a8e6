//! Host applications' STATE (3.0 §4.2.3), as others publish it: 3.0's JSON and 2.x's text.

use std::collections::BTreeMap;

use super::metric_set::instant;
use crate::time::Timestamp;

/// What a host said of itself last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostState {
    /// Online, or not.
    pub is_online: bool,
    /// The statement's own time; when it was heard where it says none.
    pub since: Timestamp,
    /// Said as 2.x did.
    pub is_legacy: bool,
}

/// All hosts that one broker tells of.
#[derive(Debug, Default)]
pub struct Hosts {
    by_id: BTreeMap<Box<str>, HostState>,
}

impl Hosts {
    /// Takes a STATE. False when it is none that can be read.
    pub fn handle(&mut self, now: Timestamp, id: &str, is_current: bool, payload: &[u8]) -> bool {
        if payload.is_empty() {
            return self.by_id.remove(id).is_some();
        }
        let Some((is_online, at)) = read(payload) else { return false };
        // A will that is delivered late speaks of a session before this one.
        if let Some(known) = self.by_id.get(id)
            && at.is_some_and(|at| at < known.since)
            && !known.is_legacy
        {
            return true;
        }
        if self.by_id.len() < MOST_HOSTS || self.by_id.contains_key(id) {
            let state = HostState { is_online, since: at.unwrap_or(now), is_legacy: !is_current };
            self.by_id.insert(id.into(), state);
        }
        true
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &HostState)> {
        self.by_id.iter().map(|(id, state)| (&**id, state))
    }
}

/// Online or not, and the statement's time.
fn read(payload: &[u8]) -> Option<(bool, Option<Timestamp>)> {
    match payload {
        b"ONLINE" => return Some((true, None)),
        b"OFFLINE" => return Some((false, None)),
        _ => {}
    }
    if payload.len() > MOST_STATE {
        return None;
    }
    let said: serde_json::Value = serde_json::from_slice(payload).ok()?;
    let at = said.get("timestamp").and_then(serde_json::Value::as_u64).and_then(instant);
    Some((said.get("online")?.as_bool()?, at))
}

const MOST_HOSTS: usize = 1000;
/// Bytes.
const MOST_STATE: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn statements_of_both_versions_and_none_that_is_older() {
        let mut hosts = Hosts::default();
        let now = Timestamp(2_000_000);
        assert!(hosts.handle(now, "a", true, br#"{"online":true,"timestamp":1000000}"#));
        assert!(hosts.handle(now, "a", true, br#"{"online":false,"timestamp":999999}"#), "an old will, late");
        assert!(hosts.handle(now, "b", false, b"ONLINE"));
        assert!(!hosts.handle(now, "c", true, b"online"));
        assert!(!hosts.handle(now, "c", true, br#"{"online":1}"#));
        let told: Vec<_> = hosts.iter().map(|(id, state)| (id, state.is_online, state.since.0)).collect();
        assert_eq!(told, [("a", true, 1_000_000), ("b", true, 2_000_000)]);
        assert!(hosts.handle(now, "a", true, br#"{"online":false,"timestamp":1000000}"#));
        assert!(hosts.iter().any(|(id, state)| id == "a" && !state.is_online));
        assert!(hosts.handle(now, "a", true, b""), "cleared");
        assert_eq!(hosts.iter().count(), 1);
    }
}
