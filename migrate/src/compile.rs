//! The one place that has conditions and expressions of the schema compiled.
//!
//! In: a piece of the query language and the model it speaks of. Out: SQL text whose columns are not qualified and
//! whose values are literals; if it does not compile nothing, and the compiler's mistakes at their places in the schema.

use nuages_compiler::Purpose;
use nuages_compiler::ast::Tokens;
use nuages_compiler::diagnostic::Diagnostics;
use nuages_compiler::hir::SqlType;
use nuages_schema::{Code, Diagnostic, ModelId, Schema, Span};

/// The SQL of a condition.
pub(crate) fn condition(
    schema: &Schema,
    model: ModelId,
    code: &Code,
    purpose: Purpose,
    list: &mut Vec<Diagnostic>,
) -> Option<String> {
    let text = noted(code, nuages_compiler::condition_sql(schema, model, code, purpose), list)?;
    if text.is_empty() {
        list.push(Diagnostic::at("M003", code.span, "the condition says nothing: an empty group is no condition"));
    }
    Some(text)
}

/// The SQL and the type of an expression.
pub(crate) fn expression(
    schema: &Schema,
    model: ModelId,
    code: &Code,
    list: &mut Vec<Diagnostic>,
) -> Option<(String, SqlType)> {
    noted(code, nuages_compiler::expression_sql(schema, model, code), list)
}

/// The value, or nothing and its mistakes noted.
fn noted<T>(code: &Code, result: Result<T, Diagnostics>, list: &mut Vec<Diagnostic>) -> Option<T> {
    result.map_err(|mistakes| list.extend(placed(code, &mistakes))).ok()
}

/// The compiler's mistakes as mistakes of the schema.
fn placed(code: &Code, mistakes: &Diagnostics) -> Vec<Diagnostic> {
    mistakes.iter().map(|mistake| mistake.placed(place(code, mistake.tokens).unwrap_or(code.span))).collect()
}

/// Where tokens of a piece stand in the schema. The piece's text has as many bytes as its place in the file.
#[cfg(feature = "locations")]
fn place(code: &Code, tokens: Tokens) -> Option<Span> {
    let (start, end) = (tokens.first.byte_range().start, tokens.last.byte_range().end);
    // Within a macro tokens have no place: their range is empty.
    if start >= end || end > code.text.len() {
        return None;
    }
    let offset = |bytes: usize| u32::try_from(bytes).ok().and_then(|bytes| code.span.start.checked_add(bytes));
    Some(Span { file: code.span.file, start: offset(start)?, end: offset(end)? })
}

/// Without locations tokens have no place.
#[cfg(not(feature = "locations"))]
fn place(_: &Code, _: Tokens) -> Option<Span> {
    None
}
