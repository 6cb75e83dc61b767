//! Aggregates over relations as values of each row.
//!
//! In: an aggregate and the path it goes along. Out: a column of a derived table that is grouped by the row's key and
//! left-joined (one table for each path and set of bound rows), or a scalar subselect where only one row or one page
//! of rows is wanted. No two paths ever meet in one select, so nothing is multiplied.

use super::binding::{bindings, inside, positions};
use super::join::{Frame, Opened, equal};
use super::{Lower, Mode, PerRow, Scope, first_many};
use crate::hir::condition::Comparison;
use crate::hir::{self, Aggregate, ColumnPath, Condition, ExprKind, Hop, Literal, SqlType};
use crate::plan::{self, Alias, Expr, From, Join, JoinKind, Output, Select, Source};
use crate::tables::aggregates::ResultRule;
use nuages_schema::model::Schema;

/// A derived table being filled.
#[derive(Debug, Clone)]
pub(super) struct Derived {
    path: Vec<Hop>,
    filters: Vec<usize>,
    /// What it is called.
    pub(super) alias: Alias,
    /// The row's key, as a column of the chain.
    pub(super) outer: Vec<ColumnPath>,
    /// Tables that it reads, with their joins so far.
    pub(super) frames: Vec<Frame>,
    /// The first of them.
    pub(super) from: From,
    /// What the row's key is there.
    pub(super) key: Vec<Expr>,
    /// Which rows there are.
    pub(super) conditions: Vec<plan::Condition>,
    /// The chain's conditions once more, if they may leave few rows.
    pub(super) limit: Option<plan::Condition>,
    /// Its aggregates.
    pub(super) columns: Vec<Expr>,
}

/// The start of a select beside the chain's rows.
pub(super) struct Start {
    /// Its first table.
    pub from: From,
    /// The frame of that.
    pub frame: Frame,
    /// Columns of it that say to which row of the chain its rows belong.
    pub key: Vec<Expr>,
    /// What these are in the chain's rows.
    pub outer: Vec<ColumnPath>,
    /// What its rows must have to be links to a related row.
    pub arrives: Option<plan::Condition>,
}

impl<'a> Lower<'a> {
    /// An aggregate over a relation as a value of each row.
    pub(super) fn row_aggregate(&mut self, aggregate: &'a Aggregate, ty: &SqlType) -> Expr {
        if self.scope().per_row == PerRow::Scalar || self.chains.len() > 1 || aggregate.path.is_empty() {
            return self.scalar_aggregate(aggregate, ty);
        }
        let read = self.derived(aggregate, |l| l.call(aggregate, ty));
        match read {
            Some(read) => self.close(aggregate, read, true),
            None => self.scalar_aggregate(aggregate, ty),
        }
    }

    /// What `call` gives for the related rows of each row: a column of a derived table for the aggregate's path.
    pub(super) fn derived(&mut self, aggregate: &'a Aggregate, call: impl FnOnce(&mut Self) -> Expr) -> Option<Expr> {
        let horizon = self.scope().horizon;
        let bound = bindings(self.scope(), &aggregate.path, horizon);
        let filters = positions(&bound);
        let conditions: Vec<&Condition> = bound.into_iter().flat_map(|b| b.conditions).collect();
        let prefix = first_many(&aggregate.path).map_or(0, |n| n);
        let own = !uses_only(aggregate, &conditions, &aggregate.path[..prefix]);
        let known =
            self.scope().derived.iter().position(|d| {
                d.path == aggregate.path && d.filters == filters && (d.frames[0].prefix.is_empty() == own)
            });
        let index = if let Some(index) = known {
            index
        } else {
            let derived = self.derive(&aggregate.path, filters, own)?;
            self.scope().derived.push(derived);
            self.scope().derived.len() - 1
        };
        let frames = std::mem::take(&mut self.scope().derived[index].frames);
        let outside = std::mem::replace(&mut self.scope().frames, frames);
        let left = std::mem::replace(&mut self.scope().left, false);
        let call = self.apart(call);
        let frames = std::mem::replace(&mut self.scope().frames, outside);
        self.scope().left = left;
        let derived = &mut self.scope().derived[index];
        derived.frames = frames;
        let column = derived.columns.iter().position(|c| *c == call).unwrap_or_else(|| {
            derived.columns.push(call);
            derived.columns.len() - 1
        });
        Some(Expr::Column(derived.alias, format!("a{column}")))
    }

    /// Starts a derived table for a path.
    fn derive(&mut self, path: &[Hop], filters: Vec<usize>, own: bool) -> Option<Derived> {
        let end = first_many(path)?;
        let Start { from, frame, key, outer, arrives } = self.start(&path[..end], own)?;
        let alias = self.alias();
        let outside = std::mem::replace(&mut self.scope().frames, vec![frame]);
        let (conditions, limit) = self.apart(|l| {
            l.extend(path);
            let mut all: Vec<plan::Condition> = arrives.into_iter().collect();
            all.extend(l.bound_rows(&filters, path));
            (all, l.parents(&key, &outer, path))
        });
        let frames = std::mem::replace(&mut self.scope().frames, outside);
        Some(Derived {
            path: path.to_vec(),
            filters,
            alias,
            outer,
            frames,
            from,
            key,
            conditions,
            limit,
            columns: Vec::new(),
        })
    }

    /// Begins to read a to-many relation away from the chain's rows: at its own rows, or, where something is read that
    /// does not lie on it (`own`), at the chain's model once more.
    pub(super) fn start(&mut self, prefix: &[Hop], own: bool) -> Option<Start> {
        if own {
            let model = self.scope().select.model;
            let from = self.from(model);
            let key = self.key(from.alias, model);
            let fields = &self.schema.model(model).key;
            let outer = fields.iter().map(|f| ColumnPath { hops: Vec::new(), model, field: *f }).collect();
            return Some(Start { frame: Frame::new(from.alias), from, key, outer, arrives: None });
        }
        let Opened { from, near, outer, arrives, frame } = self.open(prefix)?;
        Some(Start { from, frame, key: vec![near], outer: vec![outer], arrives })
    }

    /// Limits a derived table to the rows that the chain can give: repeats its conditions that leave few rows.
    fn parents(&mut self, key: &[Expr], outer: &[ColumnPath], path: &[Hop]) -> Option<plan::Condition> {
        let select = self.scope().select;
        let within = self.scope().within;
        let beside = first_many(path).map_or(&[][..], |end| &path[..end]);
        let filters = select.filters.iter().take(within).filter(|f| !f.having);
        // Conditions of one filter may speak of one row of a relation, those of two speak of any.
        let narrow: Vec<Vec<&'a Condition>> = filters
            .map(|f| narrowing(self.schema, &f.condition, beside))
            .filter(|conditions| !conditions.is_empty())
            .collect();
        let parents = self.scope().parents;
        if narrow.is_empty() && parents.is_none() {
            return None;
        }
        let from = self.from(select.model);
        self.chains.push(Scope::new(select, Frame::new(from.alias), PerRow::Scalar));
        let mut filter: Vec<plan::Condition> = narrow.iter().flat_map(|list| self.conjunction(list)).collect();
        filter.extend(parents.and_then(|hop| self.parent_link(hop).1));
        let columns: Vec<Output> = outer.iter().map(|path| Output { expr: self.column(path), name: None }).collect();
        let joins = self.chains.pop().map(Scope::joins).unwrap_or_default();
        let inner = Select { columns, from: Some(from), joins, filter, ..Select::default() };
        Some(plan::Condition::In(key.to_vec(), Box::new(inner)))
    }

    /// An aggregate as a scalar subselect, correlated to the row in hand.
    fn scalar_aggregate(&mut self, aggregate: &'a Aggregate, ty: &SqlType) -> Expr {
        let horizon = self.scope().horizon;
        let filters = positions(&bindings(self.scope(), &aggregate.path, horizon));
        let Some(end) = first_many(&aggregate.path) else { return self.own_aggregate(aggregate, ty) };
        let Some(opened) = self.open(&aggregate.path[..end]) else { return self.own_aggregate(aggregate, ty) };
        let outer = self.column(&opened.outer);
        self.scope().frames.push(opened.frame);
        let left = std::mem::replace(&mut self.scope().left, false);
        let (mut filter, call) = self.apart(|l| {
            l.extend(&aggregate.path);
            (l.bound_rows(&filters, &aggregate.path), l.call(aggregate, ty))
        });
        self.scope().left = left;
        filter.splice(0..0, std::iter::once(equal(opened.near, outer)).chain(opened.arrives));
        let joins = self.scope().frames.pop().map(|f| f.joins).unwrap_or_default();
        let columns = vec![Output { expr: call, name: None }];
        let select = Select { columns, from: Some(opened.from), joins, filter, ..Select::default() };
        self.close(aggregate, Expr::Scalar(Box::new(select)), false)
    }

    /// An aggregate of the row's own columns: over that one row.
    fn own_aggregate(&mut self, aggregate: &'a Aggregate, ty: &SqlType) -> Expr {
        let model = self.scope().select.model;
        let frame = self.scope().frames.len() - 1;
        let chain = self.current();
        let prefix = self.scope().frames[frame].prefix.clone();
        let outer_alias = self.table(chain, frame, &prefix);
        let outer = self.key(outer_alias, model);
        let from = self.from(model);
        let inner = self.key(from.alias, model);
        self.scope().frames.push(Frame::new(from.alias));
        let call = self.apart(|l| l.call(aggregate, ty));
        let joins = self.scope().frames.pop().map(|f| f.joins).unwrap_or_default();
        let filter = inner.into_iter().zip(outer).map(|(a, b)| equal(a, b)).collect();
        let columns = vec![Output { expr: call, name: None }];
        let select = Select { columns, from: Some(from), joins, filter, ..Select::default() };
        self.close(aggregate, Expr::Scalar(Box::new(select)), false)
    }

    /// The call itself, cast to the promised type. Aggregates in its operands are values of each row; its conditions speak
    /// of the aggregated row.
    pub(super) fn call(&mut self, aggregate: &'a Aggregate, ty: &SqlType) -> Expr {
        self.reaching(aggregate.path.len(), |l| l.call_of_row(aggregate, ty))
    }

    fn call_of_row(&mut self, aggregate: &'a Aggregate, ty: &SqlType) -> Expr {
        let mode = std::mem::replace(&mut self.scope().mode, Mode::Rows);
        let mut arguments: Vec<Expr> = aggregate.arguments.iter().map(|e| self.expr(e)).collect();
        let mut sql = aggregate.function.sql;
        if arguments.is_empty() {
            let made_up = self.scope().left && !aggregate.path.is_empty();
            // One that names no column of its own select would be PostgreSQL's for the select around it.
            let inner = self.chains.len() > 1 || self.scope().frames.len() > 1;
            let named = made_up || (inner && reads_elsewhere(aggregate));
            if named {
                // One column of the key is enough: rows that a left join made up have none of them.
                arguments = self.end_key(&aggregate.path);
                arguments.truncate(1);
            }
            if arguments.is_empty() {
                sql = "COUNT(*)";
            }
        }
        let mut filter = aggregate.filter.as_ref().map(|c| self.conjunction(&[c])).unwrap_or_default();
        let keeps_nulls = matches!(aggregate.function.result, ResultRule::Array | ResultRule::Json)
            || aggregate.arguments.iter().any(|e| !strict(e, &aggregate.path));
        if keeps_nulls && !aggregate.path.is_empty() && self.scope().left {
            // Rows that a left join made up have no key.
            if let Some(key) = self.end_key(&aggregate.path).into_iter().next() {
                filter.push(plan::Condition::template("{0} IS NOT NULL", vec![key]));
            }
        }
        let order = aggregate.order.iter().map(|o| self.order(o)).collect();
        self.scope().mode = mode;
        let filter = (!filter.is_empty()).then_some(plan::Condition::All(filter));
        let call =
            Expr::Aggregate(Box::new(plan::Aggregate { sql, arguments, distinct: aggregate.distinct, order, filter }));
        if aggregate.raw == *ty { call } else { Expr::Cast(Box::new(call), ty.clone()) }
    }

    /// What stands for an aggregate of nothing: its default, 0 for a count that no row was joined for.
    pub(super) fn close(&mut self, aggregate: &'a Aggregate, value: Expr, joined: bool) -> Expr {
        if let Some(default) = &aggregate.default {
            let default = self.expr(default);
            return Expr::Template("COALESCE({0}, {1})", vec![value, default]);
        }
        if aggregate.function.closed && joined {
            let zero = Expr::Literal(Literal::Integer(0), SqlType::Int8);
            return Expr::Template("COALESCE({0}, {1})", vec![value, zero]);
        }
        value
    }

    /// The filter whose rows a derived table holds and no others: that table, inner-joined, says what the filter says.
    /// There must be one filter that binds its path, in every variant, with nothing else in it.
    pub(super) fn absorbed(&mut self) -> Option<usize> {
        let scope = self.scope();
        let select = scope.select;
        let derived =
            scope.derived.iter().find(|d| d.filters.len() == 1 && first_many(&d.path) == Some(d.path.len()))?;
        let filter = derived.filters[0];
        let bound = bindings(scope, &derived.path, select.filters.len());
        let [binding] = bound.as_slice() else { return None };
        (binding.always && binding.whole && binding.filter == filter).then_some(filter)
    }

    /// Writes the derived tables of the chain being planned as joins. The one that stands for a filter joins inner.
    pub(super) fn finish_derived(&mut self, absorbed: Option<usize>) -> Vec<Join> {
        let mut derived = std::mem::take(&mut self.scope().derived);
        let inner = absorbed
            .and_then(|f| derived.iter().position(|d| d.filters == [f] && first_many(&d.path) == Some(d.path.len())));
        if let Some(inner) = inner {
            derived[..=inner].rotate_right(1);
        }
        derived
            .into_iter()
            .enumerate()
            .map(|(i, d)| {
                let on = d
                    .outer
                    .iter()
                    .enumerate()
                    .map(|(i, path)| equal(Expr::Column(d.alias, format!("k{i}")), self.column(path)))
                    .collect();
                let keys = d.key.iter().enumerate().map(|(i, e)| (format!("k{i}"), e));
                let columns = d.columns.iter().enumerate().map(|(i, e)| (format!("a{i}"), e));
                let columns =
                    keys.chain(columns).map(|(name, e)| Output { expr: e.clone(), name: Some(name) }).collect();
                let joins = d.frames.into_iter().flat_map(|f| f.joins).collect();
                let select = Select {
                    columns,
                    from: Some(d.from),
                    joins,
                    filter: d.conditions.into_iter().chain(d.limit).collect(),
                    group: d.key,
                    ..Select::default()
                };
                let from = From { source: Source::Derived(Box::new(select)), alias: d.alias };
                let kind = if inner.is_some() && i == 0 { JoinKind::Inner } else { JoinKind::Left };
                Join { kind, from, on, guard: None, single: false }
            })
            .collect()
    }
}

/// Whether an aggregate and the conditions that bind it read nothing but what lies on `prefix`.
pub(super) fn uses_only(aggregate: &Aggregate, conditions: &[&Condition], prefix: &[Hop]) -> bool {
    let mut only = conditions.iter().all(|c| inside(c, prefix));
    let mut check = |e: &hir::Expr| match &e.kind {
        ExprKind::Column(path) => only &= path.hops.starts_with(prefix),
        ExprKind::Annotation(_) | ExprKind::Outer(..) => only = false,
        _ => {}
    };
    aggregate.arguments.iter().for_each(|e| e.walk(&mut check));
    aggregate.order.iter().for_each(|o| o.expr.walk(&mut check));
    if let Some(filter) = &aggregate.filter {
        filter.walk(&mut check);
    }
    only
}

/// Whether an expression is NULL for certain where a left join found no row at the end of a path.
pub(super) fn strict(expr: &hir::Expr, path: &[Hop]) -> bool {
    match &expr.kind {
        ExprKind::Column(column) => column.hops.starts_with(path),
        ExprKind::Template("({0} + {1})" | "({0} - {1})" | "({0} * {1})" | "({0} / {1})" | "({0} % {1})", operands) => {
            operands.iter().any(|e| strict(e, path))
        }
        ExprKind::Cast(inner) => strict(inner, path),
        _ => false,
    }
}

/// Whether the filter of a count may read none of the rows that are counted.
fn reads_elsewhere(aggregate: &Aggregate) -> bool {
    let Some(filter) = &aggregate.filter else { return false };
    let first = first_many(&aggregate.path).map_or(&[][..], |end| &aggregate.path[..end]);
    !reads(filter, first)
}

/// Whether a clause that is never left out reads a column on `prefix`.
fn reads(condition: &Condition, prefix: &[Hop]) -> bool {
    match condition {
        Condition::Test(test) if test.switch.is_some() => false,
        Condition::Test(_) | Condition::Expr(_) => {
            let mut own = false;
            condition.walk(&mut |e| {
                own |= matches!(&e.kind, ExprKind::Column(path) if path.hops.starts_with(prefix));
            });
            own
        }
        Condition::All(list) | Condition::Any(list) => list.iter().any(|c| reads(c, prefix)),
        Condition::Xor(a, b) => reads(a, prefix) || reads(b, prefix),
        Condition::Not(inner) => reads(inner, prefix),
        Condition::Exists(_) | Condition::Switched(..) => false,
    }
}

/// The conditions of a filter that may leave few rows, present in every variant: comparisons of columns reached through
/// to-one relations, and what tells one row of a to-many relation from all others, unless that is `beside`. To repeat one
/// that leaves most rows costs little more than to read the chain's rows once more; not to repeat one that leaves
/// few costs all related rows there are.
fn narrowing<'a>(schema: &Schema, condition: &'a Condition, beside: &[Hop]) -> Vec<&'a Condition> {
    match condition {
        Condition::All(list) => list.iter().flat_map(|c| narrowing(schema, c, beside)).collect(),
        Condition::Test(test) if test.switch.is_none() => {
            let equal = matches!(
                &test.operator,
                Comparison::Operator("=", _)
                    | Comparison::InList(_)
                    | Comparison::InEach(..)
                    | Comparison::InKeys(..)
                    | Comparison::InKeySelect(..)
                    | Comparison::InValues(_)
                    | Comparison::InSelect(_)
            );
            let ranged = matches!(
                &test.operator,
                Comparison::Operator("<" | "<=" | ">" | ">=", _)
                    | Comparison::Between(..)
                    | Comparison::Period { .. }
                    | Comparison::Like { .. }
                    | Comparison::Iexact(_)
            );
            let mut plain = true;
            let mut many = None;
            condition.walk(&mut |e| match &e.kind {
                ExprKind::Column(path) => match first_many(&path.hops) {
                    None => {}
                    Some(_) if many.is_some() => plain = false,
                    Some(end) => many = Some((path, end)),
                },
                ExprKind::Annotation(_) | ExprKind::Aggregate(_) | ExprKind::Outer(..) => plain = false,
                _ => {}
            });
            let narrow = match many {
                None => equal || ranged,
                Some((path, end)) => {
                    let declared = schema.field(path.model, path.field);
                    let one = declared.foreign_key.is_some() || schema.model(path.model).tells_apart(&[path.field]);
                    equal && one && path.hops[..end] != *beside
                }
            };
            if narrow && plain { vec![condition] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}
