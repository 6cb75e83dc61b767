//! Expressions of the language: `quantity * unit_price`, `Lower(name)`, `F(stock) - n`.
//!
//! In: trees, and on which side they stand. Out: an expression. On the SQL side names are paths and `{…}` is Rust; on
//! the Rust side a part without a function of the language is one Rust value.

use super::path::{self, Calls};
use super::scan::{Mark, Sign, scan};
use super::tokens::{
    braces, brackets, ident, is_punct, name, parentheses, place, shown, stream, text, trees, unmarked,
};
use super::{args, call, condition, phrase, value};
use crate::ast::{Condition, Expr, Form, Operator, Path, SegmentKind, Tokens, Value};
use crate::diagnostic::Diagnostics;
use crate::tables::foreign;
use crate::tables::methods::method;
use crate::tables::names::respelt;
use proc_macro2::{Span, TokenStream, TokenTree};

/// Where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Names are fields.
    Sql,
    /// Names are Rust's.
    Rust,
}

/// More operators than this in one expression and it is a table, not an expression; deeper trees would also cost the
/// stack of whoever walks them.
const MOST: usize = 400;

/// The expression that the trees are. Nothing at all is reported at `missing`.
pub(super) fn required(run: &[TokenTree], missing: Span, d: &mut Diagnostics) -> Expr {
    if run.is_empty() {
        d.error("N0104", Tokens::one(missing), "expected an expression");
        return Expr::Error;
    }
    expr(run, Side::Sql, d)
}

/// The expression that the trees are.
pub(super) fn expr(run: &[TokenTree], side: Side, d: &mut Diagnostics) -> Expr {
    let here = place(run, Span::call_site());
    let marks = scan(run);
    if crowded(&marks, here, d) {
        return Expr::Error;
    }
    if side == Side::Rust && !value::holds(run) {
        return rust(run, here.first, d);
    }
    if let Some(literal) = value::literal(run) {
        return Expr::Literal(literal, here);
    }
    let stray = |m: &&Mark| m.sign == Sign::Assign || m.sign == Sign::Closure && side == Side::Sql;
    if let Some(m) = marks.iter().find(stray) {
        return misplaced(run, *m, side, d);
    }
    if logical(run, &marks) {
        return Expr::Condition(Box::new(condition::algebra(run, d)), here);
    }
    if let Some(m) =
        marks.iter().find(|m| matches!(m.sign, Sign::Range | Sign::RangeInclusive | Sign::OrOr | Sign::AndAnd))
    {
        return misplaced(run, *m, side, d);
    }
    for level in LEVELS {
        if let Some(m) = marks.iter().find(|m| level.contains(&m.sign)) {
            return if m.sign == Sign::Other { misplaced(run, *m, side, d) } else { fold(run, &marks, level, side, d) };
        }
    }
    operand(run, &marks, side, d)
}

/// Whether there are more operators than anyone reads; reported.
pub(super) fn crowded(marks: &[Mark], here: Tokens, d: &mut Diagnostics) -> bool {
    let many = marks.len() > MOST;
    if many {
        d.error("N0127", here, format!("an expression of more than {MOST} operators"));
    }
    many
}

/// Operators of one precedence each, the loosest first.
const LEVELS: &[&[Sign]] = &[
    &[Sign::Pipe],
    &[Sign::Caret],
    &[Sign::Ampersand],
    &[Sign::Other],
    &[Sign::Plus, Sign::Minus],
    &[Sign::Star, Sign::Slash, Sign::Percent],
];

fn operator(sign: Sign) -> Option<Operator> {
    Some(match sign {
        Sign::Pipe => Operator::Or,
        Sign::Ampersand => Operator::And,
        Sign::Plus => Operator::Add,
        Sign::Minus => Operator::Subtract,
        Sign::Star => Operator::Multiply,
        Sign::Slash => Operator::Divide,
        Sign::Percent => Operator::Remainder,
        _ => return None,
    })
}

/// Splits at the operators of one level, from the left. On the Rust side the operands before the first one that holds
/// a function are one value, as Rust groups them.
fn fold(run: &[TokenTree], marks: &[Mark], level: &[Sign], side: Side, d: &mut Diagnostics) -> Expr {
    let cuts: Vec<&Mark> = marks.iter().filter(|m| level.contains(&m.sign)).collect();
    let end = |i: usize| cuts.get(i).map_or(run.len(), |m| m.at);
    let start = |i: usize| cuts[i].at + cuts[i].len;
    let mut next = 0;
    if side == Side::Rust {
        while next < cuts.len() && !value::holds(&run[..end(next)]) {
            next += 1;
        }
        next = next.saturating_sub(1);
    }
    let mut left = part(&run[..end(next)], run[end(next).min(run.len() - 1)].span(), side, d);
    for i in next..cuts.len() {
        let mark = cuts[i];
        let span = run[mark.at].span();
        let right = part(&run[start(i)..end(i + 1)], span, side, d);
        left = if let Some(operator) = operator(mark.sign) {
            Expr::Binary { left: Box::new(left), operator, span, right: Box::new(right) }
        } else {
            d.error("N0114", Tokens::one(span), "`^` joins conditions only, `Q(…) ^ Q(…)`");
            Expr::Error
        };
    }
    left
}

/// An operand beside the operator at `beside`.
fn part(run: &[TokenTree], beside: Span, side: Side, d: &mut Diagnostics) -> Expr {
    if run.is_empty() {
        d.error("N0104", Tokens::one(beside), "expected an operand on both sides of the operator");
        // On the Rust side a name in this slot would be Rust's.
        return match side {
            Side::Sql => Expr::Error,
            Side::Rust => Expr::Rust(value::value(run, beside, d)),
        };
    }
    expr(run, side, d)
}

/// Whether the expression is a condition: it compares, or joins or negates `Q` and `Exists`.
fn logical(run: &[TokenTree], marks: &[Mark]) -> bool {
    if marks.iter().any(|m| matches!(m.sign, Sign::Compare(_))) {
        return true;
    }
    // A negation further in is reached when what stands before it has been read.
    let joins = |m: &Mark| match m.sign {
        Sign::Pipe | Sign::Ampersand | Sign::Caret | Sign::AndAnd | Sign::OrOr => true,
        Sign::Not => m.at == 0,
        _ => false,
    };
    if !marks.iter().any(joins) {
        return matches!(value::call(run), Some((n, _)) if n == "Q");
    }
    let starts = [0].into_iter().chain(marks.iter().map(|m| m.at + m.len));
    starts.filter(|at| *at < run.len()).any(|at| {
        if let Some(list) = parentheses(run.get(at)) {
            let inside = trees(list.stream());
            return logical(&inside, &scan(&inside));
        }
        matches!(value::call(&run[at..]), Some((n, _)) if n == "Q" || n == "Exists")
    })
}

/// An operator that the language has not.
fn misplaced(run: &[TokenTree], mark: Mark, side: Side, d: &mut Diagnostics) -> Expr {
    let here = place(&run[mark.at..(mark.at + mark.len.max(1)).min(run.len())], Span::call_site());
    let operator: String = run[mark.at..mark.at + mark.len].iter().map(ToString::to_string).collect();
    match (mark.sign, side) {
        (Sign::Closure, _) => {
            d.error("N0115", here, "expected an expression, found Rust; a Rust value stands in `{ }`");
        }
        (Sign::Assign, _) => {
            let word = run[..mark.at].last().map(shown).unwrap_or_default();
            match foreign::option(&word).filter(|_| mark.at == 1) {
                Some(hint) => {
                    let error = d.error("N0125", place(run, Span::call_site()), format!("`{word}` is no option here"));
                    error.note(foreign::sentence(hint))
                }
                None => d.error("N0125", here, "unexpected `=` in an expression; a condition stands in `Q(…)`"),
            };
        }
        (_, Side::Rust) => {
            let text = format!("`{operator}` has no meaning beside a function of the language");
            match foreign::sign(&operator) {
                Some(hint) => d.error("N0114", here, text).note(hint),
                None => d.error("N0114", here, format!("{text}; put the Rust part in `{{ }}`")),
            };
        }
        (_, Side::Sql) => {
            let text = format!("`{operator}` is no operator of the language");
            match foreign::sign(&operator) {
                Some(hint) => d.error("N0115", here, text).note(hint),
                None => d.error("N0115", here, format!("{text}; a Rust expression stands in `{{ }}`")),
            };
        }
    }
    Expr::Error
}

/// A part that is Rust's, a literal apart.
fn rust(run: &[TokenTree], missing: Span, d: &mut Diagnostics) -> Expr {
    if let Some(literal) = value::literal(run) {
        return Expr::Literal(literal, place(run, missing));
    }
    if let [TokenTree::Group(_)] = run
        && let Some(g) = braces(run.first())
    {
        return embedded(g, d);
    }
    Expr::Rust(value::value(run, missing, d))
}

/// `{ rust }`.
fn embedded(list: &proc_macro2::Group, d: &mut Diagnostics) -> Expr {
    let inside = trees(list.stream());
    if inside.is_empty() {
        d.error("N0104", Tokens::one(list.span()), "expected a Rust expression between the braces");
        return Expr::Rust(value::value(&inside, list.span(), d));
    }
    // A block of statements keeps its braces.
    let block = inside.iter().any(|t| is_punct(Some(t), ';'));
    let tokens = if block { TokenTree::from(list.clone()).into() } else { stream(&inside) };
    Expr::Rust(bound(tokens, &inside))
}

/// A value that is Rust whatever it looks like; a literal stays one, and so does an array of literals.
pub(super) fn bound(tokens: TokenStream, inside: &[TokenTree]) -> Value {
    let form = match value::literal(inside) {
        Some(literal) => Form::Literal(literal),
        None => value::literals(inside).unwrap_or(Form::Rust),
    };
    Value { tokens, place: place(inside, Span::call_site()), form }
}

/// An expression without operators between operands.
fn operand(run: &[TokenTree], marks: &[Mark], side: Side, d: &mut Diagnostics) -> Expr {
    let here = place(run, Span::call_site());
    if let Some(m) = marks.iter().find(|m| m.sign == Sign::As) {
        return misplaced(run, *m, side, d);
    }
    if let Some(m) = marks.first()
        && m.at == 0
    {
        let rest = &run[m.len..];
        return match m.sign {
            Sign::Negative => Expr::Negative(Box::new(part(rest, run[0].span(), side, d)), run[0].span()),
            Sign::Deref if run.len() == 1 => Expr::Star(run[0].span()),
            Sign::Not => Expr::Condition(Box::new(condition::algebra(run, d)), here),
            _ => misplaced(run, *m, side, d),
        };
    }
    if let Some(m) = marks.iter().find(|m| m.sign == Sign::Try) {
        return misplaced(run, *m, side, d);
    }
    if let Some(g) = braces(run.first()) {
        junk(&run[1..], "a Rust value", d);
        return embedded(g, d);
    }
    if let Some(g) = parentheses(run.first()) {
        junk(&run[1..], "an expression", d);
        let mut inside = args::arguments(g, d).into_iter();
        return match (inside.next(), inside.next()) {
            (Some(one), None) => expr(&one, side, d),
            (None, _) => {
                d.error("N0104", Tokens::one(g.span()), "expected an expression between the parentheses");
                Expr::Error
            }
            _ => {
                d.error("N0115", Tokens::one(g.span()), "expected one expression, found a list");
                Expr::Error
            }
        };
    }
    if value::literals(run).is_some() {
        return Expr::Rust(bound(stream(run), run));
    }
    if let Some((function, list)) = value::call(run) {
        let mut call = call::call(function, list, d);
        if let Some(found) = phrase::phrase(run) {
            let _ = found.condition(d);
            return Expr::Error;
        }
        if let Some(rest) = run.get(2) {
            if let Expr::Call(call) = &mut call {
                call.spoilt = true;
            }
            let message = match side {
                Side::Rust => format!(
                    "unexpected `{}` after a function of the language; put the Rust part in `{{ }}`",
                    shown(rest)
                ),
                Side::Sql => format!("unexpected `{}` after a function", shown(rest)),
            };
            let behind = ident(run.get(3)).filter(|_| is_punct(Some(rest), '.')).map(ToString::to_string);
            let hint = behind.and_then(|word| foreign::operator(&word)).filter(|hint| !hint.contains("{path}"));
            let (cast, slice) = (is_punct(Some(rest), ':'), brackets(Some(rest)).is_some());
            let error = d.error("N0114", place(&run[2..], rest.span()), message);
            if cast {
                "`::` has no meaning behind an expression".clone_into(&mut error.message);
                error.note("`Cast(e, Type)` converts");
            } else if slice {
                error.note("`Substr(e, start, length)` cuts a text, from 1 on");
            } else if let Some(hint) = hint {
                format!("unexpected `.{}` after a function", run.get(3).map(shown).unwrap_or_default())
                    .clone_into(&mut error.message);
                error.note(foreign::sentence(hint));
            }
        }
        return call;
    }
    if let Some(chain) = value::undecided(run, marks) {
        return Expr::Chain(Box::new(chain));
    }
    named(run, d)
}

/// A path, or what somebody took for one.
fn named(run: &[TokenTree], d: &mut Diagnostics) -> Expr {
    let here = place(run, Span::call_site());
    if let (Some(function), Some(list)) = (ident(run.first()), parentheses(run.get(1))) {
        let written = name(function).text;
        let message = format!("no function `{written}`; a Rust call stands in `{{ }}`");
        let right = respelt(&written);
        let error = d.error("N0115", Tokens::one(function.span()), message).suggest(right);
        if written == "filter" {
            error.note("what an aggregate counts is said by `filter = Q(…)`");
        } else if let (None, Some(hint)) = (right, foreign::function(&written)) {
            error.note(foreign::sentence(hint));
        }
        // What stands in it is read for the editor's sake only.
        let _ = call::call(function, list, &mut Diagnostics::default());
        return Expr::Error;
    }
    let rust = matches!(run.get(1), Some(TokenTree::Punct(p)) if p.as_char() == ':' || p.as_char() == '!')
        || matches!(run.get(1), Some(TokenTree::Group(g)) if g.delimiter() == proc_macro2::Delimiter::Brace)
        || ident(run.first()).is_none() && text(run.first()).is_none();
    if rust {
        d.error("N0115", here, "expected an expression of the language; a Rust value stands in `{ }`");
        return Expr::Error;
    }
    if text(run.first()).is_some() && run.len() == 1 {
        // In single quotes: rustc has said that a text has double ones.
        return Expr::Error;
    }
    let Some((path, used)) = path::path(run, Calls::Segments, d) else {
        d.error("N0115", here, "expected an expression");
        return Expr::Error;
    };
    if let Some(rest) = run.get(used)
        && !path.dangling
    {
        match phrase::phrase(run) {
            Some(found) => {
                let _ = found.condition(d);
                return Expr::Error;
            }
            None => {
                d.error("N0116", place(&run[used..], rest.span()), format!("unexpected `{}`", shown(rest)));
            }
        }
    }
    if chained(&path, d) { Expr::Error } else { Expr::Path(path) }
}

/// Whether a chain on a relation stands where only a path can; reported.
fn chained(path: &Path, d: &mut Diagnostics) -> bool {
    let call = path.segments.iter().find_map(|s| match &s.kind {
        SegmentKind::Call(called, _) if method(unmarked(called)).is_some() => Some((called, s.span)),
        _ => None,
    });
    let Some((called, span)) = call else { return false };
    let message = format!("unexpected `.{called}(…)` on a path; conditions of an aggregate stand in `filter = Q(…)`");
    d.error("N0115", Tokens::one(span), message);
    true
}

fn junk(rest: &[TokenTree], after: &str, d: &mut Diagnostics) {
    if let Some(first) = rest.first() {
        d.error("N0116", place(rest, first.span()), format!("unexpected `{}` after {after}", shown(first)));
    }
}

/// An expression as a condition, for `When` and `filter =`.
pub(super) fn into_expr(condition: Condition, here: Tokens) -> Expr {
    match condition {
        Condition::Error => Expr::Error,
        other => Expr::Condition(Box::new(other), here),
    }
}
