//! One alert's standing: the state machine of ISA-18.2 §5.2, pure. Knows no rule, no time and no person.

use crate::vocab::AlertState;

/// What is remembered of an alert. Its [state](Standing::state) follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The condition holds, delays done.
    pub is_active: bool,
    /// Somebody is still to acknowledge.
    pub is_unacknowledged: bool,
    /// Put aside by a person.
    pub is_shelved: bool,
    /// Put aside by its rule.
    pub is_suppressed: bool,
    /// Taken out by a person.
    pub is_out_of_service: bool,
}

/// What happens to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The condition began to hold.
    Raised,
    /// The condition ceased to hold.
    Cleared,
    /// A person has seen it.
    Acknowledged,
    /// A person puts it aside.
    Shelved,
    /// Its time on the shelf is over, or a person took it back.
    Unshelved,
    /// Its rule puts it aside.
    Suppressed,
    /// Its rule no longer does.
    Unsuppressed,
    /// A person takes it out for maintenance.
    TakenOut,
    /// A person puts it back.
    PutBack,
}

impl Standing {
    /// The state as shown. What puts an alert aside hides what the process does; the more deliberate hides the less.
    pub const fn state(self) -> AlertState {
        if self.is_out_of_service {
            return AlertState::OutOfService;
        }
        if self.is_suppressed {
            return AlertState::Suppressed;
        }
        if self.is_shelved {
            return AlertState::Shelved;
        }
        match (self.is_active, self.is_unacknowledged) {
            (true, true) => AlertState::Unacknowledged,
            (true, false) => AlertState::Acknowledged,
            (false, true) => AlertState::Returned,
            (false, false) => AlertState::Normal,
        }
    }

    /// Whether it is put aside, by whatever.
    pub const fn is_aside(self) -> bool {
        self.is_out_of_service || self.is_suppressed || self.is_shelved
    }

    /// Takes a happening. One that changes nothing (acknowledging what is normal) is none.
    ///
    /// While an alert is put aside the process still moves it underneath, so that it comes back as it then is: active
    /// and to be acknowledged, or, where the condition came and went unseen, normal. A latching alert stays to be
    /// acknowledged after each return, whoever acknowledged it before or put it aside.
    #[must_use]
    pub const fn after(mut self, happening: Happening, is_latching: bool) -> Self {
        let is_aside = self.is_aside();
        match happening {
            Happening::Raised => {
                self.is_unacknowledged |= !self.is_active;
                self.is_active = true;
            }
            Happening::Cleared => {
                if self.is_active {
                    self.is_unacknowledged = is_latching || (self.is_unacknowledged && !is_aside);
                }
                self.is_active = false;
            }
            Happening::Acknowledged => {
                // What is put aside is not on the list that a person acknowledges from.
                if !is_aside {
                    self.is_unacknowledged = false;
                }
            }
            Happening::Shelved => self.is_shelved = true,
            Happening::Unshelved => self.is_shelved = false,
            Happening::Suppressed => self.is_suppressed = true,
            Happening::Unsuppressed => self.is_suppressed = false,
            Happening::TakenOut => self.is_out_of_service = true,
            Happening::PutBack => self.is_out_of_service = false,
        }
        self
    }
}
