//! Grouping, and aggregates that end a chain.
//!
//! In: group keys, and outputs that hold aggregates over the chain's own rows and over to-many paths. Out: one select
//! where all aggregates read the same rows, or where those over relations merge ([`super::merge`]); otherwise one grouped
//! select for each class of rows (the chain's own, each path), joined on the keys. A row of the chain counts once in each of its groups, a related row once for every way
//! to it; nothing is multiplied by what stands beside it.

use super::binding::{bindings, refuses_none};
use super::join::Frame;
use super::select::{Built, Want, last_many};
use super::text::readable;
use super::window::cuts;
use super::{Lower, Mode, PerRow};
use crate::hir::expr::same;
use crate::hir::{self, Aggregate, ColumnPath, ExprKind, Hop, Output as Field};
use crate::plan::{Alias, Condition, Expr, From, Join, JoinKind, Output, Select, Source};

/// What expressions of the query are called in the select being planned.
#[derive(Debug, Clone, Default)]
pub(super) struct Mapped {
    /// Group keys, or outputs of an inner select.
    keys: Vec<(hir::Expr, Expr)>,
    /// Aggregates that an inner select has computed.
    aggregates: Vec<Named>,
}

/// An aggregate that an inner select has computed.
#[derive(Debug, Clone)]
struct Named {
    aggregate: *const Aggregate,
    name: Expr,
    /// There may be no row that it was computed for.
    joined: bool,
}

/// The rows that a set of aggregates reads.
pub(super) struct Class<'a> {
    /// Empty: the chain's own rows.
    pub path: Vec<Hop>,
    pub aggregates: Vec<(&'a Aggregate, &'a hir::Expr)>,
}

/// What a grouped chain is asked for.
pub(super) struct Grouping<'g, 'a> {
    /// The group keys.
    pub keys: &'a [hir::Expr],
    /// The to-many path that they go along.
    pub key_path: &'g [Hop],
    /// What is read of each group.
    pub fields: &'g [&'a Field],
    /// What the select is for.
    pub want: &'g Want,
}

impl Mapped {
    /// What a column is called, if it is a key.
    pub(super) fn column(&self, path: &ColumnPath) -> Option<Expr> {
        let is = |key: &hir::Expr| matches!(&key.kind, ExprKind::Column(own) if own == path);
        self.keys.iter().find(|(key, _)| is(key)).map(|(_, name)| name.clone())
    }

    pub(super) fn of(keys: Vec<(hir::Expr, Expr)>) -> Self {
        Self { keys, aggregates: Vec::new() }
    }
}

impl<'a> Lower<'a> {
    /// The name that an expression has in the select being planned, if it is read from an inner one.
    pub(super) fn mapped(&mut self, expr: &'a hir::Expr) -> Option<Expr> {
        let mapped = self.chains.last()?.mapped.as_ref()?;
        if let Some((_, name)) = mapped.keys.iter().find(|(key, _)| same(key, expr)) {
            return Some(name.clone());
        }
        let ExprKind::Aggregate(aggregate) = &expr.kind else { return None };
        let named = mapped.aggregates.iter().find(|n| std::ptr::eq(n.aggregate, &raw const **aggregate))?.clone();
        Some(self.close(aggregate, named.name, named.joined))
    }

    /// `values(k…).annotate(…)`.
    pub(super) fn grouped_select(
        &mut self,
        keys: &'a [hir::Expr],
        from: From,
        filter: Vec<Condition>,
        want: &Want,
    ) -> Built {
        let select = self.scope().select;
        let fields: Vec<&'a Field> = select.shape.outputs().iter().collect();
        let mut seen: Vec<&'a hir::Expr> = fields.iter().map(|f| &f.expr).collect();
        select.order.iter().for_each(|o| seen.push(&o.expr));
        select.keyset.iter().flat_map(|keyset| keyset.keys()).for_each(|o| seen.push(&o.expr));
        let mut classes = Vec::new();
        let key_path = key_path(keys);
        for expr in seen {
            collect(select, keys, expr, &mut classes);
        }
        for f in select.filters.iter().filter(|f| f.having) {
            f.condition.walk(&mut |e| collect(select, keys, e, &mut classes));
        }
        let ordered = !matches!(want, Want::Presence | Want::Unordered) || select.slice.is_some();
        let direct = match classes.as_slice() {
            [] => Some(key_path.clone()),
            [class] if class.path.is_empty() => self.once(keys, &key_path).then(|| key_path.clone()),
            [class] => class.path.starts_with(&key_path).then(|| class.path.clone()),
            _ => None,
        };
        let cuts = cuts(select, true, want);
        let read: &[&Field] = if cuts.is_empty() { &fields } else { &[] };
        let grouping = Grouping { keys, key_path: &key_path, fields: read, want };
        let merged = direct.is_none() && cuts.is_empty() && self.merges(&grouping, &classes);
        let mut whole = merged || direct.is_some();
        let mut built = if merged {
            self.scope().per_row = PerRow::Derived;
            self.direct(Mode::Merge, keys, from, filter, &key_path, read)
        } else if let Some(path) = direct {
            self.direct(Mode::Call, keys, from, filter, &path, read)
        } else {
            self.classes(&grouping, from, filter, &classes)
        };
        for (position, f) in select.filters.iter().enumerate().filter(|(_, f)| f.having) {
            if cuts.contains(&position) {
                built.select = self.layer_whole(built.select, &mut whole, keys, &classes, position, want);
            }
            let conditions = self.conjunction(&[&f.condition]);
            let into = if whole { &mut built.select.having } else { &mut built.select.filter };
            into.extend(conditions);
        }
        if cuts.contains(&select.filters.len()) {
            built.select = self.layer_whole(built.select, &mut whole, keys, &classes, select.filters.len(), want);
        }
        let bounds = self.bounds();
        let into = if whole { &mut built.select.having } else { &mut built.select.filter };
        into.extend(bounds);
        if !cuts.is_empty() {
            let read = self.fields(&fields);
            built.select.columns = read.select.columns;
            built.columns = read.columns;
        }
        self.cursor_columns(&mut built);
        if ordered {
            built.select.order = select.order.iter().map(|o| self.order(o)).collect();
        }
        if whole && !(merged && self.folded(&mut built.select)) {
            built.select.joins = self.finish_joins();
        }
        built
    }

    /// Puts the groups into a layer, whose rows conditions on windows limit.
    fn layer_whole(
        &mut self,
        groups: Select,
        whole: &mut bool,
        keys: &'a [hir::Expr],
        classes: &[Class<'a>],
        position: usize,
        want: &Want,
    ) -> Select {
        *whole = false;
        let aggregates: Vec<&'a hir::Expr> =
            classes.iter().flat_map(|c| c.aggregates.iter().map(|(_, e)| *e)).collect();
        let (outer, named) = self.layer_groups(groups, keys, &aggregates, position, want);
        self.scope().mapped = Some(named);
        outer
    }

    /// One select: `GROUP BY` over the chain's rows, joined to one path.
    pub(super) fn direct(
        &mut self,
        mode: Mode,
        keys: &'a [hir::Expr],
        from: From,
        mut filter: Vec<Condition>,
        path: &[Hop],
        fields: &[&'a Field],
    ) -> Built {
        filter.extend(self.row_filters(path));
        let group: Vec<Expr> = keys.iter().map(|e| self.expr(e)).collect();
        let named = keys.iter().cloned().zip(group.iter().cloned()).collect();
        self.scope().mapped = Some(Mapped::of(named));
        self.scope().mode = mode;
        let mut built = self.fields(fields);
        built.select.from = Some(from);
        built.select.filter = filter;
        // Without keys there is one group, whose `GROUP BY ()` is left unwritten.
        built.select.group = group;
        built
    }

    /// The conditions on the chain's rows; those that bind `path` are put on its joined rows, which say the same.
    pub(super) fn row_filters(&mut self, path: &[Hop]) -> Vec<Condition> {
        let select = self.scope().select;
        let mut filter = Vec::new();
        let windowed = !cuts(select, false, &Want::Presence).is_empty();
        if windowed {
            filter.push(self.keys_of_rows());
        }
        let bound = bindings(self.scope(), path, select.filters.len());
        // One filter that binds the path and says nothing else is said by the joined rows.
        let moved = match bound.as_slice() {
            [binding] if binding.whole && refuses_none(binding) => Some(binding.filter),
            _ => None,
        };
        for (position, f) in select.filters.iter().enumerate().filter(|(_, f)| !f.having && !windowed) {
            if moved != Some(position) {
                filter.extend(self.conjunction(&[&f.condition]));
            }
        }
        if !path.is_empty() {
            filter.extend(self.join_bound(path));
            self.scope().left = true;
        }
        filter
    }

    /// One select for each class of rows, joined on the keys.
    pub(super) fn classes(
        &mut self,
        grouping: &Grouping<'_, 'a>,
        from: From,
        filter: Vec<Condition>,
        classes: &[Class<'a>],
    ) -> Built {
        let Grouping { keys, key_path, fields, want } = *grouping;
        let empty = Class { path: Vec::new(), aggregates: Vec::new() };
        let own = classes.iter().find(|c| c.path.is_empty()).unwrap_or(&empty);
        let base = if key_path.is_empty() {
            self.class(keys, from, filter, own)
        } else {
            self.distinct_class(keys, from, filter, own, key_path)
        };
        // Without keys and without aggregates of its own it would be the chain's rows, not one row.
        let base = (!keys.is_empty() || !own.aggregates.is_empty()).then_some(base);
        let base_alias = self.alias();
        let mut joins = Vec::new();
        let mut named = Mapped::default();
        for (i, key) in keys.iter().enumerate() {
            named.keys.push((key.clone(), Expr::Column(base_alias, format!("k{i}"))));
        }
        name_aggregates(&mut named, own, base_alias, false);
        for class in classes.iter().filter(|c| !c.path.is_empty()) {
            let from = self.from(self.chains[self.current()].select.model);
            self.restart(&from);
            let (_, filter) = self.links(want);
            let select = if key_path.is_empty() || class.path.starts_with(key_path) {
                self.class(keys, from, filter, class)
            } else {
                self.distinct_class(keys, from, filter, class, key_path)
            };
            let alias = self.alias();
            name_aggregates(&mut named, class, alias, !keys.is_empty());
            let on: Vec<Condition> = keys
                .iter()
                .enumerate()
                .map(|(i, key)| {
                    let sides = vec![Expr::Column(base_alias, format!("k{i}")), Expr::Column(alias, format!("k{i}"))];
                    let sql = if key.nullable { "ARRAY[{0}] = ARRAY[{1}]" } else { "{0} = {1}" };
                    Condition::template(sql, sides)
                })
                .collect();
            let kind = if on.is_empty() { JoinKind::Cross } else { JoinKind::Left };
            let from = From { source: Source::Derived(Box::new(select)), alias };
            joins.push(Join { kind, from, on, guard: None, single: false });
        }
        self.scope().mapped = Some(named);
        let mut built = self.fields(fields);
        built.select.from = match base {
            Some(base) => Some(From { source: Source::Derived(Box::new(base)), alias: base_alias }),
            None => Some(joins.remove(0).from),
        };
        built.select.joins = joins;
        built
    }

    /// The frame of a class of its own.
    pub(super) fn restart(&mut self, from: &From) {
        let scope = self.scope();
        scope.frames = vec![Frame::new(from.alias)];
        scope.derived.clear();
        scope.mapped = None;
        scope.left = false;
        scope.mode = Mode::Rows;
    }

    /// `SELECT keys, aggregates FROM rows [JOIN path] GROUP BY keys`, columns named `k0`, …, `a0`, ….
    fn class(&mut self, keys: &'a [hir::Expr], from: From, mut filter: Vec<Condition>, class: &Class<'a>) -> Select {
        filter.extend(self.row_filters(&class.path));
        let group: Vec<Expr> = keys.iter().map(|e| self.expr(e)).collect();
        let mut columns: Vec<Output> = name("k", group.clone());
        let calls = class.aggregates.iter().map(|(a, e)| self.call(a, &e.ty)).collect();
        columns.extend(name("a", calls));
        let joins = self.finish_joins();
        Select { columns, from: Some(from), joins, filter, group, ..Select::default() }
    }

    /// The columns of a list of outputs.
    pub(super) fn fields(&mut self, fields: &[&'a Field]) -> Built {
        let mut built = Built { select: Select::default(), columns: Vec::new(), children: Vec::new() };
        for field in fields {
            let value = self.expr(&field.expr);
            let value = readable(super::expr::typed(value, &field.expr.ty), &field.expr.ty);
            built.push(value, field.expr.ty.clone(), field.expr.nullable);
        }
        built
    }
}

pub(super) fn name(prefix: &str, exprs: Vec<Expr>) -> Vec<Output> {
    exprs.into_iter().enumerate().map(|(i, expr)| Output { expr, name: Some(format!("{prefix}{i}")) }).collect()
}

pub(super) fn name_aggregates(named: &mut Mapped, class: &Class<'_>, alias: Alias, joined: bool) {
    for (i, (aggregate, _)) in class.aggregates.iter().enumerate() {
        let name = Expr::Column(alias, format!("a{i}"));
        named.aggregates.push(Named { aggregate: &raw const **aggregate, name, joined });
    }
}

/// Gathers the aggregates of an expression by the rows they read.
pub(super) fn collect<'a>(
    select: &'a hir::Select,
    keys: &[hir::Expr],
    expr: &'a hir::Expr,
    classes: &mut Vec<Class<'a>>,
) {
    if keys.iter().any(|k| same(k, expr)) {
        return;
    }
    match &expr.kind {
        ExprKind::Annotation(index) => {
            collect(select, keys, &select.annotations[*index].expr, classes);
        }
        ExprKind::Aggregate(aggregate) => {
            let path = &aggregate.path[..];
            let known = classes.iter().position(|c| c.path == path);
            let index = known.unwrap_or_else(|| {
                classes.push(Class { path: path.to_vec(), aggregates: Vec::new() });
                classes.len() - 1
            });
            if !classes[index].aggregates.iter().any(|(a, _)| std::ptr::eq(*a, &raw const **aggregate)) {
                classes[index].aggregates.push((aggregate, expr));
            }
        }
        ExprKind::Template(_, operands) | ExprKind::Written(_, operands) => {
            operands.iter().for_each(|e| collect(select, keys, e, classes));
        }
        ExprKind::Window(window) => {
            window.exprs().for_each(|e| collect(select, keys, e, classes));
            window.filter().into_iter().for_each(|c| {
                c.walk(&mut |e| {
                    if matches!(e.kind, ExprKind::Annotation(_) | ExprKind::Aggregate(_)) {
                        collect(select, keys, e, classes);
                    }
                });
            });
        }
        ExprKind::Cast(e) => collect(select, keys, e, classes),
        ExprKind::Case(arms, otherwise) => {
            for (when, then) in arms {
                when.walk(&mut |e| {
                    if matches!(e.kind, ExprKind::Annotation(_) | ExprKind::Aggregate(_)) {
                        collect(select, keys, e, classes);
                    }
                });
                collect(select, keys, then, classes);
            }
            if let Some(e) = otherwise {
                collect(select, keys, e, classes);
            }
        }
        _ => {}
    }
}

/// The to-many path that group keys go along.
fn key_path(keys: &[hir::Expr]) -> Vec<Hop> {
    let mut longest: &[Hop] = &[];
    for key in keys {
        key.walk(&mut |e| {
            if let ExprKind::Column(ColumnPath { hops, .. }) = &e.kind
                && let Some(end) = last_many(hops)
                && end > longest.len()
            {
                longest = &hops[..end];
            }
        });
    }
    longest.to_vec()
}
