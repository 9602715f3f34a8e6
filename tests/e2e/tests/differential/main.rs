//! Our codec beside two others, packet by packet: crate `mqtt5-protocol`, and npm `mqtt-packet` with the fixtures of its
//! package. Where they disagree, the table in `explained` says who does what and why; a disagreement that it does not
//! name fails, and so does a line that nothing shows any more.

#![expect(clippy::expect_used, clippy::panic, reason = "tests state what must hold")]
#![expect(clippy::print_stdout, reason = "the table is worth reading")]

mod crate_peer;
mod explained;
mod package_peer;
mod seen;
