//! Which place a wall screen shows next: entry after entry of the playlist, the machine in trouble before them all, and
//! wherever a hand leads it while the hand is there. Pure: time and place are arguments.

use crate::document::{Kiosk, Showing};
use crate::time::{Millis, Timestamp};
use crate::ui::place::{Place, board_at, board_parts};

/// Where the rotation stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rotation {
    /// The entry on screen, and since when.
    at: usize,
    since: Option<Timestamp>,
    /// Where the screen was before a critical alert came, and where it was led.
    left: Option<(Place, Place)>,
    /// Until when a hand holds it.
    held_until: Timestamp,
}

impl Rotation {
    /// Somebody touched the screen.
    pub fn touch(&mut self, now: Timestamp) {
        self.held_until = now + HOLD;
    }

    /// Where to go now, if anywhere; `critical`: full path of the machine or tag whose critical alert is
    /// unacknowledged, and whether it is a machine's.
    pub fn step(&mut self, now: Timestamp, kiosk: &Kiosk, here: &Place, critical: Option<&str>) -> Option<Place> {
        if kiosk.playlist.is_empty() {
            return None;
        }
        if now < self.held_until {
            self.since = Some(now);
            return None;
        }
        match (critical, self.left.take()) {
            (Some(path), left) => {
                let target = target_of(kiosk, path);
                let before = left.map_or_else(|| here.clone(), |(before, _)| before);
                self.left = Some((before, target.clone()));
                return Some(target).filter(|target| target != here);
            }
            (None, Some((before, _))) => {
                self.since = Some(now);
                return Some(before).filter(|before| before != here);
            }
            (None, None) => {}
        }
        let place = |entry: &Showing| Place::from_hash(&entry.show);
        let Some(since) = self.since else {
            // Opened at one of its places, it begins there.
            self.at = kiosk.playlist.iter().position(|entry| place(entry) == *here).unwrap_or(0);
            self.since = Some(now);
            return kiosk.playlist.get(self.at).map(place).filter(|place| place != here);
        };
        let shown = kiosk.playlist.get(self.at).map_or(0, |entry| entry.seconds);
        if now - since < Millis::from_secs(i64::from(shown)) {
            return None;
        }
        self.at = (self.at + 1) % kiosk.playlist.len();
        self.since = Some(now);
        kiosk.playlist.get(self.at).map(place).filter(|place| place != here)
    }
}

/// Where a critical alert leads: the board that is meant for it, shown for its machine, or the machine itself.
fn target_of(kiosk: &Kiosk, machine: &str) -> Place {
    match kiosk.on_critical.as_deref().map(Place::from_hash) {
        Some(Place::Board(board)) => {
            let (id, place) = board_parts(&board);
            Place::Board(board_at(id, Some(place.unwrap_or(machine))))
        }
        Some(place) => place,
        None => Place::Machine(machine.to_owned()),
    }
}

/// How long a hand holds the screen.
const HOLD: Millis = Millis(60_000);

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn kiosk() -> Kiosk {
        let showing = |show: &str, seconds| Showing { show: show.into(), seconds };
        Kiosk { playlist: vec![showing("#/", 10), showing("#/board/a", 20)], on_critical: None }
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp(secs * 1000)
    }

    fn board() -> Place {
        Place::Board("a".into())
    }

    #[test]
    fn each_place_has_its_time() {
        let (kiosk, mut rotation) = (kiosk(), Rotation::default());
        assert_eq!(rotation.step(at(100), &kiosk, &Place::Settings, None), Some(Place::Plant));
        assert_eq!(rotation.step(at(109), &kiosk, &Place::Plant, None), None);
        assert_eq!(rotation.step(at(110), &kiosk, &Place::Plant, None), Some(board()));
        assert_eq!(rotation.step(at(129), &kiosk, &board(), None), None);
        assert_eq!(rotation.step(at(130), &kiosk, &board(), None), Some(Place::Plant));
        let mut begun = Rotation::default();
        assert_eq!(begun.step(at(100), &kiosk, &board(), None), None);
        assert_eq!(begun.step(at(120), &kiosk, &board(), None), Some(Place::Plant));
        assert_eq!(Rotation::default().step(at(1), &Kiosk::default(), &board(), Some("m")), None);
    }

    #[test]
    fn a_critical_alert_is_gone_to_and_come_back_from() {
        let (mut kiosk, mut rotation) = (kiosk(), Rotation::default());
        let machine = Place::Machine("a/m".into());
        assert_eq!(rotation.step(at(100), &kiosk, &Place::Plant, None), None);
        assert_eq!(rotation.step(at(101), &kiosk, &Place::Plant, Some("a/m")), Some(machine.clone()));
        assert_eq!(rotation.step(at(400), &kiosk, &machine, Some("a/m")), None);
        let other = Place::Machine("a/n".into());
        assert_eq!(rotation.step(at(401), &kiosk, &machine, Some("a/n")), Some(other.clone()));
        assert_eq!(rotation.step(at(402), &kiosk, &other, None), Some(Place::Plant));
        assert_eq!(rotation.step(at(411), &kiosk, &Place::Plant, None), None, "its time begins anew");
        assert_eq!(rotation.step(at(412), &kiosk, &Place::Plant, None), Some(board()));
        kiosk.on_critical = Some("#/board/m".into());
        assert_eq!(rotation.step(at(413), &kiosk, &board(), Some("a/m")), Some(Place::Board("m/a/m".into())));
    }

    #[test]
    fn a_hand_holds_it() {
        let (kiosk, mut rotation) = (kiosk(), Rotation::default());
        assert_eq!(rotation.step(at(100), &kiosk, &Place::Plant, None), None);
        rotation.touch(at(105));
        assert_eq!(rotation.step(at(120), &kiosk, &Place::Settings, Some("a/m")), None);
        assert_eq!(rotation.step(at(164), &kiosk, &Place::Settings, None), None);
        assert_eq!(rotation.step(at(174), &kiosk, &Place::Settings, None), Some(board()));
    }
}
