//! Our codec beside two others, packet by packet: crate `mqtt5-protocol`, and npm `mqtt-packet` with the fixtures of its
//! package. Where they disagree, the table in `explained` says who does what and why; a disagreement that it does not
//! name fails, and so does a line that nothing shows any more.

mod crate_peer;
mod explained;
mod package_peer;
mod seen;
