//! Diagnostics as tokens.
//!
//! In: the mistakes of a query. Out: a `compile_error!` for each, underlined from its first to its last token.

use super::Paths;
use crate::ast::Tokens;
use crate::diagnostic::{Diagnostic, Diagnostics};
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

/// One `::core::compile_error! { "…" }` for each mistake. The first of a crate also says where more is
/// said of it, as rustc does at the end.
pub fn each(diagnostics: &Diagnostics, is_first: Option<fn() -> bool>) -> Vec<TokenStream> {
    let some = diagnostics.iter().any(|d| !d.told);
    let mut hint = is_first.is_some_and(|is_first| some && is_first());
    let one = |d: &Diagnostic| {
        let more = if std::mem::take(&mut hint) {
            format!("\n  = `nuages explain {}` says more", d.code)
        } else {
            String::new()
        };
        error(d.tokens, &(d.text() + &more))
    };
    diagnostics.iter().filter(|d| !d.told).map(one).collect()
}

/// The type that `models!()` defines where scopes have mistakes: one that rustc has complained of, so that it says nothing
/// of what depends on it.
pub const FAULTY: &str = "__Faulty";

/// The value of a query whose mistakes are told where the models are; nothing if there are none such.
pub fn elsewhere(diagnostics: &Diagnostics, paths: &Paths) -> Option<TokenStream> {
    let faulty = diagnostics.iter().any(|d| d.told).then(|| faulty(paths))?;
    Some(quote!({
        fn faulty() -> #faulty {
            ::core::unreachable!()
        }
        faulty()
    }))
}

/// That type.
pub fn faulty(paths: &Paths) -> TokenStream {
    let (models, name) = (&paths.models, Ident::new(FAULTY, Span::call_site()));
    if models.is_empty() { quote!(#name) } else { quote!(#models::#name) }
}

/// A `compile_error!` whose first token has the span of the first wrong token and whose last that of the last: rustc
/// underlines what lies between (a macro on stable cannot join the two itself).
pub fn error(tokens: Tokens, text: &str) -> TokenStream {
    let Tokens { first, last } = tokens;
    let mut message = Literal::string(text);
    message.set_span(last);
    let mut body = Group::new(Delimiter::Brace, TokenTree::from(message).into());
    body.set_span(last);
    let punct = |c, spacing, span: Span| {
        let mut punct = Punct::new(c, spacing);
        punct.set_span(span);
        TokenTree::from(punct)
    };
    [
        punct(':', Spacing::Joint, first),
        punct(':', Spacing::Alone, first),
        Ident::new("core", first).into(),
        punct(':', Spacing::Joint, first),
        punct(':', Spacing::Alone, first),
        Ident::new("compile_error", first).into(),
        punct('!', Spacing::Alone, first),
        body.into(),
    ]
    .into_iter()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mistake_is_a_call_from_its_first_to_its_last_token() {
        let source: TokenStream = "alpha beta gamma".parse().unwrap();
        let spans: Vec<Span> = source.into_iter().map(|t| t.span()).collect();
        let mut list = Diagnostics::default();
        list.error("N0101", Tokens { first: spans[0], last: spans[2] }, "a \"quoted\" text").note("more");
        list.error("N0102", Tokens::one(spans[1]), "second");
        let all: TokenStream = each(&list, None).into_iter().collect();
        let out: Vec<TokenTree> = all.clone().into_iter().collect();
        assert_eq!(out.len(), 16);
        assert_eq!(out[0].span().start().column, 0);
        assert_eq!(out[7].span().start().column, 11);
        assert_eq!(out[8].span().start().column, 6);
        assert_eq!(out[7].to_string(), "{ \"a \\\"quoted\\\" text [N0101]\\n  = more\" }");
        assert!(syn::parse2::<syn::File>(all).is_ok());
        let first = |n: usize| each(&list, Some(|| true))[n].to_string();
        assert!(first(0).contains("= more\\n  = `nuages explain N0101` says more\""), "{}", first(0));
        assert!(!first(1).contains("explain"));
    }
}
