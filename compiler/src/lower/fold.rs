//! Groups with an aggregate over one relation, in one pass.
//!
//! In: a select that groups the chain's rows, each joined to its part of the aggregates, which a derived table computes for
//! the rows that the chain's conditions leave. Out: one that joins the relation to those rows and computes the parts in
//! the same select, so that the conditions are asked once. Where no condition is repeated the derived table is better:
//! it groups fewer and narrower rows.

use super::Lower;
use super::aggregate::Derived;
use super::defer::Split;
use super::join::equal;
use super::window::has_raw;
use crate::plan::{Alias, Condition, Distinct, Expr, From, Join, JoinKind, Output, Select, Source};

/// Arithmetic that gives NULL for NULL.
const STRICT: &[&str] = &["({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} / {1})", "({0} % {1})"];

impl Lower<'_> {
    /// Takes the derived table of a grouped select into a select of its rows, if that is all it is joined to; the joins are
    /// finished then.
    pub(super) fn folded(&mut self, select: &mut Select) -> bool {
        let chain = self.scope().select;
        let [derived] = &self.scope().derived[..] else { return false };
        let Some(own) = select.from.as_ref().filter(|from| matches!(from.source, Source::Table { .. })) else {
            return false;
        };
        let own = own.alias;
        let derived = derived.clone();
        let model = self.schema.model(chain.model);
        let by_key = matches!(derived.outer.as_slice(), [one] if one.hops.is_empty() && model.key == [one.field]);
        let one_table = matches!(derived.frames.as_slice(), [frame] if frame.joins.is_empty());
        let calls = derived.columns.iter().all(|call| matches!(call, Expr::Aggregate(_)));
        let plain = matches!(select.distinct, Distinct::No) && select.lock.is_none() && !has_raw(chain);
        let single = self.scope().frames[0].joins.iter().all(|join| join.single);
        // Only a table says that a row's columns follow from its key.
        let groups = !model.unmanaged;
        if derived.limit.is_none() || !(by_key && one_table && calls && plain && single && groups) {
            return false;
        }
        let mut tested = false;
        let mut reads = |alias: &mut Alias, _: &mut String| tested |= *alias == derived.alias;
        select.filter.iter_mut().for_each(|condition| condition.columns_read(&mut reads));
        let mut rows = Select { filter: select.filter.clone(), ..Select::default() };
        rows.joins.clone_from(&self.scope().frames[0].joins);
        let Some(mut split) = Split::of(own, &mut rows).filter(|split| !tested && !reads_joined(split, select)) else {
            return false;
        };
        let key = self.key(own, chain.model);
        self.scope().frames[0].joins.clear();
        self.scope().derived.clear();
        let name = |n: usize| self.free_name(chain, &format!("j{n}"));
        let part = |n: &str| self.free_name(chain, n);
        let mut read = |alias: &mut Alias, column: &mut String| {
            if *alias == derived.alias {
                (*alias, *column) = (own, part(column));
            } else {
                split.read(alias, column, &name);
            }
        };
        select.columns.iter_mut().for_each(|output| output.expr.columns_read(&mut read));
        select.group.iter_mut().for_each(|key| key.columns_read(&mut read));
        select.having.iter_mut().for_each(|condition| condition.columns_read(&mut read));
        select.order.iter_mut().for_each(|key| key.columns_read(&mut read));
        select.joins = split.joined_later(&name);
        let group = key.clone();
        let Derived { from, key: near, conditions, columns: calls, .. } = derived;
        let parts = calls.into_iter().enumerate().filter_map(|(n, call)| {
            let expr = of_joined(call, from.alias, near.first()?);
            Some(Output { expr, name: Some(self.free_name(chain, &format!("a{n}"))) })
        });
        let columns = split.columns.iter().cloned().chain(parts).collect();
        let on = near.iter().cloned().zip(key).map(|(near, own)| equal(near, own)).chain(conditions).collect();
        let mut joins = split.kept;
        joins.push(Join { kind: JoinKind::Left, from, on, guard: None, single: false });
        let filter = std::mem::take(&mut select.filter);
        let inner = Select { columns, from: select.from.take(), joins, filter, group, ..Select::default() };
        select.from = Some(From { source: Source::Derived(Box::new(inner)), alias: own });
        true
    }
}

/// Whether groups read tables that choose the rows: their columns do not follow from a row's key.
fn reads_joined(split: &Split, select: &mut Select) -> bool {
    let mut found = false;
    let mut read = |alias: &mut Alias, _: &mut String| found |= split.kept.iter().any(|join| join.from.alias == *alias);
    let filter = std::mem::take(&mut select.filter);
    select.columns_read(&mut read);
    select.filter = filter;
    found
        || split.later.iter().any(|join| {
            let mut found = false;
            join.clone().columns_read(&mut |alias, _| found |= split.kept.iter().any(|kept| kept.from.alias == *alias));
            found
        })
}

/// An aggregate of the rows of a table that is left-joined: not of those that the join makes up, which lack `near`.
fn of_joined(call: Expr, table: Alias, near: &Expr) -> Expr {
    let Expr::Aggregate(mut call) = call else { return call };
    if call.arguments.is_empty() {
        (call.sql, call.arguments) = ("COUNT({0})", vec![near.clone()]);
    } else if !call.arguments.iter().all(|argument| strict(argument, table)) {
        let there = Condition::template("{0} IS NOT NULL", vec![near.clone()]);
        call.filter = Some(Condition::All(call.filter.into_iter().chain([there]).collect()));
    }
    Expr::Aggregate(call)
}

/// Whether an expression is NULL where the table's row is missing.
fn strict(expr: &Expr, table: Alias) -> bool {
    match expr {
        Expr::Column(alias, _) => *alias == table,
        Expr::Template(sql, operands) => STRICT.contains(sql) && operands.iter().any(|operand| strict(operand, table)),
        Expr::Cast(inner, _) => strict(inner, table),
        _ => false,
    }
}
