//! `create`, `update`, `delete`: what is written, and what must be there before it may be.
//!
//! In: a chain read up to the method that writes, and the steps from it on. Out: [`Body`], with the columns that the
//! language fills in itself.

use super::context::{Context, Expected, Names};
use super::draft::{Draft, Rows, to_target};
use super::path::{declared_at, follow, trailing};
use super::related::record;
use super::value::{Write, assigned};
use super::{bulk, cursor};
use crate::ast::{self, Arguments, Method, Path, Step, Tokens};
use crate::check::literal::text_constant;
use crate::check::safety::is_always_present;
use crate::hir::select::{Distinct, Record};
use crate::hir::{Assignment, Body, Create, Delete, Expr, ExprKind, Select, Shape, SqlType, Update};
use nuages_schema::model::{FieldId, Member, ModelId, RelationKind};
use nuages_schema::suggest::nearest;

/// The writing end of a query. The first step is the method that writes. `None`: reported.
pub(super) fn write(cx: &mut Context<'_>, draft: Draft, steps: &[Step], target: Option<ast::Target>) -> Option<Body> {
    let (Some(Step::Method(method)), more) = (steps.first(), steps.get(1..).unwrap_or(&[])) else { return None };
    let name = method.name.text.as_str();
    let place = Tokens::one(method.name.ident.span());
    if let Some((_, ending)) = &draft.ending {
        cx.diagnostics.error("N0213", place, format!("`{name}` cannot follow `{}()`", ending.text));
        return None;
    }
    if draft.sliced.is_some() {
        cx.diagnostics.error("N0212", place, format!("`{name}` cannot follow a slice"));
        return None;
    }
    if let Some(bound) = draft.bounds.first() {
        let text = format!("`{name}` cannot follow `{}`, which reads", cursor::name(bound.side));
        cx.diagnostics.error("N0253", place, text).note("`filter(…)` says which rows are written");
        return None;
    }
    let model = cx.schema.model(draft.model);
    if model.key.is_empty() {
        let text = format!("`{}` has no primary key, it can only be read", model.name);
        cx.diagnostics.error("N0231", place, text);
        return None;
    }
    match (name, &method.arguments) {
        ("create", Arguments::Assignments(list, groups)) => {
            no_groups(cx, groups, name);
            create(cx, &draft, list, more, target, place)
        }
        ("bulk_create", Arguments::Bulk(written)) => {
            bulk::bulk_create(cx, &draft, written.as_ref()?, more, target, place)
        }
        ("update", Arguments::Assignments(list, groups)) => {
            no_groups(cx, groups, name);
            Some(update(cx, draft, list, more, target, method))
        }
        ("delete", _) => Some(delete(cx, draft, more, target, place)),
        _ => {
            cx.diagnostics.error("N0208", place, format!("`{name}` is not available yet"));
            None
        }
    }
}

/// The column that the left side of an assignment means. `None`: reported.
pub(super) fn written_field(cx: &mut Context<'_>, model: ModelId, path: &Path) -> Option<FieldId> {
    if path.dangling {
        return None;
    }
    let declared = cx.schema.model(model);
    let Some(name) = path.single() else {
        let text =
            format!("a write sets fields of `{}` itself, found `{}`", declared.name, super::shape::written(path));
        cx.diagnostics.error("N0223", path.tokens(), text);
        return None;
    };
    let found = match declared.member(name) {
        Some(Member::Field(field)) => field,
        Some(Member::Relation(id)) => match declared.relation(id).kind {
            RelationKind::Forward { field } => field,
            RelationKind::ManyToMany { .. } => {
                let text = format!("`{}.{name}` is a many-to-many, no column holds it", declared.name);
                let error = cx.diagnostics.error("N0223", path.tokens(), text);
                error.note(format!("`{}(key).{name}.add(…)` links rows", declared.name));
                return None;
            }
            RelationKind::ReverseOne { field } | RelationKind::ReverseMany { field } => {
                let other = cx.schema.model(declared.relation(id).target);
                let text =
                    format!("`{}.{name}` is kept by `{}.{}`", declared.name, other.name, other.field(field).name);
                cx.diagnostics.error("N0223", path.tokens(), text);
                return None;
            }
        },
        None => {
            if let ("pk", [field]) = (name, declared.key.as_slice()) {
                *field
            } else {
                let text = format!("`{}` has no field `{name}`", declared.name);
                let near = nearest(name, super::path::member_names(declared));
                let at = declared_at(cx.schema, declared.span);
                let error = cx.diagnostics.error("N0202", path.tokens(), text);
                error.suggest(near);
                if let Some(at) = at {
                    error.note(format!("`{}` is declared at {at}", declared.name));
                }
                return None;
            }
        }
    };
    if declared.field(found).generated.is_some() {
        let text = format!("`{}.{name}` is generated by the database", declared.name);
        cx.diagnostics.error("N0223", path.tokens(), text);
        return None;
    }
    Some(found)
}

/// Reports a field that is set a second time. True if it was.
pub(super) fn is_repeated(
    cx: &mut Context<'_>,
    model: ModelId,
    known: &[FieldId],
    field: FieldId,
    tokens: Tokens,
) -> bool {
    let repeated = known.contains(&field);
    if repeated {
        let text = format!("`{}` is set twice", cx.schema.field(model, field).name);
        cx.diagnostics.error("N0224", tokens, text);
    }
    repeated
}

/// Reports the fields that a new row needs and does not get.
pub(super) fn check_required(cx: &mut Context<'_>, model: ModelId, given: &[FieldId], method: &str, place: Tokens) {
    let declared = cx.schema.model(model);
    let missing: Vec<String> = declared
        .field_ids()
        .filter(|id| {
            let field = declared.field(*id);
            let filled = field.nullable
                || field.default.is_some()
                || field.auto_now
                || field.auto_now_add
                || field.generated.is_some()
                || (field.ty.is_auto() && field.foreign_key.is_none());
            !filled && !given.contains(id)
        })
        .map(|id| format!("`{}`", declared.field(id).name))
        .collect();
    if missing.is_empty() {
        return;
    }
    let text = format!("`{}.{method}` needs {}", declared.name, missing.join(", "));
    let at = declared_at(cx.schema, declared.span);
    let error = cx.diagnostics.error("N0222", place, text);
    if let Some(at) = at {
        error.note(format!("`{}` is declared at {at}", declared.name));
    }
}

/// A new row belongs to no conditions: what stands before the method may only be the model, or one object's relation.
/// Out: the columns that the relation sets.
pub(super) fn new_rows(cx: &mut Context<'_>, draft: &Draft, method: &str, place: Tokens) -> Option<Vec<Assignment>> {
    let model = cx.schema.model(draft.model);
    let plain = draft.filters.len() == draft.defaults
        && draft.annotations.is_empty()
        && draft.order.is_none()
        && draft.shaped.is_none()
        && matches!(draft.distinct, Distinct::No)
        && (!draft.single || draft.anchor.is_some());
    if !plain {
        let text = format!("`{method}` stands at the model itself: `{}.{method}(…)`", model.name);
        cx.diagnostics.error("N0213", place, text);
        return None;
    }
    let Some(anchor) = &draft.anchor else { return Some(Vec::new()) };
    let from = cx.schema.model(anchor.hop.from);
    let relation = from.relation(anchor.hop.relation);
    match relation.kind {
        RelationKind::ReverseMany { field } | RelationKind::ReverseOne { field } => {
            let to_field = model.field(field).foreign_key.as_ref().map(|fk| fk.to_field);
            match (anchor.key.as_slice(), from.key.as_slice()) {
                ([value], [key]) if to_field == Some(*key) => {
                    Some(vec![Assignment { field, value: value.clone(), switch: None }])
                }
                _ => {
                    let text = format!(
                        "`{method}` over `{}`, which does not go by the primary key, is not available yet",
                        relation.name
                    );
                    cx.diagnostics.error("N0208", place, text);
                    None
                }
            }
        }
        RelationKind::ManyToMany { .. } => {
            let text =
                format!("`{method}` over the many-to-many `{}.{}` is not available yet", from.name, relation.name);
            cx.diagnostics.error("N0208", place, text);
            None
        }
        RelationKind::Forward { .. } => {
            let text = format!("`{}.{}` leads to one row, nothing can be made there", from.name, relation.name);
            let error = cx.diagnostics.error("N0213", place, text);
            error.note(format!("`{}.{method}(…)`", model.name));
            None
        }
    }
}

/// All columns of a model, as they come back from a write.
pub(super) fn whole(cx: &Context<'_>, model: ModelId, target: Option<ast::Target>) -> Record {
    Record { target: to_target(target), ..record(cx.schema, model, &[], Vec::new(), None) }
}

/// Reports a step that changes nothing about a write.
pub(super) fn stray(cx: &mut Context<'_>, step: &Step, after: &str) {
    let (place, name) = match step {
        Step::Method(m) => (Tokens::one(m.name.ident.span()), format!("`{}`", m.name.text)),
        Step::Relation(name) => (Tokens::one(name.ident.span()), format!("`{}`", name.text)),
        Step::Slice(slice) => (Tokens::one(slice.brackets), "a slice".to_owned()),
        Step::Dot(_) => return,
    };
    cx.diagnostics.error("N0213", place, format!("{name} cannot follow `{after}`"));
}

/// Reports `as` behind a number.
pub(super) fn no_target(cx: &mut Context<'_>, target: Option<&ast::Target>, method: &str) {
    if let Some(target) = target {
        let text = format!("`{method}` gives a number of rows, so there is nothing for `as` to build");
        cx.diagnostics.error("N0229", Tokens::one(target.keyword), text);
    }
}

fn no_groups(cx: &mut Context<'_>, groups: &[ast::Group], method: &str) {
    if let Some(group) = groups.first() {
        let text = format!("`{method}` takes no `{}(…)`", group.name.text);
        cx.diagnostics.error("N0207", Tokens::one(group.name.ident.span()), text);
    }
}

fn create(
    cx: &mut Context<'_>,
    draft: &Draft,
    list: &[ast::Assignment],
    more: &[Step],
    target: Option<ast::Target>,
    place: Tokens,
) -> Option<Body> {
    let mut assignments = new_rows(cx, draft, "create", place)?;
    let names = Names::of(draft.model, None);
    let mut given: Vec<FieldId> = assignments.iter().map(|a| a.field).collect();
    let mut certain = given.clone();
    let mut failed = false;
    for written in list {
        let Some(field) = written_field(cx, draft.model, &written.path) else {
            failed = true;
            continue;
        };
        if is_repeated(cx, draft.model, &given, field, written.path.tokens()) {
            continue;
        }
        given.push(field);
        if !written.optional {
            certain.push(field);
        }
        assignments.extend(assignment(cx, &names, field, written, Write::Create));
    }
    // A mistyped name is most likely the missing one.
    if !failed {
        check_required(cx, draft.model, &certain, "create", place);
    }
    if let Some(step) = more.first() {
        stray(cx, step, "create");
    }
    Some(Body::Create(Create { model: draft.model, assignments, record: whole(cx, draft.model, target) }))
}

fn update(
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
    let mut assignments: Vec<Assignment> = Vec::new();
    let mut given: Vec<FieldId> = Vec::new();
    let mut switches = Some(0u64);
    for written in list {
        let Some(field) = written_field(cx, draft.model, &written.path) else { continue };
        if is_repeated(cx, draft.model, &given, field, written.path.tokens()) {
            continue;
        }
        given.push(field);
        let Some(mut made) = assignment(cx, &draft.names(None), field, written, Write::Update) else { continue };
        if let Some(name) = foreign(&draft, &made.value) {
            let text = format!("`{name}` is not a value of the row alone, an update cannot read it");
            cx.diagnostics.error("N0234", written.value.place, text);
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
    let model = cx.schema.model(draft.model);
    for id in model.field_ids() {
        let field = model.field(id);
        if let (true, false, Some(value)) = (field.auto_now, given.contains(&id), now(cx, field)) {
            assignments.push(Assignment { field: id, value, switch: None });
        }
    }
    let record = returning(cx, draft.model, more, "update", target);
    Body::Update(Update { select: rows(draft), assignments, unless_empty: switches, record })
}

fn delete(cx: &mut Context<'_>, draft: Draft, more: &[Step], target: Option<ast::Target>, place: Tokens) -> Body {
    check_rows(cx, &draft, "delete", place);
    let record = returning(cx, draft.model, more, "delete", target);
    Body::Delete(Delete { select: rows(draft), record })
}

/// One assignment of `create` and `update`.
fn assignment(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    field: FieldId,
    written: &ast::Assignment,
    write: Write,
) -> Option<Assignment> {
    let expected = Expected::of_field(cx.schema, names.model, field);
    let (value, switch) = assigned(cx, names, &written.value, written.optional, written.equals, &expected, write)?;
    Some(Assignment { field, value, switch })
}

/// The name of an annotation in a value that is more than an expression of the row's own columns.
fn foreign(draft: &Draft, value: &Expr) -> Option<String> {
    let mut found = None;
    value.walk(&mut |e| {
        if let ExprKind::Annotation(i) = e.kind {
            let annotation = &draft.annotations[i];
            let mut plain = true;
            annotation.expr.walk(&mut |part| {
                plain &= match &part.kind {
                    ExprKind::Column(path) => path.hops.is_empty(),
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

/// The rule of `update` and `delete`, and what cannot stand before them.
fn check_rows(cx: &mut Context<'_>, draft: &Draft, method: &str, place: Tokens) {
    if draft.group.is_some() || !matches!(draft.rows, Rows::Model) || !matches!(draft.distinct, Distinct::No) {
        let text = format!("`{method}` goes by rows of the model, it cannot follow `values`, grouping or `distinct`");
        cx.diagnostics.error("N0213", place, text);
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
fn rows(draft: Draft) -> Select {
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
