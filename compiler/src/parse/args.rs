//! Argument lists: where an argument ends, and its `=`.
//!
//! In: the trees between the parentheses. Out: one run of trees for each argument, never empty; missing and doubled
//! commas are reported and the rest is kept.

use super::phrase;
use super::scan::{Mark, Sign, scan};
use super::tokens::{ident, is_punct, place, shown, trees};
use crate::ast::Tokens;
use crate::diagnostic::Diagnostics;
use crate::tables::lookups;
use proc_macro2::{Group, Span, TokenTree};

/// The arguments in the parentheses. An empty argument between commas is reported and left out.
pub(super) fn arguments(list: &Group, d: &mut Diagnostics) -> Vec<Vec<TokenTree>> {
    split(&trees(list.stream()), d)
}

/// The arguments of a run of trees.
pub(super) fn split(list: &[TokenTree], d: &mut Diagnostics) -> Vec<Vec<TokenTree>> {
    let mut out = Vec::new();
    let mut from = 0;
    for mark in scan(list) {
        let to = mark.at;
        if to < from {
            continue;
        }
        match mark.sign {
            Sign::Comma => {
                if from == to {
                    d.error("N0104", Tokens::one(list[to].span()), "expected an argument before the comma");
                } else {
                    out.push(list[from..to].to_vec());
                }
                from = to + mark.len;
            }
            // After a reported word of Python nothing stands before.
            Sign::Adjacent if to > from && !in_lookup_name(list, to) => {
                from = adjacent(list, from, to, &mut out, d);
            }
            Sign::Arrow if from <= to => {
                let here = place(&list[to..to + mark.len], Span::call_site());
                d.error("N0116", here, "unexpected `=>` in an argument")
                    .note("a value stands behind `=`: `name = value`");
                from = (comma(list, to) + 1).min(list.len());
            }
            _ => {}
        }
    }
    if from < list.len() {
        out.push(list[from..].to_vec());
    }
    out
}

/// `if` and `match` after an operand belong to guards and half-written blocks.
fn in_lookup_name(list: &[TokenTree], at: usize) -> bool {
    matches!(ident(list.get(at)), Some(i) if i == "if" || i == "match")
}

/// Two operands side by side at `to`: reports what is missing between them and returns where the next argument begins.
fn adjacent(list: &[TokenTree], from: usize, to: usize, out: &mut Vec<Vec<TokenTree>>, d: &mut Diagnostics) -> usize {
    let here = Tokens::one(list[to].span());
    let word = ident(list.get(to)).map(ToString::to_string).unwrap_or_default();
    if to == from + 1
        && let Some(not) = ident(list.get(from)).filter(|i| i.to_string().eq_ignore_ascii_case("not"))
    {
        d.error("N0110", Tokens::one(not.span()), format!("`{not}` is written `!Q(…)`"));
        return to;
    }
    if let Some(hint) = phrase::prefix(list, from, to) {
        let end = comma(list, to);
        let message = format!("`{}` has no meaning here: {hint}", shown(&list[to - 1]));
        d.error("N0126", place(&list[to - 1..end], here.first), message);
        return (end + 1).min(list.len());
    }
    // `id is not None` is one mistake, reported by whoever reads the whole of it.
    if phrase::goes_on(&list[from..], to - from) {
        return from;
    }
    if phrase::renamed(&list[from..=to]).is_some() {
        return from;
    }
    out.push(list[from..to].to_vec());
    // `stock.gt 3`: whoever reads the path says what is missing.
    if to > from + 2
        && is_punct(list.get(to - 2), '.')
        && ident(list.get(to - 1)).is_some_and(|i| lookups::known(&i.to_string()))
    {
        return (comma(list, to) + 1).min(list.len());
    }
    if let Some(message) = phrase::joins(&word) {
        d.error("N0110", here, format!("`{word}` {message}"));
        return to + 1;
    }
    d.error("N0116", here, format!("expected a comma before `{}`", shown(&list[to])));
    stray_end(list, to)
}

/// Where the next comma stands, or the end.
fn comma(list: &[TokenTree], from: usize) -> usize {
    let mark = scan(&list[from..]).into_iter().find(|m| m.sign == Sign::Comma);
    mark.map_or(list.len(), |m| from + m.at)
}

/// Where reading goes on behind a missing comma: at an argument with an `=` or parentheses of its own; anything else is
/// taken for part of the mistake, up to the next comma.
fn stray_end(list: &[TokenTree], from: usize) -> usize {
    let rest = scan(&list[from..]);
    let comma = rest.iter().find(|m| m.sign == Sign::Comma);
    let end = comma.map_or(list.len(), |m| from + m.at);
    let assigned = rest.iter().any(|m| m.sign == Sign::Assign && from + m.at < end);
    if assigned || list[from..end].iter().any(|tree| matches!(tree, TokenTree::Group(_))) {
        return from;
    }
    comma.map_or(end, |m| end + m.len)
}

/// An argument cut at its `=`.
pub(super) struct Assigned<'t> {
    /// Left of it, without `?`.
    pub(super) left: &'t [TokenTree],
    /// `? =`.
    pub(super) optional: bool,
    /// The `=`.
    pub(super) equals: Span,
    /// Right of it.
    pub(super) right: &'t [TokenTree],
}

/// The first `=` of an argument that is not inside Rust.
pub(super) fn assigned(argument: &[TokenTree]) -> Option<Assigned<'_>> {
    let mark = scan(argument).into_iter().find(|m| m.sign == Sign::Assign)?;
    let left = &argument[..mark.at];
    let optional = is_punct(left.last(), '?');
    Some(Assigned {
        left: if optional { &left[..left.len() - 1] } else { left },
        optional,
        equals: argument[mark.at].span(),
        right: &argument[mark.at + mark.len..],
    })
}

/// The marks that split an expression into two, without `=` and commas.
pub(super) fn operators(marks: &[Mark]) -> impl DoubleEndedIterator<Item = &Mark> {
    marks.iter().filter(|m| m.sign.is_binary())
}
