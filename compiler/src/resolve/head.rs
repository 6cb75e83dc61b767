//! Where a chain starts: a model, one object of it, a relation of one object, or a relation of the enclosing chain.
//!
//! In: the head as written. Out: a [`Draft`] whose rows are those, `scope default` applied.

use super::context::{Context, End, Names, Purpose};
use super::draft::{Draft, Part};
use super::path::{follow, key_columns, trailing};
use super::shape::written;
use super::{key, scope};
use crate::ast::{self, Head, Step, Tokens};
use crate::hir::condition::Comparison;
use crate::hir::select::Anchor;
use crate::hir::{Condition, Expr, ExprKind, Hop, Test};
use crate::tables::{foreign, methods};
use nuages_schema::model::{Member, ModelId};
use nuages_schema::suggest::nearest;

/// The start of a chain: its model, and how many steps belong to it.
pub(super) fn head(
    cx: &mut Context<'_>,
    outer: Option<&Names<'_>>,
    chain: &ast::Chain,
    part: Part,
) -> Option<(Draft, usize)> {
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
            if let Some(Step::Relation(model)) = chain.steps.first()
                && cx.schema.model_named(&model.text).is_some()
            {
                let text = format!("there is no model `{}`", name.text);
                let error = cx.diagnostics.error("N0201", place, text);
                error.note(format!("a model stands without its app: `{}`", model.text));
                return None;
            }
            no_model(cx, name, key.is_some(), place);
            None
        }
        Head::Path(path) => {
            if let Some(names) = outer {
                return relation_head(cx, names, chain, path, part);
            }
            let text = format!("a chain starts at a model, found `{}`", written(path));
            cx.diagnostics.error("N0201", path.tokens(), text);
            None
        }
    }
}

/// Reports a name that is no model's.
fn no_model(cx: &mut Context<'_>, name: &ast::Name, called: bool, place: Tokens) {
    if let Some(hint) = foreign::around(&name.text).filter(|_| called) {
        cx.diagnostics.error("N0201", place, format!("there is no model `{}`", name.text)).note(hint);
        return;
    }
    let table = cx.schema.models.iter().find(|m| !m.hidden && m.table == name.text).map(|m| m.name.as_str());
    let models = cx.schema.models.iter().filter(|m| !m.hidden).map(|m| m.name.as_str());
    let near = table.or_else(|| nearest(&name.text, models.clone()));
    let models: Vec<String> = models.map(|model| format!("`{model}`")).collect();
    let is_enum = cx.schema.enum_named(&name.text).is_some();
    let error = cx.diagnostics.error("N0201", place, format!("there is no model `{}`", name.text));
    if is_enum {
        error.note(format!("`{}` is an enum", name.text));
    } else if near.is_some() {
        error.suggest(near);
    } else if models.len() <= MOST {
        error.note(format!("the schema has {}", models.join(", ")));
    }
}

/// As many models are listed in a message.
const MOST: usize = 12;

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
        let mut hops = vec![super::path::hop(cx.schema, model, id)];
        let further = further(cx, hops[0].to, &chain.steps[1..]);
        hops.extend(further);
        let steps = hops.len();
        return behind(cx, (outer, chain, part), &hops, values).map(|draft| (draft, steps));
    }
    let mut draft = Draft::new(model, place, part);
    draft.single = true;
    draft.filter(key::condition(cx, model, values), false);
    scope::default(cx, &mut draft, outer, &chain.steps);
    Some((draft, 0))
}

/// The relations that stand behind the first one of an object.
fn further(cx: &Context<'_>, mut model: ModelId, steps: &[Step]) -> Vec<Hop> {
    let mut hops = Vec::new();
    for step in steps {
        let Step::Relation(name) = step else { break };
        // What is no relation is reported as a step.
        let Some(Member::Relation(id)) = cx.schema.model(model).member(&name.text) else { break };
        let hop = super::path::hop(cx.schema, model, id);
        model = hop.to;
        hops.push(hop);
    }
    hops
}

/// The rows that relations lead to from one object: of several, each once however many ways lead to it.
fn behind(
    cx: &mut Context<'_>,
    (outer, chain, part): (Option<&Names<'_>>, &ast::Chain, Part),
    hops: &[Hop],
    key: Vec<Expr>,
) -> Option<Draft> {
    let (hop, rest) = hops.split_first()?;
    let named = chain.steps.get(rest.len()).map(|step| match step {
        Step::Relation(name) => Tokens::one(name.ident.span()),
        _ => chain.tokens,
    });
    let tokens = named.unwrap_or(chain.tokens);
    let last = rest.last().unwrap_or(hop);
    let mut draft = Draft::new(last.to, tokens, part);
    draft.single = hops.iter().all(|hop| hop.to_one);
    if rest.is_empty() {
        draft.anchor = Some(Anchor { hop: *hop, key });
        scope::default(cx, &mut draft, outer, &chain.steps);
    } else {
        // The key is read one chain further inside.
        let key = key.into_iter().map(deeper).collect();
        let condition = reached(cx, Anchor { hop: *hop, key }, rest, tokens)?;
        scope::default(cx, &mut draft, outer, &chain.steps);
        draft.filter(condition, false);
    }
    Some(draft)
}

/// A part of a key, seen from a chain that stands inside the one it was written for.
fn deeper(part: Expr) -> Expr {
    match part.kind {
        ExprKind::Outer(path, levels) => Expr { kind: ExprKind::Outer(path, levels + 1), ..part },
        _ => part,
    }
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
            let near = anchor(cx, &followed.hops[..first], followed.hops[first], 2, path)?;
            let condition = reached(cx, near, &followed.hops[first + 1..], path.tokens())?;
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

/// The condition that a row is reached by a path over several relations: there is a row behind the first one, the anchor,
/// from which the rest of the path leads to it.
fn reached(cx: &mut Context<'_>, near: Anchor, rest: &[Hop], place: Tokens) -> Option<Condition> {
    let (start, end) = (near.hop.to, rest.last()?.to);
    let mut between = Draft::new(start, place, Part::Inner(Purpose::Exists));
    between.anchor = Some(near);
    let ends = key_columns(cx.schema, start, rest).into_iter().zip(outer_key(cx, end, &[], 1));
    let tests: Vec<Condition> = ends
        .map(|(left, right)| Condition::Test(Test { left, operator: Comparison::Operator("=", right), switch: None }))
        .collect();
    if tests.is_empty() {
        let text = format!("`{}` has no primary key", cx.schema.model(end).name);
        cx.diagnostics.error("N0205", place, text);
        return None;
    }
    between.filter(Condition::All(tests), false);
    let (select, _) = between.finish(cx, None)?;
    Some(Condition::Exists(Box::new(select)))
}
