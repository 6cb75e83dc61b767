//! A return type as of a function that runs the query: `Result<Vec<Row>, Error>`, `impl Future<Output = …>`, or
//! `Query<Vec<Row>>` for what a named query gives anyway.
//!
//! In: the return type. Out: the shape in it, with the mistake.

use super::tokens::{ident, is_punct, parentheses, place, stream, trees};
use super::types;
use crate::diagnostic::Diagnostics;
use proc_macro2::{Span, TokenStream, TokenTree};

/// What stands around a shape, by its last name.
const AROUND: &[&str] = &["Query", "Result", "Future", "Pin", "Box", "BoxFuture", "LocalBoxFuture"];

/// The shape alone, if something stands around it.
pub(super) fn alone(output: &TokenStream) -> Option<(TokenStream, Diagnostics)> {
    let whole = trees(output.clone());
    let mut shape = inner(&whole)?;
    while let Some(within) = inner(&shape) {
        shape = within;
    }
    let (tokens, shape) = (place(&whole, Span::call_site()), stream(&shape));
    let mut around = Diagnostics::default();
    let message = format!("a named query gives a `Query`: write its shape alone, `{}`", text(&shape));
    around.error("N0401", tokens, message).note("`.run(&db).await` gives a `Result` of it");
    Some((shape, around))
}

/// The first type that one of those has: what is in its angle brackets, without lifetimes and `Output =`.
fn inner(ty: &[TokenTree]) -> Option<Vec<TokenTree>> {
    let skipped = ty.iter().take_while(|t| ident(Some(t)).is_some_and(|i| i == "impl" || i == "dyn")).count();
    let ty = &ty[skipped..];
    let open = (0..ty.len()).find(|i| is_punct(ty.get(*i), '<'))?;
    let name = ident(ty.get(open.checked_sub(1)?))?.to_string();
    if !AROUND.contains(&name.as_str()) {
        return None;
    }
    let mut at = open + 1;
    while is_punct(ty.get(at), '\'') {
        at += 2;
        if !is_punct(ty.get(at), ',') {
            return None;
        }
        at += 1;
    }
    if name == "Future" && ident(ty.get(at)).is_some_and(|i| i == "Output") && is_punct(ty.get(at + 1), '=') {
        at += 2;
    }
    let end = types::ty(ty, at);
    (end > at && end <= types::angles(ty, open)?.checked_sub(1)?).then(|| ty[at..end].to_vec())
}

/// A type as it is written.
fn text(ty: &TokenStream) -> String {
    let mut out = String::new();
    for tree in ty.clone() {
        match &tree {
            TokenTree::Punct(p) if p.as_char() == ',' => out.push_str(", "),
            _ => {
                let wordy = |c: char| c.is_alphanumeric() || c == '_';
                let word = match parentheses(Some(&tree)) {
                    Some(group) => format!("({})", text(&group.stream())),
                    None => tree.to_string(),
                };
                if out.ends_with(wordy) && word.starts_with(wordy) {
                    out.push(' ');
                }
                out.push_str(&word);
            }
        }
    }
    out
}
