//! `if` and `match`, in conditions and in orders: heads and patterns are Rust's, branches are the caller's.
//!
//! In: trees that begin with the keyword. Out: the parts; what is incomplete is reported. Where a head, a pattern or an
//! operand at its end is still to be written, a [`missing`] word stands for it, so that the rest goes its usual way.

use super::rust;
use super::scan::{self, Sign};
use super::tokens::{braces, is_punct, is_word, place, shown, stream, trees};
use crate::ast::Tokens;
use crate::diagnostic::Diagnostics;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::parse::Parser;

/// What stands for Rust that is still to be written.
const MISSING: &str = "__nuages_missing";

/// The same as the guard of a pattern behind which no arrow stands.
const MISSING_ARROW: &str = "__nuages_missing_arrow";

/// Whether the tree stands for Rust that is still to be written, which has been reported.
pub(crate) fn is_missing(tree: &TokenTree) -> bool {
    is_word(Some(tree), MISSING) || is_word(Some(tree), MISSING_ARROW)
}

/// Whether an arm is a pattern without anything behind it.
pub(crate) fn is_pattern_alone(pattern: &TokenStream) -> bool {
    pattern.clone().into_iter().any(|tree| is_word(Some(&tree), MISSING_ARROW))
}

fn missing(span: Span) -> TokenTree {
    Ident::new(MISSING, span).into()
}

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
    /// Where each of them ends, without its comma.
    pub(super) ends: Vec<Span>,
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
        let (head, end) = head(run, at, "a condition", "{ … }", d);
        if at > 0 && at + 1 == run.len() {
            // `else if`, which may become `else iffy`.
            break;
        }
        let branch = braces(run.get(end)).map(|g| trees(g.stream())).unwrap_or_default();
        out.branches.push((head, branch));
        at = end + 1;
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
    let (scrutinee, end) = head(run, 0, "an expression", "{ pattern => … }", d);
    let mut out = Match { scrutinee, arms: Vec::new(), ends: Vec::new() };
    let inside = braces(run.get(end)).map(|g| trees(g.stream())).unwrap_or_default();
    let mut from = 0;
    while from < inside.len() {
        let rest = &inside[from..];
        let Some(arrow) = scan::scan(rest).into_iter().find(|m| m.sign == Sign::Arrow) else {
            let here = place(rest, run[0].span());
            d.error("N0120", here, "expected `pattern => …` in a `match`");
            if is_pattern(rest) {
                // A guard is where no name that the pattern binds is missing.
                let guard = ["if", MISSING_ARROW].map(|word| TokenTree::from(Ident::new(word, here.last)));
                out.arms.push((rest.iter().cloned().chain(guard).collect(), Vec::new()));
                out.ends.push(here.last);
            }
            break;
        };
        let pattern = pattern(rest, arrow.at, d);
        let body = arrow.at + arrow.len;
        let (branch, used) = arm(&rest[body..]);
        let end = rest[..body + used].iter().rev().find(|tree| !is_punct(Some(*tree), ','));
        out.ends.push(end.unwrap_or(&rest[0]).span());
        out.arms.push((pattern, branch));
        from += body + used;
    }
    junk(run.get(end + 1..).unwrap_or_default(), d);
    out
}

/// The head after the keyword at `at`, and the index of the braces behind it; without braces that is the end.
fn head(run: &[TokenTree], at: usize, what: &str, branch: &str, d: &mut Diagnostics) -> (TokenStream, usize) {
    let (keyword, found) = (&run[at], scan::head(run, at + 1));
    let end = found.unwrap_or(run.len());
    let mut head = run[at + 1..end].to_vec();
    if found.is_none() {
        let text = format!("expected {what} of Rust and `{branch}` after `{}`", shown(keyword));
        d.error("N0120", Tokens::one(keyword.span()), text);
    } else if scan::is_open(&head) {
        let before = head.last().unwrap_or(keyword).span();
        d.error("N0120", Tokens::one(before), format!("expected {what} of Rust before `{branch}`"));
        head.push(missing(before));
    } else if !rust::reads(syn::Expr::parse_without_eager_brace, stream(&head)) {
        // What Rust cannot read goes on, in its eyes, in what is emitted behind it.
        d.error("N0120", place(&head, keyword.span()), format!("expected {what} of Rust before `{branch}`"));
    }
    (stream(&head), end)
}

/// A pattern with its guard, which stand before the arrow at `arrow`.
fn pattern(rest: &[TokenTree], arrow: usize, d: &mut Diagnostics) -> TokenStream {
    let mut pattern = rest[..arrow].to_vec();
    let Some(last) = pattern.last().map(TokenTree::span) else {
        let here = rest[0].span();
        d.error("N0120", Tokens::one(here), "expected a pattern before `=>`");
        return missing(here).into();
    };
    let guard = pattern.iter().position(|tree| is_word(Some(tree), "if"));
    if guard.is_some_and(|at| scan::is_open(&pattern[at + 1..])) {
        d.error("N0120", Tokens::one(last), "expected a condition of Rust before `=>`");
        pattern.push(missing(last));
    } else if !rust::reads(rust::arm, stream(&pattern)) {
        d.error("N0120", place(&pattern, last), "expected a pattern of Rust before `=>`");
    }
    stream(&pattern)
}

/// Whether these trees are a pattern, or the beginning of a path that is one.
fn is_pattern(trees: &[TokenTree]) -> bool {
    is_punct(trees.last(), ':') || Parser::parse2(syn::Pat::parse_multi, stream(trees)).is_ok()
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
