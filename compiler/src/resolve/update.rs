//! `update` and `delete`: which rows they touch, what they set, and what comes back.
//!
//! In: a chain read up to the method that writes, and the steps from it on. Out: [`Body`], with the columns that the
//! language fills in itself, once the rule of `update` and `delete` holds.

use super::context::{Context, Names};
use super::draft::{Draft, Rows, to_target};
use super::path::{follow, trailing};
use super::related::record;
use super::value::Write;
use super::write::{assignment, is_repeated, no_target, set_field, stray, whole};
use crate::ast::{self, Arguments, Method, Step, Tokens};
use crate::check::literal::text_constant;
use crate::check::safety::is_always_present;
use crate::hir::select::{Distinct, Record};
use crate::hir::{Assignment, Body, Delete, Expr, ExprKind, Select, Shape, SqlType, Update};
use nuages_schema::model::{FieldId, ModelId};

/// `update(…)`.
pub(super) fn update(
    cx: &mut Context<'_>,
    draft: Draft,
    list: &[ast::Assignment],
    more: &[Step],
    target: Option<ast::Target>,
    method: &Method,
) -> Body {
    let place = Tokens::one(method.name.ident.span());
    check_rows(cx, &draft, "update", place);
    if list.is_empty() {
        cx.diagnostics.error("N0207", place, "`update` sets at least one field: `update(name = value)`");
    }
    let Changes { mut assignments, unless_empty, given, .. } = changes(cx, &draft, list, Vec::new());
    assignments.extend(touched(cx, draft.model, &given));
    let record = returning(cx, draft.model, more, "update", target);
    Body::Update(Update { select: rows(draft), assignments, unless_empty, record })
}

/// `delete()`.
pub(super) fn delete(
    cx: &mut Context<'_>,
    draft: Draft,
    more: &[Step],
    target: Option<ast::Target>,
    place: Tokens,
) -> Body {
    check_rows(cx, &draft, "delete", place);
    let record = returning(cx, draft.model, more, "delete", target);
    Body::Delete(Delete { select: rows(draft), record })
}

/// New values of rows that are there.
pub(super) struct Changes {
    /// Of what.
    pub(super) model: ModelId,
    /// Columns and values, in the order written.
    pub(super) assignments: Vec<Assignment>,
    /// If all of them have switches: the mask of these.
    pub(super) unless_empty: Option<u64>,
    /// The columns, and those that were given before.
    pub(super) given: Vec<FieldId>,
}

/// Reads what is assigned to rows that are there. The columns in `given` are set elsewhere.
pub(super) fn changes(
    cx: &mut Context<'_>,
    draft: &Draft,
    list: &[ast::Assignment],
    mut given: Vec<FieldId>,
) -> Changes {
    let mut assignments: Vec<Assignment> = Vec::new();
    let mut switches = Some(0u64);
    for written in list {
        let Some(field) = set_field(cx, draft.model, written) else { continue };
        if is_repeated(cx, draft.model, &given, field, written.path.tokens()) {
            continue;
        }
        given.push(field);
        let Some(mut made) = assignment(cx, &draft.names(None), field, written, Write::Update) else { continue };
        if let Some(name) = foreign(draft, &made.value) {
            let text = format!("`{name}` is not a value of the row alone, an update cannot read it");
            let error = cx.diagnostics.error("N0234", written.value.place, text);
            error.note("`Subquery(chain)` computes one from other rows");
            continue;
        }
        switches = switches.zip(made.switch).map(|(mask, n)| mask | 1u64.checked_shl(u32::from(n)).unwrap_or(0));
        let declared = cx.schema.field(draft.model, field);
        if let (true, Some(_), Some(now)) = (declared.auto_now, made.switch, now(cx, declared)) {
            // Left out, the field still says when the row was written.
            let (ty, nullable) = (made.value.ty.clone(), false);
            made.value = Expr { kind: ExprKind::Template("COALESCE({0}, {1})", vec![made.value, now]), ty, nullable };
            made.switch = None;
        }
        assignments.push(made);
    }
    Changes { model: draft.model, assignments, unless_empty: switches, given }
}

/// The `auto_now` fields that are not given, with the time of the write.
pub(super) fn touched(cx: &Context<'_>, model: ModelId, given: &[FieldId]) -> Vec<Assignment> {
    let declared = cx.schema.model(model);
    let fields = declared.field_ids().filter(|id| declared.field(*id).auto_now && !given.contains(id));
    fields
        .filter_map(|field| Some(Assignment { field, value: now(cx, declared.field(field))?, switch: None }))
        .collect()
}

/// The name of an annotation in a value that is more than an expression of the row and of those it refers to.
pub(super) fn foreign(draft: &Draft, value: &Expr) -> Option<String> {
    let mut found = None;
    value.walk(&mut |e| {
        if let ExprKind::Annotation(i) = e.kind {
            let annotation = &draft.annotations[i];
            let mut plain = true;
            annotation.expr.walk(&mut |part| {
                plain &= match &part.kind {
                    ExprKind::Aggregate(_) => false,
                    ExprKind::Annotation(_) => foreign(draft, part).is_none(),
                    _ => true,
                };
            });
            if !plain {
                found.get_or_insert_with(|| annotation.name.clone());
            }
        }
    });
    found
}

/// What is written are rows of the model. `None`: reported.
pub(super) fn check_whole_rows(cx: &mut Context<'_>, draft: &Draft, method: &str, place: Tokens) -> Option<()> {
    if draft.group.is_some() || !matches!(draft.rows, Rows::Model) || !matches!(draft.distinct, Distinct::No) {
        let text = format!("`{method}` goes by rows of the model, it cannot follow `values`, grouping or `distinct`");
        cx.diagnostics.error("N0213", place, text);
        return None;
    }
    Some(())
}

/// The rule of `update` and `delete`, and what cannot stand before them.
fn check_rows(cx: &mut Context<'_>, draft: &Draft, method: &str, place: Tokens) {
    if check_whole_rows(cx, draft, method, place).is_none() {
        return;
    }
    let own = |(i, _): &(usize, &crate::hir::Filter)| draft.single || *i >= draft.defaults;
    let mut own = draft.filters.iter().enumerate().filter(own).map(|(_, f)| f).peekable();
    let written = own.peek().is_some();
    let safe = draft.all
        || draft.none
        || draft.single
        || draft.anchor.is_some()
        || own.any(|filter| is_always_present(&filter.condition));
    // A condition that was reported may have been the one that is missing here.
    if safe || !cx.diagnostics.is_empty() {
        return;
    }
    let text = format!("`{method}` needs a condition that is always present, or `.all()`");
    let error = cx.diagnostics.error("N0225", place, text);
    if written {
        error.note(format!("each of its conditions may be left out, `{method}` would then take every row"));
    } else {
        error.note(format!("`all().{method}(…)` takes every row"));
    }
}

/// `returning(…)` and nothing else may follow.
fn returning(
    cx: &mut Context<'_>,
    model: ModelId,
    more: &[Step],
    method: &str,
    target: Option<ast::Target>,
) -> Option<Record> {
    let Some((first, rest)) = more.split_first() else {
        no_target(cx, target.as_ref(), method);
        return None;
    };
    let Step::Method(Method { name, arguments: Arguments::Paths(paths), .. }) = first else {
        stray(cx, first, method);
        return None;
    };
    if name.text != "returning" {
        stray(cx, first, method);
        return None;
    }
    if let Some(step) = rest.first() {
        stray(cx, step, "returning");
    }
    if paths.is_empty() {
        return Some(whole(cx, model, target));
    }
    let mut fields = Vec::new();
    for path in paths {
        let Some(followed) = follow(cx, &Names::of(model, None), path) else { continue };
        if trailing(cx, &followed) {
            continue;
        }
        match super::path::column(cx, &Names::of(model, None), &followed).map(|e| e.kind) {
            Some(ExprKind::Column(column)) if column.hops.is_empty() => fields.push(column.field),
            Some(_) => {
                let text = format!("`{}` is no column of the written row", super::shape::written(path));
                cx.diagnostics.error("N0204", path.tokens(), text);
            }
            None => {}
        }
    }
    let lists = [(Vec::new(), fields)];
    Some(Record { target: to_target(target), ..record(cx.schema, model, &[], Vec::new(), Some(&lists)) })
}

/// The rows that are written.
pub(super) fn rows(draft: Draft) -> Select {
    Select {
        model: draft.model,
        set: None,
        anchor: draft.anchor,
        single: draft.single,
        filters: draft.filters,
        annotations: draft.annotations,
        group: None,
        distinct: Distinct::No,
        order: Vec::new(),
        keyset: None,
        slice: None,
        shape: Shape::Nothing,
        lock: None,
        pinned: false,
        together: false,
    }
}

/// The time of the write, as the field has it; dates and times of day are those of the schema's zone.
fn now(cx: &Context<'_>, field: &nuages_schema::model::Field) -> Option<Expr> {
    let ty = SqlType::of_field(cx.schema, field);
    let zone = || vec![text_constant(&cx.schema.time_zone)];
    let kind = match ty {
        SqlType::TimestampTz => ExprKind::Template("now()", Vec::new()),
        SqlType::Timestamp => ExprKind::Template("(now() AT TIME ZONE {0})", zone()),
        SqlType::Date => ExprKind::Template("(now() AT TIME ZONE {0})::date", zone()),
        SqlType::Time => ExprKind::Template("(now() AT TIME ZONE {0})::time", zone()),
        _ => return None,
    };
    Some(Expr { kind, ty, nullable: false })
}
