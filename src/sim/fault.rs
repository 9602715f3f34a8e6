//! How faults come: each machine has at most one, which develops while it runs, ends the run, is repaired and fades.

use super::catalogue::{End, FaultKind, Symptom};
use super::random::Random;

/// A machine's fault, if it has one, and when the next begins.
pub(super) struct Faults {
    kinds: &'static [FaultKind],
    /// Running time until the next begins.
    next_in_secs: f64,
    fault: Option<Fault>,
}

struct Fault {
    kind: &'static FaultKind,
    phase: Phase,
    /// 0 healthy, 1 the machine stops.
    severity: f64,
    develop_secs: f64,
    repair_secs: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Developing,
    Tripped,
    Fading,
}

impl Faults {
    pub(super) fn new(kinds: &'static [FaultKind], random: &mut Random) -> Self {
        Self { kinds, next_in_secs: MEAN_BETWEEN_SECS * random.between(0.15, 1.7), fault: None }
    }

    /// Lets a fault begin soon that shows well before it stops the machine. False where the machine knows none.
    pub(super) fn begin_visibly(&mut self, begin_secs: f64, develop_secs: f64) -> bool {
        let Some(kind) = self.kinds.iter().find(|kind| shows_early(kind)) else { return false };
        // The time before it begins is a development too slow to be seen.
        let severity = -begin_secs / develop_secs;
        self.fault = Some(Fault { kind, phase: Phase::Developing, severity, develop_secs, repair_secs: 150.0 });
        true
    }

    /// Lets time pass. A fault grows while the machine runs and is mended while it `is_stopped` by it.
    pub(super) fn advance(&mut self, dt_secs: f64, is_running: bool, is_stopped: bool, random: &mut Random) {
        let Some(fault) = &mut self.fault else {
            self.next_in_secs -= if is_running { dt_secs } else { 0.0 };
            if self.next_in_secs <= 0.0 && !self.kinds.is_empty() {
                let kind = &self.kinds[random.below(self.kinds.len())];
                self.fault = Some(Fault::begin(kind, random));
                self.next_in_secs = MEAN_BETWEEN_SECS * random.between(0.3, 1.7);
            }
            return;
        };
        match fault.phase {
            Phase::Developing if is_running => {
                fault.severity += dt_secs / fault.develop_secs;
                if fault.kind.end == End::Pass && fault.severity >= 0.8 {
                    fault.phase = Phase::Fading;
                } else if fault.severity >= 1.0 {
                    fault.phase = Phase::Tripped;
                }
            }
            Phase::Developing => {}
            Phase::Tripped => {
                fault.repair_secs -= if is_stopped { dt_secs } else { 0.0 };
                if fault.repair_secs <= 0.0 {
                    fault.phase = Phase::Fading;
                }
            }
            Phase::Fading => {
                fault.severity -= dt_secs / FADE_SECS;
                if fault.severity <= 0.0 {
                    self.fault = None;
                }
            }
        }
    }

    /// The fault that stops the machine now, until it is repaired.
    pub(super) fn tripped(&self) -> Option<&'static FaultKind> {
        self.fault.as_ref().filter(|fault| fault.phase == Phase::Tripped).map(|fault| fault.kind)
    }

    /// How much of a symptom shows, 0..=1: little at first, then faster.
    pub(super) fn shown(&self, symptom: Symptom) -> f64 {
        let fault = self.fault.as_ref().filter(|fault| fault.kind.symptom == symptom && fault.severity > 0.0);
        fault.map_or(0.0, |fault| fault.severity * (0.4 + 0.6 * fault.severity))
    }

    /// How bad it is, 0..=1, whatever it is.
    pub(super) fn severity(&self) -> f64 {
        self.fault.as_ref().map_or(0.0, |fault| fault.severity.max(0.0))
    }
}

impl Fault {
    fn begin(kind: &'static FaultKind, random: &mut Random) -> Self {
        let (quickest, slowest) = match kind.symptom {
            Symptom::Wear => (150.0, 400.0),
            Symptom::Heat => (120.0, 300.0),
            Symptom::Cold => (90.0, 200.0),
            Symptom::Leak | Symptom::Sensor => (60.0, 150.0),
            Symptom::Sudden => (0.5, 3.0),
        };
        let (least, most) = match (kind.symptom, kind.end) {
            (Symptom::Sudden, _) => (25.0, 100.0),
            (_, End::Hold) => (60.0, 150.0),
            (_, End::Abort | End::Pass) => (110.0, 260.0),
        };
        Self {
            kind,
            phase: Phase::Developing,
            severity: 0.0,
            develop_secs: random.between(quickest, slowest),
            repair_secs: random.between(least, most),
        }
    }
}

/// Whether a fault of this kind is seen on a trend before it stops the machine.
fn shows_early(kind: &FaultKind) -> bool {
    matches!(kind.symptom, Symptom::Heat | Symptom::Wear)
}

/// Running time of a machine between two faults, on average.
const MEAN_BETWEEN_SECS: f64 = 75.0 * 60.0;
const FADE_SECS: f64 = 40.0;
