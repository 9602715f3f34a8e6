//! Alerts, as the worker tells them and as the page keeps them over a reload.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::document::AlertRule;
use crate::time::{Millis, Timestamp};
use crate::vocab::{AlertId, AlertState, PlaceId, Priority, TagId};

/// An alert that is not normal, or has just become so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id in this worker.
    pub id: AlertId,
    /// Its rule's id.
    pub rule: Arc<str>,
    /// Its rule's name.
    pub name: Arc<str>,
    /// Full path of its tag or machine.
    pub path: Arc<str>,
    /// Its tag, where it is one of a tag.
    pub tag: Option<TagId>,
    /// The machine at or above its subject.
    pub machine: Option<PlaceId>,
    /// How soon somebody must act.
    pub priority: Priority,
    /// Where it stands.
    pub state: AlertState,
    /// Whether the condition holds, also while it is put aside.
    pub is_active: bool,
    /// Whether somebody is still to acknowledge, also while it is put aside.
    pub is_unacknowledged: bool,
    /// Whether nobody knows if the condition holds now: data are missing, bad or stale.
    pub is_unknown: bool,
    /// When it was last raised.
    pub raised: Option<Timestamp>,
    /// When it last changed.
    pub changed: Timestamp,
    /// What is said.
    pub message: Arc<str>,
    /// Who acknowledged it, as given.
    pub acknowledged_by: Option<Arc<str>>,
    /// On the shelf until when, by whom, why.
    pub shelf: Option<(Timestamp, Arc<str>, Arc<str>)>,
    /// It stood already when this device began to watch: no sound, no notification.
    pub is_standing: bool,
    /// The first of its group on its machine.
    pub is_first: bool,
    /// How often it was raised since this device watches.
    pub count: u32,
    /// What happens when nobody acts.
    pub consequence: Arc<str>,
    /// What to do.
    pub action: Arc<str>,
    /// Where more is written.
    pub link: Arc<str>,
    /// The longest that a person may shelve it.
    pub most_shelved: Millis,
}

/// What the page asks of the alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AlertCommand {
    /// Other rules are in force; `None`: the built-in ones.
    Rules(Option<Vec<AlertRule>>),
    /// What this device kept of the alerts of an engine before. Right after [`super::Command::Configure`].
    Resume(Vec<Alert>),
    /// A person does something to alerts.
    Act {
        /// What.
        act: AlertAct,
        /// To which.
        alerts: Vec<AlertId>,
        /// The person's name as given; empty where none was.
        who: String,
        /// Comment or reason.
        words: String,
    },
    /// The journal and the alerts' health, once ([`super::Update::AlertJournal`]).
    Journal,
    /// The whole journal as a table (CSV), once ([`super::Update::AlertFile`]).
    Save,
    /// How often a rule would have been raised in the history that is held, once ([`super::Update::AlertPreview`]).
    Try(Box<AlertRule>),
}

/// What a person does to alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AlertAct {
    /// Has seen them.
    Acknowledge,
    /// Puts them aside for so long.
    Shelve(Millis),
    /// Takes them back.
    Unshelve,
    /// Takes them out for maintenance.
    TakeOut,
    /// Puts them back.
    PutBack,
}

/// The journal's newest lines, and the alerts' own health.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AlertJournal {
    /// Newest first, at most 1 000.
    pub lines: Vec<JournalLine>,
    /// From when on the journal knows.
    pub since: Timestamp,
    /// Alerts raised in each 10 minutes, oldest first; the last is under way.
    pub raised: Vec<u32>,
    /// Alerts raised by priority, most urgent first.
    pub by_priority: [u32; 4],
    /// Those raised most often.
    pub top: Vec<BadActor>,
    /// Those that chatter.
    pub chattering: Vec<BadActor>,
    /// Active for more than a day: name and path.
    pub standing: Vec<(Arc<str>, Arc<str>)>,
}

/// One transition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JournalLine {
    /// When.
    pub at: Timestamp,
    /// The rule's name.
    pub name: Arc<str>,
    /// Full path of the subject.
    pub path: Arc<str>,
    /// How soon somebody must act.
    pub priority: Priority,
    /// From.
    pub from: AlertState,
    /// To.
    pub to: AlertState,
    /// Who, as given; `None` where the process did.
    pub who: Option<Arc<str>>,
    /// What was said.
    pub text: Arc<str>,
}

/// An alert that comes too often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BadActor {
    /// The rule's name.
    pub name: Arc<str>,
    /// Full path of the subject.
    pub path: Arc<str>,
    /// How often.
    pub count: u32,
    /// The deadband that would have calmed it, in the tag's unit.
    pub deadband: Option<f64>,
    /// The off-delay that would have calmed it.
    pub off_delay: Option<Millis>,
}

/// What a rule would have done in the history that is held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AlertPreview {
    /// Tags or machines that its pattern matches.
    pub matched: u32,
    /// How many of them were replayed.
    pub replayed: u32,
    /// How often it would have been raised.
    pub raised: u32,
    /// The paths that it would have been raised for most often.
    pub most: Vec<(Arc<str>, u32)>,
    /// From when on there is history.
    pub since: Option<Timestamp>,
    /// Of how many the condition holds now.
    pub holding: u32,
    /// The lowest and highest that the tags have been.
    pub extremes: Option<(f64, f64)>,
}
