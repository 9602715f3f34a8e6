//! The key `kiosk`: what a wall screen shows by itself, place after place, and where it goes when an alert is critical.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reader::Reader;

/// What a wall screen does by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kiosk {
    /// Shown one after the other, from the first again; empty: the screen stays where it was opened.
    pub playlist: Vec<Showing>,
    /// Hash of the place shown while a critical alert is unacknowledged; a board is shown for the alert's machine.
    /// The machine's own page when absent.
    pub on_critical: Option<String>,
}

/// One entry of the playlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Showing {
    /// Hash of the place, as `#/board/wall`.
    pub show: String,
    /// For how many seconds.
    pub seconds: u32,
}

pub(super) fn kiosk_from_value(value: &Value, top: &mut Reader<'_>) -> Option<Kiosk> {
    let mut object = Reader::object(top.at("kiosk"), value, top.problems)?;
    let mut kiosk = Kiosk::default();
    for (path, item) in object.items("playlist") {
        if kiosk.playlist.len() == MOST_SHOWN {
            object.problem("playlist", format!("expected at most {MOST_SHOWN} places; the rest is left out"));
            break;
        }
        let Some(mut entry) = Reader::object(path, item, object.problems) else { continue };
        let show = place(&mut entry, "show");
        if show.is_none() && entry.raw("show").is_none() {
            entry.problem("show", EXPECTED);
        }
        let seconds = entry.integer("seconds", 5, 86_400).unwrap_or(30).unsigned_abs() as u32;
        entry.finish(&[]);
        kiosk.playlist.extend(show.map(|show| Showing { show, seconds }));
    }
    kiosk.on_critical = place(&mut object, "on_critical");
    object.finish(&[]);
    Some(kiosk)
}

/// A place of this page, never an address elsewhere.
fn place(object: &mut Reader<'_>, key: &'static str) -> Option<String> {
    let text = object.text(key)?;
    if text.starts_with("#/") && text.len() <= MOST_BYTES {
        return Some(text);
    }
    object.problem(key, EXPECTED);
    None
}

const EXPECTED: &str = "expected a place such as #/board/wall or #/ for the plant";
const MOST_SHOWN: usize = 50;
const MOST_BYTES: usize = 1024;

#[cfg(test)]
mod tests {
    use crate::document::{Kiosk, Showing, config_from_json};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_playlist_names_places_of_this_page_alone() {
        let (config, problems) = config_from_json(
            r##"{"kiosk":{"playlist":[{"show":"#/board/wall","seconds":20},{"show":"#/"}],"on_critical":"#/board/m"}}"##,
        );
        assert_eq!(problems, []);
        let showing = |show: &str, seconds| Showing { show: show.into(), seconds };
        let playlist = vec![showing("#/board/wall", 20), showing("#/", 30)];
        assert_eq!(config.kiosk, Kiosk { playlist, on_critical: Some("#/board/m".into()) });
        let (config, problems) = config_from_json(
            r##"{"kiosk":{"playlist":[{"show":"https://x.example/"},{"show":"#/","seconds":1},{}],"on_critical":"javascript:x","x":1}}"##,
        );
        let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
        for path in [
            "kiosk.playlist[0].show",
            "kiosk.playlist[1].seconds",
            "kiosk.playlist[2].show",
            "kiosk.on_critical",
            "kiosk.x",
        ] {
            assert!(paths.contains(&path), "{path} in {paths:?}");
        }
        assert_eq!(config.kiosk.playlist, vec![showing("#/", 30)]);
    }
}
