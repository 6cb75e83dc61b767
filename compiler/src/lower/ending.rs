//! What a chain ends in: rows, one row, a count, whether there are any; and chains inside conditions, which end in `IN` or
//! `EXISTS`.
//!
//! In: a chain and its ending. Out: statements, with the limit that the ending implies.

use super::Lower;
use super::join::equal;
use super::prefetch::name_columns;
use super::select::{Want, has_many, integer};
use super::simplify;
use super::single::is_single;
use super::text::readable;
use super::window::has_raw;
use crate::hir::select::Distinct;
use crate::hir::window::is_windowed;
use crate::hir::{self, Ending, Shape, Slice, SqlType};
use crate::plan::{self, Expr, From, Output, Select, Source};
use crate::render::Column;
use nuages_schema::model::FieldId;

impl<'a> Lower<'a> {
    /// A whole reading query.
    pub(super) fn root(&mut self, select: &'a hir::Select, ending: &'a Ending) -> plan::Plan {
        let mut plan = self.ended(select, ending);
        if let plan::Body::Select(rows) = &mut plan.root.body {
            self.deferred(select, rows);
        }
        plan
    }

    fn ended(&mut self, select: &'a hir::Select, ending: &'a Ending) -> plan::Plan {
        match ending {
            Ending::Rows => self.rows(select, &Want::Rows, None),
            // A second row is an error.
            Ending::One => self.rows(select, &Want::Few, (!is_single(self.schema, select)).then_some(2)),
            Ending::First => self.rows(select, &Want::Few, Some(1)),
            Ending::Last => self.last(select),
            Ending::None => self.rows(select, &Want::Few, Some(0)),
            Ending::Keyed(fields) => {
                let mut plan = self.rows(select, &Want::Rows, None);
                self.key_columns(select, fields, &mut plan.root);
                plan
            }
            Ending::Count => self.count(select),
            Ending::Exists => {
                let raw = has_raw(select);
                let mut select = self.presence(select);
                simplify::joined(&mut select);
                if !raw {
                    simplify::headless(&mut select, &self.certain);
                }
                let columns = vec![Column { ty: SqlType::Bool, nullable: false }];
                let root = plan::Statement { body: plan::Body::Exists(Box::new(select)), columns };
                plan::Plan { root, children: Vec::new(), count: None, together: false }
            }
            Ending::Aggregate(outputs, _) => {
                let (select, columns) = self.aggregates(select, outputs);
                let root = plan::Statement { body: plan::Body::Select(Box::new(select)), columns };
                plan::Plan { root, children: Vec::new(), count: None, together: false }
            }
            Ending::Page(value, counted) => {
                let mut plan = self.rows(select, &Want::Few, None);
                if let plan::Body::Select(s) = &mut plan.root.body {
                    s.limit = Some(self.param_int(*value, 1));
                    s.offset = Some(self.param_int(*value, 0));
                }
                let aliases = std::mem::replace(&mut self.aliases, 0);
                plan.count = Some(self.count(counted.as_deref().unwrap_or(select)).root);
                self.aliases = aliases;
                plan
            }
        }
    }

    fn rows(&mut self, select: &'a hir::Select, want: &Want, limit: Option<u64>) -> plan::Plan {
        let mut built = self.select(select, want);
        if let Some(limit) = limit {
            match &select.slice {
                None => built.select.limit = Some(integer(limit)),
                Some(Slice::Constant { limit: inner, .. }) => {
                    built.select.limit = Some(integer(inner.map_or(limit, |n| n.min(limit))));
                }
                // The slice's own limit is known only at run time; NULL is none.
                Some(Slice::Bound(value)) => {
                    let least = vec![self.param_int(*value, 1), integer(limit)];
                    built.select.limit = Some(Expr::Template("LEAST({0}, {1})", least));
                }
            }
        }
        let body = plan::Body::Select(Box::new(built.select));
        let root = plan::Statement { body, columns: built.columns };
        plan::Plan { root, children: built.children, count: None, together: false }
    }

    /// The last row of a slice: its rows are put in the opposite order by what they were put in order by.
    fn last(&mut self, select: &'a hir::Select) -> plan::Plan {
        let mut built = self.select(select, &Want::Few);
        let shown = built.columns.len();
        let columns = &mut built.select.columns;
        let positions: Vec<usize> = built
            .select
            .order
            .iter()
            .map(|key| match &key.expr {
                Expr::Position(number) => number - 1,
                expr => columns.iter().position(|column| column.expr == *expr).unwrap_or_else(|| {
                    columns.push(Output { expr: expr.clone(), name: None });
                    columns.len() - 1
                }),
            })
            .collect();
        let alias = self.alias();
        let mut columns = name_columns(&mut built.select, alias);
        let turned = |(key, position): (&plan::Order, usize)| plan::Order {
            expr: columns[position].expr.clone(),
            descending: !key.descending,
            nulls_first: key.nulls_first.map(|first| !first),
            switch: key.switch,
        };
        let order = built.select.order.iter().zip(positions).map(turned).collect();
        columns.truncate(shown);
        let from = From { source: Source::Derived(Box::new(built.select)), alias };
        let select = Select { columns, from: Some(from), order, limit: Some(integer(1)), ..Select::default() };
        let root = plan::Statement { body: plan::Body::Select(Box::new(select)), columns: built.columns };
        plan::Plan { root, children: built.children, count: None, together: false }
    }

    /// Reads the columns of a map's key after all others, where the shape lacks them.
    fn key_columns(&self, select: &hir::Select, fields: &[FieldId], root: &mut plan::Statement) {
        let (plan::Body::Select(built), Shape::Model(record)) = (&mut root.body, &select.shape) else { return };
        let Some(from) = &built.from else { return };
        for field in fields.iter().filter(|f| !record.fields.contains(f)) {
            let ty = SqlType::of_field(self.schema, self.schema.field(select.model, *field));
            let expr = readable(self.read(from.alias, select.model, *field), &ty);
            built.columns.push(Output { expr, name: None });
            root.columns.push(Column { ty, nullable: false });
        }
    }

    fn count(&mut self, select: &'a hir::Select) -> plan::Plan {
        let mut inner = self.presence(select);
        let simple = inner.group.is_empty()
            && inner.limit.is_none()
            && inner.offset.is_none()
            && matches!(inner.distinct, plan::Distinct::No)
            && inner.columns.is_empty();
        let count = Output { expr: Expr::Template("COUNT(*)", Vec::new()), name: None };
        let select = if simple {
            inner.columns = vec![count];
            inner
        } else {
            let alias = self.alias();
            for (i, column) in inner.columns.iter_mut().enumerate() {
                column.name = Some(format!("c{i}"));
            }
            let from = From { source: Source::Derived(Box::new(inner)), alias };
            Select { columns: vec![count], from: Some(from), ..Select::default() }
        };
        let columns = vec![Column { ty: SqlType::Int8, nullable: false }];
        let root = plan::Statement { body: plan::Body::Select(Box::new(select)), columns };
        plan::Plan { root, children: Vec::new(), count: None, together: false }
    }

    /// The rows of a chain without what is read of them, unless that decides how many there are.
    pub(super) fn presence(&mut self, select: &'a hir::Select) -> Select {
        let decides = select.group.is_some()
            || !matches!(select.distinct, Distinct::No)
            || select.shape.outputs().iter().any(|o| has_many(&o.expr));
        let want = if decides { Want::Unordered } else { Want::Presence };
        self.select(select, &want).select
    }

    /// A chain inside a condition of the enclosing one: `EXISTS`. With `equals`, the rows whose single column has
    /// that value.
    pub(super) fn inner_select(&mut self, select: &'a hir::Select, equals: Option<Expr>) -> Select {
        let Some(equals) = equals else {
            return self.guarded(None, |l| l.presence(select));
        };
        let mut inner = self.column_select(select);
        let windowed = select.shape.outputs().iter().any(|o| is_windowed(&o.expr, &select.annotations));
        let plain = !windowed
            && inner.group.is_empty()
            && inner.limit.is_none()
            && inner.offset.is_none()
            && matches!(inner.distinct, plan::Distinct::No);
        if plain && let Some(column) = inner.columns.pop() {
            inner.filter.push(equal(column.expr, equals));
            inner.columns.clear();
            return inner;
        }
        let alias = self.alias();
        let columns = name_columns(&mut inner, alias);
        let filter = columns.into_iter().take(1).map(|c| equal(c.expr, equals.clone())).collect();
        let from = From { source: Source::Derived(Box::new(inner)), alias };
        Select { from: Some(from), filter, ..Select::default() }
    }

    /// A chain of one column: `IN (…)`, a scalar subselect. A chain of models gives their key.
    pub(super) fn column_select(&mut self, select: &'a hir::Select) -> Select {
        let want = if select.slice.is_some() || matches!(select.distinct, Distinct::On(_)) {
            Want::Rows
        } else {
            Want::Unordered
        };
        self.guarded(None, |l| {
            let mut built = l.select(select, &want).select;
            if matches!(select.shape, Shape::Model(_)) {
                built.columns.truncate(1);
            }
            built
        })
    }
}
