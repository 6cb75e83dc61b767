//! The text of `RawSQL`: what its braces hold.
//!
//! In: the text, a literal of the query. Out: the pieces of SQL as text literals and the Rust values between them, one
//! after the other; `{{` and `}}` are braces. The values have the place of the literal: nothing inside it has its own.

use super::expr::bound;
use super::tokens::trees;
use crate::ast::{Expr, Literal, Tokens};
use crate::diagnostic::Diagnostics;
use proc_macro2::{Group, Span, TokenStream, TokenTree};

/// Pieces and values, a piece first and last. `None`: reported.
pub(super) fn pieces(written: &str, place: Tokens, d: &mut Diagnostics) -> Option<Vec<Expr>> {
    let mut out = Vec::new();
    let mut piece = String::new();
    let mut rest = written;
    while let Some(at) = rest.find(['{', '}', '$']) {
        piece.push_str(&rest[..at]);
        let sign = &rest[at..=at];
        rest = &rest[at + 1..];
        match sign {
            "$" => {
                if rest.starts_with(|c: char| c.is_ascii_digit()) {
                    d.error("N0352", place, "a value in `RawSQL` stands in braces, found the number of a parameter");
                    return None;
                }
                piece.push('$');
            }
            _ if rest.starts_with(sign) => {
                piece.push_str(sign);
                rest = &rest[1..];
            }
            "}" => {
                d.error("N0352", place, "a `}` in `RawSQL` that closes nothing; as text it is `}}`");
                return None;
            }
            _ => {
                let Some((inside, text)) = value(rest, place.first) else {
                    d.error("N0352", place, "a `{` in `RawSQL` that is not closed; as text it is `{{`");
                    return None;
                };
                let inside = trees(inside);
                if inside.is_empty() {
                    d.error("N0352", place, "expected a Rust value between the braces of `RawSQL`");
                    return None;
                }
                out.push(Expr::Literal(Literal::Text(std::mem::take(&mut piece)), place));
                out.push(Expr::Rust(bound(inside.iter().cloned().collect(), &inside)));
                rest = &rest[text.len() + 1..];
            }
        }
    }
    piece.push_str(rest);
    if out.is_empty() && piece.trim().is_empty() {
        d.error("N0352", place, "expected SQL in `RawSQL`");
        return None;
    }
    out.push(Expr::Literal(Literal::Text(piece), place));
    Some(out)
}

/// The tokens up to the brace that closes, as if they stood where the literal stands, and their text.
pub(crate) fn value(text: &str, span: Span) -> Option<(TokenStream, &str)> {
    text.match_indices('}').find_map(|(at, _)| {
        let inside = &text[..at];
        // A comment of Rust would hide what follows.
        let tokens: TokenStream = inside.parse().ok()?;
        Some((tokens.into_iter().map(|tree| at_place(tree, span)).collect(), inside))
    })
}

/// A token as if it stood where the literal stands.
fn at_place(tree: TokenTree, span: Span) -> TokenTree {
    let mut tree = match tree {
        TokenTree::Group(group) => {
            let inside = group.stream().into_iter().map(|tree| at_place(tree, span)).collect();
            TokenTree::Group(Group::new(group.delimiter(), inside))
        }
        other => other,
    };
    tree.set_span(span);
    tree
}
