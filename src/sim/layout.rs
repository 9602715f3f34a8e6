//! Which machines stand where, and what they are called.

use super::catalogue::{ENTERPRISE, LINES, LineKind, MachineKind, SITES};
use super::line::Line;
use super::machine::Machine;
use super::plant::Size;
use super::random::Random;

/// Builds all lines of a plant of this size (which is in range), sites and lines in order.
pub(super) fn lines(seed: u64, size: Size) -> Vec<Line> {
    (0..size.lines).map(|index| line(seed, size, index)).collect()
}

fn line(seed: u64, size: Size, index: u32) -> Line {
    let site = index * size.sites / size.lines;
    let kind = &LINES[index as usize % LINES.len()];
    // Counted over the plant, so that a line's name says which one it is wherever it is read.
    let number = index as usize / LINES.len() + 1;
    let path = format!("{ENTERPRISE}/{}/{}/{}-{number}", site_name(site), kind.area, kind.name);
    let count = (size.machines / size.lines + u32::from(index < size.machines % size.lines)) as usize;
    let stream = u64::from(index) << 16;
    let first_break_secs = 60.0 * (28.0 + f64::from(index * 37 % 90));
    Line::new(kind, first_break_secs, Random::new(seed, stream), |order| {
        let mut worth = 1.0;
        let chosen = machines(kind, count);
        let build = |(place, (machine, round)): (usize, (&'static MachineKind, usize))| {
            // Only the first of its kind packs; a second one handles what the first has packed.
            let takes = if round == 0 { machine.takes } else { 1.0 };
            worth *= takes;
            let path = match round {
                0 => format!("{path}/{}", machine.name),
                _ => format!("{path}/{}-{}", machine.name, round + 1),
            };
            let fate = Random::new(seed, stream + 1 + place as u64);
            Machine::new(machine, path, kind, takes, worth, order, fate)
        };
        chosen.into_iter().enumerate().map(build).collect()
    })
}

/// The first `count` machines by rank, in the order of the process; more than there are kinds go round again.
fn machines(kind: &'static LineKind, count: usize) -> Vec<(&'static MachineKind, usize)> {
    let mut chosen = Vec::with_capacity(count);
    for round in 0..count.div_ceil(kind.machines.len()) {
        let left = count - chosen.len();
        let ranked = kind.machines.iter().filter(|machine| usize::from(machine.rank) < left);
        chosen.extend(ranked.map(|machine| (machine, round)));
    }
    chosen
}

fn site_name(site: u32) -> String {
    let index = site as usize;
    match index / SITES.len() {
        0 => SITES[index].to_owned(),
        round => format!("{}-{}", SITES[index % SITES.len()], round + 1),
    }
}
