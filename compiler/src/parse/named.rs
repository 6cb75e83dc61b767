//! Named queries: a function's signature with a chain as its body.
//!
//! In: the trees of `query! { … }` at item position. Out: the parts of the signature as tokens, and the chain. Read by
//! hand, because a signature that is being written must not hide the body.

use super::chain::{self, Start};
use super::tokens::{braces, brackets, ident, is_punct, is_word, parentheses, place, shown, stream, trees};
use super::{shape, types};
use crate::ast::{Named, Tokens};
use crate::diagnostic::Diagnostics;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;

/// What other items of Rust begin with.
const ITEMS: &[&str] = &["struct", "enum", "type", "trait", "static", "mod", "use"];

/// The function's name where none was written.
const UNNAMED: &str = "unnamed";

/// Whether this is a named query rather than a chain.
pub(super) fn begins(run: &[TokenTree]) -> bool {
    let word = |w| is_word(run.first(), w) && !is_punct(run.get(1), '.');
    let named = ITEMS.iter().any(|w| word(w)) && ident(run.get(1)).is_some();
    is_punct(run.first(), '#')
        || named
        || word("pub")
        || word("fn")
        || ["async", "const", "unsafe"].into_iter().any(|w| word(w) && is_word(run.get(1), "fn"))
}

/// Reads the whole item.
pub(super) fn named(run: &[TokenTree], d: &mut Diagnostics) -> Named {
    let whole = place(run, Span::call_site());
    let mut out = Named {
        attributes: Vec::new(),
        visibility: TokenStream::new(),
        name: Ident::new(UNNAMED, whole.first),
        generics: TokenStream::new(),
        arguments: TokenStream::new(),
        output: TokenStream::new(),
        around: Diagnostics::default(),
        where_clause: TokenStream::new(),
        chain: chain::empty(whole),
    };
    let at = front(run, &mut out, d);
    let body = (at..run.len()).find(|i| braces(run.get(*i)).is_some());
    let mut rest = Diagnostics::default();
    let after = signature(&run[..body.unwrap_or(run.len())], at, &mut out, &mut rest);
    if let Some(after) = after {
        out.chain = chain::chain(&run[after..], Start::Root, &mut rest);
    } else if body.is_none() {
        rest.error("N0123", whole, "expected `{ chain }` after the signature");
    }
    if let Some((output, around)) = shape::alone(&out.output) {
        // An `async fn` is told what it returns.
        if d.iter().all(|found| found.code != "N0123") {
            out.around = around;
        }
        out.output = output;
    }
    // What has no name is not a function yet: one mistake says so.
    if out.name != UNNAMED {
        d.append(rest);
    }
    let Some(body) = body.filter(|_| after.is_none()) else { return out };
    if let Some(g) = braces(run.get(body)) {
        let inside = trees(g.stream());
        if inside.is_empty() {
            out.chain = chain::empty(Tokens::one(g.span()));
            d.error("N0101", out.chain.tokens, "expected a model between the braces");
        } else {
            out.chain = chain::chain(&inside, Start::Root, d);
            if out.chain.target.is_none() {
                out.chain.lent = types::lifetime(&out.output);
            }
        }
    }
    if let Some(rest) = run.get(body + 1) {
        let message = format!("unexpected `{}`: a `query!` holds one function", shown(rest));
        d.error("N0123", Tokens::one(rest.span()), message);
    }
    out
}

/// Attributes, visibility, `fn` and the name; returns the index after them.
fn front(run: &[TokenTree], out: &mut Named, d: &mut Diagnostics) -> usize {
    let mut at = 0;
    while is_punct(run.get(at), '#') {
        if brackets(run.get(at + 1)).is_none() {
            d.error("N0123", Tokens::one(run[at].span()), "expected an attribute, `#[…]`");
            at += 1;
            continue;
        }
        out.attributes.push(stream(&run[at..at + 2]));
        at += 2;
    }
    if is_word(run.get(at), "pub") {
        let end = at + 1 + usize::from(parentheses(run.get(at + 1)).is_some());
        out.visibility = stream(&run[at..end]);
        at = end;
    }
    while let Some(i) = ident(run.get(at))
        && ["async", "const", "unsafe", "extern"].into_iter().any(|w| i == w)
    {
        d.error("N0123", Tokens::one(i.span()), format!("a named query is no `{i}` function"))
            .note("it gives a `Query`, written as its shape alone, `Vec<Row>`; `.run(&db).await` runs it");
        at += 1;
    }
    let function = is_word(run.get(at), "fn");
    if function {
        at += 1;
    } else {
        let here = run.get(at).or(run.last()).map_or_else(Span::call_site, TokenTree::span);
        let error = d.error("N0123", Tokens::one(here), "expected `fn`");
        if ITEMS.iter().any(|w| is_word(run.get(at), w)) {
            error.note(
                "a query at item position is a function, whose return type names the struct of its rows: `fn all() -> \
                 Vec<Row> { Model.values(…) }`",
            );
            // Nothing of it is a chain.
            return run.len();
        }
    }
    if let Some(i) = ident(run.get(at)) {
        if syn::parse2::<Ident>(i.to_token_stream()).is_ok() {
            out.name = i.clone();
        } else if function {
            d.error("N0123", Tokens::one(i.span()), format!("expected a name after `fn`, found the word `{i}`"));
        }
        return at + 1;
    }
    if function {
        d.error("N0123", Tokens::one(run[at - 1].span()), "expected a name after `fn`");
    }
    at
}

/// Generics, arguments, return type and `where`, up to the body; the index after an `=` in the place of the body.
fn signature(run: &[TokenTree], from: usize, out: &mut Named, d: &mut Diagnostics) -> Option<usize> {
    let mut at = from.min(run.len());
    if is_punct(run.get(at), '<')
        && let Some(end) = types::angles(run, at)
    {
        out.generics = stream(&run[at..end]);
        at = end;
    }
    let here = Tokens::one(out.name.span());
    match parentheses(run.get(at)) {
        Some(g) => {
            out.arguments = g.stream();
            at += 1;
        }
        None => {
            d.error("N0123", here, "expected `(arguments)` after the name");
        }
    }
    let clause = (at..run.len()).find(|i| is_word(run.get(*i), "where")).unwrap_or(run.len());
    if is_punct(run.get(at), '-') && is_punct(run.get(at + 1), '>') && at + 2 < clause {
        let end = types::ty(run, at + 2);
        out.output = stream(&run[at + 2..clause]);
        // What is behind the `+` of `impl Future<…> + Send` is no second mistake.
        let is_impl = is_word(run.get(at + 2), "impl");
        if end < clause && end > at + 2 && (!is_impl || is_punct(run.get(end), '=')) {
            out.output = stream(&run[at + 2..end]);
            if is_punct(run.get(end), '=') {
                d.error("N0123", Tokens::one(run[end].span()), "the chain of a named query stands in braces");
                return Some(end + 1);
            }
            let rest = &run[end..clause];
            let message = format!("unexpected `{}` after the return type", shown(&rest[0]));
            d.error("N0123", place(rest, here.first), message);
        }
    } else {
        d.error("N0123", here, "expected the shape of the result, `-> Vec<Name>`, after the arguments");
    }
    out.where_clause = stream(&run[clause..]);
    None
}
