//! Ranks and headlines of a search: `SearchRank(vector, query, weights = …)`, `SearchHeadline(text, query, max_words = 5)`.
//!
//! In: a call as written. Out: an expression; a text in the place of a vector or a query becomes one.

use super::aggregate::flag;
use super::call::{count, name_tokens, option, options};
use super::context::{Context, Names};
use super::expr::{expr, is_untyped};
use super::search::{Reported, config, made, query_or_text, vector_or_text};
use super::shape::expr_tokens;
use super::value::{literal_array, operand};
use crate::ast::{self, Call, CallOption, Form, OptionValue};
use crate::check::literal::text_constant;
use crate::check::types::{article, bare, describe, operand_of};
use crate::hir::{Expr, ExprKind, Literal, SqlType};
use std::fmt::Write as _;

/// SQL of a rank, plain and of cover density: with nothing, weights, a normalization, both.
const RANKS: [[&str; 4]; 2] = [
    ["TS_RANK({0}, {1})", "TS_RANK({2}, {0}, {1})", "TS_RANK({0}, {1}, {2})", "TS_RANK({2}, {0}, {1}, {3})"],
    [
        "TS_RANK_CD({0}, {1})",
        "TS_RANK_CD({2}, {0}, {1})",
        "TS_RANK_CD({0}, {1}, {2})",
        "TS_RANK_CD({2}, {0}, {1}, {3})",
    ],
];

/// Options of a headline: their names, the server's, their types.
const HEADLINES: &[(&str, &str, SqlType)] = &[
    ("start_sel", "StartSel", SqlType::Text),
    ("stop_sel", "StopSel", SqlType::Text),
    ("max_words", "MaxWords", SqlType::Int4),
    ("min_words", "MinWords", SqlType::Int4),
    ("short_word", "ShortWord", SqlType::Int4),
    ("highlight_all", "HighlightAll", SqlType::Bool),
    ("max_fragments", "MaxFragments", SqlType::Int4),
    ("fragment_delimiter", "FragmentDelimiter", SqlType::Text),
];

/// `SearchRank(…)`. `None`: reported.
pub(super) fn rank(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &["weights", "normalization", "cover_density"])?;
    count(cx, call, 2, 2)?;
    let vector = vector_or_text(cx, names, call, &call.arguments[0]);
    let query = query_or_text(cx, names, call, &call.arguments[1]);
    let mut operands = vec![vector?, query?];
    let dense = flag(cx, call, "cover_density")?;
    let mut form = 0;
    if let Some(given) = option(call, "weights") {
        if let OptionValue::Value(value) = &given.value
            && literal_array(value).is_some_and(|list| list.len() != 4 || list.iter().any(below))
        {
            let text = "`weights` of `SearchRank` are four numbers, for D, C, B and A";
            cx.diagnostics.error("N0306", value.place, text);
            return None;
        }
        operands.push(value(cx, names, given, &SqlType::Array(Box::new(SqlType::Float4), false))?);
        form += 1;
    }
    if let Some(given) = option(call, "normalization") {
        if let OptionValue::Value(value) = &given.value
            && let Form::Literal(ast::Literal::Integer(n)) = &value.form
            && !(0..64).contains(n)
        {
            let text = "`normalization` of `SearchRank` is a whole number from 0 to 63";
            cx.diagnostics.error("N0306", value.place, text);
            return None;
        }
        operands.push(value(cx, names, given, &SqlType::Int4)?);
        form += 2;
    }
    let nullable = operands.iter().any(|operand| operand.nullable);
    Some(Expr { nullable, ..made(RANKS[usize::from(dense)][form], operands, SqlType::Float4) })
}

/// Whether a number is negative.
fn below(value: &ast::Value) -> bool {
    match &value.form {
        Form::Literal(ast::Literal::Integer(n)) => *n < 0,
        Form::Literal(ast::Literal::Number(n)) => n.starts_with('-'),
        _ => false,
    }
}

/// `SearchHeadline(…)`. `None`: reported.
pub(super) fn headline(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    let known: Vec<&str> = ["config"].into_iter().chain(HEADLINES.iter().map(|(name, ..)| *name)).collect();
    options(cx, call, &known)?;
    count(cx, call, 2, 2)?;
    let written = &call.arguments[0];
    let found = expr(cx, names, written, is_untyped(written).then(|| operand_of(call, SqlType::Text)).as_ref());
    let query = query_or_text(cx, names, call, &call.arguments[1]);
    let (found, query) = (found?, query?);
    if !found.ty.is_text() {
        let ty = article(&describe(cx.schema, &found.ty));
        let tokens = expr_tokens(written, name_tokens(call));
        cx.diagnostics.error("N0303", tokens, format!("`SearchHeadline` takes text, found {ty}"));
        return None;
    }
    let mut operands = vec![found, query];
    let config = config(cx, names, call).ok()?;
    let configured = config.is_some();
    operands.extend(config);
    let settings = settings(cx, names, call).ok()?;
    let set = settings.is_some();
    operands.extend(settings);
    let sql = match (configured, set) {
        (false, false) => "TS_HEADLINE({0}, {1})",
        (false, true) => "TS_HEADLINE({0}, {1}, {2})",
        (true, false) => "TS_HEADLINE({2}::regconfig, {0}, {1})",
        (true, true) => "TS_HEADLINE({2}::regconfig, {0}, {1}, {3})",
    };
    let nullable = operands.iter().any(|operand| operand.nullable);
    Some(Expr { nullable, ..made(sql, operands, SqlType::Text) })
}

/// The options of a headline as the server reads them, if there are any: `MaxWords=5, StartSel='<b>'`. What is known is
/// written out, Rust values are joined to it.
fn settings(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Result<Option<Expr>, Reported> {
    let mut known = String::new();
    let mut parts: Vec<Expr> = Vec::new();
    for given in &call.options {
        let row = HEADLINES.iter().find(|(name, ..)| *name == given.name.text);
        let Some((_, name, ty)) = row else { continue };
        if matches!(&given.value, OptionValue::Value(v) if matches!(v.form, Form::Literal(ast::Literal::None))) {
            continue;
        }
        let found = value(cx, names, given, ty).ok_or(Reported)?;
        let comma = if known.is_empty() && parts.is_empty() { "" } else { ", " };
        let _ = write!(known, "{comma}{name}=");
        match &found.kind {
            ExprKind::Literal(Literal::Integer(n)) => known.push_str(&n.to_string()),
            ExprKind::Literal(Literal::Bool(b)) => known.push_str(&b.to_string()),
            ExprKind::Literal(Literal::Text(text)) => {
                let _ = write!(known, "'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
            }
            _ => {
                let sql = match ty {
                    SqlType::Text => "('''' || REPLACE(REPLACE({0}, '\\', '\\\\'), '''', '''''') || '''')",
                    _ => "CAST({0} AS text)",
                };
                parts.push(text_constant(&std::mem::take(&mut known)));
                parts.push(made(sql, vec![found], SqlType::Text));
            }
        }
    }
    if !known.is_empty() {
        parts.push(text_constant(&known));
    }
    Ok(parts.into_iter().reduce(|a, b| made("({0} || {1})", vec![a, b], SqlType::Text)))
}

/// The value of an option. `None`: reported.
fn value(cx: &mut Context<'_>, names: &Names<'_>, given: &CallOption, ty: &SqlType) -> Option<Expr> {
    let OptionValue::Value(value) = &given.value else { return None };
    operand(cx, names, value, proc_macro2::Span::call_site(), &bare(ty.clone()))
}
