//! The plant as rows of machines: sites, their lines, and what fits nowhere. Pure.

use std::collections::BTreeMap;

use super::format::name_words;
use super::natural::naturally;
use crate::document::Kpis;
use crate::vocab::{Level, PlaceId};
use crate::wire::Place;

/// A site with its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRows {
    /// Path of the site; empty where machines stand under none.
    pub path: String,
    /// Its name; empty where it goes without saying.
    pub title: String,
    /// Its lines.
    pub rows: Vec<Row>,
}

/// A line with its machines.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// The line, or whatever the machines stand under; `None` for machines at the top.
    pub place: Option<PlaceId>,
    /// Its path.
    pub path: String,
    /// Its name.
    pub title: String,
    /// What lies between site and line, if anything.
    pub area: String,
    /// Its machines, as material flows where somebody said so, else in the order in which people count.
    pub machines: Vec<PlaceId>,
}

/// The plant, read from its places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Sites in the order in which people count.
    pub sites: Vec<SiteRows>,
    /// Topmost places without a machine below.
    pub unassigned: Vec<PlaceId>,
    /// Machines of the longest line.
    pub longest: usize,
    /// Lines in all.
    pub lines: usize,
}

impl Overview {
    /// Reads the places. `kpis` tells how material flows.
    pub fn of(places: &[Place], kpis: &Kpis) -> Self {
        let by_id: BTreeMap<PlaceId, &Place> = places.iter().map(|place| (place.id, place)).collect();
        let machines: Vec<&Place> = places.iter().filter(|place| place.level == Some(Level::Machine)).collect();
        let machines = naturally(machines, |place| &place.path);
        let mut sites: Vec<SiteRows> = Vec::new();
        let mut used: Vec<PlaceId> = Vec::new();
        for machine in &machines {
            let above = lineage(&by_id, machine);
            used.extend(above.first().map(|top| top.id));
            let at = |level: Level| above.iter().rev().find(|place| place.level == Some(level)).copied();
            let line = at(Level::Line).or_else(|| above.last().copied());
            // A machine may stand in its site and in no line; above an enterprise there is no heading.
            let enterprise = || at(Level::Enterprise).filter(|top| Some(top.id) != line.map(|l| l.id));
            let site = at(Level::Site).or_else(enterprise);
            let site_path = site.map_or("", |site| &site.path);
            let rows = match sites.iter_mut().position(|known| known.path == site_path) {
                Some(index) => &mut sites[index].rows,
                None => {
                    let title = site.map_or_else(String::new, |site| name_words(&site.name));
                    sites.push(SiteRows { path: site_path.to_owned(), title, rows: Vec::new() });
                    let last = sites.len() - 1;
                    &mut sites[last].rows
                }
            };
            let place = line.map(|line| line.id);
            match rows.iter_mut().find(|row| row.place == place) {
                Some(row) => row.machines.push(machine.id),
                None => rows.push(Row {
                    place,
                    path: line.map_or_else(String::new, |line| line.path.to_string()),
                    title: line.map_or_else(|| "Machines".into(), |line| name_words(&line.name)),
                    area: at(Level::Area).map_or_else(String::new, |area| name_words(&area.name)),
                    machines: vec![machine.id],
                }),
            }
        }
        for row in sites.iter_mut().flat_map(|site| &mut site.rows) {
            let name = |machine: &PlaceId| by_id.get(machine).map_or("", |place| &place.name);
            row.machines.sort_by_key(|machine| kpis.place_in_flow(&row.path, name(machine)));
        }
        for site in &mut sites {
            // One area for all lines says nothing.
            let first = site.rows.first().map(|row| row.area.clone()).unwrap_or_default();
            if site.rows.iter().all(|row| row.area == first) {
                site.rows.iter_mut().for_each(|row| row.area.clear());
            }
        }
        let unassigned: Vec<&Place> =
            places.iter().filter(|place| place.parent.is_none() && !used.contains(&place.id)).collect();
        let mut unassigned = naturally(unassigned, |place| &place.path);
        unassigned.retain(|place| place.level != Some(Level::Machine));
        let rows = || sites.iter().flat_map(|site| &site.rows);
        Self {
            longest: rows().map(|row| row.machines.len()).max().unwrap_or(0),
            lines: rows().count(),
            unassigned: unassigned.into_iter().map(|place| place.id).collect(),
            sites,
        }
    }
}

/// What lies above a place, topmost first.
fn lineage<'a>(by_id: &BTreeMap<PlaceId, &'a Place>, place: &Place) -> Vec<&'a Place> {
    let mut above = Vec::new();
    let mut at = place.parent;
    while let Some(place) = at.and_then(|id| by_id.get(&id)) {
        above.push(*place);
        at = place.parent.filter(|_| above.len() < 64);
    }
    above.reverse();
    above
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::config_from_json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn place(id: u32, parent: Option<u32>, level: Option<Level>, path: &str) -> Place {
        let name = path.rsplit('/').next().unwrap_or(path);
        Place { id: PlaceId(id), parent: parent.map(PlaceId), level, path: path.into(), name: name.into(), tags: 1 }
    }

    #[test]
    fn machines_stand_in_their_lines_and_sites() {
        let places = [
            place(0, None, Some(Level::Enterprise), "acme"),
            place(1, Some(0), Some(Level::Site), "acme/berlin"),
            place(2, Some(1), Some(Level::Line), "acme/berlin/line10"),
            place(3, Some(1), Some(Level::Line), "acme/berlin/line2"),
            place(4, Some(2), Some(Level::Machine), "acme/berlin/line10/press"),
            place(5, Some(3), Some(Level::Machine), "acme/berlin/line2/oven"),
            place(6, Some(3), Some(Level::Machine), "acme/berlin/line2/filler"),
            place(7, Some(1), Some(Level::Machine), "acme/berlin/boiler"),
            place(8, None, None, "unassigned"),
        ];
        let overview = Overview::of(&places, &Kpis::default());
        assert_eq!(overview.sites.len(), 1);
        let rows: Vec<_> = overview.sites[0].rows.iter().map(|row| (row.title.as_str(), row.machines.len())).collect();
        assert_eq!(rows, [("berlin", 1), ("line2", 2), ("line10", 1)]);
        assert_eq!(overview.unassigned, [PlaceId(8)]);
        assert_eq!((overview.longest, overview.lines), (2, 3));
        // As material flows, where that is said.
        let (config, _) =
            config_from_json(r#"{"kpis":{"lines":[{"pattern":"acme/+/line2","flow":["oven","filler"]}]}}"#);
        let flowing = Overview::of(&places, &config.kpis);
        assert_eq!(overview.sites[0].rows[1].machines, [PlaceId(6), PlaceId(5)]);
        assert_eq!(flowing.sites[0].rows[1].machines, [PlaceId(5), PlaceId(6)]);
        assert_eq!(Overview::of(&[], &Kpis::default()), Overview::default());
    }
}
