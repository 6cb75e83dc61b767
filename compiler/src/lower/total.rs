//! Aggregates that end a chain: `aggregate(…)`.
//!
//! In: a chain and aggregates. Out: one row; over a slice, a grouped or a distinct chain the aggregates read an inner
//! select.

use super::group::{Class, Grouping, Mapped, collect, name, name_aggregates};
use super::join::Frame;
use super::prefetch::name_columns;
use super::select::{Built, Want};
use super::{Lower, Mode, PerRow, Scope};
use crate::hir::select::Distinct;
use crate::hir::{self, Output as Field};
use crate::plan::{Expr, From, Join, JoinKind, Output, Select, Source};
use crate::render::Column;

impl<'a> Lower<'a> {
    /// `aggregate(…)`: one row.
    pub(super) fn aggregates(&mut self, select: &'a hir::Select, fields: &'a [Field]) -> (Select, Vec<Column>) {
        let fields: Vec<&Field> = fields.iter().collect();
        let over_values = select.group.is_some() || matches!(select.distinct, Distinct::Rows);
        if over_values {
            return self.aggregates_of_values(select, &fields);
        }
        let part = select.slice.is_some() || select.keyset.is_some();
        let from = if part || matches!(select.distinct, Distinct::On(_)) {
            let mut inner = self.select(select, &Want::Presence).select;
            let alias = self.alias();
            let model = self.schema.model(select.model);
            let source = inner.from.as_ref().map_or(alias, |f| f.alias);
            inner.columns = model
                .fields
                .iter()
                .map(|f| Output { expr: Expr::Column(source, f.column.clone()), name: Some(f.column.clone()) })
                .collect();
            From { source: Source::Derived(Box::new(inner)), alias }
        } else {
            self.from(select.model)
        };
        let sliced = matches!(from.source, Source::Derived(_));
        self.chains.push(Scope::new(select, Frame::new(from.alias), PerRow::Derived));
        let filter = if sliced { Vec::new() } else { self.links(&Want::Unordered).1 };
        let mut classes = Vec::new();
        fields.iter().for_each(|f| collect(select, &[], &f.expr, &mut classes));
        let grouping = Grouping { keys: &[], key_path: &[], fields: &fields, want: &Want::Unordered };
        let mut built = if let ([] | [_], false) = (classes.as_slice(), sliced) {
            let path = classes.first().map(|c| c.path.clone()).unwrap_or_default();
            let mut built = self.direct(Mode::Call, &[], from, filter, &path, &fields);
            built.select.joins = self.finish_joins();
            built
        } else if sliced {
            self.sliced_classes(&from, &classes, &fields)
        } else {
            self.classes(&grouping, from, filter, &classes)
        };
        self.chains.pop();
        built.select.order.clear();
        (built.select, built.columns)
    }

    /// Aggregates over a slice: each class reads the sliced rows as its table.
    fn sliced_classes(&mut self, from: &From, classes: &[Class<'a>], fields: &[&'a Field]) -> Built {
        let mut joins = Vec::new();
        let mut first = None;
        let mut named = Mapped::default();
        for class in classes {
            let mut from = from.clone();
            from.alias = self.alias();
            self.restart(&from);
            let mut filter = Vec::new();
            if !class.path.is_empty() {
                filter = self.join_bound(&class.path);
                self.scope().left = true;
            }
            let calls = class.aggregates.iter().map(|(a, e)| self.call(a, &e.ty)).collect();
            let columns = name("a", calls);
            let inner_joins = self.finish_joins();
            let select = Select { columns, from: Some(from), joins: inner_joins, filter, ..Select::default() };
            let alias = self.alias();
            name_aggregates(&mut named, class, alias, false);
            let from = From { source: Source::Derived(Box::new(select)), alias };
            if first.is_none() {
                first = Some(from);
            } else {
                joins.push(Join { kind: JoinKind::Cross, from, on: Vec::new(), guard: None, single: false });
            }
        }
        self.scope().mapped = Some(named);
        let mut built = self.fields(fields);
        built.select.from = first;
        built.select.joins = joins;
        built
    }

    /// Aggregates over the rows of a grouped or distinct chain.
    fn aggregates_of_values(&mut self, select: &'a hir::Select, fields: &[&'a Field]) -> (Select, Vec<Column>) {
        let mut inner = self.select(select, &Want::Unordered).select;
        let alias = self.alias();
        name_columns(&mut inner, alias);
        let keys = select
            .shape
            .outputs()
            .iter()
            .enumerate()
            .map(|(i, f)| (f.expr.clone(), Expr::Column(alias, format!("c{i}"))))
            .collect();
        let mut scope = Scope::new(select, Frame::new(alias), PerRow::Scalar);
        scope.mode = Mode::Call;
        scope.mapped = Some(Mapped::of(keys));
        self.chains.push(scope);
        let mut built = self.fields(fields);
        self.chains.pop();
        built.select.from = Some(From { source: Source::Derived(Box::new(inner)), alias });
        (built.select, built.columns)
    }
}
