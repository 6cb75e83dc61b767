//! Chains of rows.
//!
//! In: a chain and what is wanted of it. Out: a select with the columns of its shape in the order that
//! [`crate::render::Sql::columns`] promises, and the statements of its prefetches.

use super::expr::typed;
use super::join::{Frame, equal};
use super::keyset::turn;
use super::text::{as_stored, by_position, readable};
use super::window::Base;
use super::{Lower, PerRow, Scope, first_many, simplify};
use crate::hir::select::{Anchor, Distinct, Record};
use crate::hir::{self, ColumnPath, ExprKind, Hop, Literal, Shape, Slice, SqlType};
use crate::plan::{self, Condition, Expr, From, Output, Select};
use crate::render::Column;

/// What a select is for.
pub(super) enum Want {
    /// The rows of its shape.
    Rows,
    /// The rows of its shape, of which one or a page is taken.
    Few,
    /// The rows of its shape without their order: parts of an `IN`, things to count.
    Unordered,
    /// The related rows of the parents whose keys come as an array; their key follows the shape's columns.
    Children(Hop),
    /// The related rows of one parent.
    ChildrenOf(Hop, Expr),
    /// No columns at all: whether there are rows, or how many.
    Presence,
}

/// A select and what it answers with.
pub(super) struct Built {
    pub select: Select,
    pub columns: Vec<Column>,
    pub children: Vec<plan::Child>,
}

impl<'a> Lower<'a> {
    /// A chain of rows.
    pub(super) fn select(&mut self, select: &'a hir::Select, want: &Want) -> Built {
        let from = match &select.set {
            None => self.from(select.model),
            Some(set) => self.set(set),
        };
        let mut scope = Scope::new(select, Frame::new(from.alias), PerRow::Derived);
        scope.per_row = per_row(select, want);
        if let Want::Children(hop) = want {
            scope.parents = Some(*hop);
        }
        self.chains.push(scope);
        let (key, filter) = self.links(want);
        self.scope().owner = key;
        let mut built = match &select.group {
            Some(keys) => self.grouped_select(keys, from, filter, want),
            None => self.plain_select(from, filter, want),
        };
        if let Some(key) = self.scope().owner.take() {
            built.select.columns.push(Output { expr: key, name: None });
        }
        let unlimited = matches!(want, Want::Presence | Want::Unordered) && select.slice.is_none();
        if unlimited && !matches!(select.distinct, Distinct::On(_)) {
            built.select.order.clear();
        }
        self.slice(select.slice.as_ref(), &mut built.select);
        self.chains.pop();
        let read = self.chains.is_empty();
        if !read {
            as_stored(&mut built);
        }
        if let Some(keyset) = select.keyset.as_ref().filter(|keyset| keyset.backward) {
            turn(keyset, &mut built.select);
        }
        if read && matches!(select.distinct, Distinct::Rows) {
            self.read_as_text(&mut built);
        }
        if let Some(keyset) = select.keyset.as_ref().filter(|keyset| keyset.backward)
            && matches!(want, Want::Rows | Want::Few)
        {
            self.turn_back(keyset, &mut built);
        }
        built
    }

    /// What ties a chain to the rows it is read for: the parents of a prefetch, `Model(x)`. The first is the column
    /// with the parent's key.
    pub(super) fn links(&mut self, want: &Want) -> (Option<Expr>, Vec<Condition>) {
        let mut key = None;
        let mut filter = Vec::new();
        match want {
            Want::Children(hop) => {
                let (column, condition) = self.parent_link(*hop);
                filter.extend(condition);
                key = Some(column);
            }
            Want::ChildrenOf(hop, parent) => {
                let column = self.parent_key(*hop);
                filter.push(equal(column, parent.clone()));
            }
            Want::Rows | Want::Few | Want::Unordered | Want::Presence => {}
        }
        let select = self.scope().select;
        if let Some(anchor) = &select.anchor {
            filter.push(self.anchor(anchor));
        }
        (key, filter)
    }

    fn plain_select(&mut self, from: From, filter: Vec<Condition>, want: &Want) -> Built {
        let select = self.scope().select;
        let Base { from, mut filter, first, layers } = self.layered(from, filter, want);
        let links = filter.len();
        let mut written = vec![0; first];
        for f in &select.filters[first..] {
            let conditions = self.conjunction(&[&f.condition]);
            written.push(conditions.len());
            filter.extend(conditions);
        }
        let mut built = if matches!(want, Want::Presence) {
            Built { select: Select::default(), columns: Vec::new(), children: Vec::new() }
        } else {
            filter.extend(self.join_outputs(select));
            self.shape(&select.shape)
        };
        built.select.distinct = match &select.distinct {
            Distinct::No => plan::Distinct::No,
            Distinct::Rows => plan::Distinct::Rows,
            Distinct::On(keys) => plan::Distinct::On(keys.iter().map(|e| self.expr(e)).collect()),
        };
        // The order says which row of equal ones `DISTINCT ON` keeps.
        let decides = select.slice.is_some() || matches!(select.distinct, Distinct::On(_));
        if !matches!(want, Want::Presence) || decides {
            built.select.order = select.order.iter().map(|o| self.order(o)).collect();
            if matches!(select.distinct, Distinct::Rows) {
                by_position(select, &mut built.select);
            }
        }
        let bounds = self.bounds();
        let absorbed = self.absorbed();
        if let Some(position) = absorbed {
            let start = links + written[..position].iter().sum::<usize>();
            filter.drain(start..start + written[position]);
        }
        filter.extend(bounds);
        simplify::strict(&mut filter);
        built.select.filter = filter;
        // Before the joins are taken out of the frame that knows them.
        let locked = select.lock.as_ref().filter(|_| !matches!(want, Want::Presence));
        let tables = locked.map(|lock| self.locked(lock));
        built.select.joins = self.joins_with(absorbed);
        built.select.lock = tables.map(|lock| lock.alone_if(built.select.joins.is_empty()));
        let limited = select.slice.is_some() || select.keyset.is_some();
        // Whoever slices rows without reading them may read all their columns.
        let whole = matches!(want, Want::Presence) && (limited || matches!(select.distinct, Distinct::On(_)));
        built.select.from = Some(self.close_layers(from, layers, whole));
        built
    }

    /// The joins of the chain's own frame, derived tables last.
    pub(super) fn finish_joins(&mut self) -> Vec<plan::Join> {
        self.joins_with(None)
    }

    fn joins_with(&mut self, absorbed: Option<usize>) -> Vec<plan::Join> {
        let derived = self.finish_derived(absorbed);
        let mut joins = std::mem::take(&mut self.scope().frames[0].joins);
        joins.extend(derived);
        joins
    }

    /// Joins the to-many path that outputs go along: one row for each related row that the filters let through.
    fn join_outputs(&mut self, select: &'a hir::Select) -> Vec<Condition> {
        let mut longest: &[Hop] = &[];
        for output in select.shape.outputs() {
            output.expr.walk(&mut |e| {
                if let ExprKind::Column(path) = &e.kind
                    && let Some(end) = last_many(&path.hops)
                    && end > longest.len()
                {
                    longest = &path.hops[..end];
                }
            });
        }
        if longest.is_empty() { Vec::new() } else { self.join_bound(longest) }
    }

    /// `Model(x).relation`.
    fn anchor(&mut self, anchor: &'a Anchor) -> Condition {
        let key: Vec<Expr> = anchor.key.iter().map(|e| self.expr(e)).collect();
        let model = self.schema.model(anchor.hop.from);
        let near = self.near_field(anchor.hop);
        let column = self.parent_key(anchor.hop);
        if model.key == [near]
            && let [value] = key.as_slice()
        {
            return equal(column, value.clone());
        }
        let from = self.from(anchor.hop.from);
        let filter = self.key(from.alias, anchor.hop.from).into_iter().zip(key).map(|(a, b)| equal(a, b)).collect();
        let columns = vec![Output { expr: self.read(from.alias, anchor.hop.from, near), name: None }];
        let inner = Select { columns, from: Some(from), filter, ..Select::default() };
        equal(column, Expr::Scalar(Box::new(inner)))
    }

    /// The columns of a shape.
    fn shape(&mut self, shape: &'a Shape) -> Built {
        let mut built = Built { select: Select::default(), columns: Vec::new(), children: Vec::new() };
        match shape {
            Shape::Model(record) => {
                if self.scope().select.set.is_some() {
                    self.set_record(record, false, &mut built);
                } else {
                    self.record(record, &[], false, &mut built);
                }
                for index in &record.annotations {
                    let annotation = &self.scope().select.annotations[*index];
                    let expr = hir::Expr {
                        kind: ExprKind::Annotation(*index),
                        ty: annotation.expr.ty.clone(),
                        nullable: annotation.expr.nullable,
                    };
                    let value = self.annotation_output(*index);
                    built.push(typed(value, &expr.ty), expr.ty, expr.nullable);
                }
                self.cursor_columns(&mut built);
                self.prefetches(record, &[], 0, &mut built);
            }
            Shape::Nothing => {}
            _ => {
                for output in shape.outputs() {
                    let value = self.expr(&output.expr);
                    let value = readable(typed(value, &output.expr.ty), &output.expr.ty);
                    built.push(value, output.expr.ty.clone(), output.expr.nullable);
                }
                self.cursor_columns(&mut built);
            }
        }
        built
    }

    fn annotation_output(&mut self, index: usize) -> Expr {
        let select = self.scope().select;
        let annotation = &select.annotations[index];
        let before = std::mem::replace(&mut self.scope().horizon, annotation.after);
        let value = self.expr(&annotation.expr);
        self.scope().horizon = before;
        readable(value, &annotation.expr.ty)
    }

    /// Plans another statement: its aliases start again, no chain encloses it.
    fn detached<T>(&mut self, plan: impl FnOnce(&mut Self) -> T) -> T {
        let chains = std::mem::take(&mut self.chains);
        let aliases = std::mem::replace(&mut self.aliases, 0);
        let reads = self.reads.take();
        let result = self.guarded(None, plan);
        self.reads.replace(reads);
        self.aliases = aliases;
        self.chains = chains;
        result
    }

    /// The prefetches of a record at the end of `path`, whose columns begin at `offset`, then those of its related
    /// records.
    fn prefetches(&mut self, record: &'a Record, path: &[Hop], offset: usize, built: &mut Built) {
        for prefetch in &record.prefetches {
            let parent = self.parent_column(prefetch.hop, record, (path, offset), built);
            let child = self.detached(|l| l.level(parent, |l| l.prefetch(prefetch, parent)));
            built.children.push(child);
        }
        let mut offset = offset + record.own_width();
        for related in &record.related {
            let mut path = path.to_vec();
            path.push(related.hop);
            self.prefetches(&related.record, &path, offset, built);
            offset += related.record.width();
        }
    }

    /// The column of the parent's row in which a prefetch finds its key; read in addition where the shape lacks it.
    fn parent_column(
        &mut self,
        hop: Hop,
        record: &'a Record,
        (path, offset): (&[Hop], usize),
        built: &mut Built,
    ) -> u16 {
        let (model, field) = self.parent_field(hop);
        let position = if let Some(i) = record.fields.iter().position(|f| *f == field) {
            offset + i
        } else {
            let f = self.schema.field(model, field);
            let (ty, nullable) = (SqlType::of_field(self.schema, f), f.nullable || path.iter().any(|h| h.optional));
            let path = ColumnPath { hops: path.to_vec(), model, field };
            let expr = self.column(&path);
            built.push(readable(expr, &ty), ty, nullable);
            built.columns.len() - 1
        };
        u16::try_from(position).unwrap_or(u16::MAX)
    }

    /// The columns of a record: its fields, then its related records.
    fn record(&mut self, record: &'a Record, path: &[Hop], optional: bool, built: &mut Built) {
        let chain = self.current();
        let alias = self.table(chain, 0, path);
        for field in record.fields.iter().chain(&record.witness) {
            let f = self.schema.field(record.model, *field);
            let ty = SqlType::of_field(self.schema, f);
            let nullable = f.nullable || optional;
            let expr = readable(self.read(alias, record.model, *field), &ty);
            built.push(expr, ty, nullable);
        }
        for related in &record.related {
            let mut path = path.to_vec();
            path.push(related.hop);
            let optional = optional || related.optional;
            self.record(&related.record, &path, optional, built);
        }
    }

    /// The columns that a write answers with, read from its own table.
    pub(super) fn returning(&mut self, record: &'a Record, alias: Option<plan::Alias>) -> (Vec<Expr>, Vec<Column>) {
        record
            .fields
            .iter()
            .map(|field| {
                let f = self.schema.field(record.model, *field);
                let ty = SqlType::of_field(self.schema, f);
                let expr = match alias {
                    Some(alias) => self.read(alias, record.model, *field),
                    None => Expr::Bare(f.column.clone()),
                };
                (readable(expr, &ty), Column { ty, nullable: f.nullable })
            })
            .unzip()
    }

    pub(super) fn order(&mut self, order: &'a hir::Order) -> plan::Order {
        let guard = order.switch.map(|s| 1 << s).or(self.guard);
        let expr = self.guarded(guard, |l| l.expr(&order.expr));
        plan::Order { expr, descending: order.descending, nulls_first: order.nulls_first, switch: order.switch }
    }

    fn slice(&self, slice: Option<&Slice>, select: &mut Select) {
        match slice {
            None => {}
            Some(Slice::Constant { offset, limit }) => {
                select.limit = limit.map(integer);
                select.offset = (*offset > 0).then(|| integer(*offset));
            }
            Some(Slice::Bound(value)) => {
                select.offset = Some(self.param_int(*value, 0));
                select.limit = Some(self.param_int(*value, 1));
            }
        }
    }

    pub(super) fn param_int(&self, value: hir::ValueId, part: u16) -> Expr {
        Expr::Param(self.values[usize::from(value.0)].slot + part, SqlType::Int8)
    }
}

impl Built {
    pub(super) fn push(&mut self, expr: Expr, ty: SqlType, nullable: bool) {
        self.select.columns.push(Output { expr, name: None });
        self.columns.push(Column { ty, nullable });
    }
}

/// How aggregates of each row are best computed: a page or a single row first and then its numbers, unless the numbers
/// decide which rows those are.
fn per_row(select: &hir::Select, want: &Want) -> PerRow {
    if matches!(want, Want::ChildrenOf(..)) {
        // Planned again for each parent: a table over all rows would be, too.
        return PerRow::Scalar;
    }
    if !select.single && select.slice.is_none() && !matches!(want, Want::Few) {
        return PerRow::Derived;
    }
    let mut decides = false;
    let mut check = |e: &hir::Expr| match &e.kind {
        ExprKind::Annotation(i) => decides |= select.annotations[*i].expr.has_aggregate(),
        ExprKind::Aggregate(_) => decides = true,
        _ => {}
    };
    select.filters.iter().for_each(|f| f.condition.walk(&mut check));
    select.order.iter().for_each(|o| o.expr.walk(&mut check));
    select.keyset.iter().flat_map(|keyset| keyset.keys()).for_each(|o| o.expr.walk(&mut check));
    // A window reads the aggregates of all rows.
    decides |= select.annotations.iter().any(|a| a.expr.has_window());
    if decides { PerRow::Derived } else { PerRow::Scalar }
}

/// Whether a to-many path stands in an expression, outside aggregates.
pub(super) fn has_many(expr: &hir::Expr) -> bool {
    let mut many = false;
    let mut aggregate = false;
    expr.walk(&mut |e| match &e.kind {
        ExprKind::Column(path) => many |= first_many(&path.hops).is_some(),
        ExprKind::Aggregate(_) => aggregate = true,
        _ => {}
    });
    many && !aggregate
}

/// The end of the last to-many relation of a path.
pub(super) fn last_many(hops: &[Hop]) -> Option<usize> {
    hops.iter().rposition(|h| !h.to_one).map(|i| i + 1)
}

pub(super) fn integer(n: u64) -> Expr {
    Expr::Literal(Literal::Integer(n.into()), SqlType::Int8)
}
