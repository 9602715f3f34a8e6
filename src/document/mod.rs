//! What people edit: the configuration with its rules, shifts and KPIs, and boards. Parse, validate, version; never live state.
//!
//! A wrong key costs that key only: parsing gives the document and a list of [`Problem`]s, each with the path of the
//! offending key and what was expected there.

mod alert;
mod alert_json;
mod board;
mod broker;
mod config;
pub mod expression;
mod kiosk;
mod kpis;
pub mod markup;
mod meanings;
mod reader;
mod shared;
mod shifts;
pub mod unit;
mod url;

pub use alert::{AlertRule, Condition, Limit, built_in_rules, rules_from_json};
pub use alert_json::rules_to_json;
pub use board::{
    BOARD_VERSION, Board, COLUMNS, History, Rect, Screen, Slot, Subject, Tile, TileKind, board_from_json,
    board_to_json, boards_from_json, boards_to_json, edit as board_edit, layout as board_layout, stand_in,
};
pub use broker::{Broker, FilterRules, Protocol, Publish, SessionRules, SparkplugMode};
pub use config::{Config, StateRule, TagRule, config_from_json, hierarchy_from_text};
pub use kiosk::{Kiosk, Showing};
pub use kpis::{Counting, KpiRule, Kpis, LineBy, LineRule, Reason};
pub use meanings::{Meanings, meanings_from_json, meanings_to_json, rules_from_csv};
pub use reader::Problem;
pub use shared::{Shared, below};
pub use shifts::{Holiday, PlannedStop, Shift, Shifts, weekday};
pub use url::{check_url, host_of, is_loopback};
