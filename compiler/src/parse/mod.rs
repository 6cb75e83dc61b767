//! Tokens to `ast`: what was written, with spans and without meaning.
//!
//! In: the tokens of `query!`, or a piece of the language from a schema. Out: an [`Input`], chain steps, conditions or
//! expressions; every mistake of writing is in the diagnostics (codes `N01xx`). Never fails, never panics: what is
//! half-written is kept as far as it is understood, because an editor completes in it.

mod args;
mod branch;
mod call;
mod chain;
mod condition;
mod expr;
mod method;
mod named;
mod order;
mod path;
mod raw;
mod scan;
mod tokens;
mod types;
mod value;
mod write;

use crate::ast::{Condition, Expr, Input, Step, Tokens};
use crate::diagnostic::Diagnostics;
use proc_macro2::{TokenStream, TokenTree};

/// The code of a right side that is not there.
pub(crate) const MISSING_VALUE: &str = "N0105";

/// Deeper nesting of parentheses, brackets and braces is no query, and would cost the stack.
const DEEPEST: u32 = 96;

/// The input of `query!`: a chain, or a named query.
pub fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Input {
    let run = read(tokens, diagnostics);
    if named::begins(&run) {
        return Input::Named(Box::new(named::named(&run, diagnostics)));
    }
    Input::Expression(chain::chain(&run, chain::Start::Root, diagnostics))
}

/// The text of a scope: `filter(a = 1).order_by(b)`.
pub fn parse_chain_steps(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Step> {
    let run = read(tokens, diagnostics);
    chain::steps(&run, diagnostics)
}

/// The conditions of a check constraint or a partial index, separated by commas.
pub fn parse_condition(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Condition> {
    let run = read(tokens, diagnostics);
    args::split(&run, diagnostics).iter().map(|a| condition::condition(a, diagnostics)).collect()
}

/// An expression on the SQL side: names are fields. For generated columns.
pub fn parse_expr(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Expr {
    let run = read(tokens, diagnostics);
    let missing = proc_macro2::Span::call_site();
    expr::required(&run, missing, diagnostics)
}

/// Expressions on the SQL side, separated by commas. For the keys of an index.
pub fn parse_exprs(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Expr> {
    let run = read(tokens, diagnostics);
    let missing = proc_macro2::Span::call_site();
    let arguments = args::split(&run, diagnostics);
    arguments.iter().map(|a| expr::required(a, missing, diagnostics)).collect()
}

/// The trees, or none if they nest too deep.
fn read(stream: TokenStream, diagnostics: &mut Diagnostics) -> Vec<TokenTree> {
    if let Some(span) = tokens::too_deep(&stream, DEEPEST) {
        let message = format!("nested deeper than {DEEPEST} levels");
        diagnostics.error("N0127", Tokens::one(span), message);
        return Vec::new();
    }
    tokens::trees(stream)
}
