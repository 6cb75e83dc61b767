//! Chains: a head, then methods, slices and relations, then perhaps `as Type`.
//!
//! In: trees. Out: a chain; whatever stands between is reported once and skipped.

use super::path::{self, Calls};
use super::scan::{self, Sign};
use super::tokens::{
    brackets, ident, is_capital, is_punct, is_word, name, parentheses, place, shown, stream, text, trees, unmarked,
};
use super::{args, method, types, value};
use crate::ast::{Chain, Form, Head, Key, Method, Slice, Step, Target, Tokens, Value};
use crate::diagnostic::Diagnostics;
use crate::tables::foreign;
use crate::tables::methods;
use proc_macro2::{Delimiter, Group, Span, TokenTree};

/// Where a chain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Directly in `query!`: the head is a model.
    Root,
    /// In `Exists`, `union` and the like: a model, or a relation path.
    Inner,
    /// In `prefetch_related`: a relation path; `as Type` may follow.
    Prefetch,
}

/// A chain of which nothing is known.
pub(super) fn empty(tokens: Tokens) -> Chain {
    Chain { head: Head::Error, steps: Vec::new(), target: None, lent: None, tokens, problems: Diagnostics::default() }
}

/// The chain that the trees are.
pub(super) fn chain(run: &[TokenTree], start: Start, d: &mut Diagnostics) -> Chain {
    let mut out = empty(place(run, Span::call_site()));
    let at = head(run, start, &mut out, d);
    follow(run, at, start, &mut out, d);
    out
}

/// The steps of a scope: the first method has no dot before it.
pub(super) fn steps(run: &[TokenTree], d: &mut Diagnostics) -> Vec<Step> {
    let mut out = empty(place(run, Span::call_site()));
    let mut at = 0;
    if let Some(first) = ident(run.first()) {
        at = named_step(run, first, 0, &mut out, d);
    }
    follow(run, at, Start::Inner, &mut out, d);
    out.steps
}

/// Reads the head and returns the index after it.
fn head(run: &[TokenTree], start: Start, out: &mut Chain, d: &mut Diagnostics) -> usize {
    let wanted = match start {
        Start::Root => "a model",
        Start::Inner => "a model or a relation",
        Start::Prefetch => "a relation",
    };
    let Some(first) = ident(run.first()) else {
        return no_head(run, wanted, start, out, d);
    };
    if let Some(end) = foreign_head(run, first, d) {
        return end;
    }
    if is_punct(run.get(1), ':') && is_punct(run.get(2), ':') {
        if let Some(end) = types::angles(run, 3).filter(|_| is_capital(first)) {
            d.error(
                "N0101",
                place(&run[..end], first.span()),
                format!("expected {wanted} by its name alone, found a type"),
            );
            out.head = Head::Name { name: name(first), key: None };
            return end;
        }
        let mut at = 0;
        while is_punct(run.get(at + 1), ':') && is_punct(run.get(at + 2), ':') && ident(run.get(at + 3)).is_some() {
            at += 3;
        }
        let prefix = place(&run[..=(at.max(2)).min(run.len() - 1)], first.span());
        if let Some(last) = ident(run.get(at))
            && at == 3
            && parentheses(run.get(at + 1)).is_some()
            && methods::method(&last.to_string()).is_some()
        {
            d.error("N0102", place(&run[1..3], first.span()), format!("expected a dot before `{last}`, found `::`"));
            out.head = Head::Name { name: name(first), key: None };
            return named_step(run, last, at, out, d);
        }
        if let Some(last) = ident(run.get(at))
            && at == 3
            && is_capital(first)
            && let Some(hint) = foreign::method(&last.to_string())
        {
            let hint = hint.replace("Model", &first.to_string());
            d.error("N0235", Tokens::one(last.span()), format!("no method `{last}`: {hint}"));
            return run.len();
        }
        let error = d.error("N0101", prefix, format!("expected {wanted} by its name alone, found a Rust path"));
        if ident(run.get(at)).is_none_or(|last| !is_capital(last)) {
            error.note("a chain starts at a model: `Product.filter(…)`");
            return run.len();
        }
        return match ident(run.get(at)) {
            Some(last) if at > 0 => single_head(run, at, last, out, d),
            _ => 3,
        };
    }
    let called = parentheses(run.get(1)).is_some();
    if called && methods::method(unmarked(&first.to_string())).is_some() {
        let message = format!("expected {wanted} before `{first}(…)`");
        d.error("N0101", Tokens::one(first.span()), message);
        return named_step(run, first, 0, out, d);
    }
    if start == Start::Root || called || is_capital(first) {
        return single_head(run, 0, first, out, d);
    }
    // A path of relations; `items__product` is one too.
    let Some((path, used)) = path::path(run, Calls::End, d) else { return 1 };
    out.head = match (path.single(), path.dangling) {
        (Some(_), false) => Head::Name { name: name(first), key: None },
        _ => Head::Path(path),
    };
    used
}

/// A statement of SQL or Rust where a chain should be: reported as a whole.
fn foreign_head(run: &[TokenTree], first: &proc_macro2::Ident, d: &mut Diagnostics) -> Option<usize> {
    let word = first.to_string();
    let apart = matches!(run.get(1), Some(TokenTree::Ident(_) | TokenTree::Literal(_)))
        || is_punct(run.get(1), '*') && run.len() > 2;
    if apart && foreign::begins_statement(&word) {
        let error = d.error("N0126", place(run, first.span()), format!("expected a chain, found `{word}` of SQL"));
        error.note(
            "a chain starts at a model: `Product.filter(…)`; SQL of one's own is `raw!(\"SELECT …\" as Product)`",
        );
        return Some(run.len());
    }
    if matches!(word.as_str(), "if" | "match") {
        d.error("N0101", Tokens::one(first.span()), format!("expected one chain, found `{word}`"))
            .note(format!("`{word}` stands in `filter(…)`, or around two `query!(…)`"));
        return Some(run.len());
    }
    if word == "query" && is_punct(run.get(1), '!') {
        let called = if run.len() > 2 { place(&run[..3], first.span()) } else { place(run, first.span()) };
        d.error("N0126", called, "a chain within a query stands without `query!`");
        return Some(run.len());
    }
    if apart && word == "let" {
        d.error("N0101", Tokens::one(first.span()), "expected one chain, found a statement")
            .note("statements stand before `query!(…)`, whose chain may use their variables");
        return Some(run.len());
    }
    None
}

/// `Product`, `Product(key)`.
fn single_head(
    run: &[TokenTree],
    at: usize,
    first: &proc_macro2::Ident,
    out: &mut Chain,
    d: &mut Diagnostics,
) -> usize {
    let list = parentheses(run.get(at + 1));
    out.head = Head::Name { name: name(first), key: list.map(|list| key(list, d)) };
    at + 1 + usize::from(list.is_some())
}

/// Something else stands where the head belongs: it is reported, and the chain is read from its first name on.
fn no_head(run: &[TokenTree], wanted: &str, start: Start, out: &mut Chain, d: &mut Diagnostics) -> usize {
    let Some(first) = run.first() else {
        d.error("N0101", out.tokens, format!("expected {wanted}"));
        return 0;
    };
    let here = Tokens::one(first.span());
    if let Some(written) = text(Some(first)) {
        let error = d.error("N0107", here, format!("expected {wanted}, found text"));
        if written.split_whitespace().next().is_some_and(foreign::begins_statement) {
            error.note("SQL of one's own is `raw!(\"SELECT …\" as Product)`");
            // What follows are its parameters.
            return run.len();
        } else if let Some(plain) = path::strip(&written) {
            error.note(format!("names are written without quotes: `{plain}`"));
        }
        return 1;
    }
    let error = d.error("N0101", here, format!("expected {wanted}, found `{}`", shown(first)));
    if parentheses(Some(first)).is_some() {
        error.note("a chain stands without parentheses around it");
    } else if is_punct(Some(first), '&') {
        error.note("a query borrows nothing: it starts at the name of a model");
    }
    if is_punct(run.first(), '.') || brackets(run.first()).is_some() {
        return 0;
    }
    let next = run.iter().position(|t| matches!(t, TokenTree::Ident(_)));
    match next {
        Some(at) if run[..at].iter().all(|t| matches!(t, TokenTree::Punct(_))) => {
            at + head(&run[at..], start, out, &mut Diagnostics::default())
        }
        _ => 1,
    }
}

/// `(key)` after a model. Several are the parts of a composite key, as in a tuple.
fn key(list: &Group, d: &mut Diagnostics) -> Key {
    let arguments = args::arguments(list, d);
    if let Some(cut) = arguments.first().and_then(|first| args::assigned(first)) {
        let here = place(&arguments[0], list.span());
        let error = d.error("N0125", here, "expected the key of an object alone, found `name = value`");
        error.note(match cut.left {
            [TokenTree::Ident(i)] if i == "pk" || i == "id" => {
                format!("`({})` is the object with this key", super::phrase::written(cut.right))
            }
            _ => "a new row is made by `create(name = value)`".to_owned(),
        });
        return Key { value: value::value(&[], list.span(), d), parentheses: list.span() };
    }
    let value = match arguments.as_slice() {
        [] => {
            d.error("N0104", Tokens::one(list.span()), "expected a key between the parentheses");
            value::value(&[], list.span(), d)
        }
        [one] => value::value(one, list.span(), d),
        several => {
            let parts = several.iter().map(|a| value::value(a, list.span(), d)).collect();
            let tree = TokenTree::from(list.clone());
            Value { tokens: tree.into(), place: Tokens::one(list.span()), form: Form::Tuple(parts) }
        }
    };
    Key { value, parentheses: list.span() }
}

/// Reads everything after the head.
fn follow(run: &[TokenTree], from: usize, start: Start, out: &mut Chain, d: &mut Diagnostics) {
    let mut at = from;
    while at < run.len() {
        if is_punct(run.get(at), '.') {
            let dot = run[at].span();
            if let Some(i) = ident(run.get(at + 1)) {
                at = named_step(run, i, at + 1, out, d);
                continue;
            }
            let found = run.get(at + 1).map(|t| format!(", found `{}`", shown(t))).unwrap_or_default();
            d.error("N0103", Tokens::one(dot), format!("expected a method after the dot{found}"));
            out.steps.push(Step::Dot(dot));
            at += 1;
            if !is_punct(run.get(at), '.') {
                // What was found instead is reported already.
                at = resume(run, at);
            }
        } else if let Some(list) = brackets(run.get(at)) {
            out.steps.extend(slice(list, d).map(Step::Slice));
            at += 1;
        } else if is_word(run.get(at), "as") {
            at = target(run, at, start, out, d);
        } else {
            at = junk(run, at, out, d);
        }
    }
}

/// Something between or after the steps.
fn junk(run: &[TokenTree], at: usize, out: &mut Chain, d: &mut Diagnostics) -> usize {
    let here = Tokens::one(run[at].span());
    if let Some(i) = ident(run.get(at))
        && parentheses(run.get(at + 1)).is_some()
        && methods::method(&i.to_string()).is_some()
    {
        d.error("N0102", here, format!("expected a dot before `{i}`"));
        return named_step(run, i, at, out, d);
    }
    if is_punct(run.get(at), '?') && matches!(out.steps.last(), Some(Step::Relation(n)) if n.text == "await") {
        // `.await` is reported.
        return resume(run, at + 1);
    }
    if let Some(hint) = ident(run.get(at)).and_then(|word| foreign::clause(&word.to_string())) {
        d.error("N0126", place(&run[at..], here.first), format!("`{}` has no meaning here: {hint}", shown(&run[at])));
        return run.len();
    }
    let error = d.error("N0102", here, format!("unexpected `{}` after the chain", shown(&run[at])));
    if is_punct(run.get(at), '?') {
        error.note("a query is run with `.run(&db).await?`, outside `query!(…)`");
    } else if is_punct(run.get(at), '=') && !is_punct(run.get(at + 1), '=') {
        error.note("`update(field = value)` changes fields, `add`, `remove` and `set` the rows of a relation");
    } else if out.steps.last().is_some_and(|s| matches!(s, Step::Relation(_)))
        && matches!(run.get(at), Some(TokenTree::Group(_)))
    {
        error.note("arguments stand in parentheses");
    }
    resume(run, at + 1)
}

/// Where the next step begins: a dot with a name, or a slice.
fn resume(run: &[TokenTree], from: usize) -> usize {
    (from..run.len()).find(|i| is_punct(run.get(*i), '.') && ident(run.get(i + 1)).is_some()).unwrap_or(run.len())
}

/// A method or relation whose name stands at `at`; returns the index after it.
fn named_step(run: &[TokenTree], i: &proc_macro2::Ident, at: usize, out: &mut Chain, d: &mut Diagnostics) -> usize {
    let name = name(i);
    let mut after = at + 1;
    // `values::<…>(…)`, which means nothing here.
    if is_punct(run.get(after), ':')
        && is_punct(run.get(after + 1), ':')
        && let Some(end) = types::angles(run, after + 2)
    {
        d.error("N0102", place(&run[after..end], i.span()), format!("`{}` takes no types", name.text));
        after = end;
    }
    let mut group = parentheses(run.get(after)).cloned();
    if let (None, Some(list)) = (&group, brackets(run.get(after)))
        && methods::method(&name.text).is_some()
        && args::assigned(&trees(list.stream())).is_some()
    {
        let message = format!("the arguments of `{}` stand in parentheses", name.text);
        d.error("N0102", Tokens::one(list.span()), message);
        group = Some(Group::new(Delimiter::Parenthesis, list.stream()));
    }
    let Some(list) = &group else {
        out.steps.push(Step::Relation(name));
        return after;
    };
    let (before, mut held) = (d.len(), Diagnostics::default());
    let known = methods::method(unmarked(&name.text)).is_some();
    let arguments = method::arguments(&name, list, if known { &mut *d } else { &mut held });
    let spoilt = d.len() > before || !held.is_empty();
    out.steps.push(Step::Method(Method { name, arguments, parentheses: list.span(), spoilt, held }));
    after + 1
}

/// `[a..b]`.
fn slice(list: &Group, d: &mut Diagnostics) -> Option<Slice> {
    let run = trees(list.stream());
    let marks = scan::scan(&run);
    let is_range = |s: Sign| matches!(s, Sign::Range | Sign::RangeInclusive);
    let ranges: Vec<_> = marks.iter().filter(|m| is_range(m.sign)).collect();
    let stray = marks.iter().any(|m| matches!(m.sign, Sign::Comma | Sign::Arrow | Sign::Assign | Sign::Adjacent));
    let [range] = ranges.as_slice() else {
        let error = d.error("N0117", Tokens::one(list.span()), "expected a slice such as `[..10]` or `[a..b]`");
        if let Some(note) = position(&run) {
            error.note(note);
        }
        return None;
    };
    if stray {
        d.error("N0117", Tokens::one(list.span()), "expected a slice such as `[..10]` or `[a..b]`");
    }
    let inclusive = range.sign == Sign::RangeInclusive;
    let (left, right) = (&run[..range.at], &run[range.at + range.len..]);
    if inclusive && right.is_empty() {
        d.error("N0117", Tokens::one(list.span()), "expected the last row after `..=`");
    }
    let mut bound = |run: &[TokenTree]| (!run.is_empty()).then(|| value::value(run, list.span(), d));
    let (start, end) = (bound(left), bound(right));
    Some(Slice { start, end, inclusive, brackets: list.span() })
}

/// What is written instead of `[5]`, `[-1]`, `[5:10]`.
fn position(run: &[TokenTree]) -> Option<String> {
    let colons: Vec<usize> = (0..run.len()).filter(|at| is_punct(run.get(*at), ':')).collect();
    let text = |run: &[TokenTree]| stream(run).to_string();
    Some(match (run, colons.as_slice()) {
        ([one], []) if shown(one) == "0" => "the first row is `first()`".to_owned(),
        ([one], []) => format!("one row is `[{0}..={0}]`", shown(one)),
        ([minus, _], []) if is_punct(Some(minus), '-') => "the last row is `last()`".to_owned(),
        (_, [_]) if is_punct(run.first(), '-') => "`reverse()[..n]` gives the last n rows, last one first".to_owned(),
        (_, [at]) => format!("it is written `[{}..{}]`", text(&run[..*at]), text(&run[at + 1..])),
        (_, [at, _, ..]) => format!("a slice has no step, it begins `[{}..`", text(&run[..*at])),
        _ => return None,
    })
}

/// What is meant by `as` and a type of Rust.
const ALONE: &str = "one column alone is `values_list(field, flat)`";

/// Types of Rust that are no rows.
const PLAIN: &[&str] = &["bool", "i16", "i32", "i64", "u32", "u64", "usize", "f32", "f64", "str", "String"];

/// `as Type`; returns the index after it.
fn target(run: &[TokenTree], at: usize, start: Start, out: &mut Chain, d: &mut Diagnostics) -> usize {
    let keyword = run[at].span();
    let end = types::ty(run, at + 1);
    if end == at + 1 {
        let error = d.error("N0121", Tokens::one(keyword), "expected a type after `as`");
        if text(run.get(end)).is_some() {
            error.note("the name of a struct stands without quotes: `as Row`");
            return run.len();
        }
        return at + 1;
    }
    let written = &run[at + 1..end];
    // Of what gives no rows more is said.
    let rows = !matches!(out.steps.last(), Some(Step::Method(m)) if matches!(m.name.text.as_str(), "count" | "exists" | "contains"));
    let note = match (ident(written.first()).map(ToString::to_string).as_deref(), written) {
        (None, _) if is_punct(written.first(), '&') => Some(ALONE),
        (Some(word), [_]) if PLAIN.contains(&word) => Some(ALONE),
        (Some("Self"), [_]) => Some("what a query defines knows no `Self`: the struct stands by its name"),
        (Some("Vec"), _) => Some("it is filled for each row: `as Row` gives a list of them"),
        _ => None,
    };
    if let Some(note) = note.filter(|_| rows) {
        let text = "expected the struct of one row after `as`";
        d.error("N0121", place(written, keyword), text).note(note);
        return run.len();
    }
    if start == Start::Inner {
        d.error("N0121", Tokens::one(keyword), "`as` stands at the end of a query or of a prefetched relation");
    } else {
        out.target = Some(Target { keyword, ty: stream(&run[at + 1..end]) });
    }
    if let Some(rest) = run.get(end) {
        let message = format!("unexpected `{}` after the type; `as` ends a chain", shown(rest));
        d.error("N0102", place(&run[end..], rest.span()), message);
    }
    run.len()
}
