//! What people edit: the configuration beside the page, the connections and boards of this device, the theme. Nothing
//! stored is trusted: a broken text costs itself, is kept aside, and is said.

use leptos::prelude::*;

use super::connection::{connections_from_json, connections_to_json};
use crate::document::{
    AlertRule, Board, Broker, Config, Meanings, Problem, boards_from_json, boards_to_json, built_in_rules,
    config_from_json, host_of, meanings_from_json, meanings_to_json, rules_from_json, rules_to_json,
};
use crate::ui::place::Theme;
use crate::ui::storage::{Keep, forget, forget_all, load, save};
use crate::ui::zone::Zone;

pub use super::connection::Connection;
use super::sharing::Stamp;

/// The context. Copies share.
#[derive(Clone, Copy)]
pub struct Documents {
    /// What `config.json` says; the default while there is none.
    pub file: RwSignal<Config>,
    /// Whether the question for `config.json` is answered, in either way.
    pub is_settled: RwSignal<bool>,
    /// What is wrong in the documents.
    pub problems: RwSignal<Vec<Problem>>,
    /// Connections remembered by this device.
    pub connections: RwSignal<Vec<Connection>>,
    /// A broker that a link opened, for this visit.
    pub guest: RwSignal<Option<String>>,
    /// Boards of this device, for the broker and user in force.
    pub boards: RwSignal<Vec<Board>>,
    /// Boards on the broker, for every screen.
    pub shared: RwSignal<Vec<Board>>,
    /// What this device says of topics.
    pub meanings: RwSignal<Meanings>,
    /// Alert rules written on this device, for the broker and user in force; `None`: those that come with the plant.
    pub rules: RwSignal<Option<Vec<AlertRule>>>,
    /// What the person at this device is called; nobody checks it.
    pub person: RwSignal<String>,
    /// Colours.
    pub theme: RwSignal<Theme>,
    /// Clock times in the plant's zone.
    pub zone: StoredValue<Zone, LocalStorage>,
}

impl Documents {
    /// What this device remembers; `shared`: the boards that lie on the broker.
    pub fn load(shared: RwSignal<Vec<Board>>) -> Self {
        let (zone, _) = Zone::new(None, None);
        let documents = Self {
            file: RwSignal::new(Config::default()),
            is_settled: RwSignal::new(false),
            problems: RwSignal::new(Vec::new()),
            connections: RwSignal::new(Vec::new()),
            guest: RwSignal::new(None),
            boards: RwSignal::new(Vec::new()),
            shared,
            meanings: RwSignal::new(Meanings::default()),
            rules: RwSignal::new(None),
            person: RwSignal::new(load(Keep::Device, PERSON).unwrap_or_default()),
            theme: RwSignal::new(
                load(Keep::Device, THEME).and_then(|word| Theme::from_word(&word)).unwrap_or_default(),
            ),
            zone: StoredValue::new_local(zone),
        };
        if let Some(text) = load(Keep::Device, CONNECTIONS) {
            let (connections, problems) = connections_from_json(&text);
            documents.connections.set(connections);
            documents.lay_aside(CONNECTIONS, &text, "the connections stored on this device", problems);
        }
        if let Some(text) = load(Keep::Device, MEANINGS) {
            let (meanings, problems) = meanings_from_json(&text);
            documents.meanings.set(meanings);
            documents.lay_aside(MEANINGS, &text, "what this device says of topics", problems);
        }
        documents
    }

    /// Takes what was fetched as `config.json`; `None` when there is none, which is fine.
    pub fn adopt_file(self, text: Option<&str>) {
        if let Some(text) = text {
            let (config, problems) = config_from_json(text);
            let (zone, wrong) = Zone::new(config.time_zone.as_deref(), config.locale.as_deref());
            self.zone.set_value(zone);
            self.problems.update(|all| {
                all.extend(problems);
                all.extend(wrong.map(|message| Problem { path: "time_zone, locale".into(), message }));
            });
            self.file.set(config);
        }
        self.load_boards();
        self.is_settled.set(true);
    }

    /// The configuration in force: the file's, with this device's connections after its brokers; or the file's
    /// meanings with the one broker that a link opened.
    pub fn in_force(self) -> Config {
        let mut config = self.file.get_untracked();
        let own = self.meanings.get_untracked();
        if !own.hierarchy.is_empty() {
            config.hierarchy = own.hierarchy;
        }
        config.tags.splice(0..0, own.tags);
        config.kpis.machines.splice(0..0, own.kpis);
        if let Some(rules) = self.rules.get_untracked() {
            config.alerts = Some(rules);
        }
        if let Some(url) = self.guest.get_untracked() {
            let name = host_of(&url).to_owned();
            config.shared = None;
            config.brokers = vec![Broker { name, urls: vec![url], ..Broker::default() }];
            return config;
        }
        for connection in self.connections.get_untracked() {
            if !config.brokers.iter().any(|broker| broker.urls.contains(&connection.url)) {
                config.brokers.push(connection.to_broker());
            }
        }
        config.brokers.truncate(MOST_BROKERS);
        config
    }

    /// Remembers a connection; one to the same URL is replaced. Never a password.
    pub fn remember(self, connection: Connection) {
        self.connections.update(|all| {
            // In its place: boards are those of the first broker.
            match all.iter_mut().find(|known| known.url == connection.url) {
                Some(known) => *known = connection,
                None => all.push(connection),
            }
        });
        self.save_connections();
        self.load_boards();
    }

    /// Says something else of topics, and remembers it. False when the device would not keep it.
    pub fn say_meanings(self, edit: impl FnOnce(&mut Meanings)) -> bool {
        self.meanings.update(edit);
        let meanings = self.meanings.get_untracked();
        if meanings == Meanings::default() {
            forget(Keep::Device, MEANINGS);
            return true;
        }
        save(Keep::Device, MEANINGS, &meanings_to_json(&meanings))
    }

    /// Forgets a broker: its connection, its boards, its password.
    pub fn forget_broker(self, url: &str) {
        self.connections.update(|all| all.retain(|known| known.url != url));
        self.save_connections();
        forget_all(url);
        self.load_boards();
    }

    /// Forgets everything stored on this device.
    pub fn forget_everything(self) {
        forget_all("");
        self.connections.set(Vec::new());
        self.boards.set(Vec::new());
        self.meanings.set(Meanings::default());
        self.rules.set(None);
        self.person.set(String::new());
        self.theme.set(Theme::Device);
    }

    /// Chooses colours, and remembers the choice.
    pub fn choose_theme(self, theme: Theme) {
        self.theme.set(theme);
        let _kept = save(Keep::Device, THEME, theme.word());
    }

    /// The alert rules in force: this device's, else the plant's, else the built-in ones. Tracked.
    pub fn rules_in_force(self) -> Vec<AlertRule> {
        self.rules.get().or_else(|| self.file.with(|file| file.alerts.clone())).unwrap_or_else(built_in_rules)
    }

    /// Keeps other alert rules on this device; `None`: the plant's again.
    pub fn set_rules(self, rules: Option<Vec<AlertRule>>) {
        if let Some(key) = self.own_key("rules") {
            match &rules {
                Some(rules) => {
                    let _kept = save(Keep::Device, &key, &rules_to_json(rules));
                }
                None => forget(Keep::Device, &key),
            }
        }
        self.rules.set(rules);
    }

    /// Remembers what the person at this device is called.
    pub fn set_person(self, name: &str) {
        let _kept = save(Keep::Device, PERSON, name);
        self.person.set(name.to_owned());
    }

    /// All boards: this device's, then those on the broker, then those that come with the plant; the first of an id.
    pub fn all_boards(self) -> Vec<Board> {
        let mut boards = self.boards.get();
        for board in self.shared.get().into_iter().chain(self.file.with(|file| file.boards.clone())) {
            if !boards.iter().any(|known| known.id == board.id) {
                boards.push(board);
            }
        }
        boards
    }

    /// Changes or makes a board of this device; one that came with the plant is copied first. False when the device
    /// would not keep it.
    pub fn edit_board(self, id: &str, edit: impl FnOnce(&mut Board)) -> bool {
        let theirs = self.shared.get_untracked().into_iter().find(|board| board.id == id);
        if let Some(theirs) =
            theirs.as_ref().filter(|_| !self.boards.with_untracked(|own| own.iter().any(|b| b.id == id)))
        {
            self.set_base(id, Some(Stamp::of(theirs)));
        }
        let came_with = || self.file.with_untracked(|file| file.boards.iter().find(|board| board.id == id).cloned());
        let came_with = theirs.or_else(came_with);
        self.boards.update(|boards| {
            if let Some(board) = boards.iter_mut().find(|board| board.id == id) {
                return edit(board);
            }
            let fresh = || Board::new(id, "");
            let mut board = came_with.unwrap_or_else(fresh);
            edit(&mut board);
            boards.push(board);
        });
        self.save_boards()
    }

    /// Deletes a board of this device.
    pub fn delete_board(self, id: &str) {
        self.set_base(id, None);
        self.boards.update(|boards| boards.retain(|board| board.id != id));
        let _kept = self.save_boards();
    }

    fn load_boards(self) {
        self.load_rules();
        let Some(key) = self.own_key("boards") else { return };
        let Some(text) = load(Keep::Device, &key) else { return self.boards.set(Vec::new()) };
        let (boards, problems) = boards_from_json(&text);
        self.boards.set(boards);
        self.lay_aside(&key, &text, "the boards stored on this device", problems);
    }

    fn load_rules(self) {
        let text = self.own_key("rules").and_then(|key| Some((load(Keep::Device, &key)?, key)));
        let Some((text, key)) = text else { return self.rules.set(None) };
        let (rules, problems) = rules_from_json(&text);
        self.rules.set(Some(rules));
        self.lay_aside(&key, &text, "the alert rules stored on this device", problems);
    }

    fn save_boards(self) -> bool {
        self.own_key("boards").is_none_or(|key| save(Keep::Device, &key, &boards_to_json(&self.boards.get_untracked())))
    }

    /// Where something of the plant is kept: it belongs to the first broker and its user. A link's broker stores
    /// nothing.
    pub fn own_key(self, what: &str) -> Option<String> {
        self.owner().map(|owner| format!("{what}.{owner}"))
    }

    /// Whose the plant is that this device keeps: the first broker's and its user's, `url|user`. `None` for one that a
    /// link opened.
    pub fn owner(self) -> Option<String> {
        if self.guest.get_untracked().is_some() {
            return None;
        }
        let config = self.in_force();
        let broker = config.brokers.first();
        let url = broker.and_then(|broker| broker.urls.first()).map_or("", String::as_str);
        let user = broker.and_then(|broker| broker.username.as_deref()).unwrap_or("");
        Some(format!("{url}|{user}"))
    }

    fn save_connections(self) {
        let connections = self.connections.get_untracked();
        if connections.is_empty() {
            forget(Keep::Device, CONNECTIONS);
        } else {
            let _kept = save(Keep::Device, CONNECTIONS, &connections_to_json(&connections));
        }
    }

    /// A stored text had parts that could not be read: they are kept aside before anything is written over them.
    fn lay_aside(self, key: &str, text: &str, what: &str, problems: Vec<Problem>) {
        if problems.is_empty() {
            return;
        }
        let aside = format!("{key}.broken");
        let _kept = save(Keep::Device, &aside, text);
        self.problems.update(|all| {
            for problem in problems {
                let message = format!("{} (kept aside as andon.{aside} in this browser's storage)", problem.message);
                all.push(Problem { path: format!("{what}: {}", problem.path), message });
            }
        });
    }
}

/// The context, from any component.
#[expect(clippy::expect_used, reason = "the app provides it before anything is mounted; without it nothing can show")]
pub fn use_documents() -> Documents {
    use_context().expect("Documents is provided by the app")
}

const THEME: &str = "theme";
const PERSON: &str = "person";
const CONNECTIONS: &str = "connections";
const MEANINGS: &str = "meanings";
const MOST_BROKERS: usize = 16;
