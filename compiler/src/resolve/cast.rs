//! `Cast(e, Type)`.
//!
//! In: a call as written. Out: the cast as PostgreSQL does it, between dates and instants in the schema's time zone; a
//! length cuts a text off, and a number of more digits than a `Decimal(p, s)` has is refused by the server.

use super::call::{count, name_tokens, option, options};
use super::context::{Context, Names};
use super::expr::{expr, is_untyped, literal_of};
use super::shape::expr_tokens;
use super::types;
use crate::ast::{self, Call};
use crate::check::literal::{integer_constant, text_constant};
use crate::check::types::{bare, describe};
use crate::hir::{Expr, ExprKind, SqlType};
use crate::tables::classes::Class;
use crate::tables::parts::{DATE, TIME};

/// `Cast(e, Type)`.
pub(super) fn cast(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &["type"])?;
    count(cx, call, 1, 1)?;
    let Some(option) = option(call, "type") else {
        cx.diagnostics.error("N0302", name_tokens(call), "`Cast` takes an expression and a type");
        return None;
    };
    let target = types::option(cx, option)?;
    let written = &call.arguments[0];
    let untyped = is_untyped(written) && literal_of(written).is_none_or(|l| *l == ast::Literal::None);
    let found = expr(cx, names, written, untyped.then(|| bare(target.ty.clone())).as_ref())?;
    if !castable(&found.ty, &target.ty) {
        let (from, to) = (describe(cx.schema, &found.ty), describe(cx.schema, &target.ty));
        let tokens = expr_tokens(written, name_tokens(call));
        cx.diagnostics.error("N0303", tokens, format!("no cast from `{from}` to `{to}`"));
        return None;
    }
    let (found, nullable) = plain(found, &target);
    let operand = match zoned(&found.ty, &target.ty) {
        Some(sql) => {
            let operands = vec![found, text_constant(&cx.schema.time_zone)];
            return Some(Expr { kind: ExprKind::Template(sql, operands), ty: target.ty, nullable });
        }
        // The limit of a decimal is a part of the type that it is cast to.
        None if target.ty == SqlType::Numeric && !target.limits.is_empty() => found,
        None => Expr { kind: ExprKind::Cast(Box::new(found)), ty: target.ty.clone(), nullable },
    };
    let sql = match target.limits.len() {
        0 => return Some(operand),
        1 => "LEFT({0}, {1})",
        _ => "CAST({0} AS numeric({1}, {2}))",
    };
    let limits = target.limits.iter().map(|limit| integer_constant(i128::from(*limit)));
    Some(Expr { kind: ExprKind::Template(sql, [operand].into_iter().chain(limits).collect()), ty: target.ty, nullable })
}

/// The operand, and whether its cast can be NULL. JSON's null is one of numbers and booleans, which newer servers see
/// themselves and older ones refuse.
fn plain(found: Expr, target: &types::Written) -> (Expr, bool) {
    let json = matches!(found.ty, SqlType::Jsonb(_));
    if !json || !(target.ty.is_number() || target.ty == SqlType::Bool) {
        let nullable = found.nullable || target.nullable;
        return (found, nullable);
    }
    let ty = found.ty.clone();
    (Expr { kind: ExprKind::Template("NULLIF({0}, 'null')", vec![found]), ty, nullable: true }, true)
}

/// SQL of a cast to or from an instant: in the schema's time zone `{1}`, whatever the session's.
fn zoned(from: &SqlType, to: &SqlType) -> Option<&'static str> {
    match (from, to) {
        (SqlType::TimestampTz, SqlType::Date) => Some(DATE.0),
        (SqlType::TimestampTz, SqlType::Time) => Some(TIME.0),
        (SqlType::TimestampTz, SqlType::Timestamp) | (SqlType::Timestamp, SqlType::TimestampTz) => {
            Some("({0} AT TIME ZONE {1})")
        }
        (SqlType::Date, SqlType::TimestampTz) => Some("({0}::timestamp AT TIME ZONE {1})"),
        _ => None,
    }
}

/// Whether PostgreSQL casts one type to the other.
fn castable(from: &SqlType, to: &SqlType) -> bool {
    use Class as C;
    let (a, b) = (Class::of(from), Class::of(to));
    if from == to || b == C::Text || matches!(a, C::Text | C::Custom) || b == C::Custom {
        return true;
    }
    match a {
        C::Integer | C::Numeric | C::Float => Class::NUMBERS.contains(&b) || (b == C::Bool && *from == SqlType::Int4),
        C::Bool => *to == SqlType::Int4,
        C::Date => matches!(b, C::Naive | C::Instant),
        C::Naive => matches!(b, C::Date | C::Time | C::Instant),
        C::Instant => matches!(b, C::Date | C::Time | C::Naive),
        C::Time => b == C::Span,
        C::Span => matches!(b, C::Time | C::Span),
        C::Json => matches!(b, C::Bool | C::Integer | C::Numeric | C::Float | C::Json),
        C::Enum => b == C::Native,
        C::Array => matches!((from, to), (SqlType::Array(x, _), SqlType::Array(y, _)) if castable(x, y)),
        _ => a == b && a != C::Range && a != C::Native,
    }
}
