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
                let Some((inside, after)) = value(rest) else {
                    d.error("N0352", place, "a `{` in `RawSQL` that is not closed; as text it is `{{`");
                    return None;
                };
                let inside: Vec<TokenTree> =
                    trees(inside).into_iter().map(|tree| at_place(tree, place.first)).collect();
                if inside.is_empty() {
                    d.error("N0352", place, "expected a Rust value between the braces of `RawSQL`");
                    return None;
                }
                out.push(Expr::Literal(Literal::Text(std::mem::take(&mut piece)), place));
                out.push(Expr::Rust(bound(inside.iter().cloned().collect(), &inside)));
                rest = after;
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

/// The tokens up to the brace that closes, and the text after it.
fn value(text: &str) -> Option<(TokenStream, &str)> {
    text.match_indices('}').find_map(|(at, _)| {
        let tokens: TokenStream = text[..at].parse().ok()?;
        Some((tokens, &text[at + 1..]))
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
