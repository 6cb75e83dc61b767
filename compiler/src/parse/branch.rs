//! `if` and `match`, in conditions and in orders: heads and patterns are Rust's, branches are the caller's.
//!
//! In: trees that begin with the keyword. Out: the parts; what is incomplete is reported.

use super::scan::{self, Sign};
use super::tokens::{braces, is_punct, is_word, place, shown, stream, trees};
use crate::ast::Tokens;
use crate::diagnostic::Diagnostics;
use proc_macro2::{TokenStream, TokenTree};

/// `if a { … } else if b { … } else { … }`.
pub(super) struct If {
    /// Heads and branches.
    pub(super) branches: Vec<(TokenStream, Vec<TokenTree>)>,
    /// `else`.
    pub(super) otherwise: Option<Vec<TokenTree>>,
}

/// `match a { p => …, q => … }`.
pub(super) struct Match {
    /// Between `match` and the braces.
    pub(super) scrutinee: TokenStream,
    /// Patterns and branches.
    pub(super) arms: Vec<(TokenStream, Vec<TokenTree>)>,
}

/// Whether an `if` or `match` begins here, and not a field of that name.
pub(super) fn begins(run: &[TokenTree], word: &str) -> bool {
    let field = is_punct(run.get(1), '.') && !is_punct(run.get(2), '.')
        || is_punct(run.get(1), '=')
        || is_punct(run.get(1), '?')
        || run.len() == 1;
    is_word(run.first(), word) && !field
}

/// Reads an `if` and what belongs to it.
pub(super) fn conditional(run: &[TokenTree], d: &mut Diagnostics) -> If {
    let mut out = If { branches: Vec::new(), otherwise: None };
    let mut at = 0;
    while is_word(run.get(at), "if") {
        let Some(head) = head(run, at, "expected a condition of Rust and `{ … }` after `if`", d) else {
            return out;
        };
        let branch = braces(run.get(head)).map(|g| trees(g.stream())).unwrap_or_default();
        out.branches.push((stream(&run[at + 1..head]), branch));
        at = head + 1;
        if !is_word(run.get(at), "else") {
            break;
        }
        at += 1;
        if is_word(run.get(at), "if") {
            continue;
        }
        match braces(run.get(at)) {
            Some(g) => {
                out.otherwise = Some(trees(g.stream()));
                at += 1;
            }
            None => {
                d.error("N0120", Tokens::one(run[at - 1].span()), "expected `{ … }` or `if` after `else`");
            }
        }
        break;
    }
    junk(&run[at.min(run.len())..], d);
    out
}

/// Reads a `match`.
pub(super) fn matching(run: &[TokenTree], d: &mut Diagnostics) -> Match {
    let mut out = Match { scrutinee: TokenStream::new(), arms: Vec::new() };
    let Some(head) = head(run, 0, "expected an expression of Rust and `{ pattern => … }` after `match`", d) else {
        return out;
    };
    out.scrutinee = stream(&run[1..head]);
    let inside = braces(run.get(head)).map(|g| trees(g.stream())).unwrap_or_default();
    let mut from = 0;
    while from < inside.len() {
        let rest = &inside[from..];
        let Some(arrow) = scan::scan(rest).into_iter().find(|m| m.sign == Sign::Arrow) else {
            d.error("N0120", place(rest, run[0].span()), "expected `pattern => …` in a `match`");
            break;
        };
        if arrow.at == 0 {
            d.error("N0120", Tokens::one(rest[0].span()), "expected a pattern before `=>`");
        }
        let body = arrow.at + arrow.len;
        let (branch, used) = arm(&rest[body..]);
        out.arms.push((stream(&rest[..arrow.at]), branch));
        from += body + used;
    }
    junk(&run[head + 1..], d);
    out
}

/// Index of the braces after the keyword at `at`. Braces at once are the branch of a head that is still to be written.
fn head(run: &[TokenTree], at: usize, expected: &str, d: &mut Diagnostics) -> Option<usize> {
    let found = scan::head(run, at + 1);
    if found.is_none() {
        d.error("N0120", Tokens::one(run[at].span()), expected);
    }
    found.or_else(|| braces(run.get(at + 1)).map(|_| at + 1))
}

/// The branch of an arm and how many trees it takes, with its comma.
fn arm(rest: &[TokenTree]) -> (Vec<TokenTree>, usize) {
    let comma = |at: usize| at + usize::from(is_punct(rest.get(at), ','));
    if let Some(g) = braces(rest.first()) {
        return (trees(g.stream()), comma(1));
    }
    if (begins(rest, "if") || begins(rest, "match"))
        && let Some(end) = scan::block(rest, 0)
    {
        return (rest[..end].to_vec(), comma(end));
    }
    let end = scan::scan(rest).into_iter().find(|m| m.sign == Sign::Comma).map_or(rest.len(), |m| m.at);
    (rest[..end].to_vec(), comma(end))
}

fn junk(rest: &[TokenTree], d: &mut Diagnostics) {
    if let Some(first) = rest.first() {
        let message = format!("unexpected `{}` after the last branch", shown(first));
        d.error("N0116", place(rest, first.span()), message);
    }
}
