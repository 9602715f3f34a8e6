//! The PackML state machine (ISA-TR88.00.02): states, their names and numbers, and what may follow what.

/// A machine's PackML state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Making the machine safe to stop after an abort.
    Clearing = 1,
    /// At rest.
    Stopped = 2,
    /// Running up.
    Starting = 3,
    /// Ready.
    Idle = 4,
    /// Waiting for something outside: starved or blocked.
    Suspended = 5,
    /// Producing.
    Execute = 6,
    /// Running down on a stop command.
    Stopping = 7,
    /// Coming to a fast stop.
    Aborting = 8,
    /// Stopped by a fault that needs clearing.
    Aborted = 9,
    /// Running down for an inner cause.
    Holding = 10,
    /// Waiting for something inside: material, a small fault.
    Held = 11,
    /// Coming back from Held.
    Unholding = 12,
    /// Running down for an outer cause.
    Suspending = 13,
    /// Coming back from Suspended.
    Unsuspending = 14,
    /// Getting ready.
    Resetting = 15,
    /// Finishing the order.
    Completing = 16,
    /// The order is done.
    Complete = 17,
}

impl State {
    /// All states by number.
    pub const ALL: [Self; 17] = [
        Self::Clearing,
        Self::Stopped,
        Self::Starting,
        Self::Idle,
        Self::Suspended,
        Self::Execute,
        Self::Stopping,
        Self::Aborting,
        Self::Aborted,
        Self::Holding,
        Self::Held,
        Self::Unholding,
        Self::Suspending,
        Self::Unsuspending,
        Self::Resetting,
        Self::Completing,
        Self::Complete,
    ];

    /// The number that a controller gives it (`StateCurrent`).
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The standard's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clearing => "Clearing",
            Self::Stopped => "Stopped",
            Self::Starting => "Starting",
            Self::Idle => "Idle",
            Self::Suspended => "Suspended",
            Self::Execute => "Execute",
            Self::Stopping => "Stopping",
            Self::Aborting => "Aborting",
            Self::Aborted => "Aborted",
            Self::Holding => "Holding",
            Self::Held => "Held",
            Self::Unholding => "Unholding",
            Self::Suspending => "Suspending",
            Self::Unsuspending => "Unsuspending",
            Self::Resetting => "Resetting",
            Self::Completing => "Completing",
            Self::Complete => "Complete",
        }
    }

    /// The state of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the standard's base state model allows `next` right after this state.
    pub const fn may_become(self, next: Self) -> bool {
        use State::*;
        match next {
            Aborting => !matches!(self, Aborting | Aborted),
            Stopping => !matches!(self, Aborting | Aborted | Clearing | Stopping | Stopped),
            Aborted => matches!(self, Aborting),
            Clearing => matches!(self, Aborted),
            Stopped => matches!(self, Clearing | Stopping),
            Resetting => matches!(self, Stopped | Complete),
            Idle => matches!(self, Resetting),
            Starting => matches!(self, Idle),
            Execute => matches!(self, Starting | Unholding | Unsuspending),
            Holding | Suspending | Completing => matches!(self, Execute),
            Held => matches!(self, Holding),
            Unholding => matches!(self, Held),
            Suspended => matches!(self, Suspending),
            Unsuspending => matches!(self, Suspended),
            Complete => matches!(self, Completing),
        }
    }
}
