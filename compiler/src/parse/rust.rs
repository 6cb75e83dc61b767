//! The parts of a query that are Rust: heads of branches, patterns, what a write goes through.
//!
//! In: their tokens. Out: whether Rust can read them. What it cannot read would go on, in its eyes, in what is emitted
//! behind it, and the mistake would be said of that.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};

/// Whether these tokens are what `rule` reads, and nothing more; also once a name stands behind a dot that has none, or
/// behind `::` at the end, where an editor completes it.
pub(crate) fn reads<T>(rule: impl FnOnce(ParseStream<'_>) -> syn::Result<T>, tokens: TokenStream) -> bool {
    let mut tokens = dotted(tokens);
    let last = tokens.clone().into_iter().last();
    if matches!(last, Some(TokenTree::Punct(p)) if p.as_char() == ':') {
        tokens.extend([TokenTree::from(Ident::new("missing", Span::mixed_site()))]);
    }
    rule.parse2(tokens).is_ok()
}

/// A pattern with its guard.
pub(crate) fn arm(input: ParseStream<'_>) -> syn::Result<()> {
    syn::Pat::parse_multi_with_leading_vert(input)?;
    if !input.is_empty() {
        input.parse::<syn::Token![if]>()?;
        input.parse::<syn::Expr>()?;
    }
    Ok(())
}

/// The same tokens with a word behind each dot that has none.
pub(crate) fn dotted(tokens: TokenStream) -> TokenStream {
    let is_dot = |tree: Option<&TokenTree>| matches!(tree, Some(TokenTree::Punct(p)) if p.as_char() == '.');
    let (mut out, mut range) = (TokenStream::new(), false);
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let dot = is_dot(Some(&tree));
        let named = matches!(trees.peek(), Some(TokenTree::Ident(_) | TokenTree::Literal(_)));
        range = dot && (range || is_dot(trees.peek()));
        let open = dot && !range && !named;
        let span = Span::mixed_site().located_at(tree.span());
        out.extend([match tree {
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), dotted(group.stream()));
                inside.set_span(group.span());
                inside.into()
            }
            other => other,
        }]);
        if open {
            out.extend([TokenTree::from(Ident::new("missing", span))]);
        }
    }
    out
}
