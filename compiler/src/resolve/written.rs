//! What the language lacks: `Func("name", args…, Type)`, `RawSQL("… {x} …", Type)`, and `Collate(e, "name")`.
//!
//! In: a call as written. Out: an expression of the type it names, cast to that. Names and text are literals of the
//! query: a name is checked to be a plain one, values are bound.

use super::call::{count, name_tokens, option, options};
use super::context::{Context, Names};
use super::expr::{expr, is_untyped};
use super::shape::expr_tokens;
use super::types;
use crate::ast::{self, Call, Literal, Tokens};
use crate::check::types::{article, bare, describe, operand_of};
use crate::hir::{Bind, Expr, ExprKind, SqlType, Written};
use crate::tables::aggregates::{AGGREGATES, AggregateRow, SAMPLES};
use crate::tables::classes::Class;
use crate::tables::windows::WINDOWS;
use proc_macro2::Span;

/// The longest name that PostgreSQL keeps.
const LONGEST: usize = 63;

/// `Func("name", args…, Type)`. `None`: reported.
pub fn function(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &["type"])?;
    let (text, tokens) = literal(cx, call, 0, "the name of a function")?;
    let Some(name) = plain(&text) else {
        let message = format!("{text:?} is no plain name of a function, like \"levenshtein\" or \"app.score\"");
        cx.diagnostics.error("N0351", tokens, message);
        return None;
    };
    if let Some(known) = of_many_rows(&name) {
        let message = format!("`Func` is a function of one row, {text:?} is one of many");
        cx.diagnostics.error("N0351", tokens, message).note(format!("`{known}` is in the language"));
        return None;
    }
    let written = result(cx, call)?;
    let mut operands = Vec::new();
    for argument in &call.arguments[1..] {
        operands.push(operand(cx, names, argument, Bind::One));
    }
    let operands = operands.into_iter().collect::<Option<Vec<_>>>()?;
    let nullable = written.nullable || operands.iter().any(|o| o.nullable);
    Some(cast(Written::Function(name), operands, written.ty, nullable))
}

/// `RawSQL("… {x} …", Type)`: the parser has cut the text at its values. `None`: reported.
pub fn raw(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &["type"])?;
    literal(cx, call, 0, "SQL")?;
    let written = result(cx, call)?;
    let mut pieces = Vec::new();
    let mut operands = Vec::new();
    for (i, argument) in call.arguments.iter().enumerate() {
        match argument {
            ast::Expr::Literal(Literal::Text(piece), _) if i % 2 == 0 => pieces.push(piece.clone()),
            ast::Expr::Error => return None,
            other => operands.push(operand(cx, names, other, Bind::Nullable)?),
        }
    }
    Some(cast(Written::Raw(pieces), operands, written.ty, written.nullable))
}

/// `Collate(e, "name")`. `None`: reported.
pub fn collate(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &[])?;
    count(cx, call, 2, 2)?;
    let (name, tokens) = literal(cx, call, 1, "the name of a collation")?;
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
    if name.is_empty() || name.len() > LONGEST || !name.chars().all(fine) {
        let message = format!("{name:?} is no name of a collation, like \"C\" or \"de-x-icu\"");
        cx.diagnostics.error("N0351", tokens, message);
        return None;
    }
    let written = &call.arguments[0];
    let found = expr(cx, names, written, is_untyped(written).then(|| operand_of(call, SqlType::Text)).as_ref())?;
    if !Class::TEXTS.contains(&Class::of(&found.ty)) {
        let ty = article(&describe(cx.schema, &found.ty));
        let tokens = expr_tokens(written, name_tokens(call));
        cx.diagnostics.error("N0303", tokens, format!("`Collate` takes text, found {ty}"));
        return None;
    }
    let (ty, nullable) = (found.ty.clone(), found.nullable);
    Some(Expr { kind: ExprKind::Written(Written::Collation(name), vec![found]), ty, nullable })
}

/// The text that stands at a position. `None`: reported.
fn literal(cx: &mut Context<'_>, call: &Call, at: usize, what: &str) -> Option<(String, Tokens)> {
    let message = format!("`{}` takes {what} as a text", call.name.text);
    match call.arguments.get(at) {
        Some(ast::Expr::Literal(Literal::Text(text), tokens)) => Some((text.clone(), *tokens)),
        Some(ast::Expr::Error) => None,
        other => {
            let tokens = other.map_or(name_tokens(call), |e| expr_tokens(e, name_tokens(call)));
            let error = cx.diagnostics.error("N0350", tokens, message);
            if other.is_some() {
                error.note("what is sent to the server is known when the query is compiled");
            }
            None
        }
    }
}

/// The type at the end. `None`: reported.
fn result(cx: &mut Context<'_>, call: &Call) -> Option<types::Written> {
    let name = &call.name.text;
    let Some(option) = option(call, "type") else {
        let message = format!("`{name}` ends in the type of its value: `{name}(…, Integer)`");
        cx.diagnostics.error("N0353", name_tokens(call), message);
        return None;
    };
    let written = types::option(cx, option)?;
    if !written.limits.is_empty() {
        let message = format!("`{name}` takes a type without length or digits");
        cx.diagnostics.error("N0353", Tokens::one(option.name.ident.span()), message);
        return None;
    }
    Some(written)
}

/// An operand: of its own type. A Rust value is sent as the type that it is in Rust.
fn operand(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Expr, bind: Bind) -> Option<Expr> {
    match written {
        ast::Expr::Rust(value) if !matches!(value.form, ast::Form::Literal(_) | ast::Form::Expr(_)) => {
            if matches!(value.form, ast::Form::Empty) {
                return None;
            }
            let expected = bare(SqlType::Inferred);
            let id = cx.value(value.tokens.clone(), value.place, Span::call_site(), &expected, bind, None);
            Some(Expr { kind: ExprKind::Bound(id, 0), ty: SqlType::Inferred, nullable: false })
        }
        // `NULL` has every type.
        ast::Expr::Literal(Literal::None, _) => {
            let kind = ExprKind::Literal(crate::hir::Literal::Null);
            Some(Expr { kind, ty: SqlType::Text, nullable: true })
        }
        other => expr(cx, names, other, None),
    }
}

fn cast(written: Written, operands: Vec<Expr>, ty: SqlType, nullable: bool) -> Expr {
    let inner = Expr { kind: ExprKind::Written(written, operands), ty: ty.clone(), nullable };
    Expr { kind: ExprKind::Cast(Box::new(inner)), ty, nullable }
}

/// The parts of a plain name, perhaps of a schema too, folded to lower case as PostgreSQL does with what is not quoted.
fn plain(name: &str) -> Option<Vec<String>> {
    let part = |part: &str| {
        let mut chars = part.chars();
        let first = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
        let fine = first && part.len() <= LONGEST && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
        fine.then(|| part.to_ascii_lowercase())
    };
    let parts: Option<Vec<String>> = name.split('.').map(part).collect();
    parts.filter(|parts| parts.len() <= 2)
}

/// The construct of the language that is the aggregate or window function of a name.
fn of_many_rows(name: &[String]) -> Option<&'static str> {
    let name = match name {
        [name] => name,
        [schema, name] if schema == "pg_catalog" => name,
        _ => return None,
    };
    let is = |sql: &str| sql.split_once('(').is_some_and(|(head, _)| head.eq_ignore_ascii_case(name));
    let all = || AGGREGATES.iter().chain(SAMPLES);
    let found = |row: &&AggregateRow| is(row.sql);
    all().find(found).map(|row| row.name).or_else(|| WINDOWS.iter().find(|row| is(row.sql)).map(|row| row.name))
}
