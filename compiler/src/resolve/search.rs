//! Full-text search: `SearchVector(a, b, config = "english", weight = "A")`, `SearchQuery(v, search_type = websearch)`,
//! `SearchRank(v, q, normalization = 2)`, `SearchHeadline(text, q, start_sel = "<b>")`.

use super::call::{count, name_tokens, option, options};
use super::context::{Context, Names};
use super::expr::{expr, is_untyped};
use super::function;
use super::shape::expr_tokens;
use crate::ast::{self, Call, Form, Literal, OptionValue, Value};
use crate::check::literal::{integer_constant, text_constant};
use crate::check::types::{article, bare, describe};
use crate::hir::{Expr, ExprKind, SqlType};
use nuages_schema::suggest::nearest;

/// SQL of a vector, with and without a configuration.
const VECTOR: (&str, &str) = ("TO_TSVECTOR({0})", "TO_TSVECTOR({1}::regconfig, {0})");

/// Weights with their SQL.
const WEIGHTS: &[(&str, &str)] = &[
    ("A", "SETWEIGHT({0}, 'A')"),
    ("B", "SETWEIGHT({0}, 'B')"),
    ("C", "SETWEIGHT({0}, 'C')"),
    ("D", "SETWEIGHT({0}, 'D')"),
];

/// Types of queries with their SQL, without and with a configuration.
const QUERIES: &[(&str, &str, &str)] = &[
    ("plain", "PLAINTO_TSQUERY({0})", "PLAINTO_TSQUERY({1}::regconfig, {0})"),
    ("phrase", "PHRASETO_TSQUERY({0})", "PHRASETO_TSQUERY({1}::regconfig, {0})"),
    ("raw", "TO_TSQUERY({0})", "TO_TSQUERY({1}::regconfig, {0})"),
    ("websearch", "WEBSEARCH_TO_TSQUERY({0})", "WEBSEARCH_TO_TSQUERY({1}::regconfig, {0})"),
];

/// `SearchVector(…)`: the texts as one vector. `None`: reported.
pub fn vector(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &["config", "weight"])?;
    count(cx, call, 1, usize::MAX)?;
    let config = constant(cx, call, "config").ok()?;
    let weight = constant(cx, call, "weight").ok()?;
    let weighted = weight.as_ref().map(|weight| WEIGHTS.iter().find(|(name, _)| name == weight));
    if let (Some(weight), Some(None)) = (&weight, weighted) {
        let text = format!("a weight is \"A\", \"B\", \"C\" or \"D\", found {weight:?}");
        cx.diagnostics.error("N0306", name_tokens(call), text);
        return None;
    }
    let mut texts = Vec::new();
    for written in &call.arguments {
        let found = expr(cx, names, written, is_untyped(written).then(|| bare(SqlType::Text)).as_ref())?;
        let nullable = found.nullable;
        let text = if found.ty.is_text() {
            found
        } else {
            Expr { kind: ExprKind::Cast(Box::new(found)), ty: SqlType::Text, nullable }
        };
        texts.push(made(if nullable { "COALESCE({0}, '')" } else { "{0}" }, vec![text], SqlType::Text));
    }
    let joined = texts.into_iter().reduce(|a, b| made("({0} || ' ' || {1})", vec![a, b], SqlType::Text))?;
    let vector = match config {
        None => made(VECTOR.0, vec![joined], SqlType::TsVector),
        Some(config) => made(VECTOR.1, vec![joined, text_constant(&config)], SqlType::TsVector),
    };
    Some(match weighted.flatten() {
        None => vector,
        Some((_, sql)) => made(sql, vec![vector], SqlType::TsVector),
    })
}

/// `SearchQuery(…)`. `None`: reported.
pub fn query(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &["config", "search_type"])?;
    count(cx, call, 1, 1)?;
    let config = constant(cx, call, "config").ok()?;
    let kind = constant(cx, call, "search_type").ok()?.unwrap_or_else(|| "plain".into());
    let Some((_, plain, configured)) = QUERIES.iter().find(|(name, ..)| *name == kind) else {
        let known = QUERIES.iter().map(|(name, ..)| *name);
        let text = format!("no search type `{kind}`; there are plain, phrase, raw, websearch");
        cx.diagnostics.error("N0306", name_tokens(call), text).suggest(nearest(&kind, known));
        return None;
    };
    let written = &call.arguments[0];
    let found = expr(cx, names, written, is_untyped(written).then(|| bare(SqlType::Text)).as_ref())?;
    if !found.ty.is_text() {
        let ty = article(&describe(cx.schema, &found.ty));
        let tokens = expr_tokens(written, name_tokens(call));
        cx.diagnostics.error("N0303", tokens, format!("`SearchQuery` takes text, found {ty}"));
        return None;
    }
    let nullable = found.nullable;
    let (sql, operands) = match config {
        None => (*plain, vec![found]),
        Some(config) => (*configured, vec![found, text_constant(&config)]),
    };
    Some(Expr { nullable, ..made(sql, operands, SqlType::TsQuery) })
}

/// What the named arguments of `SearchHeadline` are called in SQL, and what they take.
const HEADLINE: &[(&str, &str, Takes)] = &[
    ("start_sel", "StartSel", Takes::Text),
    ("stop_sel", "StopSel", Takes::Text),
    ("max_words", "MaxWords", Takes::Integer),
    ("min_words", "MinWords", Takes::Integer),
    ("short_word", "ShortWord", Takes::Integer),
    ("highlight_all", "HighlightAll", Takes::Bool),
    ("max_fragments", "MaxFragments", Takes::Integer),
    ("fragment_delimiter", "FragmentDelimiter", Takes::Text),
];

#[derive(Clone, Copy)]
enum Takes {
    Text,
    Integer,
    Bool,
}

/// `SearchHeadline(text, query, config = "english", start_sel = "<b>", max_words = 20, …)`. `None`: reported.
pub fn headline(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    let allowed: Vec<&str> = ["config"].into_iter().chain(HEADLINE.iter().map(|(name, ..)| *name)).collect();
    options(cx, call, &allowed)?;
    let config = constant(cx, call, "config").ok()?;
    let mut settings = Vec::new();
    for (name, sql, takes) in HEADLINE {
        let Some(found) = given(call, name) else { continue };
        let setting = match (&found.form, takes) {
            (Form::Empty, _) => return None,
            (Form::Literal(Literal::Text(text)), Takes::Text) => quoted(text),
            (Form::Literal(Literal::Integer(n)), Takes::Integer) if i32::try_from(*n).is_ok() => n.to_string(),
            (Form::Literal(Literal::Bool(b)), Takes::Bool) => b.to_string(),
            _ => {
                let words = match takes {
                    Takes::Text => "a text",
                    Takes::Integer => "a whole number",
                    Takes::Bool => "`true` or `false`",
                };
                cx.diagnostics.error("N0306", found.place, format!("`{name}` of `SearchHeadline` is {words}"));
                return None;
            }
        };
        settings.push(format!("{sql}={setting}"));
    }
    let settings = (!settings.is_empty()).then(|| settings.join(", "));
    let plain = function::positional(cx, names, call, None)?;
    let sql = match (&config, &settings) {
        (None, None) => return Some(plain),
        (None, Some(_)) => "TS_HEADLINE({0}, {1}, {2})",
        (Some(_), None) => "TS_HEADLINE({2}::regconfig, {0}, {1})",
        (Some(_), Some(_)) => "TS_HEADLINE({2}::regconfig, {0}, {1}, {3})",
    };
    extended(plain, sql, config.iter().chain(&settings).map(|text| text_constant(text)))
}

/// A text as the options of a headline write it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\"\""))
}

/// `SearchRank(vector, query, weights = [0.1, 0.2, 0.4, 1.0], normalization = 2, cover_density = true)`, the weights
/// from D to A. `None`: reported.
pub fn rank(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &["weights", "normalization", "cover_density"])?;
    let weights = match given(call, "weights").map(|v| (v, &v.form)) {
        None => None,
        Some((_, Form::Empty)) => return None,
        Some((_, Form::Array(four))) if four.len() == 4 && four.iter().all(|w| number(w).is_some()) => {
            Some(four.iter().filter_map(number).collect::<Vec<_>>().join(", "))
        }
        Some((value, _)) => {
            let text = "`weights` of `SearchRank` are four numbers, for D, C, B and A";
            cx.diagnostics.error("N0306", value.place, text);
            return None;
        }
    };
    let normalization = match given(call, "normalization").map(|v| (v, &v.form)) {
        None => None,
        Some((_, Form::Empty)) => return None,
        Some((_, Form::Literal(Literal::Integer(n)))) if (0..64).contains(n) => Some(*n),
        Some((value, _)) => {
            let text = "`normalization` of `SearchRank` is a whole number from 0 to 63";
            cx.diagnostics.error("N0306", value.place, text);
            return None;
        }
    };
    let density = match given(call, "cover_density").map(|v| (v, &v.form)) {
        None => false,
        Some((_, Form::Empty)) => return None,
        Some((_, Form::Literal(Literal::Bool(b)))) => *b,
        Some((value, _)) => {
            cx.diagnostics.error("N0306", value.place, "`cover_density` takes `true` or `false`");
            return None;
        }
    };
    let plain = function::positional(cx, names, call, None)?;
    let sql = match (density, weights.is_some(), normalization.is_some()) {
        (false, false, false) => return Some(plain),
        (false, false, true) => "TS_RANK({0}, {1}, {2})",
        (false, true, false) => "TS_RANK({2}::real[], {0}, {1})",
        (false, true, true) => "TS_RANK({2}::real[], {0}, {1}, {3})",
        (true, false, false) => "TS_RANK_CD({0}, {1})",
        (true, false, true) => "TS_RANK_CD({0}, {1}, {2})",
        (true, true, false) => "TS_RANK_CD({2}::real[], {0}, {1})",
        (true, true, true) => "TS_RANK_CD({2}::real[], {0}, {1}, {3})",
    };
    let weights = weights.map(|weights| text_constant(&format!("{{{weights}}}")));
    extended(plain, sql, weights.into_iter().chain(normalization.map(integer_constant)))
}

/// A number that is not negative, as written.
fn number(value: &Value) -> Option<String> {
    match &value.form {
        Form::Literal(Literal::Integer(n)) if *n >= 0 => Some(n.to_string()),
        Form::Literal(Literal::Number(n)) if !n.starts_with('-') => Some(n.clone()),
        _ => None,
    }
}

/// A call with more operands, as other SQL.
fn extended(call: Expr, sql: &'static str, more: impl Iterator<Item = Expr>) -> Option<Expr> {
    let ExprKind::Template(_, mut operands) = call.kind else { return None };
    operands.extend(more);
    Some(Expr { kind: ExprKind::Template(sql, operands), ..call })
}

/// Whether a condition is made of `SearchQuery`s only: it is a query then, and `&`, `|`, `!` are the search's own.
pub fn is_query(written: &ast::Condition) -> bool {
    use ast::Condition as C;
    match written {
        C::And(a, b) | C::Or(a, b) => is_query(a) && is_query(b),
        C::Not(inner, _) => is_query(inner),
        C::Bare(expr) => query_leaf(expr),
        _ => false,
    }
}

fn query_leaf(written: &ast::Expr) -> bool {
    match written {
        ast::Expr::Call(call) => call.name.text == "SearchQuery",
        ast::Expr::Binary { left, operator: ast::Operator::And | ast::Operator::Or, right, .. } => {
            query_leaf(left) && query_leaf(right)
        }
        ast::Expr::Condition(inner, _) => is_query(inner),
        _ => false,
    }
}

/// A condition for which [`is_query`] holds. `None`: reported.
pub fn combined(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Condition) -> Option<Expr> {
    use ast::Condition as C;
    let (sql, parts) = match written {
        C::And(a, b) => ("({0} && {1})", vec![combined(cx, names, a), combined(cx, names, b)]),
        C::Or(a, b) => ("({0} || {1})", vec![combined(cx, names, a), combined(cx, names, b)]),
        C::Not(inner, _) => ("(!!{0})", vec![combined(cx, names, inner)]),
        C::Bare(leaf) => return expr(cx, names, leaf, None),
        _ => return None,
    };
    let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
    let nullable = parts.iter().any(|part| part.nullable);
    Some(Expr { nullable, ..made(sql, parts, SqlType::TsQuery) })
}

fn made(sql: &'static str, operands: Vec<Expr>, ty: SqlType) -> Expr {
    Expr { kind: ExprKind::Template(sql, operands), ty, nullable: false }
}

/// A mistake that was reported.
struct Reported;

/// The value of a named argument, if it is given.
fn given<'c>(call: &'c Call, name: &str) -> Option<&'c Value> {
    match option(call, name).map(|o| &o.value) {
        Some(OptionValue::Value(value)) => Some(value),
        _ => None,
    }
}

/// An option that is a text or a word, if it is given.
fn constant(cx: &mut Context<'_>, call: &Call, name: &str) -> Result<Option<String>, Reported> {
    let Some(value) = given(call, name) else { return Ok(None) };
    match (&value.form, word(value)) {
        (Form::Empty, _) => Err(Reported),
        (Form::Literal(Literal::Text(text)), _) => Ok(Some(text.clone())),
        (Form::Rust, Some(word)) => Ok(Some(word)),
        _ => {
            cx.diagnostics.error("N0306", value.place, format!("`{name}` of `{}` is a text or a word", call.name.text));
            Err(Reported)
        }
    }
}

/// The single word that a value is.
fn word(value: &Value) -> Option<String> {
    let mut trees = value.tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(proc_macro2::TokenTree::Ident(word)), None) => Some(word.to_string()),
        _ => None,
    }
}
