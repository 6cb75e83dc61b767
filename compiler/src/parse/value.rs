//! Right-hand sides: Rust, unless they are a literal, hold a function of the language, or may be a chain.
//!
//! In: the trees after `=`. Out: a value with its tokens as written and what they look like. Nothing of Rust is read
//! further than its operators, so nothing of it can fail here.

use super::chain::{self, Start};
use super::expr::{self, Side};
use super::scan::{Mark, Sign, scan};
use super::tokens::{brackets, ident, is_capital, is_punct, parentheses, place, shown, stream, text, trees, unmarked};
use super::{args, path};
use crate::ast::{Expr, Form, Literal, Value};
use crate::diagnostic::Diagnostics;
use crate::tables::names::{is_function, respelt};
use proc_macro2::{Group, Spacing, Span, TokenStream, TokenTree};

/// The value that the trees are; `missing` is where nothing stands if they are none.
pub(super) fn value(trees: &[TokenTree], missing: Span, d: &mut Diagnostics) -> Value {
    let form = form(trees, d);
    // What is none of Rust is not shown to rustc.
    let tokens = if matches!(form, Form::Empty) { TokenStream::new() } else { stream(trees) };
    Value { tokens, place: place(trees, missing), form }
}

/// The value after an `=`; its absence is reported there.
pub(super) fn required(trees: &[TokenTree], equals: Span, d: &mut Diagnostics) -> Value {
    if trees.is_empty() {
        d.error("N0105", crate::ast::Tokens::one(equals), "expected a value after `=`");
    }
    value(trees, equals, d)
}

/// The value of a new field: a bare path is read as one, to be reported with a suggestion.
pub(super) fn computed(trees: &[TokenTree], equals: Span, d: &mut Diagnostics) -> Value {
    let mut value = required(trees, equals, d);
    if let (Form::Rust, Some(function), Some(_)) = (&value.form, ident(trees.first()), parentheses(trees.get(1)))
        && let Some(right) = respelt(&function.to_string())
    {
        let message = format!("no function `{function}`");
        d.error("N0115", crate::ast::Tokens::one(function.span()), message).suggest(Some(right));
        // Its arguments are those of the function that was meant.
        let meant = proc_macro2::Ident::new(right, function.span());
        if let Some(list) = parentheses(trees.get(1)).filter(|_| trees.len() == 2) {
            value.form = Form::Expr(Box::new(super::call::call(&meant, list, d)));
        }
    }
    if matches!(value.form, Form::Rust) && ident(trees.first()).is_some_and(|i| !is_capital(i)) {
        let mut silent = Diagnostics::default();
        if let Some((path, used)) = path::path(trees, path::Calls::End, &mut silent)
            && used == trees.len()
        {
            d.append(silent);
            value.form = Form::Expr(Box::new(Expr::Path(path)));
        }
    }
    value
}

/// The values between parentheses.
pub(super) fn list(list: &Group, d: &mut Diagnostics) -> Vec<Value> {
    let arguments = args::arguments(list, d);
    arguments.iter().map(|a| value(a, list.span_close(), d)).collect()
}

fn form(run: &[TokenTree], d: &mut Diagnostics) -> Form {
    if run.is_empty() {
        return Form::Empty;
    }
    if let Some(literal) = literal(run) {
        return Form::Literal(literal);
    }
    if let [TokenTree::Ident(i)] = run
        && (i == "True" || i == "False")
    {
        let right = i.to_string().to_lowercase();
        d.error("N0126", place(run, i.span()), format!("`{i}` is written `{right}`"));
        return Form::Literal(Literal::Bool(right == "true"));
    }
    if foreign(run, d) {
        return Form::Empty;
    }
    if run.len() == 1 && text(run.first()).is_some() {
        // In single quotes: rustc has said that a text has double ones.
        return Form::Empty;
    }
    if let [only] = run {
        if let Some(list) = parentheses(Some(only)) {
            return tuple(list, d);
        }
        if let Some(list) = brackets(Some(only)) {
            return array(list, d);
        }
    }
    let marks = scan(run);
    if marks.first().is_some_and(|m| m.sign == Sign::Closure) {
        return Form::Rust;
    }
    if let Some(range) = marks.iter().find(|m| m.sign == Sign::RangeInclusive) {
        let (left, right) = (&run[..range.at], &run[range.at + range.len..]);
        if left.is_empty() || right.is_empty() {
            return Form::Rust;
        }
        let span = run[range.at].span();
        return Form::Range(Box::new(value(left, span, d)), Box::new(value(right, span, d)));
    }
    if holds_function(run, &marks) {
        return Form::Expr(Box::new(expr::expr(run, Side::Rust, d)));
    }
    match undecided(run, &marks) {
        Some(chain) => Form::Chain(Box::new(chain)),
        None => Form::Rust,
    }
}

/// Whether a value is written as in Python or SQL, and can be none of Rust; reported.
fn foreign(run: &[TokenTree], d: &mut Diagnostics) -> bool {
    let here = place(run, Span::call_site());
    let name = ident(run.get(1)).map_or_else(|| "value".to_owned(), ToString::to_string);
    let message = match &run[0] {
        TokenTree::Punct(p) if p.as_char() == '?' && run.len() > 1 => {
            format!("`?` stands before the `=`: `path? = {name}`")
        }
        TokenTree::Punct(p) => {
            let path = p.spacing() == Spacing::Joint && is_punct(run.get(1), ':');
            match p.as_char() {
                '?' => "a value of Rust stands in the place of `?`: `path = value`".to_owned(),
                '$' | '@' | '%' => {
                    format!("a value of Rust stands in the place of `{}`: `path = value`", shown(&run[0]))
                }
                ':' if !path => format!("a variable of Rust stands as it is: `path = {name}`"),
                _ => return false,
            }
        }
        TokenTree::Ident(i) if run.len() == 1 && (i == "NULL" || i == "Null" || i == "null") => {
            format!("`{i}` is written `None`")
        }
        TokenTree::Ident(i) if run.len() == 1 && (i == "CURRENT_TIMESTAMP" || i == "CURRENT_DATE") => {
            format!("`{i}` is written `Now()`")
        }
        TokenTree::Ident(i) if i == "query" && run.len() == 3 && is_punct(run.get(1), '!') => {
            "a chain within a query stands without `query!`".to_owned()
        }
        TokenTree::Ident(i) if run.len() == 1 && (i == "Now" || i == "Random") => {
            format!("`{i}` is a function, written `{i}()`")
        }
        TokenTree::Group(list) if run.len() == 1 => {
            let inside = trees(list.stream());
            let of = |m: &Mark| m.sign == Sign::Adjacent && matches!(ident(inside.get(m.at)), Some(i) if i == "for");
            if list.delimiter() == proc_macro2::Delimiter::Brace || !scan(&inside).iter().any(of) {
                return false;
            }
            "a list is made by Rust: `rows.iter().map(|row| row.id)`".to_owned()
        }
        _ => return false,
    };
    d.error("N0126", here, message);
    true
}

/// `(a, b)`; `(a)` is its inner form.
fn tuple(list: &Group, d: &mut Diagnostics) -> Form {
    let inside = trees(list.stream());
    if inside.is_empty() {
        return Form::Rust;
    }
    let commas = scan(&inside).iter().filter(|m| m.sign == Sign::Comma).count();
    if commas == 0 {
        return form(&inside, d);
    }
    Form::Tuple(elements(&inside, list, d))
}

/// `[a, b]`; `[a; n]` is Rust.
fn array(list: &Group, d: &mut Diagnostics) -> Form {
    let inside = trees(list.stream());
    if inside.iter().any(|t| is_punct(Some(t), ';')) {
        return Form::Rust;
    }
    Form::Array(elements(&inside, list, d))
}

/// `[1, 2]`, `[]`: an array of literals and nothing else.
pub(super) fn literals(run: &[TokenTree]) -> Option<Form> {
    let ([only], mut silent) = (run, Diagnostics::default()) else { return None };
    let form = array(brackets(Some(only))?, &mut silent);
    (silent.is_empty() && constant(&form)).then_some(form)
}

fn constant(form: &Form) -> bool {
    match form {
        Form::Literal(_) => true,
        Form::Array(elements) => elements.iter().all(|e| constant(&e.form)),
        _ => false,
    }
}

/// Rust's own lists: what is wrong with their commas is for rustc to say.
fn elements(inside: &[TokenTree], list: &Group, d: &mut Diagnostics) -> Vec<Value> {
    let mut out = Vec::new();
    let mut from = 0;
    let ends = scan(inside).into_iter().filter(|m| m.sign == Sign::Comma).map(|m| m.at);
    for to in ends.chain([inside.len()]) {
        if from < to {
            out.push(value(&inside[from..to], list.span_close(), d));
        }
        from = to + 1;
    }
    out
}

/// `true`, `None`, `1`, `-1.5`, `"text"`: literals that mean the same in SQL. With a suffix, bytes and characters are
/// Rust.
pub(super) fn literal(run: &[TokenTree]) -> Option<Literal> {
    match run {
        [TokenTree::Ident(i)] => match i.to_string().as_str() {
            "true" => Some(Literal::Bool(true)),
            "false" => Some(Literal::Bool(false)),
            "None" => Some(Literal::None),
            _ => None,
        },
        [TokenTree::Literal(l)] => token(l, ""),
        [minus, TokenTree::Literal(l)] if is_punct(Some(minus), '-') => match token(l, "-") {
            Some(Literal::Text(_)) | None => None,
            number => number,
        },
        _ => None,
    }
}

fn token(literal: &proc_macro2::Literal, sign: &str) -> Option<Literal> {
    // A literal of `proc_macro2` made from a negative number holds its sign; what was written never does.
    if literal.to_string().starts_with('-') {
        return None;
    }
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(s) if s.suffix().is_empty() => Some(Literal::Text(s.value())),
        syn::Lit::Int(i) if i.suffix().is_empty() => {
            let digits = i.base10_digits();
            let text = format!("{sign}{digits}");
            Some(text.parse().map_or(Literal::Number(text), Literal::Integer))
        }
        syn::Lit::Float(f) if f.suffix().is_empty() => {
            let digits = literal.to_string().replace('_', "");
            Some(Literal::Number(format!("{sign}{}", digits.trim_end_matches('.'))))
        }
        _ => None,
    }
}

/// Whether a call of a function of the language is an operand of the expression.
pub(super) fn holds(run: &[TokenTree]) -> bool {
    holds_function(run, &scan(run))
}

fn holds_function(run: &[TokenTree], marks: &[Mark]) -> bool {
    let closure = marks.iter().find(|m| m.sign == Sign::Closure).map_or(run.len(), |m| m.at);
    let starts = marks.iter().filter(|m| m.sign != Sign::Try && m.sign != Sign::As).map(|m| m.at + m.len);
    starts.chain([0]).filter(|at| *at < closure).any(|at| {
        if let Some(list) = parentheses(run.get(at)) {
            let inside = trees(list.stream());
            let marks = scan(&inside);
            return !marks.iter().any(|m| m.sign == Sign::Comma) && holds_function(&inside, &marks);
        }
        call(&run[at..]).is_some()
    })
}

/// `Name(…)` of a function of the language at the beginning.
pub(super) fn call(run: &[TokenTree]) -> Option<(&proc_macro2::Ident, &Group)> {
    let name = ident(run.first())?;
    let list = parentheses(run.get(1))?;
    is_function(unmarked(&name.to_string())).then_some((name, list))
}

/// A chain, if the operand could be one: a capital name, alone or followed by `(`, `.` or `[`, and nothing but methods
/// and slices. Its mistakes stay with it until it is known to be one.
pub(super) fn undecided(run: &[TokenTree], marks: &[Mark]) -> Option<crate::ast::Chain> {
    let head = ident(run.first())?;
    let plain = matches!(head.to_string().as_str(), "Some" | "Ok" | "Err" | "Self" | "Box" | "Vec" | "String");
    if !is_capital(head) || plain || !marks.is_empty() {
        return None;
    }
    let mut at = if parentheses(run.get(1)).is_some() { 2 } else { 1 };
    while at < run.len() {
        if brackets(run.get(at)).is_some() {
            at += 1;
        } else if is_punct(run.get(at), '.') {
            match ident(run.get(at + 1)) {
                Some(_) if parentheses(run.get(at + 2)).is_some() => at += 3,
                Some(i) if i == "await" => return None,
                Some(_) => at += 2,
                // A dot with nothing after it, an editor is at work.
                None if at + 1 == run.len() => at += 1,
                None => return None,
            }
        } else {
            return None;
        }
    }
    let mut problems = Diagnostics::default();
    let mut chain = chain::chain(run, Start::Inner, &mut problems);
    chain.problems = problems;
    Some(chain)
}
