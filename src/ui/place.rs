//! Places: what the URL's hash and query say, read and written. Pure; the router listens.

/// Where the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `#/`
    Plant,
    /// `#/line/<path>`
    Line(String),
    /// `#/machine/<path>`
    Machine(String),
    /// `#/tag/<path>`
    Tag(String),
    /// `#/boards`
    Boards,
    /// `#/board/<id>`, and `#/board/<id>/<path>` for a place that the board stands for: see [`board_parts`].
    Board(String),
    /// `#/namespace` and `#/namespace/<path>`
    Namespace(String),
    /// `#/namespace-health`
    NamespaceHealth,
    /// `#/node/<group>/<edge node>`
    Node(String),
    /// `#/kpi` and `#/kpi/<path>`
    Kpi(String),
    /// `#/alerts`
    Alerts,
    /// `#/settings`
    Settings,
    /// `#/diagnostics`
    Diagnostics,
    /// Anything else, as it stood there.
    Absent(String),
}

impl Place {
    /// Whether its page is built from ids, which lose their meaning with the worker or the configuration. The others ask
    /// again by themselves for what they show.
    pub const fn holds_ids(&self) -> bool {
        !matches!(self, Self::Namespace(_) | Self::NamespaceHealth | Self::Kpi(_) | Self::Settings)
    }

    /// Reads a hash, with or without its `#`. Total: what is unknown is [`Place::Absent`].
    pub fn from_hash(hash: &str) -> Self {
        let rest = hash.strip_prefix('#').unwrap_or(hash);
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let (head, tail) = rest.split_once('/').unwrap_or((rest, ""));
        let path = || decode_path(tail);
        match (head, tail.is_empty()) {
            ("", true) => Self::Plant,
            ("boards", true) => Self::Boards,
            ("namespace", _) => Self::Namespace(path()),
            ("namespace-health", true) => Self::NamespaceHealth,
            ("kpi", _) => Self::Kpi(path()),
            ("alerts", true) => Self::Alerts,
            ("settings", true) => Self::Settings,
            ("diagnostics", true) => Self::Diagnostics,
            ("line", false) => Self::Line(path()),
            ("machine", false) => Self::Machine(path()),
            ("tag", false) => Self::Tag(path()),
            ("board", false) => Self::Board(path()),
            ("node", false) => Self::Node(path()),
            _ => Self::Absent(decode_path(rest)),
        }
    }

    /// The hash that leads here.
    pub fn to_hash(&self) -> String {
        let at = |head: &str, path: &str| {
            let mut hash = format!("#/{head}/");
            encode_path(&mut hash, path);
            hash
        };
        match self {
            Self::Plant => "#/".into(),
            Self::Line(path) => at("line", path),
            Self::Machine(path) => at("machine", path),
            Self::Tag(path) => at("tag", path),
            Self::Node(path) => at("node", path),
            Self::Boards => "#/boards".into(),
            Self::Board(id) => at("board", id),
            Self::Namespace(path) if path.is_empty() => "#/namespace".into(),
            Self::Namespace(path) => at("namespace", path),
            Self::NamespaceHealth => "#/namespace-health".into(),
            Self::Kpi(path) if path.is_empty() => "#/kpi".into(),
            Self::Kpi(path) => at("kpi", path),
            Self::Alerts => "#/alerts".into(),
            Self::Settings => "#/settings".into(),
            Self::Diagnostics => "#/diagnostics".into(),
            Self::Absent(rest) => {
                let mut hash = String::from("#/");
                encode_path(&mut hash, rest);
                hash
            }
        }
    }
}

/// A board's id, and the place it is shown for where it is not the one it is drawn for. Ids hold no `/`.
pub fn board_parts(board: &str) -> (&str, Option<&str>) {
    board.split_once('/').map_or((board, None), |(id, path)| (id, Some(path).filter(|path| !path.is_empty())))
}

/// What [`Place::Board`] holds for a board shown for a place.
pub fn board_at(id: &str, place: Option<&str>) -> String {
    place.map_or_else(|| id.to_owned(), |place| format!("{id}/{place}"))
}

/// Which colours to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device has it.
    #[default]
    Device,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// Black and white, with the strongest colours.
    Contrast,
}

impl Theme {
    /// The word of `?theme=`, `data-theme` and storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }

    /// Reads [`Theme::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Device, Self::Light, Self::Dark, Self::Contrast].into_iter().find(|theme| theme.word() == word)
    }
}

/// What the query before the hash asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Hide all chrome.
    pub kiosk: bool,
    /// Colours for this visit.
    pub theme: Option<Theme>,
    /// Language for this visit (accepted; English is what there is).
    pub lang: Option<String>,
    /// A broker that a link asks to open; nothing about it is trusted.
    pub broker: Option<String>,
    /// For tests: the worker may be asked to crash.
    pub faults: bool,
}

impl Query {
    /// Reads `location.search`. Total.
    pub fn from_search(search: &str) -> Self {
        let mut query = Self::default();
        for part in search.strip_prefix('?').unwrap_or(search).split('&') {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let is_on = !matches!(value, "0" | "false" | "off");
            match key {
                "kiosk" => query.kiosk = is_on,
                "faults" => query.faults = is_on,
                "theme" => query.theme = Theme::from_word(value),
                "lang" if !value.is_empty() => query.lang = Some(decode(value)),
                "broker" if !value.is_empty() => query.broker = Some(decode(value)),
                _ => {}
            }
        }
        query
    }
}

/// Percent-encodes each level of a path; levels stay joined by `/`.
fn encode_path(out: &mut String, path: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

fn decode_path(path: &str) -> String {
    decode(path)
}

/// Decodes `%xx`; a `%` that starts no such code stands for itself.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let nibble = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    while let Some(&byte) = bytes.get(at) {
        if byte == b'%'
            && let (Some(high), Some(low)) = (nibble(bytes.get(at + 1)), nibble(bytes.get(at + 2)))
        {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn places_round_trip() {
        for place in [
            Place::Plant,
            Place::Line("acme/berlin/line 1".into()),
            Place::Machine("a//b/é%/?#&".into()),
            Place::Tag("a/b/drive/speed".into()),
            Place::Boards,
            Place::Board("b-1_x".into()),
            Place::Board(board_at("b-1_x", Some("acme/line 1"))),
            Place::Namespace(String::new()),
            Place::Namespace("acme/line 1".into()),
            Place::NamespaceHealth,
            Place::Node("acme:berlin/line 1".into()),
            Place::Settings,
            Place::Diagnostics,
            Place::Alerts,
            Place::Kpi(String::new()),
            Place::Kpi("acme/line 1".into()),
            Place::Absent("kpis".into()),
        ] {
            assert_eq!(Place::from_hash(&place.to_hash()), place, "{}", place.to_hash());
        }
        assert_eq!(Place::Machine("a b/ü".into()).to_hash(), "#/machine/a%20b/%C3%BC");
    }

    #[test]
    fn boards_stand_for_places() {
        assert_eq!(board_parts("b-1"), ("b-1", None));
        assert_eq!(board_parts(&board_at("b-1", Some("a/m 1"))), ("b-1", Some("a/m 1")));
        assert_eq!(board_parts("b-1/"), ("b-1", None));
    }

    #[test]
    fn foreign_hashes_lead_somewhere() {
        assert_eq!(Place::from_hash(""), Place::Plant);
        assert_eq!(Place::from_hash("#"), Place::Plant);
        assert_eq!(Place::from_hash("#/machine/"), Place::Absent("machine/".into()));
        assert_eq!(Place::from_hash("#/machine/100%/%zz/%ff"), Place::Machine("100%/%zz/\u{fffd}".into()));
    }

    #[test]
    fn queries() {
        let query = Query::from_search("?kiosk&theme=dark&broker=ws%3A%2F%2Flocalhost%3A9001%2Fmqtt&lang=de&x=1");
        assert!(query.kiosk && !query.faults);
        assert_eq!(query.theme, Some(Theme::Dark));
        assert_eq!(query.broker.as_deref(), Some("ws://localhost:9001/mqtt"));
        assert_eq!(query.lang.as_deref(), Some("de"));
        assert_eq!(Query::from_search(""), Query::default());
        assert_eq!(Query::from_search("?kiosk=0&theme=pink&broker="), Query::default());
    }
}
