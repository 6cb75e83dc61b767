//! Keys of several columns: `pk = (a, b)`, `relation = key`.
//!
//! In: the path to such a key and what stands on the right. Out: one test for each column.

use super::chain;
use super::context::{Context, Expected, Followed, Names, Purpose};
use super::lookup::{Right, bind, plain};
use super::path::key_columns;
use super::value::{is_rust, model_chain, operand, optional_form};
use crate::ast::{self, Form, Segment, SegmentKind, Tokens, Value};
use crate::check::types::{article, bare, comparable, describe};
use crate::hir::condition::Comparison;
use crate::hir::{Bind, Condition, Expr, ExprKind, SqlType};
use nuages_schema::model::ModelId;

/// `in = Model.filter(…)`: the keys of its rows, or as many columns as the key has.
fn in_chain(cx: &mut Context<'_>, columns: Vec<Expr>, model: ModelId, written: &ast::Chain) -> Option<Condition> {
    let select = chain::select(cx, None, written, Purpose::Key(model))?;
    let wrong =
        columns.iter().zip(select.shape.outputs()).find(|(column, output)| !comparable(&column.ty, &output.expr.ty));
    if let Some((column, output)) = wrong {
        let key = &cx.schema.model(model).name;
        let expected = article(&describe(cx.schema, &column.ty));
        let found = article(&describe(cx.schema, &output.expr.ty));
        let text = format!("the key of `{key}` has {expected} where the chain has {found}");
        cx.diagnostics.error("N0326", written.tokens, text);
        return None;
    }
    let mut columns = columns.into_iter();
    let first = columns.next()?;
    Some(plain(first, Comparison::InKeySelect(columns.collect(), Box::new(select)), None))
}

/// A key of several columns: `pk = (a, b)`.
pub fn composite(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    left: &Followed<'_>,
    model: ModelId,
    right: Right<'_>,
) -> Option<Condition> {
    let columns = key_columns(cx.schema, names.model, &left.hops);
    let fields = cx.schema.model(model).key.clone();
    let lookup = match left.rest {
        [] => "exact",
        [Segment { kind: SegmentKind::Name(name), .. }] => name.as_str(),
        _ => "",
    };
    let whole = |cx: &mut Context<'_>| {
        let parts: Vec<&str> = fields.iter().map(|f| cx.schema.field(model, *f).attname.as_str()).collect();
        let text = format!("the key of `{}` is `({})`", cx.schema.model(model).name, parts.join(", "));
        cx.diagnostics.error("N0325", right.value.place, text);
        None
    };
    let equals = |cx: &mut Context<'_>, values: &[Value]| {
        let mut tests = Vec::new();
        let mut broken = false;
        for ((column, field), value) in columns.iter().zip(&fields).zip(values) {
            let expected = Expected { key_of: None, ..Expected::of_key(cx.schema, model, *field) };
            match operand(cx, names, value, right.equals, &expected) {
                Some(found) => tests.push(plain(column.clone(), Comparison::Operator("=", found), None)),
                None => broken = true,
            }
        }
        (!broken).then_some(Condition::All(tests))
    };
    match (lookup, &right.value.form) {
        (_, Form::Empty) => None,
        ("isnull", Form::Literal(ast::Literal::Bool(b))) => {
            let first = columns.into_iter().next()?;
            Some(plain(first, Comparison::NoRow(*b), None))
        }
        ("exact", Form::Tuple(values)) if values.len() == fields.len() && !right.optional => equals(cx, values),
        ("exact", form)
            if matches!(form, Form::Rust)
                || is_rust(cx, right.value) && !matches!(form, Form::Tuple(_) | Form::Array(_)) =>
        {
            let types: Vec<SqlType> = columns.iter().map(|c| c.ty.clone()).collect();
            let expected = Expected { key_of: Some(model), ..bare(types.first()?.clone()) };
            let switch = right.optional.then(|| cx.switch());
            let id = bind(cx, right, &expected, Bind::Key(types), switch);
            let switch = switch.and(cx.switch_of(id));
            let tests = columns.into_iter().zip(0u16..).map(|(column, part)| {
                let ty = column.ty.clone();
                let found = Expr { kind: ExprKind::Bound(id, part), ty, nullable: false };
                plain(column, Comparison::Operator("=", found), switch)
            });
            Some(Condition::All(tests.collect()))
        }
        ("in", Form::Array(list)) if !right.optional && list.iter().all(|v| matches!(v.form, Form::Tuple(_))) => {
            let mut any = Vec::new();
            for value in list {
                match &value.form {
                    Form::Tuple(values) if values.len() == fields.len() => any.push(equals(cx, values)?),
                    _ => return whole(cx),
                }
            }
            if any.is_empty() {
                let first = columns.into_iter().next()?;
                return Some(plain(first, Comparison::InValues(Vec::new()), None));
            }
            Some(Condition::Any(any))
        }
        ("in", Form::Chain(_)) if !right.optional && model_chain(cx, right.value).is_some() => {
            in_chain(cx, columns, model, model_chain(cx, right.value)?)
        }
        ("in", Form::Rust | Form::Array(_) | Form::Chain(_)) => {
            if right.optional {
                optional_form(cx, right.value)?;
            }
            let types: Vec<SqlType> = columns.iter().map(|c| c.ty.clone()).collect();
            let expected = Expected { key_of: Some(model), ..bare(types.first()?.clone()) };
            let switch = right.optional.then(|| cx.switch());
            let id = bind(cx, right, &expected, Bind::Keys(types), switch);
            let switch = switch.and(cx.switch_of(id));
            let mut columns = columns.into_iter();
            let first = columns.next()?;
            Some(plain(first, Comparison::InKeys(columns.collect(), id), switch))
        }
        ("in", _) => {
            let text = "`in` takes a list, anything that iterates, or a chain";
            cx.diagnostics.error("N0325", right.value.place, text);
            None
        }
        ("exact", _) => whole(cx),
        _ => {
            let segment = left.rest.first()?;
            let text = format!("a key of several columns has no lookup `{}`", super::path::segment_text(segment));
            let error = cx.diagnostics.error("N0321", Tokens::one(segment.span), text);
            error.note("it has exact, in, isnull");
            None
        }
    }
}
