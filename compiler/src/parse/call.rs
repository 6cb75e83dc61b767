//! Calls of functions: `Sum(quantity * unit_price, filter = Q(…))`, `Case(When(a = 1, then = b), default = c)`.
//!
//! In: the name and its parentheses. Out: a call whose arguments are read as the function's row says: most take
//! expressions, a few take conditions, chains, Rust values or a type.

use super::chain::{self, Start};
use super::tokens::{ident, is_capital, is_marker, name, parentheses, place, stream, text, unmarked};
use super::{args, condition, expr, order, path, raw, value};
use crate::ast::{Call, CallOption, Condition, Expr, Literal, Name, OptionValue, Tokens};
use crate::diagnostic::Diagnostics;
use proc_macro2::{Group, Ident, TokenTree};

/// Reads the arguments of a function. `Q(…)` becomes a condition.
pub(super) fn call(function: &Ident, list: &Group, d: &mut Diagnostics) -> Expr {
    let whole = Tokens { first: function.span(), last: list.span() };
    let called = name(function);
    if unmarked(&called.text) == "Q" {
        let all = condition::conditions(list, d);
        return Expr::Condition(Box::new(Condition::All(all, whole)), whole);
    }
    let before = d.len();
    let (arguments, options) = (Vec::new(), Vec::new());
    let mut out = Call { name: called, arguments, options, parentheses: list.span(), spoilt: false };
    let arguments = args::arguments(list, d);
    // One more that is only being written behind it leaves the last one what it is.
    let written = arguments.iter().rposition(|argument| !matches!(argument.as_slice(), [one] if is_marker(one)));
    let last = written.unwrap_or_default();
    for (i, argument) in arguments.iter().enumerate() {
        let position = Position { index: i, last: i == last };
        one(argument, position, list, &mut out, d);
    }
    if matches!(out.name.text.as_str(), "Exists" | "Subquery") && out.arguments.len() != 1 {
        let message = format!("expected one chain in `{}(…)`", out.name.text);
        d.error("N0125", whole, message);
    }
    out.spoilt = d.len() > before;
    Expr::Call(out)
}

/// Functions whose argument is hardly ever a constant text, but is in quotes in Django.
const OF_PATHS: &[&str] = &["F", "OuterRef", "Count", "Sum", "Avg", "Min", "Max"];

/// The same for the first argument only.
const FIRST_OF_PATHS: &[&str] = &[
    "StdDev",
    "Variance",
    "ArrayAgg",
    "StringAgg",
    "JSONBAgg",
    "BoolAnd",
    "BoolOr",
    "BitAnd",
    "BitOr",
    "BitXor",
    "FirstValue",
    "LastValue",
    "NthValue",
    "Lag",
    "Lead",
];

/// Whether a text in quotes was meant as a name.
fn takes_path(function: &str, index: usize) -> bool {
    let first = FIRST_OF_PATHS.contains(&function) || function.starts_with("Trunc") || function.starts_with("Extract");
    OF_PATHS.contains(&function) || first && index == 0
}

#[derive(Clone, Copy)]
struct Position {
    index: usize,
    last: bool,
}

/// Adds one argument to the call.
fn one(argument: &[TokenTree], position: Position, list: &Group, out: &mut Call, d: &mut Diagnostics) {
    let function = out.name.text.clone();
    match function.as_str() {
        "Exists" | "Subquery" => {
            // More than one is a mistake of its own.
            let mut silent = Diagnostics::default();
            let chain = chain::chain(argument, Start::Inner, if position.index == 0 { d } else { &mut silent });
            return out.arguments.push(Expr::Chain(Box::new(chain)));
        }
        "When" => return when(argument, out, d),
        _ => {}
    }
    if let Some(cut) = args::assigned(argument) {
        return option(&function, &cut, out, d);
    }
    if let [TokenTree::Ident(word), TokenTree::Group(_)] = argument
        && let Some(inner) = parentheses(argument.get(1))
        && let Some(value) = group(&word.to_string(), inner, d)
    {
        let at = out.arguments.len();
        return out.options.push(CallOption { name: name(word), value, at });
    }
    let is_type = match function.as_str() {
        "Cast" | "Value" => position.index == 1,
        "RawSQL" => position.index > 0 && position.last,
        // While it is not written the last argument is one.
        "Func" => position.index > 0 && position.last && ident(argument.first()).is_some_and(is_capital),
        _ => false,
    };
    if is_type {
        let ident = Ident::new("type", place(argument, list.span()).first);
        let name = Name { text: "type".to_owned(), ident };
        let (value, at) = (OptionValue::Tokens(stream(argument)), out.arguments.len());
        return out.options.push(CallOption { name, value, at });
    }
    if function == "RawSQL" && position.index > 0 {
        // What stands between the text and the type is one mistake.
        if position.index == 1 {
            let text = "`RawSQL` takes a text, whose braces bind values, and a type";
            let error = d.error("N0125", place(argument, list.span()), text);
            error.note("`RawSQL(\"price * {factor}\", Decimal)` is one");
        }
        return;
    }
    if let (0, Some(Literal::Text(written))) = (position.index, value::literal(argument))
        && function == "RawSQL"
    {
        let pieces = raw::pieces(&written, place(argument, list.span()), d);
        return out.arguments.extend(pieces.unwrap_or_else(|| vec![Expr::Error]));
    }
    if let Some(written) = text(argument.first()).filter(|_| takes_path(&function, position.index)) {
        let message = format!("expected a path in `{function}(…)`, found text");
        let error = d.error("N0107", place(argument, list.span()), message);
        if written == "*" {
            error.note(format!("all rows are counted by `{function}()`"));
        } else if let Some(plain) = path::strip(&written) {
            error.note(format!("names are written without quotes: `{function}({plain})`"));
        }
        return out.arguments.push(Expr::Error);
    }
    out.arguments.push(if function == "Value" && value::literal(argument).is_none() {
        Expr::Rust(expr::bound(stream(argument), argument))
    } else {
        expr::required(argument, list.span_close(), d)
    });
}

/// `When(cond, then = e)`; its conditions may be several.
fn when(argument: &[TokenTree], out: &mut Call, d: &mut Diagnostics) {
    if let Some(cut) = args::assigned(argument)
        && matches!(cut.left, [TokenTree::Ident(i)] if i == "then")
    {
        return option("When", &cut, out, d);
    }
    let here = place(argument, out.parentheses);
    if !out.arguments.is_empty()
        && let Some(literal) = value::literal(argument)
    {
        let found: String = argument.iter().map(ToString::to_string).collect();
        let error = d.error("N0107", here, format!("expected a condition or `then = …`, found `{found}`"));
        error.note(format!("what the branch gives is written `then = {found}`"));
        let then = Name { text: "then".into(), ident: Ident::new("then", here.first) };
        let value = OptionValue::Expr(Expr::Literal(literal, here));
        out.options.push(CallOption { name: then, value, at: out.arguments.len() });
        return;
    }
    out.arguments.push(expr::into_expr(condition::condition(argument, d), here));
}

/// `name = value`.
fn option(function: &str, cut: &args::Assigned<'_>, out: &mut Call, d: &mut Diagnostics) {
    let [TokenTree::Ident(word)] = cut.left else {
        let here = place(cut.left, cut.equals);
        let message = format!("a condition has no place in `{function}(…)`; `filter = Q(…)` takes one");
        d.error("N0125", here, message);
        return;
    };
    if cut.optional {
        d.error("N0125", Tokens::one(cut.equals), "`? =` stands in conditions and writes only");
    }
    let name = name(word);
    let value = match name.text.as_str() {
        _ if function == "JSONObject" => OptionValue::Expr(expr_after(cut, d)),
        "default" | "then" => OptionValue::Expr(expr_after(cut, d)),
        "filter" if cut.right.is_empty() => {
            d.error("N0105", Tokens::one(cut.equals), "expected a condition after `=`");
            OptionValue::Condition(Condition::Error)
        }
        "filter" => OptionValue::Condition(condition::condition(cut.right, d)),
        _ => OptionValue::Value(value::required(cut.right, cut.equals, d)),
    };
    out.options.push(CallOption { name, value, at: out.arguments.len() });
}

fn expr_after(cut: &args::Assigned<'_>, d: &mut Diagnostics) -> Expr {
    if cut.right.is_empty() {
        d.error("N0105", Tokens::one(cut.equals), "expected an expression after `=`");
        return Expr::Error;
    }
    expr::expr(cut.right, expr::Side::Sql, d)
}

/// `order_by(…)`, `partition_by(…)`, `frame(…)`.
fn group(word: &str, inner: &Group, d: &mut Diagnostics) -> Option<OptionValue> {
    Some(match word {
        "order_by" => OptionValue::Orders(order::orders(inner, d)),
        "partition_by" => OptionValue::Exprs(exprs(inner, d)),
        "frame" => OptionValue::Tokens(inner.stream()),
        _ => return None,
    })
}

fn exprs(inner: &Group, d: &mut Diagnostics) -> Vec<Expr> {
    args::arguments(inner, d).iter().map(|a| expr::required(a, inner.span_close(), d)).collect()
}
