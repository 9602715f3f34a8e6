//! The worker's entry.

fn main() {
    andon::worker::start();
}
