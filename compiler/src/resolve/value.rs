//! Right-hand sides: what stands after `=` as an expression of the type that is expected there.
//!
//! In: a value as written, which may be a literal, a Rust expression, an SQL-side expression or a chain. Out: a
//! constant, a bound slot, or an expression; Rust values are registered in the order written.

use super::context::{About, Context, Expected, Names};
use super::expr::expr;
use crate::ast::{Chain, Form, Head, Literal, Value};
use crate::check::literal::{array, literal};
use crate::check::types::{article, assignable, comparable, describe, label};
use crate::hir::{Bind, Expr, ExprKind, SqlType};
use proc_macro2::Span;

/// What an assignment belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// A new row: there are no columns to read.
    Create,
    /// Existing rows, whose columns can be read, and those of the rows they refer to.
    Update,
}

/// The right side of an assignment and the switch of `? =`. `None`: reported.
pub fn assigned(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    value: &Value,
    optional: bool,
    equals: Span,
    expected: &Expected,
    write: Write,
) -> Option<(Expr, Option<u8>)> {
    if optional {
        optional_form(cx, value)?;
        let switch = cx.switch();
        let id = cx.value(value.tokens.clone(), value.place, equals, expected, Bind::One, Some(switch));
        let switch = cx.switch_of(id);
        let nullable = expected.nullable;
        return Some((Expr { kind: ExprKind::Bound(id, 0), ty: expected.ty.clone(), nullable }, switch));
    }
    let result = match &value.form {
        Form::Empty => return None,
        Form::Literal(Literal::None) if expected.nullable => literal(cx, &Literal::None, value.place, expected)?,
        Form::Literal(Literal::None) => {
            not_nullable(cx, value, expected);
            return None;
        }
        Form::Expr(written) => {
            let result = expr(cx, names, written, Some(expected))?;
            written_with(cx, names, value, &result, expected, write)?
        }
        _ if expected.nullable && is_rust(cx, value) && literal_array(value).is_none() => {
            let id = cx.value(value.tokens.clone(), value.place, equals, expected, Bind::Nullable, None);
            Expr { kind: ExprKind::Bound(id, 0), ty: expected.ty.clone(), nullable: true }
        }
        _ => operand(cx, names, value, equals, expected)?,
    };
    Some((result, None))
}

/// Checks an expression that is assigned.
fn written_with(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    value: &Value,
    found: &Expr,
    expected: &Expected,
    write: Write,
) -> Option<Expr> {
    if crate::hir::window::is_windowed(found, names.annotations) {
        let error = cx.diagnostics.error("N0355", value.place, "a window cannot be assigned");
        error.note("`Subquery(chain)` reads other rows");
        return None;
    }
    let mut column = false;
    let mut aggregate = false;
    found.walk(&mut |e| match &e.kind {
        ExprKind::Column(_) | ExprKind::Annotation(_) => column = true,
        ExprKind::Aggregate(_) => aggregate = true,
        _ => {}
    });
    crate::check::enclosing::of_expr(found, &mut |_| column = true);
    if aggregate {
        let text = "an aggregate cannot be assigned";
        let error = cx.diagnostics.error("N0342", value.place, text);
        error.note("`Subquery(chain)` computes one from other rows");
        return None;
    }
    if column && write == Write::Create {
        cx.diagnostics.error("N0341", value.place, "a new row has no fields to read");
        return None;
    }
    if !assignable(&found.ty, &expected.ty) {
        unfit(cx, "N0340", value, found, expected);
        return None;
    }
    Some(found.clone())
}

/// Reports an expression of a type that does not fit.
fn unfit(cx: &mut Context<'_>, code: &'static str, value: &Value, found: &Expr, expected: &Expected) {
    let (found, takes) = (article(&describe(cx.schema, &found.ty)), label(cx.schema, expected));
    let named = expected.field.is_some() || matches!(expected.about, Some(About::Value(_)));
    let text = if named {
        format!("expected a value for {takes}, found {found}")
    } else {
        format!("expected {takes}, found {found}")
    };
    cx.diagnostics.error(code, value.place, text);
}

/// A single right side that is compared with something of the expected type. `None`: reported.
pub fn operand(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    value: &Value,
    equals: Span,
    expected: &Expected,
) -> Option<Expr> {
    match &value.form {
        Form::Empty => None,
        Form::Literal(_) if matches!(expected.ty, SqlType::Custom { .. }) => Some(bound(cx, value, equals, expected)),
        Form::Literal(Literal::None) => {
            not_nullable(cx, value, expected);
            None
        }
        Form::Literal(written) => literal(cx, written, value.place, expected),
        Form::Array(elements) => match array(cx, elements, expected) {
            Some(constant) => constant,
            None => Some(bound(cx, value, equals, expected)),
        },
        Form::Expr(written) => {
            let known = Expected { nullable: false, ..expected.clone() };
            let found = expr(cx, names, written, Some(&known))?;
            if !comparable(&expected.ty, &found.ty) {
                unfit(cx, "N0326", value, &found, expected);
                return None;
            }
            Some(found)
        }
        Form::Chain(_) if model_chain(cx, value).is_some() => {
            let text = format!("a chain is not a value for {}", label(cx.schema, expected));
            let error = cx.diagnostics.error("N0327", value.place, text);
            error.note("`in =` takes a chain; `Subquery(chain)` is its single value");
            None
        }
        _ => Some(bound(cx, value, equals, expected)),
    }
}

/// A Rust value in one slot.
pub fn bound(cx: &mut Context<'_>, value: &Value, equals: Span, expected: &Expected) -> Expr {
    let id = cx.value(value.tokens.clone(), value.place, equals, expected, Bind::One, None);
    Expr { kind: ExprKind::Bound(id, 0), ty: expected.ty.clone(), nullable: false }
}

/// Whether a value is Rust: neither literal nor expression nor a model's chain.
pub fn is_rust(cx: &Context<'_>, value: &Value) -> bool {
    match &value.form {
        Form::Rust | Form::Tuple(_) | Form::Array(_) | Form::Range(..) => true,
        Form::Chain(_) => model_chain(cx, value).is_none(),
        Form::Literal(_) | Form::Expr(_) | Form::Empty => false,
    }
}

/// The chain that a value is, if its head is a model's name.
pub fn model_chain<'v>(cx: &Context<'_>, value: &'v Value) -> Option<&'v Chain> {
    match &value.form {
        Form::Chain(chain) => is_model(cx, chain).then_some(&**chain),
        _ => None,
    }
}

/// Whether a chain starts at a model.
pub fn is_model(cx: &Context<'_>, chain: &Chain) -> bool {
    matches!(&chain.head, Head::Name { name, .. } if cx.schema.model_named(&name.text).is_some())
}

/// Elements of an array all of which are literals.
pub fn literal_array(value: &Value) -> Option<&[Value]> {
    let Form::Array(elements) = &value.form else { return None };
    let literal = |e: &Value| matches!(e.form, Form::Literal(_)) || literal_array(e).is_some();
    elements.iter().all(literal).then_some(elements)
}

/// Reports what cannot be an `Option` after `? =`. `None`: reported.
pub fn optional_form(cx: &mut Context<'_>, value: &Value) -> Option<()> {
    let found = match &value.form {
        Form::Empty => return None,
        Form::Literal(Literal::None) => "`None`, which leaves the clause out always",
        Form::Literal(_) => "a literal, which is always there",
        Form::Expr(_) => "an SQL expression, which is always there",
        Form::Tuple(_) => "a tuple",
        Form::Array(_) => "an array",
        Form::Range(..) => "a range",
        Form::Chain(_) if model_chain(cx, value).is_some() => "a chain, which is always there",
        Form::Chain(_) | Form::Rust => return Some(()),
    };
    cx.diagnostics.error("N0324", value.place, format!("`? =` takes an `Option`, found {found}"));
    None
}

/// Reports `None` where NULL cannot be.
pub fn not_nullable(cx: &mut Context<'_>, value: &Value, expected: &Expected) {
    let text = format!("`None` does not fit {}: it is never NULL", label(cx.schema, expected));
    cx.diagnostics.error("N0323", value.place, text);
}
