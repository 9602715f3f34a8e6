//! One page per place.

mod absent;
mod board;
mod boards;
mod diagnostics;
mod line;
mod machine;
mod plant;
mod rows;
mod settings;
mod tag;

pub use absent::AbsentPage;
pub use board::BoardPage;
pub use boards::BoardsPage;
pub use diagnostics::DiagnosticsPage;
pub use line::LinePage;
pub use machine::MachinePage;
pub use plant::PlantPage;
pub use settings::SettingsPage;
pub use tag::TagPage;
