//! Chains: heads, and methods in the order written.
//!
//! In: a chain as written. Out: [`crate::hir::Body`] of a whole query, or [`crate::hir::Select`] of a chain inside another one.

use super::annotate::annotate;
use super::condition::conditions;
use super::context::{Context, Names, Purpose};
use super::draft::{Draft, Part, Rows};
use super::ending::ending;
use super::head::head;
use super::naming::Naming;
use super::path::{columns, declared_at, follow, trailing};
use super::related::{Keep, only, select_related};
use super::shape::{self, written};
use super::{cursor, lock, order, pipelined, prefetch, scope, set, slice, through, write};
use crate::ast::{self, Arguments, Method, Step, Tokens};
use crate::check::absent;
use crate::hir::select::{Distinct, Side};
use crate::hir::{Body, ColumnPath, Condition, Ending, Output, Select};
use crate::tables::foreign;
use crate::tables::methods::{self, Role};
use nuages_schema::model::{FieldId, Member, ModelId};
use nuages_schema::suggest::nearest;

/// A whole query. `None`: reported.
pub(super) fn query(cx: &mut Context<'_>, chain: &ast::Chain) -> Option<Body> {
    cx.later = chain.steps.iter().flat_map(added).collect();
    let (mut draft, used) = head(cx, None, chain, Part::Query)?;
    let steps = &chain.steps[used..];
    if let Some(at) = read(cx, &mut draft, None, steps) {
        lock::not_before_a_write(cx, &draft, &steps[at]);
        pipelined::check(cx, &draft);
        let before = cx.diagnostics.len();
        let body = write::write(cx, draft, &steps[at..], chain.target.clone());
        for step in &steps[at..] {
            if let Step::Method(m) = step {
                without_follow_ups(cx, m, before);
            }
        }
        return body;
    }
    let together = pipelined::check(cx, &draft);
    let (select, ending) = finish(cx, draft, chain.target.clone())?;
    pipelined::settle(cx, &select, together);
    Some(Body::Select(Box::new(select), ending))
}

/// A chain inside another one, whose names are `outer`. `None`: reported.
pub fn select(cx: &mut Context<'_>, outer: Option<&Names<'_>>, chain: &ast::Chain, purpose: Purpose) -> Option<Select> {
    if !chain.problems.is_empty() {
        // Kept back by the parser as long as the chain could have been Rust.
        cx.diagnostics.append(chain.problems.clone());
        return None;
    }
    let before = cx.diagnostics.len();
    let (mut draft, used) = head(cx, outer, chain, Part::Inner(purpose))?;
    read(cx, &mut draft, outer, &chain.steps[used..]);
    let spoilt = |step: &Step| matches!(step, Step::Method(m) if m.spoilt);
    if cx.diagnostics.len() > before || chain.steps.iter().any(spoilt) {
        return None;
    }
    one_column(cx, &mut draft, chain, purpose)?;
    finish(cx, draft, None).map(|(select, _)| select)
}

/// Finishes a chain of rows.
pub(super) fn finish(cx: &mut Context<'_>, mut draft: Draft, target: Option<ast::Target>) -> Option<(Select, Ending)> {
    super::related::check_lists(cx, &draft);
    prefetch::settle(cx, &mut draft);
    draft.finish(cx, target)
}

/// Reads steps into the draft. What comes back is the position of the first method that writes.
pub(super) fn read(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    outer: Option<&Names<'_>>,
    steps: &[Step],
) -> Option<usize> {
    for (i, step) in steps.iter().enumerate() {
        match step {
            Step::Dot(_) => {}
            Step::Slice(written) => slice::slice(cx, draft, written),
            Step::Relation(name) => {
                if half_written(cx, draft, name, i == 0) {
                    // What follows speaks of the relation's rows.
                    break;
                }
            }
            Step::Method(m) => {
                let row = methods::method(&m.name.text);
                if row.is_some_and(|row| row.role == Role::Write) {
                    set::may_follow(cx, draft, &m.name.text, false, Tokens::one(m.name.ident.span()))?;
                    if draft.part == Part::Query {
                        return Some(i);
                    }
                    let text = format!("`{}` cannot stand inside another chain", m.name.text);
                    cx.diagnostics.error("N0228", Tokens::one(m.name.ident.span()), text);
                    return None;
                }
                let before = cx.diagnostics.len();
                let done = method(cx, draft, outer, m);
                without_follow_ups(cx, m, before);
                done?;
            }
        }
    }
    None
}

/// The names that a step adds.
fn added(step: &Step) -> Vec<String> {
    match step {
        Step::Method(Method { name, arguments: Arguments::Named(list), .. }) if name.text != "aggregate" => {
            list.iter().filter_map(|assignment| assignment.path.single().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

/// What a method seems to lack is what was reported in its parentheses.
fn without_follow_ups(cx: &mut Context<'_>, m: &Method, before: usize) {
    if m.spoilt {
        cx.diagnostics.take_back(before, &["N0207", "N0222", "N0629"]);
    } else if m.name.text == "create" && matches!(&m.arguments, Arguments::Assignments(_, groups) if !groups.is_empty())
    {
        // Fields that stand in `defaults(…)`, which it does not take.
        cx.diagnostics.take_back(before, &["N0222"]);
    }
}

/// Steps of a scope: the schema has seen to it that they are what a scope may consist of.
pub(super) fn read_step(cx: &mut Context<'_>, draft: &mut Draft, outer: Option<&Names<'_>>, step: &Step) -> bool {
    let Step::Method(m) = step else { return true };
    method(cx, draft, outer, m).is_some()
}

/// Adds a condition; in a grouped chain one that tests an aggregate is `HAVING`.
pub(super) fn add_filter(cx: &mut Context<'_>, draft: &mut Draft, condition: Condition, place: Tokens) {
    through::see(cx, draft.model, &condition);
    let mixed = absent::mixed(&condition);
    if mixed > absent::MOST {
        let most = absent::MOST;
        let text = format!(
            "{mixed} operators between conditions on related rows and clauses that may be left out, expected at most {most}"
        );
        let error = cx.diagnostics.error("N0560", place, text);
        error.note("which rows are meant together depends on each; the others can stand in a `filter` of their own");
        return;
    }
    let mut window = false;
    condition.walk(&mut |e| window |= matches!(e.kind, crate::hir::ExprKind::Window(_)));
    if window {
        let error = cx.diagnostics.error("N0355", place, "a window in a condition needs a name");
        error.note("`annotate(n = Window(…)).filter(n = 1)`");
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
        cx.diagnostics
            .error("N0218", place, text)
            .note("a condition without aggregates stands in a `filter` of its own");
        return;
    }
    draft.filter(Condition::All(plain), false);
    draft.filter(Condition::All(having), true);
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
        ("after", _) => cursor::written(cx, draft, Side::After, m, place)?,
        ("before", _) => cursor::written(cx, draft, Side::Before, m, place)?,
        ("select_related", Arguments::Paths(paths)) => {
            shapes(cx, draft, name, place)?;
            select_related(cx, draft, paths, place);
        }
        ("prefetch_related", Arguments::Prefetches(items)) => {
            shapes(cx, draft, name, place)?;
            prefetch::prefetch_related(cx, draft, items, place);
        }
        ("pipelined", _) => pipelined::pipelined(cx, draft, place),
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
        ("select_for_update", Arguments::Words(words, options)) => {
            lock::select_for_update(cx, draft, words, options, place);
        }
        ("using", Arguments::Words(words, options)) => lock::using(cx, draft, words, options, place),
        ("values_list", Arguments::Selections(list)) => {
            shapes(cx, draft, name, place)?;
            shape::values(cx, draft, outer, list, shape::Kind::List, place);
        }
        (_, Arguments::Chains(chains)) => set::combine(cx, draft, outer, m, chains, place)?,
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
            meaningless(cx, name, place);
            return None;
        }
    }
    Some(())
}

/// Reports a method of the table that no stage knows: the table was added to, and nothing else.
pub(super) fn meaningless(cx: &mut Context<'_>, name: &str, place: Tokens) {
    cx.diagnostics.error("N0203", place, format!("`{name}` has no meaning here"));
}

/// Whether a method may stand where it does.
fn may_follow(cx: &mut Context<'_>, draft: &Draft, m: &Method, role: Role, place: Tokens) -> Option<()> {
    let name = m.name.text.as_str();
    if let Some((_, ending)) = &draft.ending {
        let before = if role == Role::Step { ", it stands before it" } else { "" };
        cx.diagnostics.error("N0213", place, format!("`{name}` cannot follow `{}()`{before}", ending.text));
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
    let bare = matches!(&m.arguments, Arguments::Conditions(list) if list.is_empty());
    set::may_follow(cx, draft, name, bare, place)?;
    if let (Some(bound), "latest" | "earliest" | "dates" | "datetimes") = (draft.bounds.first(), name) {
        let text =
            format!("`{name}` has an order of its own, `{}` goes by that of the chain", cursor::name(bound.side));
        cx.diagnostics.error("N0253", place, text).note("`first()` and `last()` go by the order of the chain");
        return None;
    }
    if draft.sliced.is_some() {
        let reads = match name {
            "count" | "exists" | "contains" | "first" | "last" | "aggregate" | "page" | "none" => true,
            "get" => bare,
            _ => set::operator(name).is_some(),
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
    if let Some((known, _)) = &draft.shaped {
        let were_values = matches!(known.as_str(), "values" | "values_list");
        if values != were_values {
            let text = format!("`{name}` and `{known}` cannot stand in one chain");
            cx.diagnostics.error("N0221", place, text).note("`values` gives plain columns, no rows of a model");
            return None;
        }
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
        let Some(exprs) = columns(cx, &names, &followed) else { continue };
        if exprs.iter().any(|expr| crate::check::cardinality::multiplying(expr).is_some()) {
            let text = format!("`{}` leads to many rows, `distinct` goes by one value", written(path));
            cx.diagnostics.error("N0215", path.tokens(), text);
            continue;
        }
        keys.extend(exprs);
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
    if elsewhere(cx, &m.name, &model.name) {
        // What stands behind it is no part of the query.
        return (!foreign::is_run(name)).then_some(());
    }
    let known = methods::METHODS.iter().map(|m| m.name).chain(model.scopes.iter().map(|s| s.name.as_str()));
    let near = nearest(name, known);
    let text = format!("`{name}` is no method, and no scope of `{}`", model.name);
    let place_of = declared_at(cx.schema, model.span);
    let error = cx.diagnostics.error("N0203", place, text);
    let scoped = cx.schema.models.iter().find(|other| other.scopes.iter().any(|s| s.name == name));
    error.suggest(near);
    match (near, scoped, place_of) {
        (None, Some(other), _) => {
            error.note(format!("`{name}` is a scope of `{}`", other.name));
        }
        (None, None, Some(at)) => {
            error.note(format!("`{}` is declared at {at}", model.name));
        }
        _ => {}
    }
    Some(())
}

/// Reports a method of another library, with what to write instead. False if it is none.
pub(super) fn elsewhere(cx: &mut Context<'_>, name: &ast::Name, model: &str) -> bool {
    let Some(hint) = foreign::method(&name.text) else { return false };
    let text = format!("no method `{}`: {}", name.text, hint.replace("Model", model));
    cx.diagnostics.error("N0235", Tokens::one(name.ident.span()), text);
    true
}

/// A name behind a dot without parentheses, `first` of what is no relation of one object any more. True if it is a
/// relation's, or nearly one's.
fn half_written(cx: &mut Context<'_>, draft: &Draft, name: &ast::Name, first: bool) -> bool {
    let place = Tokens::one(name.ident.span());
    let model = cx.schema.model(draft.model);
    let text = name.text.as_str();
    let scope = model.scopes.iter().any(|s| s.name == text);
    if methods::method(text).is_some() || scope {
        cx.diagnostics.error("N0203", place, format!("`{text}` is a method, written `{text}()`"));
    } else if matches!(model.member(text), Some(Member::Relation(_))) {
        let error = cx.diagnostics.error("N0203", place, format!("the relation `{text}` follows one object only"));
        error.note(format!("`{}(key).{text}` are the rows of one `{}`", model.name, model.name));
        return true;
    } else if !elsewhere(cx, name, &model.name) {
        let object = first && (draft.single || draft.anchor.is_some() || draft.filters.len() > draft.defaults);
        let relations = model.relations.iter().map(|r| r.name.as_str()).filter(|_| object);
        let known = methods::METHODS.iter().map(|m| m.name).chain(model.scopes.iter().map(|s| s.name.as_str()));
        let near = nearest(text, relations.chain(known));
        let what = if object { "no relation or scope" } else { "no scope" };
        let field = matches!(model.member(text), Some(Member::Field(_)));
        let text = format!("`{text}` is no method, and {what} of `{}`", model.name);
        let error = cx.diagnostics.error("N0203", place, text).suggest(near);
        if field {
            error.note("fields of a row are read behind `query!(…).run(&db).await?`");
        }
        return model.relations.iter().any(|r| Some(r.name.as_str()) == near);
    }
    false
}

/// A chain whose rows are values has one column.
fn one_column(cx: &mut Context<'_>, draft: &mut Draft, chain: &ast::Chain, purpose: Purpose) -> Option<()> {
    let field = match purpose {
        Purpose::Exists | Purpose::Rows => return Some(()),
        Purpose::Key(model) => return whole_key(cx, draft, chain, model),
        Purpose::Scalar => None,
        Purpose::List(_, Some(rows)) if matches!(draft.rows, Rows::Model) && rows != draft.model => {
            let (wanted, found) = (&cx.schema.model(rows).name, &cx.schema.model(draft.model).name);
            let text = format!("expected a chain of `{wanted}`, found one of `{found}`");
            cx.diagnostics.error("N0228", chain.tokens, text).note("`values(column)` names what is compared");
            return None;
        }
        Purpose::List(field, _) => {
            let key = &cx.schema.model(draft.model).key;
            field.or(if let [one] = key.as_slice() { Some(*one) } else { None })
        }
    };
    match (&draft.rows, field) {
        (Rows::Model, Some(field)) if draft.set.is_some() => {
            let output = combined_fields(cx, draft, chain, &[field])?.pop()?;
            draft.rows = Rows::Flat(vec![output]);
            Some(())
        }
        (Rows::Model, Some(field)) => {
            draft.rows = Rows::Flat(vec![plain_output(cx, draft.model, field)]);
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

/// A chain that is compared with a key of several columns has as many.
fn whole_key(cx: &mut Context<'_>, draft: &mut Draft, chain: &ast::Chain, model: ModelId) -> Option<()> {
    let parts = cx.schema.model(model).key.len();
    let own = &cx.schema.model(draft.model).key;
    if matches!(draft.rows, Rows::Model) && own.len() == parts {
        if draft.set.is_some() {
            draft.rows = Rows::Tuple(combined_fields(cx, draft, chain, own)?);
            return Some(());
        }
        draft.rows = Rows::Tuple(own.iter().map(|field| plain_output(cx, draft.model, *field)).collect());
        return Some(());
    }
    let found = match draft.rows.outputs().len() {
        n if n == parts => return Some(()),
        0 => "whole rows".to_owned(),
        1 => "1 column".to_owned(),
        n => format!("{n} columns"),
    };
    let text =
        format!("expected a chain of the {parts} columns of `{}`'s key, found {found}", cx.schema.model(model).name);
    cx.diagnostics.error("N0228", chain.tokens, text).note("`values_list(a, b)` names them");
    None
}

/// Fields of combined rows.
fn combined_fields(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    chain: &ast::Chain,
    fields: &[FieldId],
) -> Option<Vec<Output>> {
    let outputs = set::only_fields(draft, fields);
    if outputs.is_none() {
        let text = format!("expected rows with the key of `{}`", cx.schema.model(draft.model).name);
        cx.diagnostics.error("N0228", chain.tokens, text).note("`only(…)` left it out");
    }
    outputs
}

fn plain_output(cx: &Context<'_>, model: ModelId, field: FieldId) -> Output {
    let path = ColumnPath { hops: Vec::new(), model, field };
    Output {
        name: cx.schema.field(model, field).attname.clone(),
        ident: None,
        expr: super::path::typed(cx.schema, &[], path),
        more: false,
    }
}
