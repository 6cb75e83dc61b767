//! Full-text search: `SearchVector(a, b, config = "english", weight = "A")`, `SearchQuery(v, search_type = websearch)`.

use super::call::{count, name_tokens, option, options};
use super::context::{Context, Names};
use super::expr::{expr, is_untyped};
use super::shape::expr_tokens;
use super::value::operand;
use crate::ast::{self, Call, Form, Literal, OptionValue, Tokens, Value};
use crate::check::literal::text_constant;
use crate::check::types::{article, bare, describe, operand_of};
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
    let weighted = match constant(cx, call, "weight").ok()? {
        None => None,
        Some((weight, place)) => {
            let known = WEIGHTS.iter().find(|(name, _)| *name == weight);
            if known.is_none() {
                let text = format!("a weight is \"A\", \"B\", \"C\" or \"D\", found {weight:?}");
                cx.diagnostics.error("N0306", place, text);
                return None;
            }
            known
        }
    };
    let mut texts = Vec::new();
    for written in &call.arguments {
        let found = expr(cx, names, written, is_untyped(written).then(|| operand_of(call, SqlType::Text)).as_ref())?;
        let nullable = found.nullable;
        let text = if found.ty.is_text() {
            found
        } else {
            Expr { kind: ExprKind::Cast(Box::new(found)), ty: SqlType::Text, nullable }
        };
        texts.push(made(if nullable { "COALESCE({0}, '')" } else { "{0}" }, vec![text], SqlType::Text));
    }
    let joined = texts.into_iter().reduce(|a, b| made("({0} || ' ' || {1})", vec![a, b], SqlType::Text))?;
    let vector = match config(cx, names, call).ok()? {
        None => made(VECTOR.0, vec![joined], SqlType::TsVector),
        Some(config) => {
            let nullable = config.nullable;
            Expr { nullable, ..made(VECTOR.1, vec![joined, config], SqlType::TsVector) }
        }
    };
    let nullable = vector.nullable;
    Some(match weighted {
        None => vector,
        Some((_, sql)) => Expr { nullable, ..made(sql, vec![vector], SqlType::TsVector) },
    })
}

/// `SearchQuery(…)`. `None`: reported.
pub fn query(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &["config", "search_type"])?;
    count(cx, call, 1, 1)?;
    let found = constant(cx, call, "search_type").ok()?;
    let (kind, place) = found.unwrap_or_else(|| ("plain".into(), name_tokens(call)));
    let Some((_, plain, configured)) = QUERIES.iter().find(|(name, ..)| *name == kind) else {
        let known = QUERIES.iter().map(|(name, ..)| *name);
        let text = format!("no search type `{kind}`; there are plain, phrase, raw, websearch");
        cx.diagnostics.error("N0306", place, text).suggest(nearest(&kind, known));
        return None;
    };
    let written = &call.arguments[0];
    let found = expr(cx, names, written, is_untyped(written).then(|| operand_of(call, SqlType::Text)).as_ref())?;
    if !found.ty.is_text() {
        let ty = article(&describe(cx.schema, &found.ty));
        let tokens = expr_tokens(written, name_tokens(call));
        cx.diagnostics.error("N0303", tokens, format!("`SearchQuery` takes text, found {ty}"));
        return None;
    }
    let (sql, operands) = match config(cx, names, call).ok()? {
        None => (*plain, vec![found]),
        Some(config) => (*configured, vec![found, config]),
    };
    let nullable = operands.iter().any(|operand| operand.nullable);
    Some(Expr { nullable, ..made(sql, operands, SqlType::TsQuery) })
}

/// An operand that is a vector, or a text to make one of. `None`: reported.
pub(super) fn vector_or_text(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    call: &Call,
    written: &ast::Expr,
) -> Option<Expr> {
    let found = or_text(cx, names, call, written, &SqlType::TsVector)?;
    let sql = if found.nullable { "TO_TSVECTOR(COALESCE({0}, ''))" } else { VECTOR.0 };
    Some(if found.ty.is_text() { made(sql, vec![found], SqlType::TsVector) } else { found })
}

/// An operand that is a query, or a text to search for. `None`: reported.
pub(super) fn query_or_text(cx: &mut Context<'_>, names: &Names<'_>, call: &Call, written: &ast::Expr) -> Option<Expr> {
    let found = or_text(cx, names, call, written, &SqlType::TsQuery)?;
    let nullable = found.nullable;
    let plain = |found| Expr { nullable, ..made(QUERIES[0].1, vec![found], SqlType::TsQuery) };
    Some(if found.ty.is_text() { plain(found) } else { found })
}

fn or_text(cx: &mut Context<'_>, names: &Names<'_>, call: &Call, written: &ast::Expr, ty: &SqlType) -> Option<Expr> {
    let found = expr(cx, names, written, is_untyped(written).then(|| operand_of(call, SqlType::Text)).as_ref())?;
    if found.ty == *ty || found.ty.is_text() {
        return Some(found);
    }
    let (wanted, found) = (article(&describe(cx.schema, ty)), article(&describe(cx.schema, &found.ty)));
    let text = format!("`{}` takes {wanted} or text, found {found}", call.name.text);
    cx.diagnostics.error("N0303", expr_tokens(written, name_tokens(call)), text);
    None
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

pub(super) fn made(sql: &'static str, operands: Vec<Expr>, ty: SqlType) -> Expr {
    Expr { kind: ExprKind::Template(sql, operands), ty, nullable: false }
}

/// A mistake that was reported.
pub(super) struct Reported;

/// `config = …`, if it is given: a text, a word, a Rust value in braces, or what the database computes.
pub(super) fn config(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Result<Option<Expr>, Reported> {
    let Some(OptionValue::Value(value)) = option(call, "config").map(|o| &o.value) else {
        return Ok(None);
    };
    match (&value.form, word(value)) {
        (Form::Empty, _) => Err(Reported),
        (Form::Literal(Literal::None), _) => Ok(None),
        (Form::Rust | Form::Chain(_), Some(word)) => Ok(Some(text_constant(&word))),
        _ => operand(cx, names, value, proc_macro2::Span::call_site(), &bare(SqlType::Text)).map(Some).ok_or(Reported),
    }
}

/// An option that is a text or a word, if it is given, and where it stands.
fn constant(cx: &mut Context<'_>, call: &Call, name: &str) -> Result<Option<(String, Tokens)>, Reported> {
    let Some(OptionValue::Value(value)) = option(call, name).map(|o| &o.value) else { return Ok(None) };
    match (&value.form, word(value)) {
        (Form::Empty, _) => Err(Reported),
        (Form::Literal(Literal::Text(text)), _) => Ok(Some((text.clone(), value.place))),
        (Form::Rust | Form::Chain(_), Some(word)) => Ok(Some((word, value.place))),
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
