//! Rows of a page before what is joined to them.
//!
//! In: a select that takes some of its rows in an order that no index gives. Out: one that sorts and takes the rows of the
//! chain's own table, and joins to-one relations that neither choose nor order them to those alone. An order that an index
//! gives is left as it is: there the server joins only as many rows as are taken, too, and does not sort.

use super::Lower;
use super::window::has_raw;
use crate::hir;
use crate::plan::{Alias, Condition, Distinct, Expr, From, Join, Order, Output, Select, Source};
use nuages_schema::model::{IndexTarget, ModelId};

impl Lower<'_> {
    /// Joins what only the columns read to the rows that are taken.
    pub(super) fn deferred(&self, chain: &hir::Select, select: &mut Select) {
        let Some(own) = taken(select) else { return };
        if has_raw(chain) || self.is_indexed(chain.model, &select.order) {
            return;
        }
        let Some(mut split) = Split::of(own, select) else { return };
        if split.later.is_empty() {
            return split.undo(select);
        }
        let name = |n: usize| self.free_name(chain, &format!("j{n}"));
        let order = select.order.clone();
        select.columns.iter_mut().for_each(|output| output.expr.columns_read(&mut |a, n| split.read(a, n, &name)));
        select.order.iter_mut().for_each(|key| key.columns_read(&mut |a, n| split.read(a, n, &name)));
        select.joins = split.joined_later(&name);
        let inner = Select {
            columns: split.columns,
            from: select.from.take(),
            joins: split.kept,
            filter: std::mem::take(&mut select.filter),
            order,
            limit: select.limit.take(),
            offset: select.offset.take(),
            ..Select::default()
        };
        select.from = Some(From { source: Source::Derived(Box::new(inner)), alias: own });
    }

    /// Whether an index may give the order, in one of its variants.
    fn is_indexed(&self, model: ModelId, order: &[Order]) -> bool {
        let model = self.schema.model(model);
        let leads = |at: usize| order[..at].iter().all(|before| before.switch != order[at].switch);
        let mut first = order.iter().enumerate().filter(|(at, _)| leads(*at)).filter_map(|(_, key)| match &key.expr {
            Expr::Column(_, name) => Some(name),
            _ => None,
        });
        let is = |target: &IndexTarget, name: &str| match target {
            IndexTarget::Field(field) => model.field(*field).column == *name,
            IndexTarget::Expression(_) => false,
        };
        let indexes = model.indexes.iter().filter(|index| index.method.is_none()).map(|index| &index.items);
        let lists: Vec<_> = indexes.chain(model.uniques.iter().map(|unique| &unique.items)).collect();
        first.any(|name| {
            model.key.iter().any(|field| model.field(*field).column == *name)
                || lists.iter().any(|items| items.iter().any(|item| is(&item.target, name)))
        })
    }
}

/// The table whose rows are taken, if they are its rows in an order of its columns and nothing is computed of all of them.
fn taken(select: &Select) -> Option<Alias> {
    let from = select.from.as_ref().filter(|from| matches!(from.source, Source::Table { .. }))?;
    let own = |key: &Order| matches!(&key.expr, Expr::Column(alias, _) if *alias == from.alias);
    let rows = select.limit.is_some()
        && !select.order.is_empty()
        && select.order.iter().all(own)
        && matches!(select.distinct, Distinct::No)
        && select.group.is_empty()
        && select.having.is_empty()
        && select.lock.is_none()
        && !select.columns.iter().any(|output| of_all(&output.expr));
    rows.then_some(from.alias)
}

/// Whether an expression reads other rows of its select.
fn of_all(expr: &Expr) -> bool {
    match expr {
        Expr::Window(_) | Expr::Aggregate(_) => true,
        Expr::Template(_, operands) | Expr::Written(_, operands) => operands.iter().any(of_all),
        Expr::Cast(inner, _) => of_all(inner),
        Expr::Case(arms, otherwise) => {
            arms.iter().any(|(when, then)| in_condition(when) || of_all(then)) || otherwise.iter().any(|e| of_all(e))
        }
        Expr::Condition(condition) => in_condition(condition),
        Expr::When(_, then, otherwise) => of_all(then) || of_all(otherwise),
        _ => false,
    }
}

fn in_condition(condition: &Condition) -> bool {
    match condition {
        Condition::All(list) | Condition::Any(list) => list.iter().any(in_condition),
        Condition::Expr(expr) => of_all(expr),
        Condition::Exists { .. } => false,
        Condition::In(keys, _) => keys.iter().any(of_all),
        Condition::NotTrue(inner) | Condition::Not(inner) => in_condition(inner),
        Condition::Xor(left, right, _) => in_condition(left) || in_condition(right),
        Condition::When(_, then, otherwise) => in_condition(then) || otherwise.iter().any(|c| in_condition(c)),
    }
}

/// The joins of a select, of which some are taken into a select inside of it.
pub(super) struct Split {
    own: Alias,
    /// Those that choose and order its rows.
    pub kept: Vec<Join>,
    /// Those that only its columns read.
    pub later: Vec<Join>,
    /// What is read of the select inside, under its names there.
    pub columns: Vec<Output>,
}

impl Split {
    /// Takes the joins of a select apart. `None`: what is joined in some variants only would be read in all.
    pub(super) fn of(own: Alias, select: &mut Select) -> Option<Self> {
        let mut aliases = vec![own];
        let mut read = |alias: &mut Alias, _: &mut String| aliases.push(*alias);
        select.filter.iter_mut().for_each(|condition| condition.columns_read(&mut read));
        select.order.iter_mut().for_each(|key| key.columns_read(&mut read));
        for join in select.joins.iter_mut().filter(|join| !join.single) {
            aliases.push(join.from.alias);
            join.columns_read(&mut |alias, _| aliases.push(*alias));
        }
        // A join reads only those before it.
        for join in select.joins.iter_mut().rev() {
            if aliases.contains(&join.from.alias) {
                join.columns_read(&mut |alias, _| aliases.push(*alias));
            }
        }
        if select.joins.iter().any(|join| join.guard.is_some() && aliases.contains(&join.from.alias)) {
            return None;
        }
        let joins = std::mem::take(&mut select.joins);
        let (kept, later) = joins.into_iter().partition(|join| aliases.contains(&join.from.alias));
        Some(Self { own, kept, later, columns: Vec::new() })
    }

    /// Gives the joins back.
    pub(super) fn undo(self, select: &mut Select) {
        select.joins = self.kept.into_iter().chain(self.later).collect();
    }

    /// Reads a column of the select inside, if it is there. What is not of the chain's own table is called something new.
    pub(super) fn read(&mut self, alias: &mut Alias, name: &mut String, new: &dyn Fn(usize) -> String) {
        let joined = self.kept.iter().any(|join| join.from.alias == *alias);
        if *alias != self.own && !joined {
            return;
        }
        let expr = Expr::Column(*alias, name.clone());
        let known = self.columns.iter().find(|column| column.expr == expr).and_then(|column| column.name.clone());
        let called = known.unwrap_or_else(|| {
            let called = if joined { new(self.columns.len()) } else { name.clone() };
            self.columns.push(Output { expr, name: Some(called.clone()) });
            called
        });
        (*alias, *name) = (self.own, called);
    }

    /// The joins to the select inside.
    pub(super) fn joined_later(&mut self, new: &dyn Fn(usize) -> String) -> Vec<Join> {
        let mut later = std::mem::take(&mut self.later);
        later.iter_mut().for_each(|join| join.columns_read(&mut |alias, name| self.read(alias, name, new)));
        later
    }
}
