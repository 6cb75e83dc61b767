//! The Rust values of a query that has mistakes.
//!
//! In: the tokens' tree. Out: statements that use the values, so that rustc does not call a variable unused beside the
//! error that matters. Values whose types only the query would have told are left to editors: rustc would ask for
//! annotations.

use crate::ast::{Chain, Form, Head};
use crate::parse::MARKERS;
use crate::parse::rust::{arm, dotted};
use crate::tables::methods;
use crate::visit::{Else, Item, Position, all};
use nuages_schema::model::{Model, Schema};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};

/// Statements that use all values of a chain, in the order written. What stands in `if` and `match` an editor sees in
/// them; rustc is only told of the variables there.
pub(super) fn uses(chain: &mut Chain, schema: &Schema) -> TokenStream {
    let model = match &chain.head {
        Head::Name { name, .. } => schema.model_named(&name.text).map(|id| schema.model(id)),
        Head::Path(_) | Head::Error => None,
    };
    let (mut plain, mut later) = (TokenStream::new(), TokenStream::new());
    // The statements of each branch that is open, innermost last.
    let mut open = vec![TokenStream::new()];
    let mut heads: Vec<TokenStream> = Vec::new();
    let mut visit = |item: Item<'_>, position: Position<'_>| {
        let within = open.len() > 1;
        let head = match item {
            Item::Value(value) => {
                let usable = match position {
                    Position::Outside => true,
                    Position::Of(name) => !model.is_some_and(|m| is_field(&value.tokens, name, m, schema)),
                    Position::Inside => within,
                };
                // In the place of a value that is still to be written an editor completes.
                let shown = match value.form {
                    Form::Rust => !value.tokens.is_empty(),
                    Form::Empty => true,
                    _ => false,
                };
                if !usable || !shown || !is_rust(&value.tokens) {
                    return;
                }
                if within && position != Position::Inside {
                    later.extend(variables(&value.tokens));
                }
                let used = used(&value.tokens, value.place.last);
                if is_place(&value.tokens) && !within {
                    plain.extend(used);
                } else if let Some(statements) = open.last_mut() {
                    statements.extend(used);
                }
                return;
            }
            Item::Close => {
                let (inside, head) = (open.pop().unwrap_or_default(), heads.pop().unwrap_or_default());
                if let Some(statements) = open.last_mut() {
                    statements.extend(quote!(#head { #inside }));
                }
                return;
            }
            Item::If(head, before) => {
                if position != Position::Inside {
                    later.extend(variables(head));
                }
                let before = (before == Else::Yes).then(|| quote!(else));
                let head = shown(head, syn::Expr::parse_without_eager_brace, &quote!(true));
                quote!(#before if #head)
            }
            Item::Else => quote!(else),
            Item::Match(scrutinee) => {
                if position != Position::Inside {
                    later.extend(variables(scrutinee));
                }
                let scrutinee = shown(scrutinee, syn::Expr::parse_without_eager_brace, &quote!(()));
                quote!(match #scrutinee)
            }
            Item::Arm(pattern) => {
                let pattern = shown(pattern, arm, &quote!(_));
                quote!(#pattern =>)
            }
        };
        heads.push(head);
        open.push(TokenStream::new());
    };
    all(chain, &mut visit);
    let rest = open.pop().unwrap_or_default();
    if rest.is_empty() {
        return plain;
    }
    let later = (!later.is_empty()).then(|| quote!(#[cfg(not(rust_analyzer))] { #later }));
    quote! {
        #plain
        #[allow(unexpected_cfgs)] {
            #[cfg(rust_analyzer)] { #rest }
            #later
        }
    }
}

/// Rust in the head of a branch as an editor sees it: with a word behind a dot that has none, so that what is
/// half-written keeps its place, and as `otherwise` if it is no Rust even so: then rustc would read nothing behind it.
fn shown<T>(
    tokens: &TokenStream,
    parser: impl Fn(ParseStream<'_>) -> syn::Result<T>,
    otherwise: &TokenStream,
) -> TokenStream {
    let tokens = dotted(tokens.clone());
    if parser.parse2(tokens.clone()).is_ok() { tokens } else { otherwise.clone() }
}

/// Whether a value is an expression of Rust, as far as it is written: rustc would read it also where it is not compiled.
fn is_rust(tokens: &TokenStream) -> bool {
    tokens.is_empty() || <syn::Expr as syn::parse::Parse>::parse.parse2(dotted(tokens.clone())).is_ok()
}

/// A statement that uses a value.
fn used(tokens: &TokenStream, last: Span) -> TokenStream {
    let mut group = Group::new(Delimiter::Parenthesis, tokens.clone());
    group.set_span(Span::mixed_site().located_at(last));
    let group = TokenTree::Group(group);
    quote!(::nuages::private::used(&#group);)
}

/// Statements that use the variables of which the value or the head of a branch consists, as far as their types are known
/// without it. They stand beside the user's own tokens, so that these have no place in the text.
fn variables(tokens: &TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut out = TokenStream::new();
    let is = |token: &TokenTree, c: char| matches!(token, TokenTree::Punct(p) if p.as_char() == c);
    let and = |at: usize| is(&tokens[at], '&') && tokens.get(at + 1).is_some_and(|next| is(next, '&'));
    let mut from = 0;
    while from < tokens.len() {
        let end = (from..tokens.len()).find(|at| and(*at)).unwrap_or(tokens.len());
        let part = &tokens[from..end];
        from = end + 2;
        let binds = matches!(part.first(), Some(TokenTree::Ident(word)) if word == "let");
        let value = match part.iter().position(|token| binds && is(token, '=')) {
            Some(equals) => &part[equals + 1..],
            None => part,
        };
        let value: TokenStream = value.iter().cloned().map(elsewhere).collect();
        if is_place(&value) {
            out.extend(quote!(::nuages::private::used(&(#value));));
        }
        if binds {
            // What follows may use what this binds.
            break;
        }
    }
    out
}

/// The same token without its place.
fn elsewhere(mut token: TokenTree) -> TokenTree {
    token.set_span(token.span().located_at(Span::call_site()));
    token
}

/// What stands in the parentheses of nothing that there is, and was meant as a field: `Cuont(reviews)`, `select(name)`.
fn is_field(tokens: &TokenStream, of: &str, model: &Model, schema: &Schema) -> bool {
    let known =
        methods::method(of).is_some() || model.scopes.iter().any(|s| s.name == of) || schema.model_named(of).is_some();
    match tokens.clone().into_iter().next() {
        Some(TokenTree::Ident(word)) if !known => {
            let word = word.to_string();
            model.member(word.strip_prefix("r#").unwrap_or(&word)).is_some()
        }
        _ => false,
    }
}

/// A variable, a field of one, or a reference to such: its type is known without the query.
fn is_place(tokens: &TokenStream) -> bool {
    let mut word = true;
    for token in tokens.clone() {
        match token {
            token if crate::parse::is_missing(&token) => return false,
            // In an empty place: it stands where an empty place does.
            TokenTree::Ident(name) if MARKERS.iter().any(|marker| name == marker) => return false,
            TokenTree::Ident(name) if word && !stands_for_something(&name) => return false,
            TokenTree::Ident(_) | TokenTree::Literal(_) if word => word = false,
            TokenTree::Punct(p) if word && matches!(p.as_char(), '&' | '*') => {}
            TokenTree::Punct(p) if !word && p.as_char() == '.' => word = true,
            _ => return false,
        }
    }
    !word
}

/// Whether a word is a value's name or one of Rust's that can be one: not the `else` of what is half-written.
fn stands_for_something(name: &proc_macro2::Ident) -> bool {
    let text = name.to_string();
    matches!(text.as_str(), "self" | "Self" | "super" | "crate" | "true" | "false" | "await")
        || syn::parse_str::<syn::Ident>(&text).is_ok()
        || text.starts_with("r#")
}
