//! Windows, and the derived tables in which they are computed before a filter tests them.
//!
//! In: windows, and a chain whose filters may test them. Out: calls with `OVER`; for each filter that tests a window a
//! layer: a derived table of the rows that stood before that filter, under the names of the model's columns, with the
//! windows as further columns. What follows reads the layer as it would read the table.

use super::expr::typed;
use super::join::Frame;
use super::select::Want;
use super::{Lower, Mode};
use crate::hir::select::{Distinct, Shape};
use crate::hir::window::{Function, tests_window};
use crate::hir::{self, ExprKind, SqlType, Window, Written};
use crate::plan::{self, Alias, Condition, Expr, From, Output, Select, Source};
use crate::tables::windows::WindowResult;

/// A derived table of rows whose windows are computed.
pub(super) struct Layer<'a> {
    /// What it is called outside.
    alias: Alias,
    /// What its columns are read from inside.
    base: Alias,
    /// Its rows, without columns.
    rows: Select,
    /// The key of the parent, and the windows.
    columns: Vec<Output>,
    select: &'a hir::Select,
}

/// The rows of a chain after the last filter that needs a layer.
pub(super) struct Base<'a> {
    pub from: From,
    /// Conditions that tie the rows to their parents, if no layer holds them.
    pub filter: Vec<Condition>,
    /// Filters from this one on are still to be planned.
    pub first: usize,
    pub layers: Vec<Layer<'a>>,
}

/// The filters over a layer; those behind a grouping if `having`. A cursor is one more behind them all. A filter neither
/// tests a window where it is computed nor changes the numbers of one that was named before it: there is a layer
/// wherever a window is read that no layer holds yet.
pub(super) fn cuts(select: &hir::Select, having: bool, want: &Want) -> Vec<usize> {
    let mut cuts: Vec<usize> = Vec::new();
    let fresh = |cuts: &[usize], position: usize| {
        windows_of(select, position, want).iter().any(|(_, after, _)| cuts.last().is_none_or(|last| after > last))
    };
    for (i, f) in select.filters.iter().enumerate().filter(|(_, f)| f.having == having) {
        // Conditions on a grouped chain's rows, wherever they stand, come before the windows of its groups.
        let ordered = having || select.group.is_none();
        let cut = if ordered { fresh(&cuts, i) } else { tests_window(&f.condition, &select.annotations) };
        if cut {
            cuts.push(i);
        }
    }
    let keyset = select.keyset.as_ref().is_some_and(|keyset| !keyset.bounds.is_empty());
    if keyset && select.group.is_some() == having && fresh(&cuts, select.filters.len()) {
        cuts.push(select.filters.len());
    }
    cuts
}

impl<'a> Lower<'a> {
    /// What an outer select calls a window or an aggregate that an inner one has computed.
    pub(super) fn given(&self, expr: &'a hir::Expr) -> Option<Expr> {
        let address = match &expr.kind {
            ExprKind::Window(window) => address(&**window),
            ExprKind::Aggregate(aggregate) => address(&**aggregate),
            _ => return None,
        };
        self.known(address)
    }

    /// What an inner select has computed is called, by where it stands.
    fn known(&self, address: *const ()) -> Option<Expr> {
        let given = &self.chains.last()?.given;
        given.iter().find(|(known, _)| *known == address).map(|(_, name)| name.clone())
    }

    /// A window of the rows being planned. In a prefetch each parent's rows are windowed by themselves, as they are
    /// sliced.
    pub(super) fn window(&mut self, window: &'a Window, ty: &SqlType) -> Expr {
        let call = match &window.function {
            Function::Row(row, operands) => {
                // A constant alone has no type yet; what follows takes that of the first.
                let of = |i: usize, e: Expr, ty: &SqlType| {
                    if i == 0 && row.result == WindowResult::First { typed(e, ty) } else { e }
                };
                let operands = operands.iter().enumerate().map(|(i, e)| of(i, self.expr(e), &e.ty)).collect();
                Expr::Template(row.sql, operands)
            }
            Function::Aggregate(aggregate) => {
                let arguments: Vec<Expr> = aggregate.arguments.iter().map(|e| self.expr(e)).collect();
                let sql = if arguments.is_empty() { "COUNT(*)" } else { aggregate.function.sql };
                let filter = aggregate.filter.as_ref().map(|c| self.conjunction(&[c])).unwrap_or_default();
                let filter = (!filter.is_empty()).then_some(Condition::All(filter));
                let call = plan::Aggregate { sql, arguments, distinct: false, order: Vec::new(), filter };
                Expr::Aggregate(Box::new(call))
            }
        };
        let mut partition: Vec<Expr> = self.scope().owner.clone().into_iter().collect();
        partition.extend(window.partition.iter().map(|e| self.expr(e)));
        let order = window.order.iter().map(|o| self.order(o)).collect();
        let frame = window.frame.clone();
        let over = Expr::Window(Box::new(plan::Window { call, partition, order, frame }));
        match &window.function {
            Function::Row(..) => over,
            Function::Aggregate(aggregate) => {
                let over = if aggregate.raw == *ty { over } else { Expr::Cast(Box::new(over), ty.clone()) };
                self.close(aggregate, over, false)
            }
        }
    }

    /// Plans the filters up to the last one that tests a window, each such filter over a layer.
    pub(super) fn layered(&mut self, from: From, filter: Vec<Condition>, want: &Want) -> Base<'a> {
        let select = self.scope().select;
        let mut base = Base { from, filter, first: 0, layers: Vec::new() };
        for position in cuts(select, false, want) {
            self.scope().within = position;
            for f in select.filters[base.first..position].iter().filter(|f| !f.having) {
                base.filter.extend(self.conjunction(&[&f.condition]));
            }
            base.first = position;
            let alias = self.alias();
            let inside = base.from.alias;
            let mut columns = Vec::new();
            let mut windows = Vec::new();
            for (n, (window, after, ty)) in windows_of(select, position, want).into_iter().enumerate() {
                let name = self.free_name(select, &format!("w{n}"));
                let horizon = std::mem::replace(&mut self.scope().horizon, after);
                let expr = self.known(address(window)).unwrap_or_else(|| self.window(window, ty));
                self.scope().horizon = horizon;
                columns.push(Output { expr, name: Some(name.clone()) });
                windows.push((address(window), name));
            }
            let owner = self.scope().owner.take();
            let key = self.free_name(select, "k0");
            if let Some(owner) = &owner {
                columns.push(Output { expr: owner.clone(), name: Some(key.clone()) });
            }
            let joins = self.finish_joins();
            let rows = Select {
                from: Some(std::mem::replace(&mut base.from, From { source: Source::Rows, alias })),
                joins,
                filter: std::mem::take(&mut base.filter),
                ..Select::default()
            };
            self.restart(&base.from);
            self.reads.borrow_mut().retain(|(known, _)| *known != alias);
            self.reads.borrow_mut().push((alias, Vec::new()));
            let scope = self.scope();
            scope.within = select.filters.len();
            scope.owner = owner.map(|_| Expr::Column(alias, key));
            scope.given = windows.iter().map(|(at, name)| (*at, Expr::Column(alias, name.clone()))).collect();
            base.layers.push(Layer { alias, base: inside, rows, columns, select });
            let key = &self.schema.model(select.model).key;
            key.iter().for_each(|f| self.note_read(alias, &self.column_name(select.model, *f)));
        }
        base
    }

    /// The layers as a derived table, with the columns that were read of each.
    pub(super) fn close_layers(&mut self, base: From, layers: Vec<Layer<'a>>, whole: bool) -> From {
        let alias = base.alias;
        let mut inner: Option<Select> = None;
        // What a layer reads of the one below it is known when its own columns are.
        let mut needed: Vec<Vec<String>> = Vec::new();
        for layer in layers.iter().rev() {
            let whole = whole || has_raw(layer.select);
            let model = self.schema.model(layer.select.model);
            let read = self.reads.borrow();
            let mut names: Vec<String> =
                read.iter().find(|(known, _)| *known == layer.alias).map(|(_, n)| n.clone()).unwrap_or_default();
            drop(read);
            if whole {
                names = model.fields.iter().map(|f| f.column.clone()).collect();
            }
            names.iter().for_each(|name| self.note_read(layer.base, name));
            needed.push(names);
        }
        for (mut layer, names) in layers.into_iter().zip(needed.into_iter().rev()) {
            let base = layer.base;
            let read = |name: String| Output { expr: Expr::Column(base, name.clone()), name: Some(name) };
            layer.rows.columns = names.into_iter().map(read).chain(layer.columns).collect();
            if let (Some(below), Some(from)) = (inner.take(), &mut layer.rows.from) {
                from.source = Source::Derived(Box::new(below));
            }
            inner = Some(layer.rows);
        }
        match inner {
            Some(rows) => From { source: Source::Derived(Box::new(rows)), alias },
            None => base,
        }
    }

    /// The keys of the chain's rows where filters test windows, for a select that reads them as groups.
    pub(super) fn keys_of_rows(&mut self) -> Condition {
        let select = self.scope().select;
        let chain = self.current();
        let own = self.table(chain, 0, &[]);
        let key = self.key(own, select.model);
        let from = self.from(select.model);
        let scope = super::Scope::new(select, Frame::new(from.alias), super::PerRow::Derived);
        self.chains.push(scope);
        let (_, filter) = self.links(&Want::Unordered);
        let base = self.layered(from, filter, &Want::Presence);
        let mut filter = base.filter;
        for f in select.filters[base.first..].iter().filter(|f| !f.having) {
            filter.extend(self.conjunction(&[&f.condition]));
        }
        let columns =
            self.key(base.from.alias, select.model).into_iter().map(|expr| Output { expr, name: None }).collect();
        let joins = self.finish_joins();
        let from = self.close_layers(base.from, base.layers, false);
        self.chains.pop();
        Condition::In(key, Box::new(Select { columns, from: Some(from), joins, filter, ..Select::default() }))
    }

    /// Puts a grouped select into a layer of its own: keys, aggregates and windows become columns that what follows
    /// reads.
    pub(super) fn layer_groups(
        &mut self,
        mut groups: Select,
        keys: &'a [hir::Expr],
        aggregates: &[&'a hir::Expr],
        position: usize,
        want: &Want,
    ) -> (Select, super::group::Mapped) {
        let select = self.scope().select;
        let alias = self.alias();
        let mut columns = Vec::new();
        let mut given = Vec::new();
        let mut names = Vec::new();
        for (i, key) in keys.iter().enumerate() {
            columns.push(Output { expr: self.expr(key), name: Some(format!("k{i}")) });
            names.push((key.clone(), Expr::Column(alias, format!("k{i}"))));
        }
        for (i, e) in aggregates.iter().enumerate() {
            let ExprKind::Aggregate(aggregate) = &e.kind else { continue };
            columns.push(Output { expr: self.expr(e), name: Some(format!("a{i}")) });
            given.push((address(&**aggregate), Expr::Column(alias, format!("a{i}"))));
        }
        for (i, (window, _, ty)) in windows_of(select, position, want).into_iter().enumerate() {
            let expr = self.known(address(window)).unwrap_or_else(|| self.window(window, ty));
            columns.push(Output { expr, name: Some(format!("w{i}")) });
            given.push((address(window), Expr::Column(alias, format!("w{i}"))));
        }
        groups.columns = columns;
        // All that the columns join is known now.
        groups.joins.extend(self.finish_joins());
        let from = From { source: Source::Derived(Box::new(groups)), alias };
        self.restart(&from);
        let scope = self.scope();
        scope.given = given;
        scope.mode = Mode::Call;
        (Select { from: Some(from), ..Select::default() }, super::group::Mapped::of(names))
    }

    /// A name that no column of the model has.
    pub(super) fn free_name(&self, select: &hir::Select, name: &str) -> String {
        let model = self.schema.model(select.model);
        let mut name = name.to_owned();
        while model.fields.iter().any(|f| f.column == name) {
            name.push('_');
        }
        name
    }

    /// Notes that a column is read, if it is a layer's.
    pub(super) fn note_read(&self, alias: Alias, name: &str) {
        if let Some((_, names)) = self.reads.borrow_mut().iter_mut().find(|(known, _)| *known == alias)
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
}

/// Where something of the query stands, which no copy of it shares.
pub(super) fn address<T>(it: &T) -> *const () {
    std::ptr::from_ref(it).cast()
}

/// The windows that a filter, or what stands behind it, reads and that were named before it: each with the filters
/// before its own annotation, and its type.
fn windows_of<'a>(select: &'a hir::Select, position: usize, want: &Want) -> Vec<(&'a Window, usize, &'a SqlType)> {
    let mut used = vec![false; select.annotations.len()];
    let mut mark = |e: &hir::Expr| {
        if let ExprKind::Annotation(i) = e.kind {
            used[i] = true;
        }
    };
    select.filters[position..].iter().for_each(|f| f.condition.walk(&mut mark));
    select.keyset.iter().flat_map(|keyset| keyset.keys()).for_each(|key| key.expr.walk(&mut mark));
    let rows = !matches!(want, Want::Presence);
    if rows || select.slice.is_some() || !matches!(select.distinct, Distinct::No) {
        select.order.iter().for_each(|o| o.expr.walk(&mut mark));
        if let Distinct::On(keys) = &select.distinct {
            keys.iter().for_each(|e| e.walk(&mut mark));
        }
    }
    if rows {
        select.shape.outputs().iter().for_each(|o| o.expr.walk(&mut mark));
        if let Shape::Model(record) = &select.shape {
            record.annotations.iter().for_each(|i| used[*i] = true);
        }
    }
    let mut found = Vec::new();
    for i in (0..used.len()).rev() {
        if !used[i] {
            continue;
        }
        let annotation = &select.annotations[i];
        annotation.expr.walk(&mut |e| match &e.kind {
            ExprKind::Annotation(j) => used[*j] = true,
            ExprKind::Window(window) if annotation.after <= position => {
                found.push((&**window, annotation.after, &e.ty));
            }
            _ => {}
        });
    }
    found.reverse();
    found
}

/// Whether the query's own SQL is part of a chain: it may name any column.
pub(super) fn has_raw(select: &hir::Select) -> bool {
    let mut raw = false;
    let mut look = |e: &hir::Expr| raw |= matches!(&e.kind, ExprKind::Written(Written::Raw(_), _));
    select.annotations.iter().for_each(|a| a.expr.walk(&mut look));
    select.filters.iter().for_each(|f| f.condition.walk(&mut look));
    select.order.iter().for_each(|o| o.expr.walk(&mut look));
    select.shape.outputs().iter().for_each(|o| o.expr.walk(&mut look));
    raw
}
