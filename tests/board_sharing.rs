//! Boards among screens: what one puts on the broker every other hears, one that opens later too; who may not publish
//! puts nothing there; what a stranger puts there is bounded and counted.

#[path = "common/screens.rs"]
mod screens;
#[path = "common/world.rs"]
mod world;

use andon::document::{Board, board_from_json, board_to_json};
use andon::time::Millis;
use andon::wire::{Command, Update};
use screens::{Plant, shared};
use world::World;

const TOPIC: &str = "andon/boards/wall";

/// The boards a screen was told of: id and text, in order.
fn heard(screen: &World) -> Vec<(String, String)> {
    let told = screen.updates.iter().filter_map(|update| match update {
        Update::SharedBoard { id, text } => Some((id.clone(), text.clone())),
        _ => None,
    });
    told.collect()
}

fn share(plant: &mut Plant, at: usize, id: &str, text: &str) {
    plant.screens[at].command(Command::ShareBoard { id: id.into(), text: text.into() });
    plant.carry();
}

#[test]
fn what_one_screen_shares_every_screen_hears_and_one_that_opens_later() {
    let mut plant = Plant::new(2);
    let text = board_to_json(&Board { version: 3, by: "Kim".into(), ..Board::new("wall", "Wall") });
    share(&mut plant, 0, "wall", &text);
    for at in 0..2 {
        assert_eq!(heard(&plant.screens[at]), [("wall".to_owned(), text.clone())], "screen {at}");
    }
    let late = plant.open(shared(false, "high"), 99);
    assert_eq!(heard(&plant.screens[late]).len(), 1);
    let (board, problems) = board_from_json(&heard(&plant.screens[late])[0].1);
    assert_eq!((board.map(|board| board.by), problems), (Some("Kim".into()), Vec::new()));

    // It is no part of the plant.
    plant.pass(Millis(2000));
    let places = plant.screens[0].updates.iter().filter_map(|update| match update {
        Update::Places(places) => Some(places.iter().any(|place| place.path.contains("boards"))),
        _ => None,
    });
    assert!(!places.into_iter().any(|is_there| is_there));

    // Taken back: an empty text, which every screen hears.
    share(&mut plant, 1, "wall", "");
    assert_eq!(heard(&plant.screens[0]).last(), Some(&("wall".to_owned(), String::new())));
}

#[test]
fn a_screen_that_may_not_publish_shares_nothing() {
    let mut plant = Plant::new(1);
    let guest = plant.open(shared(false, "high"), 99);
    share(&mut plant, guest, "wall", "{}");
    share(&mut plant, 0, "not an id", "{}");
    share(&mut plant, 0, "wall", &"x".repeat(256 * 1024 + 1));
    assert!(!plant.retained.keys().any(|topic| topic.starts_with("andon/boards")), "{:?}", plant.retained.keys());
    assert!(heard(&plant.screens[0]).is_empty());
}

#[test]
fn what_a_stranger_puts_there_is_bounded_and_counted() {
    let mut plant = Plant::new(1);
    let screen = &mut plant.screens[0];
    let large = vec![b'x'; 256 * 1024 + 1];
    for (topic, payload) in
        [("andon/boards/a b", &b"{}"[..]), ("andon/boards/wall/below", b"{}"), (TOPIC, &large), (TOPIC, b"\xff\xfe")]
    {
        screen.bytes(&world::publish(topic, payload, true));
    }
    assert!(heard(screen).is_empty());
    screen.pass(Millis(2000));
    let faults = screen.updates.iter().rev().find_map(|update| match update {
        Update::Frame(frame) => frame.stats.as_ref().map(|stats| stats.faults.clone()),
        _ => None,
    });
    let faults = faults.unwrap_or_default();
    assert_eq!(faults.iter().filter(|fault| fault.what.contains("shared board")).count(), 4, "{faults:?}");
}
