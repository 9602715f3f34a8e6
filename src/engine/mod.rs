//! The one machine that joins session, payloads and plant.
