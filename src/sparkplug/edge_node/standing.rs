//! What is known of an edge node, for its page and for who asks for rebirths.

use super::{EdgeNode, Member};
use crate::sparkplug::{DataType, Deviations};

impl EdgeNode {
    /// Group id.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// Edge node id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The edge node itself, then its devices; and how many metrics each one's last birth listed.
    pub fn members(&self) -> impl Iterator<Item = (&Member, usize)> {
        self.members.iter().enumerate().map(|(at, member)| (member, self.metrics.count_of(at as u32)))
    }

    /// The edge node itself.
    pub fn itself(&self) -> &Member {
        &self.members[0]
    }

    /// How many devices are known.
    pub fn devices(&self) -> usize {
        self.members.len() - 1
    }

    /// The last birth's `bdSeq`.
    pub const fn bdseq(&self) -> Option<u64> {
        self.bdseq
    }

    /// The last `seq` taken.
    pub const fn seq(&self) -> Option<u64> {
        self.sequence.last()
    }

    /// Messages that are missing for good.
    pub const fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Whether messages are missing since the last birth.
    pub const fn has_gap(&self) -> bool {
        self.has_gap
    }

    /// Whether a death stands that matches no birth.
    pub const fn is_suspect(&self) -> bool {
        self.suspect.is_some()
    }

    /// Whether a birth came over this connection.
    pub const fn is_vouched(&self) -> bool {
        self.is_vouched
    }

    /// NBIRTHs seen.
    pub const fn births(&self) -> u32 {
        self.births
    }

    /// Messages taken, and how many a second of late.
    pub const fn messages(&self) -> (u64, f32) {
        (self.messages, self.second.1)
    }

    /// How it departs from the specification.
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }

    /// Whether its birth offers to be asked for a rebirth.
    pub const fn has_rebirth_switch(&self) -> bool {
        self.has_rebirth_switch
    }

    /// The datatype of a metric in the last birth of the node (`None`) or a device.
    pub fn datatype(&self, device: Option<&str>, name: &str) -> Option<DataType> {
        self.metrics.datatype(self.place_of(device)? as u32, name)
    }

    /// The place among the members of the node (`None`) or a device.
    pub(super) fn place_of(&self, device: Option<&str>) -> Option<usize> {
        let Some(device) = device else { return Some(0) };
        Some(1 + self.members.iter().skip(1).position(|member| *member.id == *device)?)
    }
}
