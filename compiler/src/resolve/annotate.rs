//! `annotate`, `alias`, `aggregate`: names for expressions.
//!
//! In: assignments. Out: annotations of the chain, in order, later ones knowing earlier ones; an aggregate behind
//! `values` groups the chain.

use super::context::{Context, Names};
use super::draft::{Draft, Rows};

use super::naming::{Naming, named_expr};
use super::shape::{describe, is_taken, path_text};
use crate::ast::{Assignment, Tokens};
use crate::check::cardinality::multiplying;
use crate::check::enclosing;
use crate::check::grouping::Group;
use crate::hir::expr::same;
use crate::hir::select::{Annotation, Distinct};
use crate::hir::window::is_windowed;
use crate::hir::{Condition, Expr, ExprKind, Output};
use proc_macro2::Ident;

/// `annotate(…)`; `alias(…)` if `naming` is [`Naming::Alias`].
pub(super) fn annotate(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    outer: Option<&Names<'_>>,
    assignments: &[Assignment],
    naming: Naming,
) {
    for assignment in assignments {
        let Some((name, ident)) = new_name(cx, draft, assignment) else { continue };
        let expr = named_expr(cx, &draft.names(outer), assignment, naming);
        let Some(expr) = expr.filter(|expr| is_single(cx, expr, assignment)) else {
            cx.broken.push(name);
            continue;
        };
        if !bearable(cx, &expr, &draft.annotations, assignment.value.place) {
            cx.broken.push(name);
            continue;
        }
        if !group(cx, draft, &expr, assignment.value.place) {
            cx.broken.push(name);
            continue;
        }
        if let Some(part) = draft.group.as_ref().and_then(|group| group.outsider(&expr)) {
            let found = describe(cx.schema, part, &draft.annotations);
            let text = format!("{found} is neither a key nor an annotation of the grouped chain");
            cx.diagnostics.error("N0218", assignment.value.place, text);
            cx.broken.push(name);
            continue;
        }
        let selected = naming == Naming::Annotate;
        let (ty, nullable) = (expr.ty.clone(), expr.nullable);
        let index = draft.annotation(name.clone(), ident.clone(), expr, selected && matches!(draft.rows, Rows::Model));
        let output =
            Output { name, ident, expr: Expr { kind: ExprKind::Annotation(index), ty, nullable }, more: false };
        if let (true, Rows::Values(list) | Rows::Tuple(list)) = (selected, &mut draft.rows) {
            list.push(output);
        }
    }
}

/// Levels of expressions in expressions, through annotations: each costs the stack of whoever walks them.
const DEEPEST: usize = 160;

/// Expressions that an annotation is made of, written out.
const LARGEST: usize = 4000;

/// Whether an expression is one that can be written out, with the annotations that it uses; reported.
fn bearable(cx: &mut Context<'_>, expr: &Expr, annotations: &[Annotation], place: Tokens) -> bool {
    let (mut levels, mut size) = (Vec::new(), Vec::new());
    for known in annotations.iter().map(|annotation| &annotation.expr).chain([expr]) {
        let (mut own, mut below, mut all) = (0, None, 0_usize);
        known.walk(&mut |e| match e.kind {
            ExprKind::Annotation(i) if i < levels.len() => {
                below = below.max(Some(levels[i]));
                all = all.saturating_add(size[i]);
            }
            ExprKind::Column(_) | ExprKind::Literal(_) | ExprKind::Bound(..) => all += 1,
            _ => (own, all) = (own + 1, all + 1),
        });
        // One that uses no other is as deep as it is written, which is measured there.
        levels.push(below.map_or(own.min(DEEPEST / 2), |below: usize| below + own));
        size.push(all);
    }
    let deep = levels.last().is_some_and(|levels| *levels > DEEPEST);
    let fine = !deep && size.last().is_none_or(|size| *size <= LARGEST);
    if !fine {
        let what = if deep { "nested too deep" } else { "too large" };
        let text = format!("an expression {what}, with the annotations that it uses");
        cx.diagnostics.error("N0127", place, text).note("each annotation is written out where it is used");
    }
    fine
}

/// The outputs of `aggregate(…)`.
pub(super) fn aggregate(
    cx: &mut Context<'_>,
    draft: &Draft,
    outer: Option<&Names<'_>>,
    assignments: &[Assignment],
    method: Tokens,
) -> Vec<Output> {
    let mut outputs: Vec<Output> = Vec::new();
    if assignments.is_empty() {
        let text = "`aggregate` names its numbers: `aggregate(total = Sum(price))`";
        cx.diagnostics.error("N0207", method, text);
    }
    for assignment in assignments {
        let Some((name, ident)) = single_name(assignment) else { continue };
        if outputs.iter().any(|o| o.name == name) {
            cx.diagnostics.error("N0214", assignment.path.tokens(), format!("`{name}` stands twice in `aggregate`"));
            continue;
        }
        let Some(expr) = named_expr(cx, &draft.names(outer), assignment, Naming::Aggregate) else { continue };
        if (draft.group.is_some() || (matches!(draft.distinct, Distinct::Rows) && !draft.has_key(cx)))
            && let Some(part) = beyond(&expr, draft.rows.outputs())
        {
            if matches!(draft.rows, Rows::Model) {
                let found = describe(cx.schema, part, &draft.annotations);
                let text = format!("distinct rows without their key can be counted only, found {found}");
                let error = cx.diagnostics.error("N0270", assignment.value.place, text);
                error.note("`values(…).distinct()` says what `aggregate` reads");
                continue;
            }
            let found = describe(cx.schema, part, &draft.annotations);
            let text = format!("`aggregate` reads what the chain before it gives, {found} is not among that");
            cx.diagnostics.error("N0218", assignment.value.place, text);
            continue;
        }
        let one = Group { keys: Vec::new(), first: draft.annotations.len() };
        if let Some(part) = one.outsider(&expr) {
            let found = describe(cx.schema, part, &draft.annotations);
            let text = format!("`aggregate` gives one row, {found} has a value for each");
            cx.diagnostics.error("N0311", assignment.value.place, text);
            continue;
        }
        outputs.push(Output { name, ident, expr, more: false });
    }
    outputs
}

/// The name of a new annotation. `None`: reported.
pub(super) fn new_name(
    cx: &mut Context<'_>,
    draft: &Draft,
    assignment: &Assignment,
) -> Option<(String, Option<Ident>)> {
    let (name, ident) = single_name(assignment)?;
    if is_taken(cx, draft, &name, assignment.path.tokens()) {
        cx.broken.push(name);
        return None;
    }
    Some((name, ident))
}

/// The one word that a name is. Anything else, and `? =`, has been reported by the parser.
fn single_name(assignment: &Assignment) -> Option<(String, Option<Ident>)> {
    if assignment.path.dangling || assignment.optional {
        return None;
    }
    let name = assignment.path.single()?.to_owned();
    Some((name, assignment.path.segments.first().and_then(|s| s.ident.clone())))
}

/// An annotation has one value for each row: no to-many path outside aggregates.
fn is_single(cx: &mut Context<'_>, expr: &Expr, assignment: &Assignment) -> bool {
    let Some(path) = multiplying(expr) else { return true };
    let text = format!("`{}` leads to many rows, an annotation has one value", path_text(cx.schema, path));
    let error = cx.diagnostics.error("N0215", assignment.value.place, text);
    error.note(format!("an aggregate makes one of them: `Min({})`", path_text(cx.schema, path)));
    false
}

/// An aggregate behind `values` groups the chain by what was selected so far. False: reported.
fn group(cx: &mut Context<'_>, draft: &mut Draft, expr: &Expr, place: Tokens) -> bool {
    if draft.group.is_some() || matches!(draft.rows, Rows::Model) || !expr.has_aggregate() {
        return true;
    }
    let keys: Vec<Expr> = draft.rows.outputs().iter().map(|o| o.expr.clone()).collect();
    if let Some(key) = keys.iter().find(|key| is_windowed(key, &draft.annotations)) {
        let found = describe(cx.schema, key, &draft.annotations);
        let error = cx.diagnostics.error("N0358", place, format!("rows cannot be grouped by a window, {found} is one"));
        error.note("a window over groups stands behind their aggregates");
        return false;
    }
    draft.group = Some(Group { keys, first: draft.annotations.len() });
    true
}

/// The first part of an expression over values that is not one of them.
fn beyond<'e>(expr: &'e Expr, outputs: &[Output]) -> Option<&'e Expr> {
    if outputs.iter().any(|output| same(&output.expr, expr)) {
        return None;
    }
    match &expr.kind {
        ExprKind::Column(_) | ExprKind::Annotation(_) => Some(expr),
        ExprKind::Template(_, operands) | ExprKind::Written(_, operands) => {
            operands.iter().find_map(|e| beyond(e, outputs))
        }
        ExprKind::Window(window) => {
            let filter = window.filter().and_then(|c| beyond_condition(c, outputs));
            window.exprs().find_map(|e| beyond(e, outputs)).or(filter)
        }
        ExprKind::Cast(inner) => beyond(inner, outputs),
        // The rows of a relation are gone once its values are taken.
        ExprKind::Aggregate(a) if a.arguments.is_empty() && !a.path.is_empty() => Some(expr),
        ExprKind::Aggregate(a) => {
            let operands = a.arguments.iter().chain(a.order.iter().map(|o| &o.expr)).chain(a.default.as_deref());
            let filter = a.filter.iter().find_map(|c| beyond_condition(c, outputs));
            operands.into_iter().find_map(|e| beyond(e, outputs)).or(filter)
        }
        ExprKind::Case(arms, otherwise) => {
            let mut arms = arms.iter();
            arms.find_map(|(when, then)| beyond_condition(when, outputs).or_else(|| beyond(then, outputs)))
                .or_else(|| otherwise.as_ref().and_then(|e| beyond(e, outputs)))
        }
        ExprKind::Condition(c) => beyond_condition(c, outputs),
        ExprKind::Subquery(_) => {
            let mut found = None;
            enclosing::of_expr(expr, &mut |e| found = found.or(Some(e)));
            found
        }
        ExprKind::Outer(..) | ExprKind::Output(_) | ExprKind::Literal(_) | ExprKind::Bound(..) => None,
    }
}

fn beyond_condition<'e>(condition: &'e Condition, outputs: &[Output]) -> Option<&'e Expr> {
    match condition {
        Condition::All(list) | Condition::Any(list) => list.iter().find_map(|c| beyond_condition(c, outputs)),
        Condition::Xor(a, b) => beyond_condition(a, outputs).or_else(|| beyond_condition(b, outputs)),
        Condition::Not(c) | Condition::Switched(_, c) => beyond_condition(c, outputs),
        Condition::Test(test) => {
            let mut found = beyond(&test.left, outputs);
            test.operator.operands(&mut |e| found = found.or_else(|| beyond(e, outputs)));
            found
        }
        Condition::Exists(_) => {
            let mut found = None;
            enclosing::of_condition(condition, &mut |e| found = found.or(Some(e)));
            found
        }
        Condition::Expr(e) => beyond(e, outputs),
    }
}
