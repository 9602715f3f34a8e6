//! A simulated plant: sites, lines and machines that run, drift, trip, starve and recover, as MQTT publications.
//!
//! Pure and seeded: the same seed, size and start give the same messages on every platform, however the steps are cut.
//! The one plant serves the demo (over a real broker), tests and benches. Refuses: clocks, sockets, a broker's part.
//!
//! What it says, per machine `acme/<site>/<area>/<line>/<machine>/`:
//!
//! | tags | payload | when | retained, QoS |
//! |---|---|---|---|
//! | `state` | value object, PackML name | on change, every 30 s | yes, 1 |
//! | `stop_reason`, `fault_text`, `fault_code` | value object | on change | yes, 1 |
//! | `order` | flat object | on change, every 10 s | yes, 1 |
//! | `speed_setpoint` | plain number | on change, every 60 s | yes, 1 |
//! | `total_count`, `good_count`, `scrap_count` | value object | every 3 s where changed | yes, 1 |
//! | `temperature`, `pressure`, one of its kind's own | value object | every 2 s | yes, 0 |
//! | `speed`, `vibration` | value object | every 1 s | no, 0 |
//! | `power` | value object | every 2 s | no, 0 |
//!
//! With `with_sparkplug` every third line says the same as Sparkplug B: group `acme:<site>:<area>`, edge node
//! `<line>`, devices `<machine>`, metrics by alias with their units in the births; one edge node fails now and then.
//!
//! Planned stops (breaks) pass through PackML Stopped with `stop_reason` "Break", changeovers through Complete with
//! "Changeover"; faults pass through Held or Aborted; starved and blocked machines are Suspended.

mod catalogue;
mod edge;
mod fault;
mod layout;
mod line;
mod machine;
mod packml;
mod plant;
mod publish;
mod random;

pub use packml::State;
pub use plant::{Plant, Publication, Size};
