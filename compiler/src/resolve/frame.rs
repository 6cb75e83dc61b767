//! Frames of windows: `frame(rows, -2..=0)`.
//!
//! In: the tokens between the parentheses. Out: what is counted and the bounds, which are whole numbers of the query.

use super::call::option;
use super::context::Context;
use crate::ast::{Call, OptionValue, Tokens};
use crate::hir::window::FrameUnit;
use crate::hir::{Frame, Order};
use nuages_schema::suggest::nearest;
use proc_macro2::TokenTree;

/// Words for what is counted.
const UNITS: &[(&str, FrameUnit)] =
    &[("rows", FrameUnit::Rows), ("range", FrameUnit::Range), ("groups", FrameUnit::Groups)];

/// The frame of a window, if it has one; what is wrong with it is reported.
pub(super) fn read(cx: &mut Context<'_>, call: &Call) -> Option<Frame> {
    let option = option(call, "frame")?;
    let OptionValue::Tokens(tokens) = &option.value else { return None };
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let place = Tokens::one(option.name.ident.span());
    let unit = match trees.first() {
        Some(TokenTree::Ident(word)) => {
            let found = UNITS.iter().find(|(name, _)| word == name);
            if found.is_none() {
                let text = format!("a frame counts `rows`, `range` or `groups`, found `{word}`");
                let near = nearest(&word.to_string(), UNITS.iter().map(|(name, _)| *name));
                cx.diagnostics.error("N0356", Tokens::one(word.span()), text).suggest(near);
            }
            found?.1
        }
        other => {
            let place = other.map_or(place, |tree| Tokens::one(tree.span()));
            let text = "a frame counts `rows`, `range` or `groups`: `frame(rows, -2..=0)`";
            cx.diagnostics.error("N0356", place, text);
            return None;
        }
    };
    let rest = match trees.get(1) {
        Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => &trees[2..],
        _ => &[],
    };
    let rest = match rest {
        [rest @ .., TokenTree::Punct(comma)] if comma.as_char() == ',' => rest,
        rest => rest,
    };
    let dot = |tree: Option<&TokenTree>| matches!(tree, Some(TokenTree::Punct(p)) if p.as_char() == '.');
    let Some(dots) = (0..rest.len()).find(|i| dot(rest.get(*i)) && dot(rest.get(i + 1))) else {
        let text = "a frame has a first and a last row: `frame(rows, -2..=0)`, `frame(rows, ..=0)`";
        cx.diagnostics.error("N0356", rest.first().map_or(place, |tree| Tokens::one(tree.span())), text);
        return None;
    };
    let included = matches!(rest.get(dots + 2), Some(TokenTree::Punct(p)) if p.as_char() == '=');
    let (first, last) = (&rest[..dots], &rest[dots + 2 + usize::from(included)..]);
    let whole = Tokens { first: rest[0].span(), last: rest[rest.len() - 1].span() };
    if included == last.is_empty() {
        cx.diagnostics.error(
            "N0356",
            whole,
            "the last row of a frame is part of it: `a..=b`, or `a..` for all that follow",
        );
        return None;
    }
    let (start, end) = (bound(cx, first), bound(cx, last));
    let (start, end) = (start?, end?);
    if let (Some(a), Some(b)) = (start, end)
        && a > b
    {
        cx.diagnostics.error("N0356", whole, format!("a frame from {a} to {b} ends before it starts"));
        return None;
    }
    Some(Frame { unit, start, end })
}

/// A bound; open if nothing stands there. `None`: reported.
#[allow(clippy::option_option, reason = "the outer one is a mistake, the inner one an open end")]
fn bound(cx: &mut Context<'_>, trees: &[TokenTree]) -> Option<Option<i64>> {
    let (sign, number) = match trees {
        [] => return Some(None),
        [TokenTree::Punct(minus), number] if minus.as_char() == '-' => ("-", number),
        [number, ..] => ("", number),
    };
    let single = trees.len() == 1 + sign.len();
    let found = match number {
        TokenTree::Literal(number) if single => format!("{sign}{number}").replace('_', "").parse().ok(),
        _ => None,
    };
    if found.is_none() {
        let place = Tokens { first: trees[0].span(), last: trees[trees.len() - 1].span() };
        let text = "the bounds of a frame are whole numbers that stand in the query: 0 is the row itself";
        cx.diagnostics.error("N0356", place, text);
    }
    found.map(Some)
}

/// Checks a frame against the order of its window. `None`: reported.
pub(super) fn check(cx: &mut Context<'_>, call: &Call, frame: Option<&Frame>, order: &[Order]) -> Option<()> {
    let (Some(frame), Some(option)) = (frame, option(call, "frame")) else { return Some(()) };
    let place = Tokens::one(option.name.ident.span());
    let counts = [frame.start, frame.end].into_iter().flatten().any(|n| n != 0);
    match frame.unit {
        FrameUnit::Groups if order.is_empty() => {
            cx.diagnostics.error("N0356", place, "a frame of `groups` needs the `order_by(…)` that makes rows equal");
            None
        }
        FrameUnit::Range if counts && !matches!(order, [key] if key.expr.ty.is_number()) => {
            let text = "a frame of `range` counts in the one number that `order_by(…)` orders by";
            cx.diagnostics.error("N0356", place, text).note("rows are counted by `frame(rows, …)`");
            None
        }
        _ => Some(()),
    }
}
