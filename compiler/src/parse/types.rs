//! Where a type of Rust ends: after `as`, in generics, behind a closure's arrow; and which lifetime is in it.
//!
//! In: trees and where the type begins. Out: the index after it. Nothing is checked; what is half-written ends where
//! it ends.

use super::tokens::{brackets, ident, is_punct, parentheses};
use crate::ast::{Lifetime, Tokens};
use proc_macro2::{Spacing, TokenStream, TokenTree};

/// Index after the type that begins at `at`.
pub(super) fn ty(trees: &[TokenTree], at: usize) -> usize {
    let mut at = at;
    loop {
        if is_punct(trees.get(at), '&') || is_punct(trees.get(at), '*') {
            at += 1;
        } else if is_punct(trees.get(at), '\'') {
            at += 2;
        } else if matches!(ident(trees.get(at)), Some(i) if i == "mut" || i == "const" || i == "dyn" || i == "impl") {
            at += 1;
        } else {
            break;
        }
    }
    let mut at = at.min(trees.len());
    if parentheses(trees.get(at)).is_some() || brackets(trees.get(at)).is_some() || is_punct(trees.get(at), '!') {
        return at + 1;
    }
    if is_punct(trees.get(at), '<') {
        match angles(trees, at) {
            Some(after) => at = after,
            None => return at,
        }
    }
    loop {
        if is_punct(trees.get(at), ':') && is_punct(trees.get(at + 1), ':') {
            at += 2;
        }
        if let Some(i) = ident(trees.get(at)) {
            let function = i == "fn" || i.to_string().starts_with("Fn");
            at += 1;
            if function && parentheses(trees.get(at)).is_some() {
                at += 1;
                if is_punct(trees.get(at), '-') && is_punct(trees.get(at + 1), '>') {
                    at = ty(trees, at + 2);
                }
            }
        }
        if is_punct(trees.get(at), '<')
            && let Some(after) = angles(trees, at)
        {
            at = after;
        }
        if !(is_punct(trees.get(at), ':') && is_punct(trees.get(at + 1), ':')) {
            break;
        }
    }
    at.min(trees.len())
}

/// Index after the `>` that closes the `<` at `at`.
pub(super) fn angles(trees: &[TokenTree], at: usize) -> Option<usize> {
    if !is_punct(trees.get(at), '<') {
        return None;
    }
    let mut depth = 0_usize;
    let mut i = at;
    while i < trees.len() {
        if let TokenTree::Punct(p) = &trees[i] {
            match p.as_char() {
                '<' => depth += 1,
                '-' | '=' if p.spacing() == Spacing::Joint && is_punct(trees.get(i + 1), '>') => i += 1,
                '>' => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(i + 1);
                    }
                }
                ';' => return None,
                _ => {}
            }
        }
        i += 1;
    }
    None
}

/// The first lifetime in a type that says something: `'static` does not.
pub(crate) fn lifetime(ty: &TokenStream) -> Option<Lifetime> {
    let mut quote = None;
    for tree in ty.clone() {
        match (&tree, quote.take()) {
            (TokenTree::Ident(name), Some(first)) if name != "static" => {
                return Some(Lifetime { name: name.to_string(), tokens: Tokens { first, last: name.span() } });
            }
            (TokenTree::Punct(p), _) if p.as_char() == '\'' => quote = Some(p.span()),
            (TokenTree::Group(group), _) => {
                if let Some(found) = lifetime(&group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}
