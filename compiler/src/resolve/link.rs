//! `add`, `remove`, `set`, `clear`: the links of a many-to-many of one object.
//!
//! In: a chain read up to the method, which stands right behind the relation. Out: [`Body::Link`], or [`Body::Delete`] of
//! rows of the table between.

use super::chain;
use super::context::{Context, Expected, Names, Purpose};
use super::draft::Draft;
use super::path::typed;
use super::update::rows;
use super::value::{literal_array, model_chain, operand};
use super::write::{is_plain, reference, stray};
use crate::ast::{self, Arguments, Form, Method, Step, Tokens, Value};
use crate::check::types::{comparable, describe};
use crate::hir::condition::Comparison;
use crate::hir::select::Anchor;
use crate::hir::write::{Delete, Link, Links};
use crate::hir::{Bind, Body, ColumnPath, Condition, Expr, Test};
use nuages_schema::model::{FieldId, ModelId, RelationKind};
use proc_macro2::Span;

/// What becomes of the links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// `add([a, b])`.
    Add,
    /// `remove([a, b])`.
    Remove,
    /// `set([a, b])`.
    Set,
    /// `clear()`.
    Clear,
}

/// The table between, seen from one of its sides.
#[derive(Clone, Copy)]
struct Between {
    through: ModelId,
    near: FieldId,
    far: FieldId,
    both: bool,
}

impl Between {
    /// What stands between, if the relation is a many-to-many.
    fn of(kind: RelationKind) -> Option<Self> {
        match kind {
            RelationKind::ManyToMany { through, near, far, symmetrical: both } => {
                Some(Self { through, near, far, both })
            }
            _ => None,
        }
    }

    fn links(self, key: Expr) -> Links {
        let Self { through, near, far, both } = self;
        Links { through, near, far, key, both }
    }
}

/// The whole of it. `None`: reported.
pub(super) fn link(
    cx: &mut Context<'_>,
    draft: &Draft,
    change: Change,
    method: &Method,
    more: &[Step],
    target: Option<&ast::Target>,
) -> Option<Body> {
    let name = method.name.text.as_str();
    let place = Tokens::one(method.name.ident.span());
    let (between, key) = between(cx, draft, name, place)?;
    super::write::no_target(cx, target, name);
    if let Some(step) = more.first() {
        stray(cx, step, name);
    }
    let objects = if change == Change::Clear {
        None
    } else {
        let list = one_list(cx, method, place)?;
        Some(objects(cx, between, list, method.parentheses)?)
    };
    if matches!(change, Change::Add | Change::Set) {
        check_ends(cx, between, name, place)?;
        check_single(cx, between, name, place)?;
    }
    match (change, objects) {
        (Change::Add | Change::Set, Some(objects)) => {
            let removed = (change == Change::Set).then(|| links(cx, between, &key, Some(&objects), true, place));
            Some(Body::Link(Box::new(Link { links: between.links(key), objects, removed })))
        }
        (_, objects) => {
            let select = links(cx, between, &key, objects.as_ref(), false, place);
            Some(Body::Delete(Delete { select, record: None }))
        }
    }
}

/// The many-to-many that the chain has followed, and what its near side holds. `None`: reported.
fn between(cx: &mut Context<'_>, draft: &Draft, name: &str, place: Tokens) -> Option<(Between, Expr)> {
    let Some(anchor) = draft.anchor.as_ref().filter(|_| is_plain(draft)) else {
        let error =
            cx.diagnostics.error("N0629", place, format!("`{name}` stands right behind a many-to-many of one object"));
        error.note(format!("`Model(key).relation.{name}(…)`"));
        return None;
    };
    let from = cx.schema.model(anchor.hop.from);
    let relation = from.relation(anchor.hop.relation);
    let Some(between) = Between::of(relation.kind) else {
        let text = format!("`{}.{}` is no many-to-many, it has no links to change", from.name, relation.name);
        let error = cx.diagnostics.error("N0629", place, text);
        if let RelationKind::ReverseMany { field } = relation.kind {
            let other = cx.schema.model(relation.target);
            error.note(format!("`{}` rows say by `{}` what they belong to", other.name, other.field(field).name));
        } else if let RelationKind::Forward { .. } = relation.kind {
            error.note(format!("`{}(key).update({} = …)` changes it", from.name, relation.name));
        }
        return None;
    };
    let key = reference(cx, anchor, between.through, between.near, place)?;
    Some((between, key))
}

/// How rows that `method` makes over a many-to-many of one object are linked to it.
/// `None`: reported.
pub(super) fn made(cx: &mut Context<'_>, anchor: &Anchor, method: &str, place: Tokens) -> Option<Links> {
    let between = Between::of(cx.schema.relation(anchor.hop.from, anchor.hop.relation).kind)?;
    let key = reference(cx, anchor, between.through, between.near, place)?;
    check_ends(cx, between, method, place)?;
    if method.ends_with("or_create") {
        // What is found may be linked already.
        check_single(cx, between, method, place)?;
    }
    Some(between.links(key))
}

/// Rows that are linked over a relation may be linked already. `None`: reported.
pub(super) fn check_linked(cx: &mut Context<'_>, anchor: &Anchor, method: &str, place: Tokens) -> Option<()> {
    let between = Between::of(cx.schema.relation(anchor.hop.from, anchor.hop.relation).kind)?;
    check_single(cx, between, method, place)
}

/// The single argument. `None`: reported.
fn one_list<'m>(cx: &mut Context<'_>, method: &'m Method, place: Tokens) -> Option<&'m Value> {
    let Arguments::Values(list) = &method.arguments else { return None };
    if let [value] = list.as_slice() {
        return Some(value);
    }
    let name = &method.name.text;
    let text = format!("`{name}` takes one list, found {} arguments", list.len());
    cx.diagnostics.error("N0628", place, text).note(format!("`{name}([a, b])`"));
    None
}

/// The objects at the far side. `None`: reported.
fn objects(cx: &mut Context<'_>, between: Between, value: &Value, binds: Span) -> Option<Comparison> {
    let declared = cx.schema.field(between.through, between.far);
    let target = declared.foreign_key.as_ref()?;
    let (target, to_field) = (target.target, target.to_field);
    // A table between may be one that nobody wrote.
    let field = Some((target, to_field));
    let expected = Expected { nullable: false, field, ..Expected::of_field(cx.schema, between.through, between.far) };
    let name = cx.schema.model(target).name.clone();
    if let Some(written) = model_chain(cx, value) {
        let select = chain::select(cx, None, written, Purpose::List(Some(to_field), None))?;
        let values = written.steps.iter().any(|s| matches!(s, Step::Method(m) if m.name.text.starts_with("values")));
        let output = super::call::single_output(&select)?;
        if (select.model != target && !values) || !comparable(&expected.ty, &output.ty) {
            let found = cx.schema.model(select.model).name.clone();
            let found = if values { format!("`{}`", describe(cx.schema, &output.ty)) } else { format!("`{found}`") };
            let text = format!("expected a chain of `{name}`, found one of {found}");
            cx.diagnostics.error("N0628", value.place, text);
            return None;
        }
        return Some(Comparison::InSelect(Box::new(select)));
    }
    match &value.form {
        Form::Empty => None,
        Form::Array(list) if literal_array(value).is_some() => {
            let names = Names::of(between.through, None);
            let constants = list.iter().map(|v| operand(cx, &names, v, v.place.first, &expected));
            Some(Comparison::InValues(constants.collect::<Vec<_>>().into_iter().collect::<Option<_>>()?))
        }
        Form::Rust | Form::Array(_) | Form::Chain(_) => {
            let (tokens, place) = (value.tokens.clone(), value.place);
            Some(Comparison::InList(cx.value(tokens, place, binds, &expected, Bind::List, None)))
        }
        Form::Literal(_) | Form::Tuple(_) | Form::Range(..) | Form::Expr(_) => {
            let text = format!("expected a list of `{name}`: keys, objects, or a chain");
            cx.diagnostics.error("N0628", value.place, text);
            None
        }
    }
}

/// The links of the object: to some of the others, or to all but these.
fn links(
    cx: &Context<'_>,
    between: Between,
    key: &Expr,
    objects: Option<&Comparison>,
    but: bool,
    place: Tokens,
) -> crate::hir::Select {
    let Between { through, near, far, both } = between;
    let test = |field, operator| {
        let left = typed(cx.schema, &[], ColumnPath { hops: Vec::new(), model: through, field });
        Condition::Test(Test { left, operator, switch: None })
    };
    let way = |near, far| {
        let mut parts = vec![test(near, Comparison::Operator("=", key.clone()))];
        if let Some(objects) = objects {
            let among = test(far, objects.clone());
            parts.push(if but { Condition::Not(Box::new(among)) } else { among });
        }
        Condition::All(parts)
    };
    let condition = if both { Condition::Any(vec![way(near, far), way(far, near)]) } else { way(near, far) };
    let mut draft = Draft::new(through, place, super::draft::Part::Query);
    draft.filter(condition, false);
    rows(draft)
}

/// What a table between must be for links to be made by their two ends alone.
fn check_ends(cx: &mut Context<'_>, between: Between, name: &str, place: Tokens) -> Option<()> {
    let declared = cx.schema.model(between.through);
    let ends = [between.near, between.far];
    let missing = super::write::required(declared).filter(|id| !ends.contains(id));
    let missing: Vec<String> = missing.map(|id| format!("`{}`", declared.field(id).name)).collect();
    if !missing.is_empty() {
        let text = format!("`{name}` cannot fill {} of `{}`", missing.join(", "), declared.name);
        let error = cx.diagnostics.error("N0626", place, text);
        error.note(format!("`{}.create(…)` makes a link with all it needs", declared.name));
        return None;
    }
    Some(())
}

/// What it must be for links that are there to be told from those that are not.
fn check_single(cx: &mut Context<'_>, between: Between, name: &str, place: Tokens) -> Option<()> {
    let declared = cx.schema.model(between.through);
    let ends = [between.near, between.far];
    if super::unique::exact(cx, between.through, &ends).is_none_or(|found| found.arbiter.condition.is_some()) {
        let [near, far] = ends.map(|id| declared.field(id).name.clone());
        let text =
            format!("`{name}` cannot know which links there are: `{}` has no `unique({near}, {far})`", declared.name);
        let error = cx.diagnostics.error("N0627", place, text);
        error.note(format!("`{}.create(…)` makes another link", declared.name));
        return None;
    }
    Some(())
}
