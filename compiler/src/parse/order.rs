//! Orders: `-price`, `F(x).desc(nulls_last)`, `Random()`, `if`/`match` between orders.
//!
//! In: the arguments of `order_by`. Out: order keys.

use super::tokens::{ident, is_punct, is_word, parentheses, place, text, trees};
use super::{args, branch, expr, path, phrase};
use crate::ast::{Expr, Order, OrderKey, Tokens};
use crate::diagnostic::Diagnostics;
use proc_macro2::{Group, TokenTree};

/// The orders between parentheses.
pub(super) fn orders(list: &Group, d: &mut Diagnostics) -> Vec<Order> {
    all(&trees(list.stream()), d)
}

fn all(run: &[TokenTree], d: &mut Diagnostics) -> Vec<Order> {
    args::split(run, d).iter().map(|a| order(a, d)).collect()
}

/// One argument; never empty.
fn order(run: &[TokenTree], d: &mut Diagnostics) -> Order {
    let tokens = place(run, proc_macro2::Span::call_site());
    if branch::begins(run, "if") {
        let parts = branch::conditional(run, d);
        let branches = parts.branches.into_iter().map(|(head, b)| (head, several(&b, d))).collect();
        return Order::If { branches, otherwise: parts.otherwise.map(|b| several(&b, d)), tokens };
    }
    if branch::begins(run, "match") {
        let parts = branch::matching(run, d);
        let arms = parts.arms.into_iter().map(|(pattern, b)| (pattern, several(&b, d))).collect();
        return Order::Match { scrutinee: parts.scrutinee, arms, ends: parts.ends, tokens };
    }
    Order::Key(key(run, tokens, d))
}

/// A branch: `-a`, `-a, b` in braces, `(-a, b)`.
fn several(run: &[TokenTree], d: &mut Diagnostics) -> Vec<Order> {
    if let [only] = run
        && let Some(list) = parentheses(Some(only))
    {
        return orders(list, d);
    }
    all(run, d)
}

fn key(run: &[TokenTree], tokens: Tokens, d: &mut Diagnostics) -> OrderKey {
    let mut out = OrderKey { expr: Expr::Error, descending: false, nulls_first: None, tokens };
    let mut run = run;
    if let Some(written) = text(run.first()) {
        let error = d.error("N0107", Tokens::one(run[0].span()), "expected a path, found text");
        if written == "?" {
            error.note("a random order is `Random()`");
        } else if let Some(plain) = path::strip(&written) {
            error.note(format!("names are written without quotes: `{plain}`"));
        }
        return out;
    }
    if is_punct(run.first(), '-') {
        out.descending = true;
        run = &run[1..];
    } else if is_punct(run.first(), '+') {
        d.error("N0122", Tokens::one(run[0].span()), "an ascending order has no sign");
        run = &run[1..];
    }
    if let Some(found) = phrase::phrase(run) {
        out.descending |= found.order(d);
        run = found.left;
    }
    if let [TokenTree::Ident(word), TokenTree::Group(_)] = run
        && let Some(list) = parentheses(run.get(1)).filter(|_| word == "desc" || word == "asc")
    {
        let sign = if word == "desc" { "-" } else { "" };
        let inside = trees(list.stream());
        d.error("N0126", tokens, format!("`{word}(…)` is written `{sign}{}`", phrase::written(&inside)));
        out.descending |= word == "desc";
        if !inside.is_empty() {
            out.expr = expr::expr(&inside, expr::Side::Sql, d);
        }
        return out;
    }
    if let [front @ .., dot, TokenTree::Ident(word), TokenTree::Group(_)] = run
        && is_punct(Some(dot), '.')
        && (word == "nulls_last" || word == "nulls_first")
        && let Some((rest, descending, _)) = direction(front)
    {
        let direction = if descending { "desc" } else { "asc" };
        d.error("N0122", Tokens::one(word.span()), format!("`{word}` stands in the direction: `.{direction}({word})`"));
        out.descending = descending;
        run = rest;
    }
    if let Some((rest, descending, list)) = direction(run) {
        if out.descending {
            d.error("N0122", Tokens { first: tokens.first, last: list.span() }, "both `-` and a direction at the end");
        }
        out.descending = descending;
        nulls(list, &mut out, d);
        run = rest;
    }
    if let [front @ .., dot, TokenTree::Ident(word)] = run
        && is_punct(Some(dot), '.')
        && (word == "desc" || word == "asc")
    {
        d.error("N0122", Tokens::one(word.span()), format!("expected parentheses after `{word}`: `.{word}()`"));
        run = front;
    }
    if run.is_empty() {
        d.error("N0104", tokens, "expected a path or an expression to order by");
        return out;
    }
    out.expr = expr::expr(run, expr::Side::Sql, d);
    out
}

/// `.desc(…)` or `.asc(…)` at the end.
fn direction(run: &[TokenTree]) -> Option<(&[TokenTree], bool, &Group)> {
    let n = run.len().checked_sub(3)?;
    let list = parentheses(run.get(n + 2))?;
    let word = ident(run.get(n + 1)).filter(|_| is_punct(run.get(n), '.'))?;
    let descending = word == "desc";
    (descending || word == "asc").then_some((&run[..n], descending, list))
}

fn nulls(list: &Group, out: &mut OrderKey, d: &mut Diagnostics) {
    for argument in args::arguments(list, d) {
        let first = if is_word(argument.first(), "nulls_first") {
            Some(true)
        } else if is_word(argument.first(), "nulls_last") {
            Some(false)
        } else {
            None
        };
        if first.is_none() || argument.len() > 1 || out.nulls_first.is_some() {
            let here = place(&argument, list.span());
            let error = d.error("N0122", here, "expected `nulls_first` or `nulls_last`");
            if first.is_some() && is_punct(argument.get(1), '=') {
                error.note("the word stands alone: `.desc(nulls_last)`");
            }
        }
        out.nulls_first = out.nulls_first.or(first);
    }
}
