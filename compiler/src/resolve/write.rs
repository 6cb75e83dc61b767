//! What every write shares, and `create`: which columns are set, by what, and what must be there before they may be.
//!
//! In: a chain read up to the method that writes, and the steps from it on. Out: [`Body`].

use super::chain::elsewhere;
use super::context::{Context, Expected, Names, Purpose};
use super::draft::{Draft, Part, Rows, to_target};
use super::link::{self, Change};
use super::path::{declared_at, typed};
use super::related::record;
use super::upsert::{self, Way};
use super::value::{Write, assigned};
use super::{bulk, cursor, update};
use crate::ast::{self, Arguments, Path, Step, Tokens};
use crate::hir::select::{Anchor, Distinct, Record};
use crate::hir::write::Links;
use crate::hir::{Assignment, Body, ColumnPath, Create, Expr, ExprKind, Output};
use crate::tables::methods::{self, Role};
use nuages_schema::model::{FieldId, Member, Model, ModelId, RelationKind};
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
            Some(update::update(cx, draft, list, more, target, method))
        }
        ("get_or_create", Arguments::Assignments(list, groups)) => {
            upsert::upsert(cx, &draft, Way::Get, (list, groups), more, target, method)
        }
        ("update_or_create", Arguments::Assignments(list, groups)) => {
            upsert::upsert(cx, &draft, Way::Update, (list, groups), more, target, method)
        }
        ("bulk_update", Arguments::Bulk(written)) => {
            bulk::bulk_update(cx, draft, written.as_ref()?, more, target.as_ref(), place)
        }
        ("add", _) => link::link(cx, &draft, Change::Add, method, more, target.as_ref()),
        ("remove", _) => link::link(cx, &draft, Change::Remove, method, more, target.as_ref()),
        ("set", _) => link::link(cx, &draft, Change::Set, method, more, target.as_ref()),
        ("clear", _) => link::link(cx, &draft, Change::Clear, method, more, target.as_ref()),
        ("delete", _) => Some(update::delete(cx, draft, more, target, place)),
        _ => {
            super::chain::meaningless(cx, name, place);
            None
        }
    }
}

/// The field of an assignment. Of one without a value nothing more is said. `None`: reported.
pub(super) fn set_field(cx: &mut Context<'_>, model: ModelId, written: &ast::Assignment) -> Option<FieldId> {
    let before = cx.diagnostics.len();
    let found = written_field(cx, model, &written.path);
    if found.is_none() && matches!(written.value.form, ast::Form::Empty) {
        cx.diagnostics.take_back(before, &["N0202"]);
    }
    found
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
        let first = path.segments.first().map(super::path::segment_text).unwrap_or_default();
        let note = match declared.member(&first) {
            Some(Member::Relation(id)) => {
                let other = &cx.schema.model(declared.relation(id).target).name;
                Some(format!("`{first} = …` sets the key; rows of `{other}` are written by `{other}.…`"))
            }
            Some(Member::Field(_)) => Some(format!("`{first} = value` sets it")),
            None => None,
        };
        let error = cx.diagnostics.error("N0223", path.tokens(), text);
        error.notes.extend(note);
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
    let missing = required(declared).filter(|id| !given.contains(id));
    let missing: Vec<String> = missing.map(|id| format!("`{}`", declared.field(id).name)).collect();
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

/// The fields that a new row cannot do without.
pub(super) fn required(model: &Model) -> impl Iterator<Item = FieldId> {
    model.field_ids().filter(|id| {
        let field = model.field(*id);
        let filled = field.nullable
            || field.default.is_some()
            || field.auto_now
            || field.auto_now_add
            || field.generated.is_some()
            || (field.ty.is_auto() && field.foreign_key.is_none());
        !filled
    })
}

/// Nothing but the model, or one object's relation, stands before the method.
pub(super) fn is_plain(draft: &Draft) -> bool {
    draft.filters.len() == draft.defaults
        && draft.annotations.is_empty()
        && draft.order.is_none()
        && draft.shaped.is_none()
        && matches!(draft.distinct, Distinct::No)
        && (!draft.single || draft.anchor.is_some())
}

/// What a foreign key to the object holds: a part of its key, or what is read of it. `None`: reported.
pub(super) fn reference(
    cx: &mut Context<'_>,
    anchor: &Anchor,
    model: ModelId,
    field: FieldId,
    place: Tokens,
) -> Option<Expr> {
    let to_field = cx.schema.field(model, field).foreign_key.as_ref()?.to_field;
    let from = anchor.hop.from;
    let declared = cx.schema.model(from);
    if let Some(part) = declared.key.iter().position(|key| *key == to_field) {
        return anchor.key.get(part).cloned();
    }
    let mut draft = Draft::new(from, place, Part::Inner(Purpose::Scalar));
    draft.single = true;
    draft.filter(super::key::condition(cx, from, anchor.key.clone()), false);
    let column = typed(cx.schema, &[], ColumnPath { hops: Vec::new(), model: from, field: to_field });
    let (ty, name) = (column.ty.clone(), declared.field(to_field).attname.clone());
    draft.rows = Rows::Flat(vec![Output { name, ident: None, expr: column, more: false }]);
    let (select, _) = draft.finish(cx, None)?;
    Some(Expr { kind: ExprKind::Subquery(Box::new(select)), ty, nullable: true })
}

/// What makes new rows those of one object.
#[derive(Default)]
pub(super) struct Belonging {
    /// Columns that refer to it.
    pub(super) columns: Vec<Assignment>,
    /// Rows of another table that do.
    pub(super) links: Option<Links>,
}

/// A new row belongs to no conditions: what stands before the method may only be the model, or one object's relation.
/// Out: what the relation says of them.
pub(super) fn new_rows(cx: &mut Context<'_>, draft: &Draft, method: &str, place: Tokens) -> Option<Belonging> {
    let model = cx.schema.model(draft.model);
    if !is_plain(draft) {
        let text = format!("`{method}` stands at the model itself: `{}.{method}(…)`", model.name);
        cx.diagnostics.error("N0213", place, text);
        return None;
    }
    let Some(anchor) = &draft.anchor else { return Some(Belonging::default()) };
    let from = cx.schema.model(anchor.hop.from);
    let relation = from.relation(anchor.hop.relation);
    match relation.kind {
        RelationKind::ReverseMany { field } | RelationKind::ReverseOne { field } => {
            let value = reference(cx, anchor, draft.model, field, place)?;
            Some(Belonging { columns: vec![Assignment { field, value, switch: None }], links: None })
        }
        RelationKind::ManyToMany { .. } => {
            let links = Some(link::made(cx, anchor, method, place)?);
            Some(Belonging { columns: Vec::new(), links })
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
    let (Step::Method(ast::Method { name: written, .. }) | Step::Relation(written)) = step else {
        cx.diagnostics.error("N0213", place, format!("{name} cannot follow `{after}`"));
        return;
    };
    let known = methods::method(&written.text);
    if known.is_none() && elsewhere(cx, written, "Model") {
        return;
    }
    if known.is_some_and(|known| known.role == Role::Modifier) && matches!(step, Step::Relation(_)) {
        cx.diagnostics.error("N0203", place, format!("{name} is a method, written `{}()`", written.text));
        return;
    }
    let modifiers = methods::METHODS.iter().filter(|method| method.role == Role::Modifier).map(|method| method.name);
    let near = nearest(&written.text, modifiers).filter(|_| known.is_none());
    let error = cx.diagnostics.error("N0213", place, format!("{name} cannot follow `{after}`")).suggest(near);
    if written.text == "returning" && matches!(after, "create" | "bulk_create" | "get_or_create" | "update_or_create") {
        error.note(format!("`{after}` gives what it has made"));
    }
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
    let Belonging { columns: mut assignments, links } = new_rows(cx, draft, "create", place)?;
    let names = Names::of(draft.model, None);
    let mut given: Vec<FieldId> = assignments.iter().map(|a| a.field).collect();
    let mut certain = given.clone();
    let mut failed = false;
    for written in list {
        let Some(field) = set_field(cx, draft.model, written) else {
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
    let record = whole(cx, draft.model, target);
    Some(Body::Create(Create { model: draft.model, assignments, links, record }))
}

/// One assignment of `create` and `update`.
pub(super) fn assignment(
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
