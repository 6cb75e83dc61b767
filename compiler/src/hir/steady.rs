//! What an index or a generated column cannot hold: PostgreSQL keeps only what is the same at any time and for any session.
//!
//! In: a checked expression. Out: what in it is not, in the words of the language.

use super::{Expr, ExprKind, SqlType};

/// A piece of a template, and what it stands for.
type Row = (&'static str, &'static str);

#[rustfmt::skip] // One row, one line
const CHANGING: &[Row] = &[
    ("STATEMENT_TIMESTAMP(", "`Now()` is another time each time"),
    ("RANDOM(", "`Random()` is another number each time"),
    ("CONVERT_TO(", "the hash of a text depends on the server's encodings"),
    ("JSONB_BUILD_", "how a JSON document is made depends on the session's settings"),
    ("UNACCENT(", "`unaccent` depends on a dictionary"),
    ("TO_TSVECTOR({0})", "a search vector without `config` depends on the session's language"),
    ("TO_TSVECTOR(COALESCE(", "a search vector without `config` depends on the session's language"),
];

/// Why the expression itself, without its operands, is not the same always.
pub(crate) fn changing(expr: &Expr) -> Option<&'static str> {
    match &expr.kind {
        ExprKind::Template(sql, operands) => {
            let known = CHANGING.iter().find(|(piece, _)| sql.contains(piece));
            let is = |ty: &SqlType| operands.iter().any(|operand| operand.ty == *ty);
            let moved = is(&SqlType::TimestampTz) && (is(&SqlType::Duration) || is(&SqlType::Interval));
            known.map(|(_, why)| *why).or(moved.then_some("how long a day is depends on the session's time zone"))
        }
        // PostgreSQL reads a constant once, when it makes the index or the column.
        ExprKind::Cast(inner) if !matches!(inner.kind, ExprKind::Literal(_)) => {
            let (from, to) = (&inner.ty, &expr.ty);
            let shown = *from != SqlType::Time && is_time(from);
            let written = *to == SqlType::Text && (shown || matches!(from, SqlType::Array(..)));
            (written || *from == SqlType::Text && is_time(to))
                .then_some("how such a value is written as text depends on the session's settings")
        }
        _ => None,
    }
}

/// Dates, times and lengths of time.
fn is_time(ty: &SqlType) -> bool {
    use SqlType as T;
    matches!(ty, T::Date | T::Time | T::TimestampTz | T::Timestamp | T::Duration | T::Interval)
}
