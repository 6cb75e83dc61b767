//! `get_or_create` and `update_or_create`: one row that is there, or is made.
//!
//! In: the fields that say which row it is, and the groups behind them. Out: [`Upsert`], whose fields are those of a
//! constraint that keeps the row single, so that one statement does it whoever else does the same.

use super::context::{Context, Expected, Names};
use super::draft::Draft;
use super::path::typed;
use super::unique::{self, Found};
use super::update::{Changes, changes, rows, touched};
use super::value::{Write, is_rust};
use super::write::{Belonging, assignment, check_required, is_repeated, new_rows, set_field, stray, whole};
use crate::ast::{self, Form, Group, Method, Step, Tokens};
use crate::check::holds::{Known, holds};
use crate::check::literal;
use crate::hir::condition::Comparison;
use crate::hir::write::Upsert;
use crate::hir::{Assignment, Bind, Body, ColumnPath, Condition, Expr, ExprKind, Literal, Test};
use nuages_schema::model::{Default, Field, FieldId, Literal as Constant, ModelId};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// `get_or_create`: what is there stays as it is.
    Get,
    /// `update_or_create`.
    Update,
}

/// What a group's values are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A row that is made.
    New,
    /// A row that is there; without a group of its own also one that is made.
    Known,
}

impl Way {
    /// The groups that it takes.
    fn groups(self) -> &'static [(&'static str, Role)] {
        match self {
            Self::Get => &[("defaults", Role::New)],
            Self::Update => &[("defaults", Role::Known), ("create_defaults", Role::New)],
        }
    }
}

/// The fields that say which row it is.
struct Key {
    assignments: Vec<Assignment>,
    found: Found,
}

/// The whole of it. `None`: reported.
pub(super) fn upsert(
    cx: &mut Context<'_>,
    draft: &Draft,
    way: Way,
    (list, groups): (&[ast::Assignment], &[Group]),
    more: &[Step],
    target: Option<ast::Target>,
    method: &Method,
) -> Option<Body> {
    let (name, model) = (method.name.text.as_str(), draft.model);
    let place = Tokens::one(method.name.ident.span());
    let before = cx.diagnostics.len();
    let Belonging { columns: of_relation, links } = new_rows(cx, draft, name, place)?;
    let key = key(cx, model, of_relation, list, name, place);
    let given: Vec<FieldId> = key.iter().flat_map(|key| &key.assignments).map(|a| a.field).collect();
    let (mut changed, mut made) = (None, None);
    for (group, role) in roles(cx, way, groups, name) {
        match role {
            Role::Known => changed = Some((changes(cx, draft, &group.assignments, given.clone()), group)),
            Role::New => made = Some(new_values(cx, model, &group.assignments, &given)),
        }
    }
    if let Some(step) = more.first() {
        stray(cx, step, name);
    }
    if way == Way::Update && changed.as_ref().is_none_or(|(_, group)| group.assignments.is_empty()) {
        let error = cx.diagnostics.error("N0207", place, format!("`{name}` changes at least one field"));
        error.note("`defaults(name = value)` says which; `get_or_create(…)` changes none");
    }
    if let (Some((changes, group)), None) = (&changed, &made) {
        made = Some(as_new(cx, changes, group));
    }
    if cx.diagnostics.len() > before {
        return None;
    }
    let Key { assignments: mut create, found } = key?;
    let filter = the_row(cx, model, &create, &found);
    create.extend(made.unwrap_or_default());
    let certain: Vec<FieldId> = create.iter().filter(|a| a.switch.is_none()).map(|a| a.field).collect();
    check_required(cx, model, &certain, name, place);
    check_condition(cx, model, &found, &create, place);
    let mut select = Draft::new(model, place, draft.part);
    select.single = true;
    select.filter(filter, false);
    select.filter(found.arbiter.condition.clone().unwrap_or(Condition::All(Vec::new())), false);
    let (mut update, mut unless_empty) = (Vec::new(), None);
    if let Some((changes, _)) = changed {
        update = changes.assignments;
        unless_empty = changes.unless_empty;
        update.extend(touched(cx, model, &changes.given));
    }
    let (arbiter, record) = (found.arbiter, whole(cx, model, target));
    let select = rows(select);
    Some(Body::Upsert(Box::new(Upsert { select, create, update, unless_empty, arbiter, links, record })))
}

/// The groups with what they are for, in the order written.
fn roles<'g>(cx: &mut Context<'_>, way: Way, groups: &'g [Group], method: &str) -> Vec<(&'g Group, Role)> {
    let mut all: Vec<(&Group, Role)> = Vec::new();
    for group in groups {
        let (name, place) = (group.name.text.as_str(), Tokens::one(group.name.ident.span()));
        let Some((_, role)) = way.groups().iter().find(|(known, _)| *known == name) else {
            cx.diagnostics.error("N0207", place, format!("`{method}` takes no `{name}(…)`"));
            continue;
        };
        if all.iter().any(|(_, known)| known == role) {
            cx.diagnostics.error("N0207", place, format!("`{name}(…)` stands twice in `{method}`"));
            continue;
        }
        all.push((group, *role));
    }
    all
}

/// Reads the fields before the groups. `None`: reported.
fn key(
    cx: &mut Context<'_>,
    model: ModelId,
    of_relation: Vec<Assignment>,
    list: &[ast::Assignment],
    method: &str,
    place: Tokens,
) -> Option<Key> {
    let declared = cx.schema.model(model);
    let mut given: Vec<FieldId> = of_relation.iter().map(|a| a.field).collect();
    let mut written: Vec<(FieldId, &ast::Assignment)> = Vec::new();
    let before = cx.diagnostics.len();
    for assignment in list {
        let Some(field) = set_field(cx, model, assignment) else { continue };
        if is_repeated(cx, model, &given, field, assignment.path.tokens()) {
            continue;
        }
        if assignment.optional {
            let text = format!("`? =` cannot say which row `{method}` is about");
            let error = cx.diagnostics.error("N0621", assignment.path.tokens(), text);
            error.note("`defaults(…)` takes what may be left out");
        }
        given.push(field);
        written.push((field, assignment));
    }
    if cx.diagnostics.len() > before {
        return None;
    }
    let Some(found) = unique::covered(cx, model, &given) else {
        let names: Vec<&str> = given.iter().map(|f| declared.field(*f).name.as_str()).collect();
        let known = unique::shown(cx.schema, model);
        let text = if names.is_empty() {
            format!("`{method}` needs the fields of a unique constraint, to know which row it is about")
        } else if unique::is_late(declared, &given) {
            format!("the unique constraint on `{}` is deferrable, which keeps no row out in time", names.join("`, `"))
        } else {
            format!("no unique constraint of `{}` is on exactly `{}`", declared.name, names.join("`, `"))
        };
        let error = cx.diagnostics.error("N0620", place, text);
        error.note(format!("what is unique: {known}; other fields stand in `defaults(…)`"));
        return None;
    };
    let mut assignments = of_relation;
    for (field, assignment) in written {
        assignments.push(key_value(cx, model, field, assignment, &found)?);
    }
    Some(Key { assignments, found })
}

/// The value of a field that says which row it is. `None`: reported.
fn key_value(
    cx: &mut Context<'_>,
    model: ModelId,
    field: FieldId,
    written: &ast::Assignment,
    found: &Found,
) -> Option<Assignment> {
    let mut expected = Expected::of_field(cx.schema, model, field);
    let nullable = std::mem::replace(&mut expected.nullable, false);
    let value = &written.value;
    let done = |value| Some(Assignment { field, value, switch: None });
    let none = matches!(value.form, Form::Literal(ast::Literal::None));
    if nullable && none && !found.nulls_not_distinct {
        let declared = cx.schema.model(model);
        let text = format!("`{}.{}` with NULL may be in many rows", declared.name, declared.field(field).name);
        let error = cx.diagnostics.error("N0623", value.place, text);
        error.note("the unique constraint takes NULLs for different; `nulls_not_distinct` says otherwise");
        return None;
    }
    if nullable && found.nulls_not_distinct {
        if none {
            return done(literal::literal(cx, &ast::Literal::None, value.place, &expected)?);
        }
        if is_rust(cx, value) {
            let switch = Some(cx.switch());
            let id = cx.value(value.tokens.clone(), value.place, written.equals, &expected, Bind::Nullable, switch);
            return done(Expr { kind: ExprKind::Bound(id, 0), ty: expected.ty, nullable: true });
        }
    }
    let names = Names::of(model, None);
    let (made, _) = super::value::assigned(cx, &names, value, false, written.equals, &expected, Write::Create)?;
    let fixed = found.implied.iter().find(|(f, _)| *f == field);
    if let Some((_, constant)) = fixed
        && !matches!(&made.kind, ExprKind::Literal(literal) if literal == constant)
    {
        let declared = cx.schema.model(model);
        let name = &declared.field(field).name;
        let text = format!("expected the constant for `{name}` with which the unique constraint holds");
        let error = cx.diagnostics.error("N0622", value.place, text);
        error.note(format!("it holds where `{}`", found.text.as_deref().unwrap_or_default()));
        return None;
    }
    done(made)
}

/// The values of a new row.
fn new_values(cx: &mut Context<'_>, model: ModelId, list: &[ast::Assignment], known: &[FieldId]) -> Vec<Assignment> {
    let mut given = known.to_vec();
    let mut made = Vec::new();
    for written in list {
        let Some(field) = set_field(cx, model, written) else { continue };
        if is_repeated(cx, model, &given, field, written.path.tokens()) {
            continue;
        }
        given.push(field);
        made.extend(assignment(cx, &Names::of(model, None), field, written, Write::Create));
    }
    made
}

/// What a row that is there is given, for a new one: that has no fields to read.
fn as_new(cx: &mut Context<'_>, changes: &Changes, group: &Group) -> Vec<Assignment> {
    let reads = |value: &Expr| {
        let mut reads = false;
        value.walk(&mut |e| reads |= matches!(e.kind, ExprKind::Column(_) | ExprKind::Annotation(_)));
        crate::check::enclosing::of_expr(value, &mut |_| reads = true);
        reads
    };
    for made in changes.assignments.iter().filter(|made| reads(&made.value)) {
        let at = group.assignments.iter().find(|written| {
            let name = written.path.single();
            let field = cx.schema.field(changes.model, made.field);
            name == Some(&field.name) || name == Some(&field.attname)
        });
        let place = at.map_or(Tokens::one(group.name.ident.span()), |written| written.value.place);
        let error = cx.diagnostics.error("N0341", place, "a new row has no fields to read");
        error.note("`create_defaults(…)` says what a new row is given instead");
    }
    changes.assignments.clone()
}

/// The condition that a row is the one.
fn the_row(cx: &Context<'_>, model: ModelId, key: &[Assignment], found: &Found) -> Condition {
    let own = key.iter().filter(|a| found.arbiter.fields.contains(&a.field));
    let tests = own.map(|a| {
        let left = typed(cx.schema, &[], ColumnPath { hops: Vec::new(), model, field: a.field });
        let operator = match &a.value.kind {
            ExprKind::Literal(Literal::Null) => Comparison::IsNull(true),
            ExprKind::Bound(id, _) => match cx.switch_of(*id) {
                Some(switch) => Comparison::EqualOrNull(*id, switch),
                None => Comparison::Operator("=", a.value.clone()),
            },
            _ => Comparison::Operator("=", a.value.clone()),
        };
        Condition::Test(Test { left, operator, switch: None })
    });
    Condition::All(tests.collect())
}

/// Reports a new row that a partial constraint may not see, so that it could be made again and again.
fn check_condition(cx: &mut Context<'_>, model: ModelId, found: &Found, create: &[Assignment], place: Tokens) {
    let Some(condition) = &found.arbiter.condition else { return };
    let declared = cx.schema.model(model);
    let known = |field: FieldId| match create.iter().find(|a| a.field == field) {
        Some(Assignment { switch: Some(_), .. }) => Known::Nothing,
        Some(a) => match &a.value.kind {
            ExprKind::Literal(value) => Known::Constant(value.clone()),
            _ if !a.value.nullable => Known::Present,
            _ => Known::Nothing,
        },
        None => default_of(declared.field(field)),
    };
    if holds(condition, &known) == Some(true) {
        return;
    }
    let names: Vec<&str> = found.arbiter.fields.iter().map(|f| declared.field(*f).name.as_str()).collect();
    let text = format!("a new row may be none that is unique by `{}`", names.join("`, `"));
    let error = cx.diagnostics.error("N0622", place, text);
    let text = found.text.as_deref().unwrap_or_default();
    error.note(format!("it is unique where `{text}`: constants must say that this holds"));
}

/// What is known of a field that a new row is not given.
fn default_of(field: &Field) -> Known {
    match &field.default {
        Some(Default::Literal(value)) => constant(value).map_or(Known::Present, Known::Constant),
        Some(Default::Sql(_)) => Known::Nothing,
        None if field.nullable && !field.auto_now && !field.auto_now_add => Known::Constant(Literal::Null),
        None if field.generated.is_some() => Known::Nothing,
        Some(Default::Now | Default::RandomUuid) | None => Known::Present,
    }
}

/// A constant of the schema as one of the query.
fn constant(value: &Constant) -> Option<Literal> {
    Some(match value {
        Constant::Bool(value) => Literal::Bool(*value),
        Constant::Integer(value) => Literal::Integer((*value).into()),
        Constant::Number(value) => Literal::Number(value.clone()),
        Constant::Text(value) => Literal::Text(value.clone()),
        Constant::Variant(of, index) => Literal::Variant(*of, *index),
        Constant::Array(_) => return None,
        Constant::Null => Literal::Null,
    })
}
