//! The one place that has conditions and expressions of the schema compiled.
//!
//! In: a piece of the query language and the model it speaks of. Out: SQL text whose columns are not qualified and
//! whose values are literals; empty, and a diagnostic at the piece's place in the schema, if it does not compile.

use nuages_schema::{Code, Diagnostic, ModelId, Schema};

/// The SQL of a condition.
pub(crate) fn condition(
    schema: &Schema,
    model: ModelId,
    code: &Code,
    list: &mut Vec<Diagnostic>,
) -> String {
    let _ = (schema, model);
    list.push(Diagnostic::at(
        "M000",
        code.span,
        "the text was not compiled",
    ));
    String::new()
}

/// The SQL of an expression.
pub(crate) fn expression(
    schema: &Schema,
    model: ModelId,
    code: &Code,
    list: &mut Vec<Diagnostic>,
) -> String {
    let _ = (schema, model);
    list.push(Diagnostic::at(
        "M000",
        code.span,
        "the text was not compiled",
    ));
    String::new()
}
