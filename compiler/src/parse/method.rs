//! Arguments of methods, read as the table of methods says.
//!
//! In: the method's name and its parentheses. Out: its arguments.

use super::chain::{self, Start};
use super::path::{self, Calls};
use super::tokens::{ident, is_punct, is_word, name, parentheses, place, shown, text, trees, unmarked};
use super::{args, condition, expr, order, phrase, value, write};
use crate::ast::{Arguments, Expr, Name, Path, Prefetch, Selection, Tokens, Value, Word, WordOption};
use crate::diagnostic::Diagnostics;
use crate::tables::methods::{Kind, method};
use proc_macro2::{Group, Span, TokenTree};

/// Reads the arguments of a method; a name that is none is a scope, whose arguments are Rust values.
pub(super) fn arguments(called: &Name, list: &Group, d: &mut Diagnostics) -> Arguments {
    match method(unmarked(&called.text)).map_or(Kind::Values, |m| m.kind) {
        Kind::Conditions => Arguments::Conditions(condition::conditions(list, d)),
        Kind::Named => Arguments::Named(write::named(list, d)),
        Kind::Selections => Arguments::Selections(selections(list, d)),
        Kind::Orders => Arguments::Orders(order::orders(list, d)),
        Kind::Paths => Arguments::Paths(paths(list, d)),
        Kind::Prefetches => Arguments::Prefetches(prefetches(list, d)),
        Kind::Assignments => {
            let (assignments, groups) = write::assignments(list, d);
            Arguments::Assignments(assignments, groups)
        }
        Kind::Bulk => Arguments::Bulk(write::bulk(called, list, d)),
        Kind::Chains => {
            let all = args::arguments(list, d);
            let named = all.iter().find(|a| args::assigned(a).is_some_and(|cut| is_word(cut.left.first(), "all")));
            if let Some(named) = named {
                d.error("N0125", place(named, list.span()), format!("`{}` takes chains alone", called.text))
                    .note("`union_all(…)` keeps rows that are equal");
            }
            let chains = all.iter().filter(|a| named.is_none_or(|n| !std::ptr::eq(*a, n)));
            Arguments::Chains(chains.map(|a| chain::chain(a, Start::Inner, d)).collect())
        }
        Kind::Nothing => {
            nothing(called, list, d);
            Arguments::None
        }
        // Of a scope the schema knows more.
        Kind::Values if method(&called.text).is_none() => Arguments::Values(value::list(list, d)),
        Kind::Values => Arguments::Values(values(called, list, d)),
        Kind::Words => {
            let (words, options) = words(called, list, d);
            Arguments::Words(words, options)
        }
        Kind::Keyed => keyed(called, list, d),
    }
}

/// A method without arguments.
fn nothing(called: &Name, list: &Group, d: &mut Diagnostics) {
    let inside = trees(list.stream());
    if inside.is_empty() {
        return;
    }
    let message = format!("`{}()` takes no arguments", called.text);
    let error = d.error("N0112", place(&inside, list.span()), message);
    if is_punct(inside.first(), '&') {
        error.note("a query is run with `.run(&db).await`, outside `query!(…)`");
    } else if matches!(called.text.as_str(), "all" | "first" | "last" | "count" | "exists" | "delete") {
        error.note("conditions stand in `filter(…)` before it");
    }
}

/// Rust values, none of which has a name.
fn values(called: &Name, list: &Group, d: &mut Diagnostics) -> Vec<Value> {
    let all = args::arguments(list, d);
    let name_of =
        |argument: &[TokenTree]| args::assigned(argument).is_some_and(|cut| matches!(cut.left, [TokenTree::Ident(_)]));
    if let Some(first) = all.iter().find(|argument| name_of(argument)) {
        let plain = |argument: &Vec<TokenTree>| match args::assigned(argument) {
            Some(cut) if name_of(argument) => phrase::written(cut.right),
            _ => phrase::written(argument),
        };
        let message = format!("the arguments of `{}` have no names", called.text);
        let error = d.error("N0125", place(first, list.span()), message);
        error.note(match called.text.as_str() {
            "set" => format!("fields are changed by `update({})`", phrase::written(first)),
            name => format!("it is written `{name}({})`", all.iter().map(plain).collect::<Vec<_>>().join(", ")),
        });
    }
    let read = |argument: &Vec<TokenTree>, d: &mut Diagnostics| {
        let Some(cut) = args::assigned(argument).filter(|cut| matches!(cut.left, [TokenTree::Ident(_)])) else {
            return value::value(argument, list.span_close(), d);
        };
        value::value(cut.right, cut.equals, d)
    };
    all.iter().map(|argument| read(argument, d)).collect()
}

/// `a, b.c`.
pub(super) fn paths(list: &Group, d: &mut Diagnostics) -> Vec<Path> {
    let all = args::arguments(list, d);
    all.iter().filter_map(|a| path::whole(a, "a field or relation", d)).collect()
}

/// `a, b.c, n = expr`.
fn selections(list: &Group, d: &mut Diagnostics) -> Vec<Selection> {
    let mut out = Vec::new();
    for argument in args::arguments(list, d) {
        if let Some(cut) = args::assigned(&argument) {
            let truth = is_word(cut.right.first(), "true") || is_word(cut.right.first(), "True");
            if is_word(cut.left.first(), "flat") && truth {
                let here = place(&argument, list.span());
                d.error("N0125", here, "`flat` stands alone: `values_list(path, flat)`");
                continue;
            }
            out.extend(write::computed(&cut, d).map(Selection::Named));
        } else if text(argument.first()).is_some() {
            // Reports the quotes.
            let _ = path::whole(&argument, "a field, relation or expression", d);
            out.push(Selection::Expr(Expr::Error));
        } else if is_punct(argument.last(), '*') && (argument.len() == 1 || is_punct(argument.iter().nth_back(1), '.'))
        {
            let of = argument.split_last().map_or(&[][..], |(_, before)| before);
            let path = phrase::written(of.split_last().map_or(&[][..], |(_, before)| before));
            let error = d.error("N0126", place(&argument, list.span()), "`*` names no columns");
            error.note(if of.is_empty() {
                "all columns of the model are `values()`".to_owned()
            } else {
                format!(
                    "whole related rows are `prefetch_related({path})`, or `select_related({path})` if there is one"
                )
            });
            out.push(Selection::Expr(Expr::Error));
        } else if let Some((left, rest)) = phrase::renamed(&argument) {
            phrase::as_name(left, rest, d);
            out.push(Selection::Expr(expr::expr(left, expr::Side::Sql, d)));
        } else {
            out.push(Selection::Expr(expr::required(&argument, list.span_close(), d)));
        }
    }
    out
}

/// `tags, best = reviews.filter(…)[..3] as Best`.
fn prefetches(list: &Group, d: &mut Diagnostics) -> Vec<Prefetch> {
    let mut out = Vec::new();
    for argument in args::arguments(list, d) {
        let Some(cut) = args::assigned(&argument) else {
            out.push(Prefetch { name: None, chain: chain::chain(&argument, Start::Prefetch, d) });
            continue;
        };
        let given = match cut.left {
            [TokenTree::Ident(i)] if !cut.optional => Some(name(i)),
            _ => {
                d.error("N0106", place(cut.left, cut.equals), "expected a name before `=`");
                None
            }
        };
        if cut.right.is_empty() {
            d.error("N0105", Tokens::one(cut.equals), "expected a relation after `=`");
            out.push(Prefetch { name: given, chain: chain::empty(Tokens::one(cut.equals)) });
        } else {
            out.push(Prefetch { name: given, chain: chain::chain(cut.right, Start::Prefetch, d) });
        }
    }
    out
}

/// `nowait, of(self, category)`.
fn words(called: &Name, list: &Group, d: &mut Diagnostics) -> (Vec<Word>, Vec<WordOption>) {
    let mut out = Vec::new();
    let mut options = Vec::new();
    let mut trailing = false;
    for argument in args::arguments(list, d) {
        let here = place(&argument, list.span());
        if let Some(cut) = args::assigned(&argument)
            && let ([TokenTree::Ident(i)], false) = (cut.left, cut.optional)
        {
            // A word that is given a value is reported as one.
            let mut silent = Diagnostics::default();
            let value = value::required(cut.right, cut.equals, if i == "tz" { &mut *d } else { &mut silent });
            options.push(WordOption { name: name(i), equals: cut.equals, value });
            continue;
        }
        let Some((path, used)) = path::path(&argument, Calls::End, d) else {
            let code =
                if ident(argument.first()).is_none() && text(argument.first()).is_some() { "N0107" } else { "N0128" };
            let found = argument.first().map(shown).unwrap_or_default();
            let error = d.error(code, here, format!("expected a word or path, found `{found}`"));
            if called.text == "using" {
                error.note("`using(primary)` reads from the primary");
            } else if let Some(plain) = text(argument.first()).and_then(|t| path::strip(&t)) {
                error.note(format!("words are written without quotes: `{plain}`"));
            }
            out.push(Word { path: reported(), inner: None });
            continue;
        };
        let inner = parentheses(argument.get(used));
        let after = used + usize::from(inner.is_some());
        if let Some(rest) = argument.get(after)
            && !path.dangling
            && !std::mem::replace(&mut trailing, true)
        {
            // Once says it: who writes one `word = value` writes all of them so.
            let message = format!("unexpected `{}` after a word", shown(rest));
            d.error("N0116", place(&argument[after..], Span::call_site()), message);
        }
        let inner = inner.map(|g| paths(g, d));
        out.push(Word { path, inner });
    }
    (out, options)
}

/// Stands for a path that was reported.
fn reported() -> Path {
    Path { segments: Vec::new(), dangling: true }
}

/// `values, field`.
fn keyed(called: &Name, list: &Group, d: &mut Diagnostics) -> Arguments {
    let all = args::arguments(list, d);
    let mut values = None;
    let mut field = None;
    for (i, argument) in all.iter().enumerate() {
        match i {
            0 => values = Some(value::value(argument, list.span_close(), d)),
            1 if args::assigned(argument).is_some() => {
                let message = format!("the field stands alone: `{}(values, field)`", called.text);
                d.error("N0207", place(argument, list.span()), message);
                field = Some(reported());
            }
            1 => field = path::whole(argument, "a field", d).or_else(|| Some(reported())),
            _ => {
                let message = format!("`{}` takes a list and a field, nothing more", called.text);
                d.error("N0207", place(argument, list.span()), message);
                break;
            }
        }
    }
    Arguments::Keyed(values, field)
}
