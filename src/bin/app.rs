//! The page's entry.

fn main() {
    andon::ui::start();
}
