//! Single pieces of the query language inside a schema: conditions of checks and partial indexes, expressions of
//! indexes and generated columns.
//!
//! In: the text as the schema holds it, and the model it speaks of. Out: SQL with unqualified columns and constants
//! only, fit for DDL.

use crate::ast::Tokens;
use crate::diagnostic::Diagnostics;
use crate::hir::condition::Comparison;
use crate::hir::steady::changing;
use crate::hir::{Condition, Expr, SqlType};
use crate::resolve::context::{Context, Names};
use crate::{lower, parse, render, resolve};
use nuages_schema::model::{Code, ModelId, Schema};
use proc_macro2::{Span, TokenStream};

/// What a condition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A check, which is asked when a row is written.
    Check,
    /// Which rows an index has: always the same.
    Index,
}

/// The SQL of a condition: `price.gte = 0` is `"price" >= 0`.
///
/// # Errors
/// Everything that is wrong with it: unknown names, values that do not fit, relations (a constraint sees one row),
/// Rust values (there is no one to give them); for an index what is not always the same.
pub fn condition_sql(schema: &Schema, model: ModelId, code: &Code, purpose: Purpose) -> Result<String, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let tokens = tokens(code, &mut diagnostics);
    let written = parse::parse_condition(tokens, &mut diagnostics);
    let mut cx = Context::new(schema, &mut diagnostics);
    let condition = resolve::condition::conditions(&mut cx, &Names::of(model, None), &written);
    let values = cx.steps.len();
    if has_query(&condition) {
        diagnostics.error("N0292", here(), "another query stands where only columns of the same row can be read");
    }
    condition.walk(&mut |e| {
        one_row(e, &mut diagnostics);
        if purpose == Purpose::Index {
            steady(e, &mut diagnostics);
        }
    });
    no_values(values, &mut diagnostics);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    Ok(render::bare_condition(&lower::bare_condition(&condition, model, schema), schema))
}

/// The SQL of an expression of an index or a generated column, in parentheses where an index needs them, and its type.
///
/// # Errors
/// As [`condition_sql`] for an index.
pub fn expression_sql(schema: &Schema, model: ModelId, code: &Code) -> Result<(String, SqlType), Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let tokens = tokens(code, &mut diagnostics);
    let written = parse::parse_expr(tokens, &mut diagnostics);
    let mut cx = Context::new(schema, &mut diagnostics);
    let expr = resolve::expr::expr(&mut cx, &Names::of(model, None), &written, None);
    let values = cx.steps.len();
    if let Some(expr) = &expr {
        expr.walk(&mut |e| {
            one_row(e, &mut diagnostics);
            steady(e, &mut diagnostics);
        });
    }
    no_values(values, &mut diagnostics);
    match expr {
        Some(expr) if diagnostics.is_empty() => {
            Ok((render::bare_expr(&lower::bare_expr(&expr, model, schema), schema), expr.ty))
        }
        _ => Err(diagnostics),
    }
}

fn tokens(code: &Code, diagnostics: &mut Diagnostics) -> TokenStream {
    code.text.parse().unwrap_or_else(|error| {
        diagnostics.error("N0291", here(), format!("`{}` cannot be read: {error}", code.text));
        TokenStream::new()
    })
}

fn one_row(expr: &Expr, diagnostics: &mut Diagnostics) {
    use crate::hir::ExprKind as K;
    let found = match &expr.kind {
        K::Column(path) if !path.hops.is_empty() => "a relation",
        K::Aggregate(_) => "an aggregate",
        K::Window(_) => "a window",
        K::Subquery(_) | K::Outer(..) => "another query",
        _ => return,
    };
    diagnostics.error("N0292", here(), format!("{found} stands where only columns of the same row can be read"));
}

/// Reports what is not the same always.
fn steady(expr: &Expr, diagnostics: &mut Diagnostics) {
    if let Some(why) = changing(expr).filter(|why| !diagnostics.iter().any(|d| d.notes.iter().any(|n| n == why))) {
        let text = "found a value that changes where only what depends on the row can be kept";
        diagnostics.error("N0292", here(), text).note(why);
    }
}

/// Whether `Exists(…)` or `in` a chain stands in a condition.
fn has_query(condition: &Condition) -> bool {
    match condition {
        Condition::Exists(_) => true,
        Condition::Test(test) => matches!(test.operator, Comparison::InSelect(_)),
        Condition::All(list) | Condition::Any(list) => list.iter().any(has_query),
        Condition::Xor(a, b) => has_query(a) || has_query(b),
        Condition::Not(inner) | Condition::Switched(_, inner) => has_query(inner),
        Condition::Expr(_) => false,
    }
}

fn no_values(values: usize, diagnostics: &mut Diagnostics) {
    if values > 0 && diagnostics.is_empty() {
        diagnostics.error(
            "N0293",
            here(),
            "a schema has no Rust values: expected a literal or an expression of columns",
        );
    }
}

fn here() -> Tokens {
    Tokens::one(Span::call_site())
}
