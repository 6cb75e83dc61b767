//! Groups whose keys go along a to-many path.
//!
//! In: the keys, and the aggregates of one path. Out: a select in which each row of the chain counts once in each of its
//! groups, however many related rows bring it there.

use super::Lower;
use super::aggregate::uses_only;
use super::binding::{bindings, positions};
use super::group::{Class, name};
use super::join::equal;
use crate::hir::{self, Hop};
use crate::plan::{self, Alias, Condition, Expr, From, Join, JoinKind, Output, Select, Source};

impl<'a> Lower<'a> {
    /// A grouped select where the keys go along a to-many path: rows of the chain are made distinct in each group first,
    /// then aggregated, or joined to the path that is aggregated.
    pub(super) fn distinct_class(
        &mut self,
        keys: &'a [hir::Expr],
        from: From,
        mut filter: Vec<Condition>,
        class: &Class<'a>,
        key_path: &[Hop],
    ) -> Select {
        filter.extend(self.row_filters(key_path));
        let model = self.scope().select.model;
        let group: Vec<Expr> = keys.iter().map(|e| self.expr(e)).collect();
        let mut columns = name("k", group);
        columns.extend(name("p", self.key(from.alias, model)));
        let rows = self.alias();
        let mut outer_columns: Vec<Output> = Vec::new();
        let key_columns: Vec<Expr> = (0..keys.len()).map(|i| Expr::Column(rows, format!("k{i}"))).collect();
        outer_columns.extend(name("k", key_columns.clone()));
        let mut joins = Vec::new();
        let mut operands = 0;
        let mut calls = Vec::new();
        let inner_joins;
        let apart = super::first_many(&class.path).filter(|_| !key_path.starts_with(&class.path));
        if let Some(end) = apart {
            let horizon = self.scope().select.filters.len();
            let bindings = bindings(self.scope(), &class.path, horizon);
            let filters = positions(&bindings);
            let bound: Vec<_> = bindings.into_iter().flat_map(|b| b.conditions).collect();
            // Behind a relation that the keys go along too, only the rows on the way to them count.
            let shared = shared(&class.path, key_path);
            let own = shared > 0 || !class.aggregates.iter().all(|(a, _)| uses_only(a, &bound, &class.path[..end]));
            let Some(start) = self.start(&class.path[..end], own) else { return Select::default() };
            let link = |i: usize| if i == 0 { "o".to_owned() } else { format!("o{i}") };
            for (i, path) in start.outer.iter().enumerate() {
                columns.push(Output { expr: self.column(path), name: Some(link(i)) });
            }
            columns.extend(name("w", self.ways(&class.path[..shared])));
            inner_joins = self.finish_joins();
            let outside = std::mem::replace(&mut self.scope().frames, vec![start.frame]);
            self.scope().left = false;
            self.extend(&class.path);
            let mut conditions: Vec<Condition> = start.arrives.into_iter().collect();
            conditions.extend(self.bound_rows(&filters, &class.path));
            let links = start.key.len();
            let keys = start.key.into_iter().enumerate();
            let mut related: Vec<Output> = keys.map(|(i, expr)| Output { expr, name: Some(link(i)) }).collect();
            let ways = name("w", self.ways(&class.path[..shared]));
            let links: Vec<String> = (0..links).map(link).chain(ways.iter().filter_map(|w| w.name.clone())).collect();
            related.extend(ways);
            let alias = self.alias();
            for (aggregate, e) in &class.aggregates {
                let call = self.call(aggregate, &e.ty);
                calls.push(outside_call(call, alias, &mut operands, &mut related));
            }
            let frames = std::mem::replace(&mut self.scope().frames, outside);
            let select = Select {
                columns: related,
                from: Some(start.from),
                joins: frames.into_iter().flat_map(|f| f.joins).collect(),
                filter: conditions,
                ..Select::default()
            };
            let on = links.into_iter().map(|n| equal(Expr::Column(alias, n.clone()), Expr::Column(rows, n))).collect();
            let from = From { source: Source::Derived(Box::new(select)), alias };
            joins.push(Join { kind: JoinKind::Inner, from, on, guard: None, single: false });
        } else {
            // The chain's own rows, or those on the way to the keys: each way to one counts once in each group, however
            // many ways go on from it.
            columns.extend(name("w", self.ways(&class.path)));
            for (aggregate, e) in &class.aggregates {
                let call = self.call(aggregate, &e.ty);
                calls.push(outside_call(call, rows, &mut operands, &mut columns));
            }
            inner_joins = self.finish_joins();
        }
        let inner = Select {
            distinct: plan::Distinct::Rows,
            columns,
            from: Some(from),
            joins: inner_joins,
            filter,
            ..Select::default()
        };
        outer_columns.extend(name("a", calls));
        let from = From { source: Source::Derived(Box::new(inner)), alias: rows };
        Select { columns: outer_columns, from: Some(from), joins, group: key_columns, ..Select::default() }
    }

    /// The keys of the rows on a joined path, one after the other.
    fn ways(&mut self, path: &[Hop]) -> Vec<Expr> {
        (1..=path.len()).flat_map(|end| self.end_key(&path[..end])).collect()
    }
}

/// How far a path goes along with the keys' one, if over a relation to many.
fn shared(path: &[Hop], key_path: &[Hop]) -> usize {
    let along = path.iter().zip(key_path).take_while(|(a, b)| a == b).count();
    if super::first_many(&path[..along]).is_some() { along } else { 0 }
}

/// An aggregate call whose operands and filter are computed in an inner select, as further columns of it.
fn outside_call(call: Expr, alias: Alias, next: &mut usize, columns: &mut Vec<Output>) -> Expr {
    let mut outside = |e: Expr| {
        let name = format!("x{next}");
        *next += 1;
        columns.push(Output { expr: e, name: Some(name.clone()) });
        Expr::Column(alias, name)
    };
    match call {
        Expr::Cast(inner, ty) => Expr::Cast(Box::new(outside_call(*inner, alias, next, columns)), ty),
        Expr::Aggregate(mut aggregate) => {
            aggregate.arguments = aggregate.arguments.into_iter().map(&mut outside).collect();
            aggregate.filter = aggregate.filter.map(|c| Condition::Expr(outside(Expr::Condition(Box::new(c)))));
            for order in &mut aggregate.order {
                order.expr = outside(order.expr.clone());
            }
            Expr::Aggregate(aggregate)
        }
        other => other,
    }
}
