//! NULL on the right: `isnull` and `= None`; and which columns are then known not to be NULL.
//!
//! In: a finished left side and the right side. Out: a test for NULL; for a relation, whether it has a row.

use super::context::{About, Context, Expected};
use super::lookup::{Right, Subject, bind, plain};
use super::value::{is_rust, not_nullable, optional_form};
use crate::ast::{self, Form};
use crate::check::types::bare;
use crate::hir::condition::Comparison;
use crate::hir::{Bind, ColumnPath, Condition, Expr, ExprKind, Literal, SqlType, Test};

/// `= None`.
pub(super) fn equals_none(cx: &mut Context<'_>, subject: Subject, right: Right<'_>) -> Option<Condition> {
    let Subject { left, expected, relation, .. } = subject;
    if left.keyed && matches!(left.expr.ty, SqlType::Jsonb(_)) {
        let null = Literal::Text("null".into());
        let null = Expr { kind: ExprKind::Literal(null), ty: left.expr.ty.clone(), nullable: false };
        return Some(plain(left.expr, Comparison::Operator("=", null), None));
    }
    let to_many = relation && !matches!(&left.expr.kind, ExprKind::Column(path) if path.hops.iter().all(|h| h.to_one));
    if relation && (expected.nullable || to_many || left.expr.nullable) {
        return Some(plain(left.expr, Comparison::NoRow(true), None));
    }
    if left.nullable {
        return Some(plain(left.expr, Comparison::IsNull(true), None));
    }
    not_nullable(cx, right.value, &expected);
    None
}

/// `isnull`.
pub(super) fn is_null(cx: &mut Context<'_>, subject: Subject, right: Right<'_>) -> Option<Condition> {
    let Subject { left, relation, .. } = subject;
    if let (Form::Literal(ast::Literal::Bool(is)), false) = (&right.value.form, right.optional) {
        let operator = if relation { Comparison::NoRow(*is) } else { Comparison::IsNull(*is) };
        return Some(plain(left.expr, operator, None));
    }
    if !is_rust(cx, right.value) {
        if right.optional {
            optional_form(cx, right.value)?;
        }
        cx.diagnostics.error("N0325", right.value.place, "`isnull` takes `true` or `false`");
        return None;
    }
    if right.optional {
        optional_form(cx, right.value)?;
    }
    let about = left.name.as_ref().map(|name| About::Value(format!("{name}.isnull")));
    let asked = Expected { about, ..bare(SqlType::Bool) };
    let switch = right.optional.then(|| cx.switch());
    let id = bind(cx, right, &asked, Bind::One, switch);
    let switch = switch.and(cx.switch_of(id));
    if relation {
        // Some related row, or not as asked.
        let asked = Expr { kind: ExprKind::Bound(id, 0), ty: SqlType::Bool, nullable: false };
        let some = plain(left.expr, Comparison::NoRow(false), None);
        let either = Condition::Xor(Box::new(some), Box::new(Condition::Expr(asked)));
        return Some(match switch {
            Some(switch) => Condition::Switched(switch, Box::new(either)),
            None => either,
        });
    }
    Some(plain(left.expr, Comparison::IsNullBound(id), switch))
}

/// Gathers the columns that a condition shows not to be NULL on every row it lets through.
pub(super) fn shown(condition: &Condition, found: &mut Vec<ColumnPath>) {
    match condition {
        Condition::All(list) => list.iter().for_each(|c| shown(c, found)),
        Condition::Test(Test {
            left,
            operator: Comparison::IsNull(false) | Comparison::NoRow(false),
            switch: None,
        }) => {
            if let ExprKind::Column(path) = &left.kind
                && path.hops.iter().all(|hop| hop.to_one)
            {
                found.push(path.clone());
            }
        }
        _ => {}
    }
}
