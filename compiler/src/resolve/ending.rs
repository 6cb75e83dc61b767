//! Endings that read: `get`, `first`, `count`, `aggregate`, `page` and their like.
//!
//! In: the method and the chain before it. Out: the [`Ending`], the chain changed where the ending says more of it.

use super::annotate::aggregate;
use super::chain::add_filter;
use super::condition::conditions;
use super::context::{Context, Names};
use super::draft::{Draft, Rows};
use super::{dates, key, keyed, order, set, slice};
use crate::ast::{self, Arguments, Method, Tokens};
use crate::check::types::bare;
use crate::hir::select::Distinct;
use crate::hir::{self, Bind, Ending, Slice, SqlType};
use proc_macro2::TokenStream;

/// The ending that a method is. `None`: reported.
pub(super) fn ending(
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
            // The opposite order would be of other rows.
            if draft.slice.is_some() || matches!(draft.distinct, Distinct::On(_)) {
                return Some(Ending::Last);
            }
            draft.last = true;
            Some(Ending::First)
        }
        (name @ ("latest" | "earliest"), Arguments::Orders(list)) => {
            if list.is_empty() {
                let text = format!("`{name}` names the field it goes by: `{name}(created_at)`");
                cx.diagnostics.error("N0207", place, text);
                return None;
            }
            draft.last = name == "latest";
            let before = cx.diagnostics.len();
            order::order_by(cx, draft, outer, list);
            (cx.diagnostics.len() == before).then_some(Ending::First)
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
            let mut condition = key::condition(cx, draft.model, key);
            if draft.slice.is_some() || draft.set.is_some() {
                set::derive(cx, draft, &mut condition, place)?;
            }
            draft.filter(condition, false);
            Some(Ending::Exists)
        }
        ("aggregate", Arguments::Named(list)) => {
            Some(Ending::Aggregate(aggregate(cx, draft, outer, list, place), hir::Target::Record))
        }
        ("page", Arguments::Values(values)) => page(cx, draft, values, m, place),
        ("in_bulk", Arguments::Keyed(values, field)) => {
            keyed::in_bulk(cx, draft, values.as_ref(), field.as_ref(), m.parentheses, place)
        }
        ("dates" | "datetimes", Arguments::Words(words, options)) => dates::dates(cx, draft, m, words, options),
        (name, _) => {
            super::chain::meaningless(cx, name, place);
            None
        }
    }
}

fn page(cx: &mut Context<'_>, draft: &mut Draft, values: &[ast::Value], m: &Method, place: Tokens) -> Option<Ending> {
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
    let outer = draft.slice.take().map(|slice| slice::at_run_time(cx, &slice, place));
    let within = outer.map(|slice| cx.back(slice));
    draft.slice = outer.map(Slice::Bound);
    let tokens = |value: &ast::Value| match value.form {
        ast::Form::Literal(ast::Literal::Integer(n)) => u64::try_from(n).ok().map(slice::number),
        _ => None,
    };
    let tokens = |value: &ast::Value| tokens(value).unwrap_or_else(|| value.tokens.clone());
    let bind = Bind::Page { number: tokens(number), size: tokens(size), within };
    let expected = bare(SqlType::Int8);
    Some(Ending::Page(cx.value(TokenStream::new(), place, m.parentheses, &expected, bind, None), None))
}
