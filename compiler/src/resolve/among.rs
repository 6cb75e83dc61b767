//! `in`: a list of constants, a Rust list, a chain.
//!
//! In: the left side and what stands on the right. Out: a test for being one of it.

use super::context::{Context, Expected, Names, Purpose};
use super::expr::expr;
use super::lookup::{Right, Subject, alike, bind, plain, varchar_array};
use super::transform::{Left, subject};
use super::value::{literal_array, model_chain, operand, optional_form};
use super::{call, chain};
use crate::ast::{self, Form, Value};
use crate::check::types::{bare, comparable, describe};
use crate::hir::condition::Comparison;
use crate::hir::{Bind, Condition, Expr, ExprKind, SqlType};
use nuages_schema::model::ModelId;

/// `in`.
pub fn among(cx: &mut Context<'_>, names: &Names<'_>, subject: Subject, right: Right<'_>) -> Option<Condition> {
    let Subject { left, expected, relation, rows } = subject;
    let expected = Expected { nullable: false, ..expected };
    if right.optional && !matches!(right.value.form, Form::Array(_)) {
        optional_form(cx, right.value)?;
    }
    if let (Some(chain), false) = (model_chain(cx, right.value), right.optional) {
        return in_chain(cx, left, &expected, (relation, rows), chain);
    }
    let elements = match &right.value.form {
        Form::Array(list) | Form::Tuple(list) => Some(list),
        _ => None,
    };
    match (&right.value.form, elements) {
        (_, Some(list)) if !right.optional && in_database(cx, list) => {
            let mut values = Vec::new();
            let mut broken = false;
            for value in list {
                if matches!(value.form, Form::Literal(ast::Literal::None)) {
                    continue;
                }
                match operand(cx, names, value, right.equals, &expected) {
                    Some(found) => values.push(alike(cx, &left, found)),
                    None => broken = true,
                }
            }
            (!broken).then(|| plain(left.expr, Comparison::InValues(values), None))
        }
        (Form::Array(_), _) if right.optional => {
            optional_form(cx, right.value)?;
            None
        }
        (Form::Expr(written), _) => {
            let array = SqlType::Array(Box::new(expected.ty.clone()), false);
            let found = expr(cx, names, written, Some(&bare(array)))?;
            let element = match &found.ty {
                SqlType::Array(element, _) => Some((**element).clone()),
                _ => None,
            };
            match (found.kind, element) {
                (ExprKind::Subquery(select), _) if comparable(&left.expr.ty, &found.ty) => {
                    Some(plain(left.expr, Comparison::InSelect(select), None))
                }
                (kind, Some(element)) if comparable(&left.expr.ty, &element) => {
                    let found = Expr { kind, ty: found.ty, nullable: found.nullable };
                    Some(plain(left.expr, Comparison::Template("{0} = ANY({1})", vec![found]), None))
                }
                _ => {
                    not_a_list(cx, right.value, &format!("`{}`", describe(cx.schema, &found.ty)));
                    None
                }
            }
        }
        (Form::Literal(written), _) => {
            not_a_list(cx, right.value, &crate::check::literal::written(written));
            None
        }
        (Form::Tuple(_), _) => {
            not_a_list(cx, right.value, "a tuple");
            None
        }
        _ => {
            let switch = right.optional.then(|| cx.switch());
            let id = bind(cx, right, &expected, Bind::List, switch);
            let switch = switch.and(cx.switch_of(id));
            if left.bilateral.is_empty() && !matches!(left.expr.ty, SqlType::Array(..)) {
                return Some(plain(left.expr, Comparison::InList(id), switch));
            }
            let mut each = left.bilateral.clone();
            if varchar_array(cx, &left) {
                each.push("{0}::varchar[]");
            }
            Some(plain(left.expr, Comparison::InEach(id, each), switch))
        }
    }
}

/// Whether the elements of a list are constants or expressions of the database; anything else is a Rust list.
fn in_database(cx: &Context<'_>, list: &[Value]) -> bool {
    let constant = |v: &Value| matches!(v.form, Form::Literal(_)) || literal_array(v).is_some();
    let expression = |v: &Value| matches!(v.form, Form::Expr(_)) || model_chain(cx, v).is_some();
    list.iter().all(constant) || list.iter().any(expression)
}

fn not_a_list(cx: &mut Context<'_>, value: &Value, found: &str) {
    let text = format!("`in` takes a list, anything that iterates, or a chain, found {found}");
    let error = cx.diagnostics.error("N0325", value.place, text);
    let written = crate::parse::brief(&value.tokens);
    match &value.form {
        Form::Literal(ast::Literal::None) => error.note("`isnull = true` asks for NULL"),
        Form::Tuple(_) => error.note(format!("a list has brackets: `in = [{}]`", written.trim_matches(['(', ')']))),
        _ => error.note(format!("one value is `in = [{written}]`, or `=` alone")),
    };
}

/// `in = Model.filter(…)`.
fn in_chain(
    cx: &mut Context<'_>,
    left: Left,
    expected: &Expected,
    (relation, rows): (bool, Option<ModelId>),
    written: &ast::Chain,
) -> Option<Condition> {
    // What the chain's rows are compared by, if it does not say so: the field that a foreign key refers to.
    let refers = match expected.field {
        Some((model, id)) if relation => cx.schema.field(model, id).foreign_key.as_ref().map(|fk| fk.to_field),
        _ => None,
    };
    let select = chain::select(cx, None, written, Purpose::List(refers, rows))?;
    // A chain that is read for this purpose has one column.
    let output = call::single_output(&select)?;
    if !comparable(&left.expr.ty, &output.ty) {
        let found = describe(cx.schema, &output.ty);
        let text = format!("{}, cannot be one of the chain's `{found}`", subject(cx, &left));
        cx.diagnostics.error("N0326", written.tokens, text);
        return None;
    }
    Some(plain(left.expr, Comparison::InSelect(Box::new(select)), None))
}
