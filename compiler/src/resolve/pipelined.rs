//! `pipelined()`: the rows and those of their prefetches in one flight.
//!
//! In: the method as written, and the chain it stands in. Out: a chain with prefetches, of which nothing is locked.

use super::context::Context;
use super::draft::{Draft, Part};
use crate::ast::Tokens;
use crate::hir::Select;

/// `pipelined()`.
pub(super) fn pipelined(cx: &mut Context<'_>, draft: &mut Draft, place: Tokens) {
    if draft.part == Part::Query {
        draft.together = Some(place);
    } else {
        let text = "`pipelined` is about the whole query, it stands in the outermost chain";
        cx.diagnostics.error("N0266", place, text);
    }
}

/// Whether there is something to be read in the same flight; the methods of the chain are known, and nothing else. Where
/// it was asked for.
pub(super) fn check(cx: &mut Context<'_>, draft: &Draft) -> Option<Tokens> {
    let place = draft.together?;
    let combined = draft.set.as_ref().is_some_and(|combined| combined.prefetches());
    if draft.prefetches.is_empty() && !combined {
        let text = "`pipelined` reads prefetched relations in the same flight, and nothing is prefetched";
        cx.diagnostics.error("N0266", place, text).note("`prefetch_related(…)` names them");
    }
    Some(place)
}

/// Whether the finished chain can go in one flight, if that was asked for.
pub(super) fn settle(cx: &mut Context<'_>, select: &Select, place: Option<Tokens>) {
    if let Some(place) = place
        && locks(select)
    {
        let error = cx.diagnostics.error("N0267", place, "`select_for_update` does not go with `pipelined`");
        error.note("without it related rows are read when the locked ones are here");
    }
}

/// Whether rows of a chain or of its prefetches are locked.
fn locks(select: &Select) -> bool {
    select.lock.is_some() || select.shape.prefetches().iter().any(|prefetch| locks(&prefetch.select))
}
