//! Windows: `Window(Rank(), partition_by(a), order_by(-b), frame(rows, ..=0))`.
//!
//! In: a call as written. Out: the window with the type and nullability of its value. Windows stand in annotations,
//! orders and values; where a window is used elsewhere is found here too.

use super::call::{count, name_tokens, option, options};
use super::context::{Context, Names};
use super::draft::Draft;
use super::expr::{expr, exprs, is_untyped};
use super::function::{expected_for, unify};
use super::shape::{expr_tokens, path_text};
use super::{aggregate, frame, order};
use crate::ast::{self, Call, Literal, OptionValue, Tokens};
use crate::check::cardinality::{Place, cut, outside};
use crate::check::types::{article, describe, operand_of};
use crate::hir::window::{Function, is_windowed, tests_window};
use crate::hir::{Aggregate, Ending, Expr, ExprKind, Frame, SqlType, Window};
use crate::tables::aggregates::{self, AggregateRow};
use crate::tables::classes::Class;
use crate::tables::windows::{self, WindowNull, WindowOperand, WindowRow};

/// A window. `None`: reported.
pub fn window(cx: &mut Context<'_>, names: &Names<'_>, call: &Call) -> Option<Expr> {
    options(cx, call, &["partition_by", "order_by", "frame"])?;
    let [written] = call.arguments.as_slice() else {
        if call.spoilt {
            return None;
        }
        let text = format!("`Window` takes one function, found {}", call.arguments.len());
        let tokens = call.arguments.get(1).map_or(name_tokens(call), |e| expr_tokens(e, name_tokens(call)));
        let error = cx.diagnostics.error("N0354", tokens, text);
        error.note("`Window(Rank(), partition_by(a), order_by(-b), frame(rows, ..=0))`");
        return None;
    };
    let before = cx.diagnostics.len();
    let frame = frame::read(cx, call);
    let found = function(cx, names, written, call, frame.as_ref());
    let partition = match option(call, "partition_by").map(|o| &o.value) {
        Some(OptionValue::Exprs(list)) => list.iter().filter_map(|e| exprs(cx, names, e)).flatten().collect(),
        _ => Vec::new(),
    };
    let order = match option(call, "order_by").map(|o| &o.value) {
        Some(OptionValue::Orders(list)) => order::orders(cx, names, list),
        _ => Vec::new(),
    };
    if cx.diagnostics.len() > before {
        return None;
    }
    frame::check(cx, call, frame.as_ref(), &order)?;
    let (function, ty, nullable) = found?;
    let window = Window { function, partition, order, frame };
    reads_each_row(cx, names, &window, Tokens { first: call.name.ident.span(), last: call.parentheses })?;
    Some(Expr { kind: ExprKind::Window(Box::new(window)), ty, nullable })
}

/// What a window computes: the function, its type, whether it can be NULL. `None`: reported, or nothing was written.
fn function(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    written: &ast::Expr,
    window: &Call,
    frame: Option<&Frame>,
) -> Option<(Function, SqlType, bool)> {
    let tokens = expr_tokens(written, name_tokens(window));
    let found = match written {
        ast::Expr::Error => return None,
        ast::Expr::Call(call) => {
            let name = call.name.text.as_str();
            if let Some(row) = windows::find(name) {
                return of_row(cx, names, call, row, frame);
            }
            if let Some(row) = aggregates::find(name) {
                return of_aggregate(cx, names, call, row);
            }
            if name == "Window" {
                nested(cx, tokens);
                return None;
            }
            format!("`{name}`")
        }
        _ => "an expression of one row".to_owned(),
    };
    let error = cx.diagnostics.error(
        "N0354",
        tokens,
        format!("`Window` takes a window function or an aggregate, found {found}"),
    );
    error.note("what is computed from a window stands around it: `Window(Rank()) + 1`");
    None
}

fn nested(cx: &mut Context<'_>, tokens: Tokens) {
    cx.diagnostics.error("N0355", tokens, "a window inside another window");
}

/// An aggregate over the rows of the window.
fn of_aggregate(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    call: &Call,
    row: &'static AggregateRow,
) -> Option<(Function, SqlType, bool)> {
    let found = aggregate::aggregate(cx, names, call, row)?;
    let ExprKind::Aggregate(aggregate) = found.kind else { return None };
    let Aggregate { path, distinct, order, .. } = &*aggregate;
    if !path.is_empty() {
        let tokens = Tokens { first: call.name.ident.span(), last: call.parentheses };
        let text = "a window reads one value of each row, this path leads to many rows";
        let error = cx.diagnostics.error("N0357", tokens, text);
        error.note(format!("`annotate(n = {}(…))` makes one of them, a window may read `n`", row.name));
        return None;
    }
    if *distinct || !order.is_empty() {
        let what = if *distinct { "distinct" } else { "order_by" };
        let text = format!("an aggregate in a window takes no `{what}`");
        let error = cx.diagnostics.error("N0306", name_tokens(call), text);
        if !*distinct {
            error.note("`order_by(…)` of the window orders its rows");
        }
        return None;
    }
    Some((Function::Aggregate(aggregate), found.ty, found.nullable))
}

/// A window function.
fn of_row(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    call: &Call,
    row: &'static WindowRow,
    frame: Option<&Frame>,
) -> Option<(Function, SqlType, bool)> {
    options(cx, call, &[])?;
    count(cx, call, row.least, row.operands.len())?;
    let mut operands: Vec<Expr> = Vec::new();
    for (written, kind) in call.arguments.iter().zip(row.operands) {
        operands.push(operand(cx, names, call, written, *kind, operands.first())?);
    }
    if let [value, offset, default] = operands.as_slice() {
        let written = [&call.arguments[0], &call.arguments[2]];
        let (list, _) = unify(cx, vec![value.clone(), default.clone()], &written, call)?;
        let offset = offset.clone();
        let mut list = list.into_iter();
        operands = [list.next(), Some(offset), list.next()].into_iter().flatten().collect();
    }
    let nullable = match row.null {
        WindowNull::Never => false,
        WindowNull::Always => true,
        WindowNull::Beyond => operands.len() < 3 || operands[0].nullable || operands[2].nullable,
        WindowNull::Frame => operands[0].nullable || frame.is_some_and(|frame| !frame.holds_current()),
    };
    let ty = row.result.of(operands.first().map(|o| &o.ty));
    Some((Function::Row(row, operands), ty, nullable))
}

/// An operand of a window function. `None`: reported.
fn operand(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    call: &Call,
    written: &ast::Expr,
    kind: WindowOperand,
    first: Option<&Expr>,
) -> Option<Expr> {
    let tokens = expr_tokens(written, name_tokens(call));
    match kind {
        WindowOperand::Value => expr(cx, names, written, None),
        WindowOperand::Default => {
            let beside = first.map(|first| operand_of(call, first.ty.clone()));
            expr(cx, names, written, expected_for(written, beside.as_ref()))
        }
        WindowOperand::Offset | WindowOperand::Positive => {
            let found =
                expr(cx, names, written, is_untyped(written).then(|| operand_of(call, SqlType::Int4)).as_ref())?;
            let name = &call.name.text;
            if Class::of(&found.ty) != Class::Integer || found.ty == SqlType::Int8 || found.nullable {
                let mut ty = article(&describe(cx.schema, &found.ty));
                if found.nullable {
                    ty.push_str(" that can be NULL");
                }
                cx.diagnostics.error("N0303", tokens, format!("`{name}` counts in an `Integer`, found {ty}"));
                return None;
            }
            if let (WindowOperand::Positive, ast::Expr::Literal(Literal::Integer(n), _)) = (kind, written)
                && *n < 1
            {
                cx.diagnostics.error("N0303", tokens, format!("`{name}` counts from 1, found {n}"));
                return None;
            }
            Some(found)
        }
    }
}

/// A window reads one value of each row, none of which is a window's. `None`: reported.
fn reads_each_row(cx: &mut Context<'_>, names: &Names<'_>, window: &Window, tokens: Tokens) -> Option<()> {
    let inner = window.exprs().any(|e| is_windowed(e, names.annotations))
        || window.filter().is_some_and(|c| tests_window(c, names.annotations));
    if inner {
        nested(cx, tokens);
        return None;
    }
    let mut many = None;
    for e in window.exprs() {
        outside(e, Place::Value, &mut |e, place| {
            if let ExprKind::Column(path) = &e.kind
                && place == Place::Value
                && !cut(&path.hops).is_empty()
            {
                many = many.or(Some(path));
            }
        });
    }
    if let Some(path) = many {
        let path = path_text(cx.schema, path);
        let text = format!("`{path}` leads to many rows, a window reads one value of each row");
        let error = cx.diagnostics.error("N0357", tokens, text);
        error.note(format!("`annotate(n = Min({path}))` makes one of them, a window may read `n`"));
        return None;
    }
    Some(())
}

/// Windows speak of the chain's rows: what multiplies or groups these has to know them. `None`: reported.
pub(super) fn check(cx: &mut Context<'_>, draft: &Draft, ending: &Ending) -> Option<()> {
    let windowed = |e: &Expr| is_windowed(e, &draft.annotations);
    let ordered = draft.order.iter().flatten().flat_map(|v| &v.keys).map(|(key, _)| &key.expr);
    let read = draft.rows.outputs().iter().map(|o| &o.expr).chain(ordered).any(windowed);
    if read && draft.group.is_none() && !draft.multiplied().is_empty() {
        let text = "a window has a value for each row of the chain, `values` gives a row for each related one";
        let error = cx.diagnostics.error("N0358", draft.head, text);
        error.note("`ArrayAgg(path)` gathers the related values");
        return None;
    }
    let tested = draft.filters.iter().any(|f| !f.having && tests_window(&f.condition, &draft.annotations));
    let grouped = draft.group.is_some() || matches!(ending, Ending::Aggregate(..));
    let model = cx.schema.model(draft.model);
    if tested && grouped && model.key.is_empty() {
        let text = format!("rows that a window has chosen are found by their key, `{}` has none", model.name);
        cx.diagnostics.error("N0358", draft.head, text);
        return None;
    }
    Some(())
}
