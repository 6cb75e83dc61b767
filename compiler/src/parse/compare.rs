//! Comparisons by an operator: `F(a) > F(b)`, and lookups that were written so.
//!
//! In: the trees on both sides of the operator. Out: a comparison of expressions; what should be a lookup is reported with
//! the way it is written.

use super::condition::spelling;
use super::expr::{self, Side};
use super::path::{self, Calls};
use super::scan::{Mark, Sign, scan};
use super::tokens::{ident, is_punct, is_word, place};
use super::{phrase, value};
use crate::ast::{Comparison, Condition, Lookup, Tokens};
use crate::diagnostic::Diagnostics;
use proc_macro2::{Span, TokenTree};

/// `F(a) > F(b)`; without a function of the language it is a lookup that was written as Rust would.
pub(super) fn compare(run: &[TokenTree], mark: Mark, d: &mut Diagnostics) -> Condition {
    let Sign::Compare(operator) = mark.sign else { return Condition::Error };
    let (left, right) = (&run[..mark.at], &run[mark.at + mark.len..]);
    let here = place(&run[mark.at..mark.at + mark.len], Span::call_site());
    if operator == Comparison::Less && is_punct(right.first(), '>') && phrase::whole(left).is_some() {
        let path = phrase::whole(left);
        let shown = path.as_ref().map_or_else(String::new, spelling);
        let value = &right[1..];
        let here = place(&run[mark.at..mark.at + 2], Span::call_site());
        d.error("N0109", here, format!("`<>` is written `!Q({shown} = {})`", phrase::written(value)));
        return Condition::Reported(path, vec![value::value(value, here.last, d)]);
    }
    let complete = !left.is_empty() && !right.is_empty();
    if !complete {
        d.error("N0104", here, "expected an expression on both sides of the comparison");
    }
    let marks = scan(right);
    if let Some(second) = marks.iter().find(|m| matches!(m.sign, Sign::Compare(_))) {
        let at = &right[second.at..second.at + second.len];
        d.error("N0109", place(at, here.first), "comparisons cannot follow each other; each stands in `Q(…)`");
        return Condition::Error;
    }
    if value::holds(left) || value::holds(right) {
        let left = expr::expr(left, Side::Rust, d);
        let right = expr::expr(right, Side::Rust, d);
        return Condition::Compare { left, operator, span: here.first, right };
    }
    if complete {
        return lookup_like(left, operator, right, here, d);
    }
    lookup_like(left, operator, right, here, &mut Diagnostics::default())
}

/// `price > 10`, `name == "x"`.
fn lookup_like(
    left: &[TokenTree],
    operator: Comparison,
    right: &[TokenTree],
    here: Tokens,
    d: &mut Diagnostics,
) -> Condition {
    let written = symbol(operator);
    let not = is_word(left.first(), "not");
    let mut silent = Diagnostics::default();
    let found = ident(left.first()).and_then(|_| path::path(left, Calls::Segments, &mut silent));
    let Some((path, _)) = found.filter(|(_, used)| *used == left.len() && !not) else {
        d.error("N0109", here, format!("`{written}` compares expressions, and none stands beside it"))
            .note("a lookup is `path = value`, `path.gt = value`; a field in an expression is `F(path)`");
        return Condition::Error;
    };
    let (shown, written_value) = (spelling(&path), phrase::written(right));
    match operator {
        Comparison::Equal => {
            let value = value::value(right, here.last, d);
            d.error(
                "N0108",
                here,
                format!("`==` compares expressions; a lookup has one `=`: `{shown} = {written_value}`"),
            );
            if matches!(value.form, crate::ast::Form::Rust) {
                return Condition::Reported(Some(path), vec![value]);
            }
            return Condition::Lookup(Lookup { path, optional: false, equals: here.first, value });
        }
        Comparison::NotEqual => {
            let message = format!("`!=` compares expressions; a lookup is negated by `!Q({shown} = {written_value})`");
            d.error("N0109", here, message);
        }
        _ => {
            let lookup = match operator {
                Comparison::Less => "lt",
                Comparison::LessEqual => "lte",
                Comparison::Greater => "gt",
                _ => "gte",
            };
            let message =
                format!("`{written}` compares expressions; a lookup is written `{shown}.{lookup} = {written_value}`");
            d.error("N0109", here, message);
        }
    }
    let value = value::value(right, here.last, d);
    Condition::Reported(Some(path), vec![value])
}

fn symbol(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterEqual => ">=",
    }
}
