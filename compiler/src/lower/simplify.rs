//! What is said so that the server sees more of it.
//!
//! In: selects as they were built. Out: selects with the same rows, of which the server finds better plans: it makes a left
//! join an inner one, and asks an aggregate's condition while it groups, only where a missing row fails the condition
//! whatever stands around it; and it begins anywhere in a join, but not in an `EXISTS` whose rows may not be repeated; nor
//! does it know of a table that its rows are there because others lead to them.

use crate::hir::Literal;
use crate::plan::{Alias, Condition, Distinct, Expr, Join, JoinKind, Select, Source};

/// Lets a number that is missing fail the conditions that 0 would fail. Only of rows that are kept or not is a condition
/// that is NULL the same as one that is false.
pub(super) fn strict(conditions: &mut [Condition]) {
    for condition in conditions {
        match condition {
            Condition::All(list) | Condition::Any(list) => strict(list),
            Condition::When(_, then, otherwise) => {
                strict(std::slice::from_mut(then));
                otherwise.iter_mut().for_each(|otherwise| strict(std::slice::from_mut(otherwise)));
            }
            Condition::Expr(Expr::Template(sql, operands)) => {
                if let [Expr::Template("COALESCE({0}, {1})", inner), Expr::Literal(Literal::Integer(n), _)] =
                    &operands[..]
                    && let [value, Expr::Literal(Literal::Integer(0), _)] = &inner[..]
                    && fails(sql, *n)
                {
                    operands[0] = value.clone();
                }
            }
            _ => {}
        }
    }
}

/// Whether the comparison of 0 with a number is false.
fn fails(comparison: &str, n: i128) -> bool {
    match comparison {
        "{0} > {1}" => n >= 0,
        "{0} >= {1}" => n > 0,
        "{0} = {1}" => n != 0,
        "{0} < {1}" => n <= 0,
        "{0} <= {1}" => n < 0,
        _ => false,
    }
}

/// Joins the rows of a condition's `EXISTS`, if nobody minds that this repeats rows: whoever asks only whether there are
/// any. Of several such conditions none is joined: each of them may have many rows for one of the others.
pub(super) fn joined(select: &mut Select) {
    let asks = |condition: &Condition| !matches!(condition, Condition::Expr(_));
    let mut asking = select.filter.iter().enumerate().filter(|(_, condition)| asks(condition)).map(|(at, _)| at);
    let (Some(at), None) = (asking.next(), asking.next()) else { return };
    if !plain(select) || !matches!(&select.filter[at], Condition::Exists { negated: false, select } if plain(select)) {
        return;
    }
    let Condition::Exists { select: rows, .. } = select.filter.remove(at) else { return };
    let Select { from: Some(from), joins, filter, .. } = *rows else { return };
    let mut filter = filter.into_iter().peekable();
    let on: Vec<Condition> = filter.next_if(|first| !reads_one_of(first, &joins)).into_iter().collect();
    let kind = if on.is_empty() { JoinKind::Cross } else { JoinKind::Inner };
    select.joins.push(Join { kind, from, on, guard: None, single: false });
    select.joins.extend(joins);
    select.filter.extend(filter);
}

/// Leaves out the first table of a join that asks only whether there are rows, if nothing but the join reads it and each
/// row of the other table belongs to one of its rows.
pub(super) fn headless(select: &mut Select, certain: &[Alias]) {
    let Some(head) = select.from.as_ref().map(|from| from.alias) else { return };
    let mut reads = 0;
    select.columns_read(&mut |alias, _| reads += usize::from(*alias == head));
    let Some(next) = select.joins.first() else { return };
    let only = matches!(next.on.as_slice(), [Condition::Expr(Expr::Template("{0} = {1}", _))]) && reads == 1;
    if only && next.kind == JoinKind::Inner && next.guard.is_none() && certain.contains(&next.from.alias) {
        let next = select.joins.remove(0);
        select.from = Some(next.from);
    }
}

/// Whether a condition may read a column of a table that is joined here, rather than only of those before it.
fn reads_one_of(condition: &Condition, joins: &[Join]) -> bool {
    let Condition::Expr(Expr::Template(_, operands)) = condition else { return true };
    let before = |operand: &Expr| match operand {
        Expr::Column(alias, _) => joins.iter().all(|join| join.from.alias != *alias),
        _ => false,
    };
    !operands.iter().all(before)
}

/// Whether the rows are those of tables, as many as the conditions leave.
fn plain(select: &Select) -> bool {
    select.columns.is_empty()
        && matches!(select.distinct, Distinct::No)
        && select.from.as_ref().is_some_and(|from| matches!(from.source, Source::Table { .. }))
        && select.joins.iter().all(|join| matches!(join.kind, JoinKind::Inner | JoinKind::Left))
        && select.group.is_empty()
        && select.having.is_empty()
        && select.limit.is_none()
        && select.offset.is_none()
        && select.lock.is_none()
}
