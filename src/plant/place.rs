//! Places: the nodes of the equipment hierarchy, interned by path. Ids are never reused, so that a page's link to a
//! place survives a change of the template.

use std::collections::HashMap;
use std::sync::Arc;

use crate::vocab::{BrokerId, Level, PlaceId, TagId};

/// One node.
#[derive(Debug)]
pub struct PlaceRecord {
    /// The node above.
    pub parent: Option<PlaceId>,
    /// Its level, where the template names it.
    pub level: Option<Level>,
    /// Topic levels joined by `/`.
    pub path: Arc<str>,
    /// The last level.
    pub name: Arc<str>,
    /// Tags of this very place.
    pub tags: Vec<TagId>,
    /// Tags here and below.
    pub total: u32,
    /// To be told to the page.
    pub changed: bool,
}

/// All nodes.
#[derive(Debug, Default)]
pub struct Places {
    records: Vec<PlaceRecord>,
    by_path: HashMap<(BrokerId, Arc<str>), PlaceId>,
}

impl Places {
    /// The place at the first `depth` levels of `path`, made with all its parents where new. `level_at(n)` names the
    /// level of the n-th path level, counting from 0. Depth 0 is the node for what fits nowhere.
    pub fn at(
        &mut self,
        broker: BrokerId,
        path: &str,
        depth: usize,
        level_at: &dyn Fn(usize) -> Option<Level>,
    ) -> PlaceId {
        if depth == 0 {
            return self.intern(broker, UNASSIGNED, UNASSIGNED, None, None);
        }
        let mut parent = None;
        let mut end = 0;
        let mut start = 0;
        for index in 0..depth {
            if index > 0 {
                start = end + 1;
            }
            end = path[start..].find('/').map_or(path.len(), |at| start + at);
            parent = Some(self.intern(broker, &path[..end], &path[start..end], parent, level_at(index)));
            if end == path.len() {
                break;
            }
        }
        parent.unwrap_or_else(|| self.intern(broker, UNASSIGNED, UNASSIGNED, None, None))
    }

    fn intern(
        &mut self,
        broker: BrokerId,
        path: &str,
        name: &str,
        parent: Option<PlaceId>,
        level: Option<Level>,
    ) -> PlaceId {
        if let Some(&id) = self.by_path.get(&(broker, Arc::from(path))) {
            let record = &mut self.records[id.0 as usize];
            if record.level != level {
                record.level = level;
                record.changed = true;
            }
            return id;
        }
        let id = PlaceId(self.records.len() as u32);
        let path: Arc<str> = path.into();
        self.by_path.insert((broker, path.clone()), id);
        self.records.push(PlaceRecord {
            parent,
            level,
            path,
            name: name.into(),
            tags: Vec::new(),
            total: 0,
            changed: true,
        });
        id
    }

    /// Puts a tag under a place and counts it upwards.
    pub fn add_tag(&mut self, place: PlaceId, tag: TagId) {
        self.records[place.0 as usize].tags.push(tag);
        let mut at = Some(place);
        while let Some(id) = at {
            let record = &mut self.records[id.0 as usize];
            record.total += 1;
            record.changed = true;
            at = record.parent;
        }
    }

    /// Takes all tags out of all places; the nodes stay.
    pub fn clear_tags(&mut self) {
        for record in &mut self.records {
            record.tags.clear();
            record.total = 0;
            // What still is a machine is one again as soon as a tag comes to it.
            record.level = None;
            record.changed = true;
        }
    }

    /// The node, if the id is one of ours.
    pub fn get(&self, id: PlaceId) -> Option<&PlaceRecord> {
        self.records.get(id.0 as usize)
    }

    /// All nodes with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (PlaceId, &PlaceRecord)> {
        self.records.iter().enumerate().map(|(index, record)| (PlaceId(index as u32), record))
    }

    /// Calls `told` for each changed node once.
    pub fn drain_changed(&mut self, mut told: impl FnMut(PlaceId, &PlaceRecord)) {
        for (index, record) in self.records.iter_mut().enumerate() {
            if std::mem::take(&mut record.changed) {
                told(PlaceId(index as u32), record);
            }
        }
    }

    /// Marks everything as untold.
    pub fn touch_all(&mut self) {
        for record in &mut self.records {
            record.changed = true;
        }
    }

    /// Whether `place` is `top` or lies below it.
    pub fn is_below(&self, place: PlaceId, top: PlaceId) -> bool {
        let mut at = Some(place);
        while let Some(id) = at {
            if id == top {
                return true;
            }
            at = self.get(id).and_then(|record| record.parent);
        }
        false
    }

    /// The nearest machine at or above a place.
    pub fn machine_of(&self, place: PlaceId) -> Option<PlaceId> {
        let mut at = Some(place);
        while let Some(id) = at {
            let record = self.get(id)?;
            if record.level == Some(Level::Machine) {
                return Some(id);
            }
            at = record.parent;
        }
        None
    }
}

/// Path and name of the node for what fits nowhere.
const UNASSIGNED: &str = "unassigned";
