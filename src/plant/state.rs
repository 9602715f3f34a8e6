//! Raw values to the five machine states: PackML numbers and names, common words, booleans, and configured rules.
//!
//! Invariant: a value nobody can read is [`MachineState::Offline`], never silently "running".

use crate::document::StateRule;
use crate::vocab::{MachineState, Value};

/// What a raw state value means, and the source's own word for it. Configured `rules` come first.
pub fn state_of(value: &Value, rules: &[StateRule]) -> (MachineState, String) {
    let Some(raw) = raw_of(value) else { return (MachineState::Offline, String::new()) };
    if let Some(rule) = rules.iter().find(|rule| holds(&rule.raw, value, &raw)) {
        return (rule.state, word_of(value, &raw));
    }
    let state = match value {
        Value::Bool(true) => Some(MachineState::Running),
        Value::Bool(false) => Some(MachineState::Idle),
        Value::Text(_) => state_of_word(&raw).or_else(|| raw.parse().ok().and_then(state_of_packml)),
        _ => raw.parse().ok().and_then(state_of_packml),
    };
    (state.unwrap_or(MachineState::Offline), word_of(value, &raw))
}

/// Whether nobody can tell what a state value means: it is shown as offline, and listed for somebody to say.
pub fn is_unknown(value: &Value, rules: &[StateRule]) -> bool {
    let Some(raw) = raw_of(value) else { return false };
    let is_said = rules.iter().any(|rule| holds(&rule.raw, value, &raw)) || state_of_word(&raw).is_some();
    !is_said && state_of(value, &[]).0 == MachineState::Offline
}

/// A raw value as text, as rules name it.
fn raw_of(value: &Value) -> Option<String> {
    Some(match value {
        Value::Text(text) => text.trim().to_owned(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(on) => on.to_string(),
        Value::Null | Value::Raw(_) => return None,
    })
}

/// Whether a configured raw value is meant: the same text, or a comparison that holds (`>0`, `<=5.5`, `10..20`).
fn holds(rule: &str, value: &Value, raw: &str) -> bool {
    if rule.eq_ignore_ascii_case(raw) {
        return true;
    }
    let Some(number) = value.as_f64() else { return false };
    let limit = |text: &str| text.trim().parse::<f64>().ok();
    if let Some((low, high)) = rule.split_once("..") {
        return limit(low).zip(limit(high)).is_some_and(|(low, high)| (low..=high).contains(&number));
    }
    let compared = |sign: &str, compare: fn(&f64, &f64) -> bool| {
        rule.strip_prefix(sign).and_then(limit).is_some_and(|limit| compare(&number, &limit))
    };
    compared(">=", f64::ge) || compared("<=", f64::le) || compared(">", f64::gt) || compared("<", f64::lt)
}

fn word_of(value: &Value, raw: &str) -> String {
    let number = match value {
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => raw.parse::<i64>().ok(),
        _ => None,
    };
    match number.and_then(|n| usize::try_from(n).ok()).and_then(|n| PACKML.get(n)) {
        Some((name, _)) if !name.is_empty() => (*name).to_owned(),
        _ => raw.chars().take(40).collect(),
    }
}

fn state_of_packml(number: i64) -> Option<MachineState> {
    let (name, state) = PACKML.get(usize::try_from(number).ok()?)?;
    (!name.is_empty()).then_some(*state)
}

fn state_of_word(raw: &str) -> Option<MachineState> {
    let folded: String = raw.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if let Some((_, state)) = PACKML.iter().find(|(name, _)| !name.is_empty() && name.eq_ignore_ascii_case(&folded)) {
        return Some(*state);
    }
    WORDS.iter().find(|(_, words)| words.contains(&folded.as_str())).map(|(state, _)| *state)
}

/// PackML states by number (ISA-TR88.00.02). Held and Aborted have an inner cause and count as stopped; Suspended has
/// an outer one (starved, blocked) and counts as idle, as do the passing states around a run.
const PACKML: [(&str, MachineState); 18] = [
    ("", MachineState::Offline),
    ("Clearing", MachineState::Stopped),
    ("Stopped", MachineState::Stopped),
    ("Starting", MachineState::Idle),
    ("Idle", MachineState::Idle),
    ("Suspended", MachineState::Idle),
    ("Execute", MachineState::Running),
    ("Stopping", MachineState::Stopped),
    ("Aborting", MachineState::Stopped),
    ("Aborted", MachineState::Stopped),
    ("Holding", MachineState::Stopped),
    ("Held", MachineState::Stopped),
    ("Unholding", MachineState::Idle),
    ("Suspending", MachineState::Idle),
    ("Unsuspending", MachineState::Idle),
    ("Resetting", MachineState::Idle),
    ("Completing", MachineState::Running),
    ("Complete", MachineState::Idle),
];

/// Words beside PackML's, letters and digits only, in lower case.
const WORDS: [(MachineState, &[&str]); 5] = [
    (
        MachineState::Running,
        &[
            "running",
            "run",
            "producing",
            "production",
            "active",
            "auto",
            "executing",
            "on",
            "working",
            "läuft",
            "produktion",
            "betrieb",
            "inbetrieb",
            "marche",
            "enmarche",
            "enproduction",
            "marcha",
            "enmarcha",
            "produciendo",
            "produccion",
            "producción",
            "inmarcia",
            "marcia",
            "produzione",
            "draait",
            "inbedrijf",
            "productie",
            "praca",
            "pracuje",
            "produkcja",
            "produção",
            "vprovozu",
            "运行",
            "运行中",
            "運転中",
        ],
    ),
    (
        MachineState::Idle,
        &[
            "ready",
            "standby",
            "waiting",
            "starved",
            "blocked",
            "wait",
            "off",
            "bereit",
            "leerlauf",
            "wartet",
            "warten",
            "pret",
            "prêt",
            "attente",
            "enattente",
            "listo",
            "espera",
            "enespera",
            "pronto",
            "attesa",
            "inattesa",
            "gereed",
            "wachten",
            "gotowa",
            "gotowy",
            "oczekiwanie",
            "待机",
            "待機中",
        ],
    ),
    (
        MachineState::PlannedStop,
        &[
            "setup",
            "changeover",
            "break",
            "pause",
            "paused",
            "cleaning",
            "cip",
            "maintenance",
            "plannedstop",
            "planneddowntime",
            "planned",
            "rüsten",
            "umrüsten",
            "wartung",
            "reinigung",
            "changement",
            "entretien",
            "mantenimiento",
            "limpieza",
            "pausa",
            "cambio",
            "manutenzione",
            "pulizia",
            "cambioformato",
            "onderhoud",
            "ombouw",
            "przezbrojenie",
            "przerwa",
            "konserwacja",
            "保养",
        ],
    ),
    (
        MachineState::Stopped,
        &[
            "stop",
            "fault",
            "faulted",
            "failure",
            "error",
            "alarm",
            "down",
            "downtime",
            "emergencystop",
            "estop",
            "tripped",
            "jam",
            "störung",
            "gestört",
            "fehler",
            "gestoppt",
            "halt",
            "arrêt",
            "arret",
            "défaut",
            "defaut",
            "enpanne",
            "panne",
            "parada",
            "parado",
            "detenido",
            "averia",
            "avería",
            "fallo",
            "falla",
            "fermo",
            "guasto",
            "allarme",
            "gestopt",
            "storing",
            "awaria",
            "zatrzymana",
            "zatrzymany",
            "porucha",
            "故障",
            "停止",
            "异常",
            "異常",
        ],
    ),
    (MachineState::Offline, &["offline", "disconnected", "unknown", "undefined", "none"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn packml_by_number_and_by_name() {
        for (value, state, word) in [
            (Value::Int(6), MachineState::Running, "Execute"),
            (Value::Float(6.0), MachineState::Running, "Execute"),
            (Value::Text("6".into()), MachineState::Running, "6"),
            (Value::Text("EXECUTE".into()), MachineState::Running, "EXECUTE"),
            (Value::Int(11), MachineState::Stopped, "Held"),
            (Value::Int(5), MachineState::Idle, "Suspended"),
            (Value::Text(" In Betrieb ".into()), MachineState::Running, "In Betrieb"),
            (Value::Text("Störung".into()), MachineState::Stopped, "Störung"),
            (Value::Bool(true), MachineState::Running, "true"),
        ] {
            assert_eq!(state_of(&value, &[]), (state, word.to_owned()), "{value:?}");
        }
    }

    #[test]
    fn what_nobody_can_read_is_never_running() {
        for value in [
            Value::Int(0),
            Value::Int(18),
            Value::Int(-6),
            Value::Float(6.5),
            Value::UInt(u64::MAX),
            Value::Null,
            Value::Raw(3),
            Value::Text("wibble".into()),
            Value::Text("".into()),
            Value::Text("not running".into()),
        ] {
            assert_eq!(state_of(&value, &[]).0, MachineState::Offline, "{value:?}");
        }
    }

    #[test]
    fn configured_rules_come_first() {
        let rules = [
            StateRule { raw: "6".into(), state: MachineState::PlannedStop },
            StateRule { raw: "wibble".into(), state: MachineState::Idle },
        ];
        assert_eq!(state_of(&Value::Int(6), &rules).0, MachineState::PlannedStop);
        assert_eq!(state_of(&Value::Text("Wibble".into()), &rules).0, MachineState::Idle);
        assert_eq!(state_of(&Value::Int(4), &rules).0, MachineState::Idle);
    }

    #[test]
    fn a_rule_may_compare() {
        let rule = |raw: &str, state| StateRule { raw: raw.into(), state };
        let rules = [rule(">0", MachineState::Running), rule("-5..0", MachineState::Stopped)];
        assert_eq!(state_of(&Value::Float(0.5), &rules).0, MachineState::Running);
        assert_eq!(state_of(&Value::Int(0), &rules).0, MachineState::Stopped);
        assert_eq!(state_of(&Value::Int(-6), &rules).0, MachineState::Offline);
    }

    #[test]
    fn what_nobody_can_read_is_listed_and_what_is_said_to_be_offline_is_not() {
        let offline = [StateRule { raw: "99".into(), state: MachineState::Offline }];
        assert!(is_unknown(&Value::Int(99), &[]) && !is_unknown(&Value::Int(99), &offline));
        assert!(is_unknown(&Value::Text("wibble".into()), &[]));
        for value in [Value::Text("offline".into()), Value::Int(6), Value::Null, Value::Text("avería".into())] {
            assert!(!is_unknown(&value, &[]), "{value:?}");
        }
    }
}
