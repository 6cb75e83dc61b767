//! Chains: heads, and methods in the order written.
//!
//! In: a chain as written. Out: [`hir::Body`] of a whole query, or [`hir::Select`] of a chain inside another one.

use super::annotate::{aggregate, annotate};
use super::condition::conditions;
use super::context::{Context, End, Expected, Names, Purpose};
use super::draft::{Draft, Part, Rows};
use super::expr::Naming;
use super::path::{column, declared_at, follow, key_columns, trailing};
use super::related::{Keep, only, select_related};
use super::shape::{self, written};
use super::{key, order, prefetch, scope, slice, write};
use crate::ast::{self, Arguments, Head, Method, Step, Tokens};
use crate::hir::select::{Anchor, Distinct};
use crate::hir::condition::Comparison;
use crate::hir::{
    self, Bind, Body, ColumnPath, Condition, Ending, Expr, ExprKind, Hop, Output, Select, SqlType, Test,
};
use crate::tables::methods::{self, Role};
use nuages_schema::model::{FieldId, Member, ModelId};
use nuages_schema::suggest::nearest;
use proc_macro2::TokenStream;

/// A whole query. `None`: reported.
pub fn query(cx: &mut Context<'_>, chain: &ast::Chain) -> Option<Body> {
    let (mut draft, used) = head(cx, None, chain, Part::Query)?;
    let steps = &chain.steps[used..];
    match read(cx, &mut draft, None, steps) {
        Some(at) => write::write(cx, draft, &steps[at..], chain.target.clone()),
        None => {
            let (select, ending) = finish(cx, draft, chain.target.clone())?;
            Some(Body::Select(Box::new(select), ending))
        }
    }
}

/// A chain inside another one, whose names are `outer`. `None`: reported.
pub fn select(cx: &mut Context<'_>, outer: Option<&Names<'_>>, chain: &ast::Chain, purpose: Purpose) -> Option<Select> {
    let before = cx.diagnostics.len();
    let (mut draft, used) = head(cx, outer, chain, Part::Inner(purpose))?;
    read(cx, &mut draft, outer, &chain.steps[used..]);
    if let Some(target) = &chain.target {
        let text = "a chain inside another one gives no rows for `as` to build";
        cx.diagnostics.error("N0229", Tokens::one(target.keyword), text);
    }
    if cx.diagnostics.len() > before {
        return None;
    }
    one_column(cx, &mut draft, chain, purpose)?;
    finish(cx, draft, None).map(|(select, _)| select)
}

/// Finishes a chain of rows.
pub fn finish(cx: &mut Context<'_>, draft: Draft, target: Option<ast::Target>) -> Option<(Select, Ending)> {
    super::related::check_lists(cx, &draft);
    prefetch::check_names(cx, &draft);
    draft.finish(cx, target)
}

/// Reads steps into the draft. What comes back is the position of the first method that writes.
pub fn read(cx: &mut Context<'_>, draft: &mut Draft, outer: Option<&Names<'_>>, steps: &[Step]) -> Option<usize> {
    for (i, step) in steps.iter().enumerate() {
        match step {
            Step::Dot(_) => {}
            Step::Slice(written) => slice::slice(cx, draft, written),
            Step::Relation(name) => half_written(cx, draft, name),
            Step::Method(m) => {
                let row = methods::method(&m.name.text);
                if row.is_some_and(|row| row.role == Role::Write) {
                    if draft.part == Part::Query {
                        return Some(i);
                    }
                    let text = format!("`{}` cannot stand inside another chain", m.name.text);
                    cx.diagnostics.error("N0228", Tokens::one(m.name.ident.span()), text);
                    return None;
                }
                if method(cx, draft, outer, m).is_none() {
                    return None;
                }
            }
        }
    }
    None
}

/// The methods that a scope may consist of, with other scopes.
const SCOPE_METHODS: &[&str] = &["filter", "exclude", "annotate", "alias", "order_by"];

/// Steps of a scope.
pub fn read_scope(cx: &mut Context<'_>, draft: &mut Draft, outer: Option<&Names<'_>>, steps: &[Step]) {
    for step in steps {
        let Step::Method(m) = step else { continue };
        if methods::method(&m.name.text).is_some() && !SCOPE_METHODS.contains(&m.name.text.as_str()) {
            let text = format!("`{}` cannot stand in a scope", m.name.text);
            let error = cx.diagnostics.error("N0210", Tokens::one(m.name.ident.span()), text);
            error.note("a scope consists of `filter`, `exclude`, `annotate`, `alias`, `order_by` and other scopes");
            return;
        }
        if method(cx, draft, outer, m).is_none() {
            return;
        }
    }
}

/// Adds a condition; in a grouped chain one that tests an aggregate is `HAVING`.
pub fn add_filter(cx: &mut Context<'_>, draft: &mut Draft, condition: Condition, place: Tokens) {
    let mut aggregate = false;
    condition.walk(&mut |e| aggregate |= matches!(e.kind, ExprKind::Aggregate(_)));
    if aggregate {
        let error = cx.diagnostics.error("N0219", place, "an aggregate in a condition needs a name");
        error.note("`annotate(n = Count(…)).filter(n.gt = 1)`");
        return;
    }
    let Some(group) = &draft.group else {
        draft.filter(condition, false);
        return;
    };
    let parts = match condition {
        Condition::All(list) => list,
        other => vec![other],
    };
    let (having, plain): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|c| group.tests_aggregate(c, &draft.annotations));
    if let Some(part) = having.iter().find_map(|c| group.outsider_of(c)) {
        let found = shape::describe(cx.schema, part, &draft.annotations);
        let text = format!("{found} is neither a key nor an annotation of the grouped chain");
        cx.diagnostics.error("N0218", place, text).note("a condition without aggregates stands in a `filter` of its own");
        return;
    }
    draft.filter(Condition::All(plain), false);
    draft.filter(Condition::All(having), true);
}

/// The start of a chain: its model, and how many steps belong to it.
fn head(cx: &mut Context<'_>, outer: Option<&Names<'_>>, chain: &ast::Chain, part: Part) -> Option<(Draft, usize)> {
    match &chain.head {
        Head::Error => None,
        Head::Name { name, key } => {
            let place = Tokens::one(name.ident.span());
            if let Some(model) = cx.schema.model_named(&name.text) {
                return model_head(cx, outer, chain, model, place, key.as_ref(), part);
            }
            let segment = ast::Segment {
                kind: ast::SegmentKind::Name(name.text.clone()),
                span: name.ident.span(),
                ident: Some(name.ident.clone()),
                alias: None,
            };
            if let (Some(names), None) = (outer, key) {
                let known = cx.schema.model(names.model).member(&name.text).is_some();
                if known || !name.text.starts_with(char::is_uppercase) {
                    let path = ast::Path { segments: vec![segment], dangling: false };
                    return relation_head(cx, names, chain, &path, part);
                }
            }
            let models = cx.schema.models.iter().filter(|m| !m.hidden).map(|m| m.name.as_str());
            let near = nearest(&name.text, models);
            cx.diagnostics.error("N0201", place, format!("there is no model `{}`", name.text)).suggest(near);
            None
        }
        Head::Path(path) => match outer {
            Some(names) => relation_head(cx, names, chain, path, part),
            None => {
                let text = format!("a chain starts at a model, found `{}`", written(path));
                cx.diagnostics.error("N0201", path.tokens(), text);
                None
            }
        },
    }
}

fn model_head(
    cx: &mut Context<'_>,
    outer: Option<&Names<'_>>,
    chain: &ast::Chain,
    model: ModelId,
    place: Tokens,
    key: Option<&ast::Key>,
    part: Part,
) -> Option<(Draft, usize)> {
    let Some(key) = key else {
        let mut draft = Draft::new(model, place, part);
        scope::default(cx, &mut draft, outer, &chain.steps);
        return Some((draft, 0));
    };
    // The key belongs to the place where the chain stands, not to its rows.
    let names = Names::of(model, outer);
    let values = key::key(cx, &names, model, &key.value, key.parentheses)?;
    if let Some(Step::Relation(name)) = chain.steps.first() {
        let declared = cx.schema.model(model);
        let Some(Member::Relation(id)) = declared.member(&name.text) else {
            let relations = declared.relations.iter().map(|r| r.name.as_str());
            let near = nearest(&name.text, relations.chain(methods::METHODS.iter().map(|m| m.name)));
            let text = format!("`{}` has no relation `{}`", declared.name, name.text);
            cx.diagnostics.error("N0202", Tokens::one(name.ident.span()), text).suggest(near);
            return None;
        };
        let hop = super::path::hop(cx.schema, model, id);
        let mut draft = Draft::new(hop.to, Tokens::one(name.ident.span()), part);
        draft.single = hop.to_one;
        draft.anchor = Some(Anchor { hop, key: values });
        scope::default(cx, &mut draft, outer, &chain.steps);
        return Some((draft, 1));
    }
    let mut draft = Draft::new(model, place, part);
    draft.single = true;
    draft.filter(key::condition(cx, model, values), false);
    scope::default(cx, &mut draft, outer, &chain.steps);
    Some((draft, 0))
}

/// A chain that starts at a relation of the enclosing one: its rows belong to the enclosing row.
fn relation_head(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    chain: &ast::Chain,
    path: &ast::Path,
    part: Part,
) -> Option<(Draft, usize)> {
    let followed = follow(cx, names, path)?;
    if followed.end != End::Relation {
        let text = format!("`{}` is no relation, a chain starts at a relation or a model", written(path));
        cx.diagnostics.error("N0220", path.tokens(), text);
        return None;
    }
    if trailing(cx, &followed) {
        return None;
    }
    let (last, before) = followed.hops.split_last()?;
    let mut draft = Draft::new(last.to, path.tokens(), part);
    match before.iter().position(|hop| !hop.to_one) {
        None => draft.anchor = Some(anchor(cx, before, *last, 1, path)?),
        Some(first) => {
            let condition = reached(cx, &followed.hops, first, path)?;
            draft.filter(condition, false);
        }
    }
    scope::default(cx, &mut draft, Some(names), &chain.steps);
    Some((draft, 0))
}

/// The rows that a relation leads to from the enclosing row, over to-one relations before it.
fn anchor(cx: &mut Context<'_>, before: &[Hop], hop: Hop, levels: u8, path: &ast::Path) -> Option<Anchor> {
    let key = outer_key(cx, hop.from, before, levels);
    if key.is_empty() {
        let text = format!("`{}` has no primary key", cx.schema.model(hop.from).name);
        cx.diagnostics.error("N0205", path.tokens(), text);
        return None;
    }
    Some(Anchor { hop, key })
}

/// The key at the end of `hops`, seen from a chain that stands inside.
fn outer_key(cx: &Context<'_>, model: ModelId, hops: &[Hop], levels: u8) -> Vec<Expr> {
    let columns = key_columns(cx.schema, model, hops).into_iter();
    let outer = |expr: Expr| match expr.kind {
        ExprKind::Column(path) => Expr { kind: ExprKind::Outer(path, levels), ..expr },
        _ => expr,
    };
    columns.map(outer).collect()
}

/// The condition that a row is reached by a path over several to-many relations: there is a row of the first one from
/// which the rest of the path leads to it.
fn reached(cx: &mut Context<'_>, hops: &[Hop], first: usize, path: &ast::Path) -> Option<Condition> {
    let (near, rest) = (hops[first], &hops[first + 1..]);
    let end = rest.last()?.to;
    let between = Draft::new(near.to, path.tokens(), Part::Inner(Purpose::Exists));
    let between = Draft { anchor: Some(anchor(cx, &hops[..first], near, 2, path)?), ..between };
    let ends = key_columns(cx.schema, near.to, rest).into_iter().zip(outer_key(cx, end, &[], 1));
    let tests: Vec<Condition> = ends
        .map(|(left, right)| Condition::Test(Test { left, operator: Comparison::Operator("=", right), switch: None }))
        .collect();
    if tests.is_empty() {
        let text = format!("`{}` has no primary key", cx.schema.model(end).name);
        cx.diagnostics.error("N0205", path.tokens(), text);
        return None;
    }
    let mut between = between;
    between.filter(Condition::All(tests), false);
    let (select, _) = between.finish(cx, None)?;
    Some(Condition::Exists(Box::new(select)))
}

/// One method that reads. `None`: what follows has no meaning any more.
fn method(cx: &mut Context<'_>, draft: &mut Draft, outer: Option<&Names<'_>>, m: &Method) -> Option<()> {
    let name = m.name.text.as_str();
    let place = Tokens::one(m.name.ident.span());
    let Some(row) = methods::method(name) else {
        return other(cx, draft, outer, m, place);
    };
    may_follow(cx, draft, m, row.role, place)?;
    match (name, &m.arguments) {
        ("all", _) => draft.all = true,
        ("unscoped", _) => {}
        ("none", _) => draft.none = true,
        ("filter", Arguments::Conditions(list)) => {
            let condition = conditions(cx, &draft.names(outer), list);
            add_filter(cx, draft, condition, place);
        }
        ("exclude", Arguments::Conditions(list)) => {
            let condition = conditions(cx, &draft.names(outer), list);
            add_filter(cx, draft, Condition::Not(Box::new(condition)), place);
        }
        ("annotate", Arguments::Named(list)) => annotate(cx, draft, outer, list, Naming::Annotate),
        ("alias", Arguments::Named(list)) => annotate(cx, draft, outer, list, Naming::Alias),
        ("order_by", Arguments::Orders(list)) => order::order_by(cx, draft, outer, list),
        ("reverse", _) => draft.reversed = !draft.reversed,
        ("distinct", Arguments::Paths(paths)) => distinct(cx, draft, paths, place),
        ("select_related", Arguments::Paths(paths)) => {
            shapes(cx, draft, name, place)?;
            select_related(cx, draft, paths, place);
        }
        ("prefetch_related", Arguments::Prefetches(items)) => {
            shapes(cx, draft, name, place)?;
            prefetch::prefetch_related(cx, draft, items, place);
        }
        ("only", Arguments::Paths(paths)) => {
            shapes(cx, draft, name, place)?;
            only(cx, draft, paths, Keep::These, place);
        }
        ("defer", Arguments::Paths(paths)) => {
            shapes(cx, draft, name, place)?;
            only(cx, draft, paths, Keep::Others, place);
        }
        ("values", Arguments::Selections(list)) => {
            shapes(cx, draft, name, place)?;
            shape::values(cx, draft, outer, list, shape::Kind::Values, place);
        }
        ("values_list", Arguments::Selections(list)) => {
            shapes(cx, draft, name, place)?;
            shape::values(cx, draft, outer, list, shape::Kind::List, place);
        }
        _ if row.role == Role::Ending => {
            let ending = ending(cx, draft, outer, m, place)?;
            draft.ending = Some((ending, m.name.clone()));
        }
        _ if row.role == Role::Modifier => {
            let text = format!("`{name}` follows a method that writes");
            cx.diagnostics.error("N0213", place, text);
            return None;
        }
        _ => {
            cx.diagnostics.error("N0208", place, format!("`{name}` is not available yet"));
            return None;
        }
    }
    Some(())
}

/// The ending that a method is. `None`: reported.
fn ending(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    outer: Option<&Names<'_>>,
    m: &Method,
    place: Tokens,
) -> Option<Ending> {
    match (m.name.text.as_str(), &m.arguments) {
        ("get", Arguments::Conditions(list)) => {
            let condition = conditions(cx, &draft.names(outer), list);
            add_filter(cx, draft, condition, place);
            Some(Ending::One)
        }
        ("first", _) => Some(Ending::First),
        ("last", _) => {
            draft.last = true;
            Some(Ending::First)
        }
        (name @ ("latest" | "earliest"), Arguments::Paths(paths)) => {
            if paths.is_empty() {
                let text = format!("`{name}` names the field it goes by: `{name}(created_at)`");
                cx.diagnostics.error("N0207", place, text);
                return None;
            }
            draft.last = name == "latest";
            order::by_paths(cx, draft, paths)?;
            Some(Ending::First)
        }
        ("count", _) => Some(Ending::Count),
        ("exists", _) => Some(Ending::Exists),
        ("contains", Arguments::Values(values)) => {
            let [object] = values.as_slice() else {
                cx.diagnostics.error("N0207", place, "`contains` takes one object: `contains(&product)`");
                return None;
            };
            if !matches!(draft.rows, Rows::Model) {
                cx.diagnostics.error("N0221", place, "`contains` asks for an object, the chain gives values");
                return None;
            }
            let key = key::key(cx, &Names::of(draft.model, outer), draft.model, object, m.parentheses)?;
            let condition = key::condition(cx, draft.model, key);
            draft.filter(condition, false);
            Some(Ending::Exists)
        }
        ("aggregate", Arguments::Named(list)) => {
            Some(Ending::Aggregate(aggregate(cx, draft, outer, list, place), hir::Target::Record))
        }
        ("page", Arguments::Values(values)) => page(cx, values, m, place),
        (name, _) => {
            cx.diagnostics.error("N0208", place, format!("`{name}` is not available yet"));
            None
        }
    }
}

fn page(cx: &mut Context<'_>, values: &[ast::Value], m: &Method, place: Tokens) -> Option<Ending> {
    let [number, size] = values else {
        cx.diagnostics.error("N0207", place, "`page` takes a number and a size: `page(1, 20)`");
        return None;
    };
    for (value, what) in [(number, "pages are counted from 1"), (size, "a page has at least one row")] {
        match &value.form {
            ast::Form::Empty => return None,
            ast::Form::Literal(ast::Literal::Integer(n)) if *n < 1 => {
                cx.diagnostics.error("N0211", value.place, format!("{what}, found `{n}`"));
                return None;
            }
            ast::Form::Literal(ast::Literal::Integer(_)) | ast::Form::Rust | ast::Form::Chain(_) => {}
            _ => {
                cx.diagnostics.error("N0211", value.place, "expected a whole number");
                return None;
            }
        }
    }
    let bind = Bind::Page { number: number.tokens.clone(), size: size.tokens.clone() };
    let expected = Expected { ty: SqlType::Int8, nullable: false, field: None, key_of: None };
    Some(Ending::Page(cx.value(TokenStream::new(), place, m.parentheses, &expected, bind, None)))
}

/// Whether a method may stand where it does.
fn may_follow(cx: &mut Context<'_>, draft: &Draft, m: &Method, role: Role, place: Tokens) -> Option<()> {
    let name = m.name.text.as_str();
    if let Some((_, ending)) = &draft.ending {
        cx.diagnostics.error("N0213", place, format!("`{name}` cannot follow `{}()`", ending.text));
        return None;
    }
    if role == Role::Ending && draft.part != Part::Query {
        let text = format!("`{name}` ends a query, it cannot stand inside another chain");
        let error = cx.diagnostics.error("N0228", place, text);
        if matches!(name, "first" | "get") {
            error.note("one row is `[..1]`");
        } else if matches!(name, "count" | "aggregate") {
            error.note("a number of related rows is `Count(relation)`");
        }
        return None;
    }
    if draft.sliced.is_some() {
        let reads = match name {
            "count" | "exists" | "first" | "aggregate" | "none" => true,
            "get" => matches!(&m.arguments, Arguments::Conditions(list) if list.is_empty()),
            _ => false,
        };
        if !reads {
            cx.diagnostics.error("N0212", place, format!("`{name}` cannot follow a slice, it stands before it"));
            return None;
        }
    }
    Some(())
}

/// `values` and the methods that read whole rows exclude one another.
fn shapes(cx: &mut Context<'_>, draft: &mut Draft, name: &str, place: Tokens) -> Option<()> {
    let values = matches!(name, "values" | "values_list");
    let rows = matches!(draft.rows, Rows::Model);
    if let Some((known, _)) = &draft.shaped {
        let were_values = matches!(known.as_str(), "values" | "values_list");
        if values != were_values {
            let text = format!("`{name}` and `{known}` cannot stand in one chain");
            cx.diagnostics.error("N0221", place, text).note("`values` gives plain columns, no rows of a model");
            return None;
        }
    }
    if draft.part == Part::Prefetch && values && rows {
        let text = format!("`{name}` cannot stand in `prefetch_related`, which gives rows of a model");
        cx.diagnostics.error("N0221", place, text);
        return None;
    }
    draft.shaped = Some((name.to_owned(), place));
    Some(())
}

fn distinct(cx: &mut Context<'_>, draft: &mut Draft, paths: &[ast::Path], place: Tokens) {
    draft.distinct_at = place;
    if paths.is_empty() {
        draft.distinct = Distinct::Rows;
        return;
    }
    let mut keys = Vec::new();
    for path in paths {
        let names = draft.names(None);
        let Some(followed) = follow(cx, &names, path) else { continue };
        if trailing(cx, &followed) {
            continue;
        }
        let Some(expr) = column(cx, &names, &followed) else { continue };
        if crate::check::cardinality::multiplying(&expr).is_some() {
            let text = format!("`{}` leads to many rows, `distinct` goes by one value", written(path));
            cx.diagnostics.error("N0215", path.tokens(), text);
            continue;
        }
        keys.push(expr);
    }
    draft.distinct = Distinct::On(keys);
}

/// A scope, or a name that is nothing.
fn other(cx: &mut Context<'_>, draft: &mut Draft, outer: Option<&Names<'_>>, m: &Method, place: Tokens) -> Option<()> {
    let name = m.name.text.as_str();
    let model = cx.schema.model(draft.model);
    if let Some(found) = model.scopes.iter().find(|s| s.name == name) {
        may_follow(cx, draft, m, Role::Step, place)?;
        scope::call(cx, draft, outer, m, found);
        return Some(());
    }
    // Methods of other libraries have been reported by the parser.
    if methods::mistake(name).is_none() {
        let known = methods::METHODS.iter().map(|m| m.name).chain(model.scopes.iter().map(|s| s.name.as_str()));
        let near = nearest(name, known);
        let text = format!("`{name}` is no method, and no scope of `{}`", model.name);
        let place_of = declared_at(cx.schema, model.span);
        let error = cx.diagnostics.error("N0203", place, text);
        error.suggest(near);
        if let (None, Some(at)) = (near, place_of) {
            error.note(format!("`{}` is declared at {at}", model.name));
        }
    }
    Some(())
}

/// A name behind a dot without parentheses.
fn half_written(cx: &mut Context<'_>, draft: &Draft, name: &ast::Name) {
    let place = Tokens::one(name.ident.span());
    let model = cx.schema.model(draft.model);
    let text = name.text.as_str();
    let scope = model.scopes.iter().any(|s| s.name == text);
    if methods::method(text).is_some() || scope {
        cx.diagnostics.error("N0203", place, format!("`{text}` is a method, written `{text}()`"));
    } else if matches!(model.member(text), Some(Member::Relation(_))) {
        let error = cx.diagnostics.error("N0203", place, format!("the relation `{text}` follows one object only"));
        error.note(format!("`{}(key).{text}` are the rows of one `{}`", model.name, model.name));
    } else if methods::mistake(text).is_none() {
        let known = methods::METHODS.iter().map(|m| m.name).chain(model.scopes.iter().map(|s| s.name.as_str()));
        let near = nearest(text, known);
        let text = format!("`{text}` is no method, and no scope of `{}`", model.name);
        cx.diagnostics.error("N0203", place, text).suggest(near);
    }
}

/// A chain whose rows are values has one column.
fn one_column(cx: &mut Context<'_>, draft: &mut Draft, chain: &ast::Chain, purpose: Purpose) -> Option<()> {
    let field = match purpose {
        Purpose::Exists => return Some(()),
        Purpose::Scalar => None,
        Purpose::List(field) => {
            let key = &cx.schema.model(draft.model).key;
            field.or(if let [one] = key.as_slice() { Some(*one) } else { None })
        }
    };
    match (&draft.rows, field) {
        (Rows::Model, Some(field)) => {
            draft.rows = Rows::Flat(Box::new(plain_output(cx, draft.model, field)));
            Some(())
        }
        (rows, _) if rows.outputs().len() == 1 => Some(()),
        (rows, _) => {
            let found = match rows {
                Rows::Model => "whole rows".to_owned(),
                _ => format!("{} columns", rows.outputs().len()),
            };
            let text = format!("expected a chain of one column, found {found}");
            cx.diagnostics.error("N0228", chain.tokens, text).note("`values(column)` names it");
            None
        }
    }
}

fn plain_output(cx: &Context<'_>, model: ModelId, field: FieldId) -> Output {
    let path = ColumnPath { hops: Vec::new(), model, field };
    Output {
        name: cx.schema.field(model, field).attname.clone(),
        ident: None,
        expr: super::path::typed(cx.schema, &[], path),
    }
}
