//! Tokens to `ast`: what was written, with spans and without meaning.
//!
//! In: the tokens of `query!`, or a piece of the language from a schema. Out: an [`Input`], chain steps, conditions or
//! expressions; every mistake of writing is in the diagnostics (codes `N01xx`). Never fails, never panics: what is
//! half-written is kept as far as it is understood, because an editor completes in it.

mod args;
mod branch;
mod call;
mod chain;
mod compare;
mod condition;
mod expr;
mod method;
mod named;
mod order;
mod path;
mod phrase;
pub(crate) mod raw;
pub(crate) mod rust;
mod scan;
mod shape;
mod tokens;
mod types;
mod value;
mod write;

use crate::ast::{Condition, Expr, Input, Step, Tokens};
use crate::diagnostic::Diagnostics;
use proc_macro2::{Span, TokenStream, TokenTree};

pub(crate) use branch::{is_missing, is_pattern_alone};
pub(crate) use phrase::brief;
pub(crate) use tokens::{MARKERS, unmarked};
pub(crate) use types::lifetime;

/// The codes of Rust that is not there: a right side, a key, something in the head of a branch. Where it should be, a value is
/// empty, or a head has a token that [`is_missing`].
pub(crate) const MISSING: &[&str] = &["N0104", "N0105", "N0120"];

/// What nests deeper is no query, and would cost the stack: in KiB of it, see [`tokens::too_deep`]. A thread has 2 MiB.
const DEEPEST: usize = 800;

/// The input of `query!`: a chain, or a named query.
pub fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Input {
    let Some(run) = read(tokens, diagnostics) else {
        return Input::Expression(chain::empty(Tokens::one(Span::call_site())));
    };
    if named::begins(&run) {
        return Input::Named(Box::new(named::named(&run, diagnostics)));
    }
    Input::Expression(chain::chain(&run, chain::Start::Root, diagnostics))
}

/// The text of a scope: `filter(a = 1).order_by(b)`.
pub fn parse_chain_steps(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Step> {
    let run = read(tokens, diagnostics).unwrap_or_default();
    chain::steps(&run, diagnostics)
}

/// The conditions of a check constraint or a partial index, separated by commas.
pub fn parse_condition(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Condition> {
    let run = read(tokens, diagnostics).unwrap_or_default();
    args::split(&run, diagnostics).iter().map(|a| condition::condition(a, diagnostics)).collect()
}

/// An expression on the SQL side: names are fields. For generated columns.
pub fn parse_expr(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Expr {
    let Some(run) = read(tokens, diagnostics) else { return Expr::Error };
    expr::required(&run, Span::call_site(), diagnostics)
}

/// Expressions on the SQL side, separated by commas. For the keys of an index.
pub fn parse_exprs(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Expr> {
    let run = read(tokens, diagnostics).unwrap_or_default();
    let missing = Span::call_site();
    let arguments = args::split(&run, diagnostics);
    arguments.iter().map(|a| expr::required(a, missing, diagnostics)).collect()
}

/// The trees. `None`: they nest too deep, and it is reported.
fn read(stream: TokenStream, diagnostics: &mut Diagnostics) -> Option<Vec<TokenTree>> {
    if let Some(span) = tokens::too_deep(&stream, DEEPEST) {
        diagnostics
            .error("N0127", Tokens::one(span), "a query nested too deep from here on")
            .note("14 queries, 40 parentheses or 100 operators within one another are about the most");
        return None;
    }
    Some(tokens::trees(stream))
}
