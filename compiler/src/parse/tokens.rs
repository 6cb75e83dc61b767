//! Token trees as the parser reads them.
//!
//! In: a token stream. Out: its trees in a list, groups that a `macro_rules` put around one token opened; small
//! questions about a tree.

use crate::ast::{Name, Tokens};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// The trees of a stream. `$x:ident` and `$x:literal` of a `macro_rules` arrive in invisible groups: opened when they
/// hold one tree.
pub(super) fn trees(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().map(open).collect()
}

fn open(tree: TokenTree) -> TokenTree {
    if let TokenTree::Group(g) = &tree
        && g.delimiter() == Delimiter::None
    {
        let mut inside = g.stream().into_iter();
        if let (Some(only), None) = (inside.next(), inside.next()) {
            return open(only);
        }
    }
    tree
}

/// A run of trees as a stream.
pub(super) fn stream(trees: &[TokenTree]) -> TokenStream {
    trees.iter().cloned().collect()
}

/// First and last token of a run; `otherwise` if it is empty.
pub(super) fn place(trees: &[TokenTree], otherwise: Span) -> Tokens {
    let first = trees.first().map_or(otherwise, TokenTree::span);
    Tokens { first, last: trees.last().map_or(first, TokenTree::span) }
}

/// Whether the tree is this punctuation character.
pub(super) fn is_punct(tree: Option<&TokenTree>, c: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(p)) if p.as_char() == c)
}

/// Whether the tree is this word.
pub(super) fn is_word(tree: Option<&TokenTree>, word: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(i)) if i == word)
}

/// The identifier.
pub(super) fn ident(tree: Option<&TokenTree>) -> Option<&Ident> {
    match tree {
        Some(TokenTree::Ident(i)) => Some(i),
        _ => None,
    }
}

/// The group of this delimiter.
pub(super) fn group(tree: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match tree {
        Some(TokenTree::Group(g)) if g.delimiter() == delimiter => Some(g),
        _ => None,
    }
}

/// The parentheses.
pub(super) fn parentheses(tree: Option<&TokenTree>) -> Option<&Group> {
    group(tree, Delimiter::Parenthesis)
}

/// The braces.
pub(super) fn braces(tree: Option<&TokenTree>) -> Option<&Group> {
    group(tree, Delimiter::Brace)
}

/// The brackets.
pub(super) fn brackets(tree: Option<&TokenTree>) -> Option<&Group> {
    group(tree, Delimiter::Bracket)
}

/// A name of the language.
pub(super) fn name(ident: &Ident) -> Name {
    let text = ident.to_string();
    Name { text: text.strip_prefix("r#").unwrap_or(&text).to_owned(), ident: ident.clone() }
}

/// What rust-analyzer puts at the cursor before it expands a second time.
pub(crate) const MARKERS: &[&str] = &["raCompletionMarker", "intellijRulezz"];

/// A name without the marker: behind a whole name it does not make it another one.
pub(crate) fn unmarked(name: &str) -> &str {
    MARKERS.iter().find_map(|marker| name.strip_suffix(marker)).unwrap_or(name)
}

/// Whether this is the marker alone.
pub(super) fn is_marker(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Ident(word) if MARKERS.iter().any(|marker| word == marker))
}

/// Whether a name could be a model's: it begins with a capital.
pub(super) fn is_capital(ident: &Ident) -> bool {
    ident.to_string().starts_with(char::is_uppercase)
}

/// The text of a string literal.
pub(super) fn text(tree: Option<&TokenTree>) -> Option<String> {
    match tree {
        Some(TokenTree::Literal(l)) => match syn::Lit::new(l.clone()) {
            syn::Lit::Str(s) if s.suffix().is_empty() => Some(s.value()),
            // In single quotes, of which rustc has told: as a text it is told what to write.
            syn::Lit::Verbatim(l) => {
                let written = l.to_string();
                written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).map(str::to_owned)
            }
            _ => None,
        },
        _ => None,
    }
}

/// A tree for a message, cut when long.
pub(super) fn shown(tree: &TokenTree) -> String {
    match tree {
        TokenTree::Group(g) => match g.delimiter() {
            Delimiter::Parenthesis => "(…)".to_owned(),
            Delimiter::Brace => "{…}".to_owned(),
            Delimiter::Bracket => "[…]".to_owned(),
            Delimiter::None => "…".to_owned(),
        },
        other => {
            let text = other.to_string();
            if text.chars().count() > 40 { text.chars().take(39).chain(['…']).collect() } else { text }
        }
    }
}

/// Where a query nests deeper than the stack of whoever walks it bears, if it does. `left` is what the tree may weigh
/// from here down, in KiB of the stack of the stages in a debug build: one level of it costs the sum of what it has.
pub(super) fn too_deep(stream: &TokenStream, left: usize) -> Option<Span> {
    let run = trees(stream.clone());
    run.split(|tree| is_punct(Some(tree), ',') || is_punct(Some(tree), ';')).find_map(|part| {
        let own = operators(part);
        if own > left {
            return part.first().map(TokenTree::span);
        }
        part.iter().enumerate().find_map(|(at, tree)| {
            let TokenTree::Group(group) = tree else { return None };
            let dotted = at > 1 && is_punct(part.get(at - 2), '.') && ident(part.get(at - 1)).is_some();
            let assigned = part[..at].iter().any(|tree| is_punct(Some(tree), '='));
            let weight = own + if dotted { METHOD } else { GROUP + if assigned { VALUE } else { 0 } };
            if weight > left { Some(group.span()) } else { too_deep(&group.stream(), left - weight) }
        })
    })
}

/// The parentheses of a method: a chain, its conditions and a lookup begin and end in each.
const METHOD: usize = 56;

/// Other parentheses, brackets and braces.
const GROUP: usize = 18;

/// What more they weigh in the value of a lookup.
const VALUE: usize = 16;

/// What the operators of a list weigh: one that has a tree of its own as often as it stands there, the others once.
fn operators(part: &[TokenTree]) -> usize {
    let count = |sign: char| part.iter().filter(|tree| is_punct(Some(tree), sign)).count();
    let each: usize =
        [('+', 7), ('-', 7), ('*', 7), ('/', 7), ('%', 7), ('!', 16)].map(|(c, w)| count(c) * w).iter().sum();
    let once = ['|', '&', '^', '<', '>'].into_iter().filter(|c| count(*c) > 0).count() * 16;
    each + once
}
