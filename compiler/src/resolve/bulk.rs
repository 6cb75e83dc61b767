//! `bulk_create(for pattern in rows => field = value, …)`: many rows in one statement.
//!
//! In: the loop as written and the modifiers behind it. Out: [`BulkCreate`]: a column of values for each Rust value,
//! constants for literals, and what happens with rows that break a unique constraint.

use super::context::{Context, Expected, Names};
use super::draft::Draft;
use super::unique;
use super::update::{check_whole_rows, foreign, rows, touched};
use super::value::{Write, assigned};
use super::write::{
    Belonging, check_required, is_repeated, new_rows, no_target, set_field, stray, whole, written_field,
};
use super::{copy, link};
use crate::ast::{self, Arguments, Bulk, Form, Method, Step, Tokens};
use crate::hir::write::Conflict;
use crate::hir::{Assignment, Bind, Body, BulkCreate, BulkUpdate, ExprKind, SqlType, ValueId};
use nuages_schema::model::{FieldId, ModelId};

/// The whole of it. `None`: reported.
pub(super) fn bulk_create(
    cx: &mut Context<'_>,
    draft: &Draft,
    written: &Bulk,
    more: &[Step],
    target: Option<ast::Target>,
    place: Tokens,
) -> Option<Body> {
    let model = draft.model;
    let Belonging { columns: mut constants, links } = new_rows(cx, draft, "bulk_create", place)?;
    let mut columns: Vec<(FieldId, ValueId)> = Vec::new();
    let mut given: Vec<FieldId> = constants.iter().map(|a| a.field).collect();
    let mut failed = false;
    for assignment in &written.assignments {
        let Some(field) = set_field(cx, model, assignment) else {
            failed = true;
            continue;
        };
        if is_repeated(cx, model, &given, field, assignment.path.tokens()) {
            continue;
        }
        given.push(field);
        match column(cx, model, field, assignment) {
            Some(Column::Constant(constant)) => constants.push(constant),
            Some(Column::Values(id)) => columns.push((field, id)),
            None => {}
        }
    }
    // A mistyped name is most likely the missing one.
    if !failed {
        check_required(cx, model, &given, "bulk_create", place);
    }
    let mut conflict = Conflict::Fail;
    let mut returning = true;
    let mut copied = None;
    for step in more {
        let Step::Method(method) = step else {
            stray(cx, step, "bulk_create");
            break;
        };
        match method.name.text.as_str() {
            "ignore_conflicts" if matches!(conflict, Conflict::Fail) => {
                conflict = Conflict::Ignore;
                if links.is_some() {
                    let text = "`ignore_conflicts` leaves out rows that are there, they would not be linked";
                    let error = cx.diagnostics.error("N0633", Tokens::one(method.name.ident.span()), text);
                    error.note("`update_conflicts(…)` changes these rows, and they are linked too");
                }
            }
            "update_conflicts" if matches!(conflict, Conflict::Fail) => {
                conflict = update_conflicts(cx, model, method, &given)?;
                if let Some(anchor) = draft.anchor.as_ref().filter(|_| links.is_some()) {
                    link::check_linked(cx, anchor, "update_conflicts", Tokens::one(method.name.ident.span()))?;
                }
            }
            name @ ("ignore_conflicts" | "update_conflicts") => {
                let text = format!("`{name}` beside another rule for conflicts");
                cx.diagnostics.error("N0213", Tokens::one(method.name.ident.span()), text);
            }
            "no_returning" => returning = false,
            "copy" => copied = Some(Tokens::one(method.name.ident.span())),
            _ => stray(cx, step, "bulk_create"),
        }
    }
    if let Some(place) = copied {
        if !matches!(conflict, Conflict::Fail) {
            let text = "`copy` streams rows as they are, it knows of no conflicts";
            cx.diagnostics.error("N0630", place, text).note("without `copy()` the same rows are one `INSERT`");
        }
        if links.is_some() {
            let text = "`copy` streams rows into one table, their links are in another";
            cx.diagnostics.error("N0633", place, text).note("without `copy()` one statement makes both");
        }
        let fields = columns.iter().map(|(field, _)| *field);
        copy::check(cx, model, fields.collect(), &constants, place);
        no_target(cx, target.as_ref(), "copy");
        returning = false;
    } else {
        check_carried(cx, columns.iter().map(|(_, id)| *id));
    }
    if !returning && copied.is_none() {
        no_target(cx, target.as_ref(), "no_returning");
    }
    let record = returning.then(|| whole(cx, model, target));
    Some(Body::BulkCreate(BulkCreate {
        model,
        pattern: written.pattern.clone(),
        iterable: written.iterable.clone(),
        columns,
        constants,
        conflict,
        links,
        record,
        copied: copied.is_some(),
    }))
}

/// Reports values of which no array can be made: `unnest` would take those within them apart, and of a type that is not
/// ours no other form is known.
fn check_carried(cx: &mut Context<'_>, ids: impl Iterator<Item = ValueId>) {
    for id in ids {
        let value = &cx.values[usize::from(id.0)];
        if let SqlType::Custom { pg_type, .. } = &value.ty
            && pg_type.trim_end().ends_with(']')
        {
            let (place, text) = (value.place, format!("values of `{pg_type}` cannot be written for many rows at once"));
            let error = cx.diagnostics.error("N0634", place, text);
            error.note("`create(…)`, `update(…)` and `save` write those of one row");
        }
    }
}

enum Column {
    Constant(Assignment),
    Values(ValueId),
}

fn column(cx: &mut Context<'_>, model: ModelId, field: FieldId, assignment: &ast::Assignment) -> Option<Column> {
    let declared = cx.schema.field(model, field);
    let value = &assignment.value;
    if assignment.optional {
        let text = format!("`{}? =` cannot stand in `bulk_create`: every row has the same columns", declared.name);
        cx.diagnostics.error("N0227", assignment.path.tokens(), text);
        return None;
    }
    let expected = Expected::of_field(cx.schema, model, field);
    match &value.form {
        Form::Empty => None,
        Form::Literal(_) | Form::Expr(_) => {
            let before = cx.steps.len();
            let names = Names::of(model, None);
            let (made, _) = assigned(cx, &names, value, false, assignment.equals, &expected, Write::Create)?;
            if cx.steps.len() > before {
                let text = "an SQL expression in `bulk_create` is the same for all rows, it holds no Rust value";
                cx.diagnostics.error("N0227", value.place, text).note("what each row gets is computed by Rust");
                return None;
            }
            Some(Column::Constant(Assignment { field, value: made, switch: None }))
        }
        Form::Chain(_) if super::value::model_chain(cx, value).is_some() => {
            cx.diagnostics.error("N0227", value.place, "a chain is not a value of `bulk_create`");
            None
        }
        _ => {
            let bind = Bind::Column { nullable: declared.nullable };
            let id = cx.value(value.tokens.clone(), value.place, assignment.equals, &expected, bind, None);
            Some(Column::Values(id))
        }
    }
}

/// `update_conflicts(unique_fields(a), update_fields(b, c))`.
fn update_conflicts(cx: &mut Context<'_>, model: ModelId, method: &Method, given: &[FieldId]) -> Option<Conflict> {
    let place = Tokens::one(method.name.ident.span());
    let Arguments::Assignments(assignments, groups) = &method.arguments else { return None };
    let usage = "`update_conflicts(unique_fields(slug), update_fields(name))`";
    if let Some(stray) = assignments.first() {
        let text = format!("`update_conflicts` takes names of fields: {usage}");
        cx.diagnostics.error("N0207", stray.path.tokens(), text);
        return None;
    }
    let mut lists = [Vec::new(), Vec::new()];
    for group in groups {
        let index = match group.name.text.as_str() {
            "unique_fields" => 0,
            "update_fields" => 1,
            other => {
                let text = format!("`update_conflicts` takes no `{other}(…)`");
                cx.diagnostics.error("N0207", Tokens::one(group.name.ident.span()), text).note(usage);
                return None;
            }
        };
        for path in &group.paths {
            let field = written_field(cx, model, path)?;
            if index == 1 && !given.contains(&field) {
                let name = &cx.schema.field(model, field).name;
                let text = format!("`{name}` is updated but not given to the new rows");
                cx.diagnostics.error("N0226", path.tokens(), text);
                return None;
            }
            lists[index].push(field);
        }
    }
    let [target, mut fields] = lists;
    if target.is_empty() || fields.is_empty() {
        cx.diagnostics.error("N0207", place, format!("`update_conflicts` names both: {usage}"));
        return None;
    }
    let Some(found) = unique::exact(cx, model, &target) else {
        let declared = cx.schema.model(model);
        let names: Vec<String> = target.iter().map(|f| format!("`{}`", declared.field(*f).name)).collect();
        let text = format!("no unique constraint of `{}` is on {}", declared.name, names.join(", "));
        cx.diagnostics
            .error("N0226", place, text)
            .note("the target is a unique constraint or the primary key, all of its fields");
        return None;
    };
    let declared = cx.schema.model(model);
    fields.extend(declared.field_ids().filter(|id| declared.field(*id).auto_now && !given.contains(id)));
    Some(Conflict::Update { target: Box::new(found.arbiter), fields })
}

/// `bulk_update(for pattern in rows => pk = key, field = value)`: many rows, each by its key. `None`: reported.
pub(super) fn bulk_update(
    cx: &mut Context<'_>,
    draft: Draft,
    written: &Bulk,
    more: &[Step],
    target: Option<&ast::Target>,
    place: Tokens,
) -> Option<Body> {
    let model = draft.model;
    check_whole_rows(cx, &draft, "bulk_update", place)?;
    let first = cx.values.len();
    cx.per_row = true;
    let read = changed_rows(cx, &draft, written);
    cx.per_row = false;
    let columns: Vec<ValueId> = (first..cx.values.len()).filter_map(|i| u16::try_from(i).ok().map(ValueId)).collect();
    for id in &columns {
        let value = &cx.values[usize::from(id.0)];
        if !matches!(value.bind, Bind::Column { .. }) || value.ty == SqlType::Inferred {
            let text =
                "a value of each row is compared and computed with as it is, not as a pattern, a list or a range";
            cx.diagnostics.error("N0625", value.place, text);
            return None;
        }
    }
    check_carried(cx, columns.iter().copied());
    let Read { key, mut assignments, given, failed } = read;
    let declared = cx.schema.model(model);
    let lacking: Vec<&str> =
        declared.key.iter().filter(|f| !given.contains(f)).map(|f| declared.field(*f).name.as_str()).collect();
    if !failed && !lacking.is_empty() {
        let text = "`bulk_update` needs the key of each row";
        let error = cx.diagnostics.error("N0624", place, text);
        error.note(match lacking.as_slice() {
            [_] if declared.key.len() == 1 => "`pk = value` says which row is changed".to_owned(),
            lacking => format!("`{}` of the key is missing", lacking.join("`, `")),
        });
    } else if !failed && assignments.is_empty() {
        cx.diagnostics.error("N0207", place, "`bulk_update` changes at least one field beside the key");
    }
    if let Some(step) = more.first() {
        stray(cx, step, "bulk_update");
    }
    no_target(cx, target, "bulk_update");
    assignments.extend(touched(cx, model, &given));
    let (pattern, iterable) = (written.pattern.clone(), written.iterable.clone());
    let select = rows(draft);
    Some(Body::BulkUpdate(Box::new(BulkUpdate { select, pattern, iterable, columns, key, assignments })))
}

/// What is said of each row.
struct Read {
    key: Vec<Assignment>,
    assignments: Vec<Assignment>,
    given: Vec<FieldId>,
    /// A name was reported, most likely that of what is missing.
    failed: bool,
}

fn changed_rows(cx: &mut Context<'_>, draft: &Draft, written: &Bulk) -> Read {
    let model = draft.model;
    let own_key = cx.schema.model(model).key.clone();
    let mut read = Read { key: Vec::new(), assignments: Vec::new(), given: Vec::new(), failed: false };
    for assignment in &written.assignments {
        let before = cx.diagnostics.len();
        if let (Some("pk"), [_, _, ..]) = (assignment.path.single(), own_key.as_slice()) {
            whole_key(cx, draft, assignment, &own_key, &mut read);
        } else if let Some(field) = set_field(cx, model, assignment) {
            one_value(cx, draft, (field, &assignment.value), assignment, &mut read);
        }
        read.failed |= cx.diagnostics.len() > before;
    }
    read
}

/// `pk = (a, b)`.
fn whole_key(cx: &mut Context<'_>, draft: &Draft, assignment: &ast::Assignment, key: &[FieldId], read: &mut Read) {
    match &assignment.value.form {
        Form::Tuple(parts) if parts.len() == key.len() => {
            for (field, value) in key.iter().zip(parts) {
                one_value(cx, draft, (*field, value), assignment, read);
            }
        }
        Form::Empty => {}
        _ => {
            let declared = cx.schema.model(draft.model);
            let names: Vec<&str> = key.iter().map(|f| declared.field(*f).name.as_str()).collect();
            let text = format!("the key of `{}` has {} columns, expected a tuple", declared.name, key.len());
            let error = cx.diagnostics.error("N0206", assignment.value.place, text);
            error.note(format!("its columns are `{}`", names.join("`, `")));
        }
    }
}

fn one_value(
    cx: &mut Context<'_>,
    draft: &Draft,
    (field, value): (FieldId, &ast::Value),
    assignment: &ast::Assignment,
    read: &mut Read,
) {
    let model = draft.model;
    let declared = cx.schema.field(model, field);
    if is_repeated(cx, model, &read.given, field, assignment.path.tokens()) {
        return;
    }
    read.given.push(field);
    if assignment.optional {
        let text = format!("`{}? =` cannot stand in `bulk_update`: every row has the same columns", declared.name);
        cx.diagnostics.error("N0227", assignment.path.tokens(), text);
        return;
    }
    let is_key = cx.schema.model(model).key.contains(&field);
    let mut expected = Expected::of_field(cx.schema, model, field);
    if assignment.path.single() == Some("pk") && cx.schema.model(model).key == [field] {
        expected = Expected::of_key(cx.schema, model, field);
    }
    expected.nullable &= !is_key;
    let (names, equals) = (draft.names(None), assignment.equals);
    let Some((value, _)) = assigned(cx, &names, value, false, equals, &expected, Write::Update) else { return };
    let mut reads = false;
    value.walk(&mut |e| reads |= matches!(e.kind, ExprKind::Column(_) | ExprKind::Annotation(_)));
    if is_key && reads {
        let text = format!("the key of `{}` is a value, found fields of its row", cx.schema.model(model).name);
        cx.diagnostics.error("N0341", assignment.value.place, text);
        return;
    }
    if let Some(name) = foreign(draft, &value) {
        let text = format!("`{name}` is not a value of the row alone, an update cannot read it");
        cx.diagnostics
            .error("N0234", assignment.value.place, text)
            .note("`Subquery(chain)` computes one from other rows");
        return;
    }
    let made = Assignment { field, value, switch: None };
    if is_key { read.key.push(made) } else { read.assignments.push(made) }
}
