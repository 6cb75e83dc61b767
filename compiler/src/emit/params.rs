//! The values of a query: the chain that binds them.
//!
//! In: the query's values and the steps in which they are evaluated. Out: `::nuages::private::build().bind(…)…`: each
//! right side stands in it once, as it was written, in parentheses whose span is its last token; the calls around it have
//! the span of the `=` before it, so that an editor sees nothing but the user's own names. `if` and `match` are those of
//! Rust, `.join(if head { build().bind(…) } else { build().skip(1) })`: each arm fills the slots of all of them. A scope's
//! arguments that are not bound at once and once each get names where the scope stands,
//! `match (build()…, (a), (b)) { (build, a, b) => build… }`, and are cloned but for the last use.

use super::rust::Place;
use super::subject;
use crate::hir::value::Pattern;
use crate::hir::{self, Bind, Branch, Control, Given, Query, SqlType, Step, Value};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use std::collections::BTreeSet;

/// The whole chain with its end; columns of `bulk_create` are not in it.
pub(super) fn chain(place: Place<'_>, query: &Query, finish: &TokenStream) -> TokenStream {
    let joints = query.joints.iter().map(|joint| {
        let (bit, all) = (Literal::u8_suffixed(joint.switch), Literal::u64_suffixed(joint.all));
        quote!(.switch_if_all(#bit, #all))
    });
    let finish = quote!(#(#joints)* #finish);
    rest(place, &query.values, &query.steps, quote!(::nuages::private::build()), &finish)
}

/// The chain of some steps.
fn rest(
    place: Place<'_>,
    values: &[Value],
    steps: &[Step],
    mut chain: TokenStream,
    finish: &TokenStream,
) -> TokenStream {
    for (i, step) in steps.iter().enumerate() {
        match step {
            Step::Branch(written) => chain.extend(branch(place, values, written)),
            Step::Value(id) => {
                let value = &values[usize::from(id.0)];
                let given = match value.argument {
                    Some(index) => name(index, value.place.last).into_token_stream(),
                    None => value.tokens.clone(),
                };
                let later = values.get(usize::from(id.0) + 1..).unwrap_or_default();
                let given = argument(&cloned(given, &mut used(later), value.place.last), value.place.last);
                chain.extend(call(place, value, &given));
            }
            Step::Given(list) => {
                let build = quote_spanned!(Span::mixed_site()=> __build);
                let names = list.iter().map(|given| name(given.argument, given.place.last));
                let all = list.iter().map(|given| evaluated(place, given));
                let after = rest(place, values, &steps[i + 1..], build.clone(), finish);
                return quote!(match (#chain, #(#all),*) { (#build, #(#names),*) => { #after } });
            }
        }
    }
    quote!(#chain #finish)
}

/// A scope's argument where it is evaluated. One that nothing uses is bound for nothing, which says its type.
fn evaluated(place: Place<'_>, given: &Given) -> TokenStream {
    let tokens = argument(&given.tokens, given.place.last);
    match &given.unused {
        Some(value) => {
            let bound = call(place, value, &tokens);
            quote!(::nuages::private::build() #bound)
        }
        None => tokens,
    }
}

/// The name of a scope's argument, with the place of the user's tokens.
fn name(index: usize, last: Span) -> Ident {
    hir::value::argument(index, Span::mixed_site().located_at(last))
}

/// Tokens in which names of arguments are clones, unless it is the last use: it is not if `later` holds the argument,
/// which afterwards holds these too.
fn cloned(tokens: TokenStream, later: &mut BTreeSet<usize>, last: Span) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut parts = Vec::new();
    for tree in trees.into_iter().rev() {
        parts.push(match (&tree, hir::value::argument_of(&tree)) {
            (TokenTree::Group(group), _) if !hir::value::arguments(&group.stream()).is_empty() => {
                let mut inside = Group::new(group.delimiter(), cloned(group.stream(), later, last));
                inside.set_span(group.span());
                TokenTree::from(inside).into()
            }
            (_, Some(index)) => {
                let name = name(index, last);
                if later.insert(index) {
                    name.into_token_stream()
                } else {
                    respanned(quote!(::core::clone::Clone::clone(&#name)), last)
                }
            }
            (_, None) => TokenStream::from(tree),
        });
    }
    parts.into_iter().rev().collect()
}

/// The arguments that values use.
fn used(values: &[Value]) -> BTreeSet<usize> {
    values
        .iter()
        .flat_map(|value| value.argument.map_or_else(|| hir::value::arguments(&value.tokens), |index| vec![index]))
        .collect()
}

/// The values of the arm that Rust takes.
fn branch(place: Place<'_>, values: &[Value], branch: &Branch) -> TokenStream {
    let at = Span::mixed_site().located_at(branch.place.first);
    let (slots, mut before) = (branch.slots(), 0);
    let skip = |slots: u16| {
        let slots = Literal::u16_suffixed(slots);
        quote!(.skip(#slots))
    };
    let mut arms = TokenStream::new();
    for (i, arm) in branch.arms.iter().enumerate() {
        let start = if before > 0 { skip(before) } else { TokenStream::new() };
        before += arm.slots;
        // What depends on the whole of the arm stands behind the user's tokens.
        let bit = arm.switch.map(Literal::u8_suffixed).map(|bit| quote!(.switch(#bit, true)));
        let end = (slots > before).then(|| skip(slots - before));
        let body = rest(place, values, &arm.steps, quote!(::nuages::private::build() #start), &quote!(#bit #end));
        let last = arm.head.clone().and_then(|head| head.into_iter().last()).map_or(at, |token| token.span());
        let mut block = Group::new(Delimiter::Brace, body);
        block.set_span(Span::mixed_site().located_at(arm.end.unwrap_or(last)));
        let head = &arm.head;
        arms.extend(match (&branch.control, head) {
            (Control::If, None) => quote_spanned!(at=> else #block),
            (Control::If, Some(_)) if i > 0 => quote_spanned!(at=> else if #head #block),
            (Control::If, Some(_)) => quote_spanned!(at=> if #head #block),
            (Control::Match(_), _) => quote_spanned!(at=> #head => #block),
        });
    }
    let taken = match &branch.control {
        Control::If if branch.is_exhaustive() => arms,
        Control::If => {
            let end = (slots > 0).then(|| skip(slots));
            let none = quote!({ ::nuages::private::build() #end });
            quote_spanned!(at=> #arms else #none)
        }
        Control::Match(scrutinee) => quote_spanned!(at=> match #scrutinee { #arms }),
    };
    quote!(.join(#taken))
}

/// An argument of ours with the place of the user's.
fn respanned(tokens: TokenStream, last: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(Span::mixed_site().located_at(last));
            token
        })
        .collect()
}

/// What the names of methods begin with that bind a value for a field that has a name.
const NAMED: &str = "of_";
/// The same where it takes keys and objects that have them.
const KEYED: &str = "key_";

/// The type that a value is bound for.
fn unnamed(place: Place<'_>, value: &Value) -> TokenStream {
    let (at, expected) = (value.equals, place.expected(value));
    quote_spanned!(at=> ::nuages::private::ty::<#expected>())
}

/// What a value is bound for, and what the names of the methods begin with that take it so.
fn target(place: Place<'_>, value: &Value) -> (TokenStream, &'static str) {
    named(place, value).unwrap_or_else(|| (unnamed(place, value), ""))
}

/// The same with a type that is called as the field is, so that rustc's message names it. It stands in a block of its own,
/// where no name of the user's is looked up.
fn named(place: Place<'_>, value: &Value) -> Option<(TokenStream, &'static str)> {
    let at = value.equals;
    let name = subject::name(place, value.subject.as_ref()?, value.slot);
    let key = place.key(value).filter(|_| !matches!(value.bind, Bind::Range));
    let (field, prefix) = if let Some((of, slot)) = key {
        (quote_spanned!(at=> ::nuages::private::key::<#of, #slot, #name>()), KEYED)
    } else {
        let expected = place.expected(value);
        (quote_spanned!(at=> ::nuages::private::field::<#expected, #name>()), NAMED)
    };
    Some((quote!({ enum #name {} #field }), prefix))
}

/// The call that binds one value.
fn call(place: Place<'_>, value: &Value, given: &TokenStream) -> TokenStream {
    let at = value.equals;
    let bit = value.switch.map(Literal::u8_suffixed);
    let typed = |always: &str, sometimes: &str| {
        let (ty, prefix) = target(place, value);
        let method = Ident::new(&format!("{prefix}{}", if bit.is_none() { always } else { sometimes }), at);
        let bit = bit.iter();
        quote_spanned!(at=> .#method(#(#bit,)* #ty, #given))
    };
    match &value.bind {
        Bind::Nullable if value.ty == SqlType::Inferred => quote_spanned!(at=> .bind_own_value(#given)),
        _ if value.ty == SqlType::Inferred => quote_spanned!(at=> .bind_own(#given)),
        Bind::One => typed("bind", "bind_some"),
        Bind::Nullable => typed("bind_value", "bind_nullable"),
        Bind::List => typed("bind_list", "bind_list_some"),
        Bind::Range => typed("bind_range", "bind_range_some"),
        Bind::Pattern(pattern) => {
            let pattern = wildcards(*pattern, at);
            let (ty, prefix) = named(place, value).unzip();
            let some = if bit.is_some() { "_some" } else { "" };
            let method = Ident::new(&format!("{}bind_pattern{some}", prefix.unwrap_or_default()), at);
            let (bit, ty) = (bit.iter(), ty.iter());
            quote_spanned!(at=> .#method(#(#bit,)* #pattern, #(#ty,)* #given))
        }
        Bind::Key(types) => {
            let types = types.iter().map(|ty| place.slot(ty));
            let ty = quote_spanned!(at=> ::nuages::private::ty::<(#(#types,)*)>());
            match bit {
                None => quote_spanned!(at=> .bind_key(#ty, #given)),
                Some(bit) => quote_spanned!(at=> .bind_key_some(#bit, #ty, #given)),
            }
        }
        Bind::Keys(types) => {
            let types = types.iter().map(|ty| place.slot(ty));
            let ty = quote_spanned!(at=> ::nuages::private::ty::<(#(#types,)*)>());
            match bit {
                None => quote_spanned!(at=> .bind_keys(#ty, #given)),
                Some(bit) => quote_spanned!(at=> .bind_keys_some(#bit, #ty, #given)),
            }
        }
        Bind::Cursor { orders, total } => {
            let order = place.orders(orders);
            if *total {
                let types = orders.iter().flat_map(|order| &order.keys).map(|key| {
                    let slot = place.slot(&key.ty);
                    if key.switch.is_some() { quote!(::core::option::Option<#slot>) } else { slot }
                });
                quote_spanned!(at=> .bind_bound(#bit, #order, ::nuages::private::ty::<(#(#types,)*)>(), #given))
            } else {
                quote_spanned!(at=> .bind_cursor(#bit, #order, #given))
            }
        }
        Bind::Slice { start, end, inclusive, within } => {
            let slice = slice(start.as_ref(), end.as_ref(), *inclusive, value);
            let within = part_of(*within, at);
            quote_spanned!(at=> #within #slice)
        }
        Bind::Page { number, size, within } => {
            let (number, size) = (bound(number, value), bound(size, value));
            let within = part_of(*within, at);
            quote_spanned!(at=> #within .page(#number, #size))
        }
        // Bound row by row.
        Bind::Column { .. } => TokenStream::new(),
    }
}

/// The call that says of which slice the next one is a part.
fn part_of(within: Option<u16>, at: Span) -> Option<TokenStream> {
    let back = Literal::u16_suffixed(within?);
    Some(quote_spanned!(at=> .within(#back)))
}

/// Where the wildcards stand.
fn wildcards(pattern: Pattern, at: Span) -> TokenStream {
    match pattern {
        Pattern::Contains => quote_spanned!(at=> ::nuages::private::Pattern::Contains),
        Pattern::StartsWith => quote_spanned!(at=> ::nuages::private::Pattern::StartsWith),
        Pattern::EndsWith => quote_spanned!(at=> ::nuages::private::Pattern::EndsWith),
    }
}

/// The call that binds the bounds of a slice.
fn slice(start: Option<&TokenStream>, end: Option<&TokenStream>, inclusive: bool, value: &Value) -> TokenStream {
    let at = value.equals;
    let start = start.map(|tokens| bound(tokens, value));
    let end = end.map(|tokens| bound(tokens, value));
    match (start, end, inclusive) {
        (Some(a), Some(b), false) => quote_spanned!(at=> .slice(#a, #b)),
        (Some(a), Some(b), true) => quote_spanned!(at=> .slice_inclusive(#a, #b)),
        (None, Some(b), false) => quote_spanned!(at=> .slice_to(#b)),
        (None, Some(b), true) => quote_spanned!(at=> .slice_to_inclusive(#b)),
        (Some(a), None, _) => quote_spanned!(at=> .slice_from(#a)),
        (None, None, _) => quote_spanned!(at=> .slice_from((0u8))),
    }
}

/// A bound as an argument: its own last token marks it.
fn bound(tokens: &TokenStream, value: &Value) -> TokenStream {
    let last = tokens.clone().into_iter().last().map_or(value.place.last, |token| token.span());
    argument(tokens, last)
}

/// The columns of a bulk write: the rows are gathered in a loop, whose end is written by the caller. Other values are
/// bound before.
pub(super) fn rows(
    place: Place<'_>,
    query: &Query,
    pattern: &TokenStream,
    iterable: &TokenStream,
    finish: &TokenStream,
) -> TokenStream {
    let columns = columns(query);
    let count = columns.len();
    let pushes = columns.iter().map(|value| push(place, value)).collect();
    let bound = before(place, query, &quote!(.rows(#count)));
    let start = bound.unwrap_or_else(|| quote!(::nuages::private::rows(#count)));
    gathered(&start, pattern, iterable, &pushes, finish)
}

/// The values that are those of each row.
pub(super) fn columns(query: &Query) -> Vec<&Value> {
    query.values.iter().filter(|v| matches!(v.bind, Bind::Column { .. })).collect()
}

/// The values of a bulk write that are not those of its rows, bound, if there are any.
pub(super) fn before(place: Place<'_>, query: &Query, finish: &TokenStream) -> Option<TokenStream> {
    let values = &query.values;
    let is_column = |step: &Step| match step {
        Step::Value(id) => matches!(values[usize::from(id.0)].bind, Bind::Column { .. }),
        Step::Given(_) | Step::Branch(_) => false,
    };
    let steps: Vec<Step> = query.steps.iter().filter(|step| !is_column(step)).cloned().collect();
    (!steps.is_empty()).then(|| rest(place, values, &steps, quote!(::nuages::private::build()), finish))
}

/// The call that adds a value to the row in hand.
pub(super) fn push(place: Place<'_>, value: &Value) -> TokenStream {
    let at = value.equals;
    let given = argument(&value.tokens, value.place.last);
    let rows = quote_spanned!(Span::mixed_site()=> __rows);
    let (ty, prefix) = target(place, value);
    let nullable = matches!(value.bind, Bind::Column { nullable: true });
    let method = Ident::new(&format!("{prefix}{}", if nullable { "push_nullable" } else { "push" }), at);
    quote_spanned!(at=> #rows.#method(#ty, #given);)
}

/// The loop over the rows.
pub(super) fn gathered(
    start: &TokenStream,
    pattern: &TokenStream,
    iterable: &TokenStream,
    pushes: &TokenStream,
    finish: &TokenStream,
) -> TokenStream {
    let rows = quote_spanned!(Span::mixed_site()=> __rows);
    let last = iterable.clone().into_iter().last().map_or_else(Span::call_site, |token| token.span());
    let iterable = argument(iterable, last);
    // Without parentheses rustc would warn of those around the iterable: a call has its own.
    quote! {
        let mut #rows = #start;
        for #pattern in ::core::iter::IntoIterator::into_iter #iterable {
            #rows.next();
            #pushes
        }
        #rows #finish
    }
}

/// Tokens in parentheses. The span is that of the last token under the macro's own hygiene: rustc's syntax errors then
/// point into the value, and it does not warn of the parentheses.
fn argument(tokens: &TokenStream, last: Span) -> TokenStream {
    let mut group = Group::new(Delimiter::Parenthesis, tokens.clone());
    group.set_span(Span::mixed_site().located_at(last));
    TokenTree::Group(group).into()
}
