//! One page per place.

pub mod absent;
pub mod alert_health;
pub mod alert_journal;
pub mod alert_rule_editor;
pub mod alert_rule_form;
pub mod alert_rules;
pub mod alerts;
pub mod board;
pub mod boards;
pub mod dead;
pub mod diagnostics;
pub mod edge_node;
pub mod line;
pub mod machine;
pub mod namespace;
pub mod namespace_health;
pub mod plant;
pub mod rows;
pub mod settings;
pub mod settings_levels;
pub mod tag;

pub use absent::AbsentPage;
pub use alerts::AlertsPage;
pub use board::BoardPage;
pub use boards::BoardsPage;
pub use dead::DeadPage;
pub use diagnostics::DiagnosticsPage;
pub use edge_node::EdgeNodePage;
pub use line::LinePage;
pub use machine::MachinePage;
pub use namespace::NamespacePage;
pub use namespace_health::NamespaceHealthPage;
pub use plant::PlantPage;
pub use settings::SettingsPage;
pub use tag::TagPage;
