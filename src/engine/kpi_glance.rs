//! What a tile shows of a place: the shift under way at a glance.

use std::sync::Arc;

use super::kpi_report::{current_shift, lines_at, plan_of, stretches, told};
use crate::kpi::{Basis, Books, figures_of};
use crate::plant::Plant;
use crate::time::Timestamp;
use crate::vocab::PlaceId;
use crate::wire::KpiGlance;

/// Looks at a place.
pub(super) fn glance(books: &mut Books, path: &Arc<str>, now: Timestamp, plant: &Plant) -> KpiGlance {
    let ((from, to, shift), _) = current_shift(books, now);
    let mut glance =
        KpiGlance { path: path.clone(), from, to, shift, target: books.config().target_oee, ..KpiGlance::default() };
    let lines = lines_at(books, path, plant);
    let speakers: Vec<PlaceId> =
        lines.iter().filter_map(|(line, machines)| books.speaker(line, machines, now)).collect();
    if let [speaker] = speakers[..] {
        let sums = books.sums(speaker, (from, to), now);
        let Some(account) = books.account(speaker) else { return glance };
        glance.figures = Some(figures_of(&sums, account.has(), Basis::Items));
        glance.stretches = stretches(account, (from, to.min(now)), &books.words);
        glance.causes = told(&account.ledger.stops(from, to, now, &books.words), &books.words);
        let per_hour = account.inputs.plan_per_hour;
        glance.plan = plan_of(books, &[speaker], &sums, per_hour, from);
    } else if !speakers.is_empty() {
        let (sums, has) = books.total(&speakers, (from, to), now);
        glance.figures = Some(figures_of(&sums, has, Basis::Time));
    }
    glance
}
