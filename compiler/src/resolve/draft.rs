//! A chain while its methods are read, and what it is once all of them are known: default order, completing keys,
//! shape.
//!
//! In: what the methods said, in the order written. Out: [`Select`] with every implied part written out, and the
//! ending.

use super::branch::Variant;
use super::context::{Context, Names};
use super::null::shown;
use super::path::key_columns;
use super::related::Node;
use super::set::Combined;
use super::{cursor, lock, order, prefetch, window};
use crate::ast::{self, Name, Tokens};
use crate::check::cardinality::{one_path, to_many_paths};
use crate::check::grouping::Group;
use crate::check::order::{complete, is_random, is_total, reverse, says_all};
use crate::hir::condition::Condition;
use crate::hir::select::{Anchor, Annotation, Distinct, Keyset, Record, fields};
use crate::hir::{ColumnPath, Ending, Expr, ExprKind, Filter, Hop, Order, Output, Select, Shape, Slice, Target};
use nuages_schema::model::{FieldId, ModelId};

/// What a chain is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The whole query.
    Query,
    /// `prefetch_related`.
    Prefetch,
    /// A chain inside another one.
    Inner(super::context::Purpose),
}

/// A chain while its methods are read.
#[allow(clippy::struct_excessive_bools, reason = "each is a method that was written or was not")]
pub(super) struct Draft {
    /// The model of the rows.
    pub(super) model: ModelId,
    /// The model's name as written, for messages about the whole.
    pub(super) head: Tokens,
    /// What it is part of.
    pub(super) part: Part,
    /// `Model(x).relation`.
    pub(super) anchor: Option<Anchor>,
    /// `Model(x)`.
    pub(super) single: bool,
    /// Conditions so far.
    pub(super) filters: Vec<Filter>,
    /// How many of them come from `scope default`.
    pub(super) defaults: usize,
    /// Annotations so far.
    pub(super) annotations: Vec<Annotation>,
    /// Set by an aggregate after `values`.
    pub(super) group: Option<Group>,
    /// `distinct`.
    pub(super) distinct: Distinct,
    /// Where it was written.
    pub(super) distinct_at: Tokens,
    /// The last `order_by`; `None`: the model's.
    pub(super) order: Option<Vec<Variant>>,
    /// `reverse()` an odd number of times.
    pub(super) reversed: bool,
    /// `last()`, `latest(…)`.
    pub(super) last: bool,
    /// `after(…)`, `before(…)`.
    pub(super) bounds: Vec<cursor::Written>,
    /// The slice in force.
    pub(super) slice: Option<Slice>,
    /// Where the first slice was written.
    pub(super) sliced: Option<Tokens>,
    /// `values` and `values_list`.
    pub(super) rows: Rows,
    /// The method that decided the shape, with its tokens: `values`, `only`, `select_related`, …
    pub(super) shaped: Option<(String, Tokens)>,
    /// `only`, `defer`: the columns to read, per chain of to-one relations.
    pub(super) fields: Option<Vec<(Vec<Hop>, Vec<FieldId>)>>,
    /// `select_related`.
    pub(super) related: Vec<Node>,
    /// `prefetch_related`.
    pub(super) prefetches: Vec<prefetch::Node>,
    /// The ending, with its name.
    pub(super) ending: Option<(Ending, Name)>,
    /// `union` and the like: the rows are those of several chains.
    pub(super) set: Option<Box<Combined>>,
    /// `none()`.
    pub(super) none: bool,
    /// `all()`.
    pub(super) all: bool,
    /// The last `select_for_update`.
    pub(super) lock: Option<lock::Written>,
    /// `using(primary)`.
    pub(super) pinned: bool,
    /// Where `pipelined()` was written.
    pub(super) together: Option<Tokens>,
}

/// The order of the rows, and the part of it that is read.
type Orders = (Vec<Order>, Option<Box<Keyset>>);

/// What is read of each row.
#[derive(Debug, Clone)]
pub(super) enum Rows {
    /// The model.
    Model,
    /// `values(…)`.
    Values(Vec<Output>),
    /// `values_list(…)`.
    Tuple(Vec<Output>),
    /// `values_list(a, flat)`: the parts of one field.
    Flat(Vec<Output>),
}

impl Rows {
    /// The columns of `values` and `values_list`.
    pub(super) fn outputs(&self) -> &[Output] {
        match self {
            Self::Model => &[],
            Self::Values(list) | Self::Tuple(list) | Self::Flat(list) => list,
        }
    }

    /// The parts of the key of several columns that they have under a name.
    pub(super) fn key(&self, name: &str) -> Option<&[Output]> {
        fields(self.outputs()).find(|parts| parts.len() > 1 && parts[0].name == name)
    }
}

impl Draft {
    /// A chain of all rows of a model.
    pub(super) fn new(model: ModelId, head: Tokens, part: Part) -> Self {
        Self {
            model,
            head,
            part,
            anchor: None,
            single: false,
            filters: Vec::new(),
            defaults: 0,
            annotations: Vec::new(),
            group: None,
            distinct: Distinct::No,
            distinct_at: head,
            order: None,
            reversed: false,
            last: false,
            bounds: Vec::new(),
            slice: None,
            sliced: None,
            rows: Rows::Model,
            shaped: None,
            fields: None,
            related: Vec::new(),
            prefetches: Vec::new(),
            ending: None,
            set: None,
            none: false,
            all: false,
            lock: None,
            pinned: false,
            together: None,
        }
    }

    /// The names in force behind what was read so far.
    pub(super) fn names<'n>(&'n self, outer: Option<&'n Names<'n>>) -> Names<'n> {
        // Behind `values` an aggregate is one of a group: what stood before is a value of each of its rows.
        let per_row = match (&self.group, &self.rows) {
            (Some(group), _) => group.first,
            (None, Rows::Model) => 0,
            (None, _) => self.annotations.len(),
        };
        Names {
            model: self.model,
            annotations: &self.annotations,
            per_row,
            outer,
            present: &[],
            closed: self.set.is_some(),
            gathered: false,
        }
    }

    /// Adds a condition; nothing if it is none.
    pub(super) fn filter(&mut self, condition: Condition, having: bool) {
        if !condition.is_empty() {
            self.filters.push(Filter { condition, after: self.annotations.len(), having });
        }
    }

    /// Adds an annotation and gives its index.
    pub(super) fn annotation(
        &mut self,
        name: String,
        ident: Option<proc_macro2::Ident>,
        expr: Expr,
        selected: bool,
    ) -> usize {
        self.annotations.push(Annotation { name, ident, expr, selected, after: self.filters.len() });
        self.annotations.len() - 1
    }

    /// An annotation that only the query itself knows: an aggregate inside an order or a list of values.
    pub(super) fn hidden(&mut self, expr: Expr) -> Expr {
        let (ty, nullable) = (expr.ty.clone(), expr.nullable);
        // Not a name that can be written.
        let name = format!("#{}", self.annotations.len());
        Expr { kind: ExprKind::Annotation(self.annotation(name, None, expr, false)), ty, nullable }
    }

    /// Columns that the conditions so far have shown not to be NULL.
    pub(super) fn present(&self) -> Vec<ColumnPath> {
        let mut found = Vec::new();
        for filter in &self.filters {
            shown(&filter.condition, &mut found);
        }
        found
    }

    /// The finished chain and its ending. `None`: reported.
    pub(super) fn finish(mut self, cx: &mut Context<'_>, target: Option<ast::Target>) -> Option<(Select, Ending)> {
        let lock = lock::finish(cx, &self).ok()?;
        let ending = self.last_ending(cx, target.as_ref())?;
        if let (Some(_), Distinct::On(_)) = (&self.group, &self.distinct) {
            let text = "`distinct` takes no fields in a grouped chain, each of its rows is one group";
            cx.diagnostics.error("N0237", self.distinct_at, text);
        }
        window::check(cx, &self, &ending)?;
        self.drop_needless_distinct(cx);
        let key = &cx.schema.model(self.model).key;
        let counted = match (&mut self.set, &ending, self.filters.is_empty()) {
            (Some(combined), Ending::Count | Ending::Exists, true) => {
                combined.only_told_apart(key);
                None
            }
            (Some(combined), Ending::Page(..), true) => combined.counted(key),
            _ => None,
        };
        let order = self.final_order(cx, &ending, target.is_none());
        let shape = self.shape(cx, &ending, target.as_ref());
        let ending = match ending {
            Ending::Aggregate(outputs, _) => Ending::Aggregate(outputs, to_target(target)),
            other => other,
        };
        let (order, keyset) = order?;
        let select = Select {
            model: self.model,
            set: self.set.map(|combined| Box::new(combined.set)),
            anchor: self.anchor,
            single: self.single,
            filters: self.filters,
            annotations: self.annotations,
            group: self.group.map(|group| group.keys),
            distinct: self.distinct,
            order,
            keyset,
            slice: self.slice,
            shape,
            lock,
            pinned: self.pinned,
            together: self.together.is_some(),
        };
        let ending = match ending {
            Ending::Page(value, _) => {
                let of = |set| Select { set: Some(set), order: Vec::new(), shape: Shape::Nothing, ..select.clone() };
                Ending::Page(value, counted.map(|set| Box::new(of(Box::new(set)))))
            }
            other => other,
        };
        Some((select, ending))
    }

    fn last_ending(&mut self, cx: &mut Context<'_>, target: Option<&ast::Target>) -> Option<Ending> {
        let written = self.ending.take();
        if self.none {
            if let Some((_, name)) = &written {
                let text = format!("`none()` has no rows, so `{}` after it has one answer only", name.text);
                cx.diagnostics.error("N0213", Tokens::one(name.ident.span()), text);
                return None;
            }
            return Some(Ending::None);
        }
        if let (Some(target), Some((Ending::Count | Ending::Exists, name))) = (target, &written) {
            let text = format!("`{}()` gives no rows, so there is nothing for `as` to build", name.text);
            cx.diagnostics.error("N0229", Tokens::one(target.keyword), text);
            return None;
        }
        if let (Some(target), Rows::Tuple(_) | Rows::Flat(_)) = (target, &self.rows) {
            let text = "`values_list` gives tuples or bare values, `as` builds a struct from `values`";
            cx.diagnostics.error("N0229", Tokens::one(target.keyword), text);
            return None;
        }
        Some(match written {
            Some((ending, _)) => ending,
            None if self.single => Ending::One,
            None => Ending::Rows,
        })
    }

    /// A row that is read with its key is never twice among the rows: relations in conditions are semi-joins.
    fn drop_needless_distinct(&mut self, cx: &Context<'_>) {
        if matches!(self.distinct, Distinct::Rows) && self.has_key(cx) {
            self.distinct = Distinct::No;
        }
    }

    /// Whether rows of the model are read, with their key.
    pub(super) fn has_key(&self, cx: &Context<'_>) -> bool {
        let key = &cx.schema.model(self.model).key;
        let read = self.fields.as_ref().map(|lists| lists.iter().find(|(hops, _)| hops.is_empty()));
        let whole = match read {
            None => true,
            Some(own) => own.is_some_and(|(_, fields)| key.iter().all(|f| fields.contains(f))),
        };
        matches!(self.rows, Rows::Model) && !key.is_empty() && whole
    }

    /// The order that is read, and what `after` and `before` go by.
    fn final_order(&mut self, cx: &mut Context<'_>, ending: &Ending, records: bool) -> Option<Orders> {
        let written = self.order.take();
        let limited = self.slice.is_some() || matches!(ending, Ending::First | Ending::Last | Ending::Page(..));
        let read = match self.part {
            Part::Prefetch => true,
            Part::Query => match ending {
                Ending::Rows | Ending::First | Ending::Last | Ending::Page(..) => true,
                Ending::One | Ending::Aggregate(..) | Ending::Keyed(_) => {
                    limited || matches!(self.distinct, Distinct::On(_))
                }
                Ending::Count | Ending::Exists | Ending::None => false,
            },
            Part::Inner(super::context::Purpose::Exists) => false,
            Part::Inner(_) => limited || matches!(self.distinct, Distinct::On(_)),
        };
        let mut variants: Vec<(Option<u8>, Vec<Order>)> = Vec::new();
        match written {
            Some(written) => {
                for Variant { switch, keys } in written {
                    order::check(cx, self, &keys, switch.is_some())?;
                    variants.push((switch, keys.into_iter().map(|(key, _)| key).collect()));
                }
            }
            None if self.group.is_some() || self.set.is_some() || !matches!(self.distinct, Distinct::No) => {
                variants.push((None, Vec::new()));
            }
            None => variants.push((None, order::default_order(cx, self.model))),
        }
        let bounds = std::mem::take(&mut self.bounds);
        let keyset = if bounds.is_empty() {
            None
        } else {
            let mut keyset = cursor::keyset(cx, self, bounds, &variants, ending)?;
            // The fields of a struct of the user's are the shape's.
            keyset.cursors &= records;
            Some(keyset)
        };
        if !read {
            return Some((Vec::new(), keyset));
        }
        let limited = limited || keyset.is_some();
        let mut all = Vec::new();
        let inner = matches!(self.part, Part::Inner(_));
        for (switch, mut order) in variants {
            // Rows that are equal in all that is read of them need not be told apart.
            let settled = inner && keyset.is_none() && says_all(cx.schema, &order, self.rows.outputs());
            self.complete(cx, &mut order, limited && !settled);
            all.extend(order.into_iter().map(|key| Order { switch, ..key }));
        }
        Some((all, keyset))
    }

    /// Writes the implied keys of one variant of the order out, and its direction.
    fn complete(&self, cx: &Context<'_>, order: &mut Vec<Order>, limited: bool) {
        self.complete_forwards(cx, order, limited);
        if self.last {
            reverse(order);
        }
    }

    /// The same, without turning it round for `last()`.
    pub(super) fn complete_forwards(&self, cx: &Context<'_>, order: &mut Vec<Order>, limited: bool) {
        let mut distinct_keys = Vec::new();
        if let (Distinct::On(keys), true) = (&self.distinct, order.is_empty()) {
            distinct_keys.clone_from(keys);
        }
        let complete_on = !distinct_keys.is_empty();
        complete(order, distinct_keys);
        let random = is_random(order, &self.annotations);
        let unordered_needs_key = order.is_empty() && (self.reversed || self.last);
        if (limited || complete_on || unordered_needs_key) && !random {
            let keys = self.completing_keys(cx, order);
            complete(order, keys);
        }
        if self.reversed {
            reverse(order);
        }
    }

    /// What makes the order total.
    fn completing_keys(&self, cx: &Context<'_>, order: &[Order]) -> Vec<Expr> {
        if let Some(group) = &self.group {
            return group.keys.clone();
        }
        if let Some(combined) = &self.set {
            return combined.keys(cx.schema, self.model, order, &self.annotations);
        }
        let outputs = self.rows.outputs();
        if matches!(self.distinct, Distinct::Rows) {
            if outputs.is_empty() {
                return self.read_columns(cx);
            }
            return outputs.iter().map(|o| o.expr.clone()).collect();
        }
        let mut keys = Vec::new();
        if !is_total(cx.schema, self.model, order, &self.annotations) {
            keys.extend(key_columns(cx.schema, self.model, &[]));
        }
        let paths = self.multiplied();
        for end in 1..=paths.len() {
            if !paths[end - 1].to_one {
                keys.extend(key_columns(cx.schema, self.model, &paths[..end]));
            }
        }
        keys
    }

    /// The columns and annotations that are read of a model's rows.
    pub(super) fn read_columns(&self, cx: &Context<'_>) -> Vec<Expr> {
        let model = cx.schema.model(self.model);
        let own = self.fields.as_ref().and_then(|lists| lists.iter().find(|(hops, _)| hops.is_empty()));
        let fields = own.map_or_else(|| model.field_ids().collect(), |(_, fields)| fields.clone());
        let path = |field| ColumnPath { hops: Vec::new(), model: self.model, field };
        let columns = fields.into_iter().map(|field| super::path::typed(cx.schema, &[], path(field)));
        let annotations = self.annotations.iter().enumerate().filter(|(_, a)| a.selected);
        let annotations = annotations.map(|(i, a)| Expr { kind: ExprKind::Annotation(i), ..a.expr.clone() });
        columns.chain(annotations).collect()
    }

    /// The to-many path whose rows `values` gives.
    pub(super) fn multiplied(&self) -> Vec<Hop> {
        let outputs = self.rows.outputs().iter();
        let paths: Vec<_> =
            outputs.flat_map(|o| to_many_paths(&o.expr, &self.annotations)).map(|hops| (0, hops)).collect();
        one_path(&paths).unwrap_or_default()
    }

    fn shape(&mut self, cx: &Context<'_>, ending: &Ending, target: Option<&ast::Target>) -> Shape {
        let counted = matches!(ending, Ending::Count | Ending::Exists | Ending::Aggregate(..))
            || self.part == Part::Inner(super::context::Purpose::Exists);
        let rows = std::mem::replace(&mut self.rows, Rows::Model);
        // The columns decide how many rows there are only where equal ones fall together or a path multiplies them.
        let counts_columns = self.group.is_some() || matches!(self.distinct, Distinct::Rows) || {
            rows.outputs().iter().any(|o| !to_many_paths(&o.expr, &self.annotations).is_empty())
        };
        if counted && !counts_columns {
            return Shape::Nothing;
        }
        match rows {
            Rows::Model => Shape::Model(Box::new(self.record(cx, to_target(target.cloned())))),
            Rows::Values(outputs) => Shape::Values(outputs, to_target(target.cloned())),
            Rows::Tuple(outputs) => Shape::Tuple(outputs),
            Rows::Flat(outputs) => Shape::Flat(outputs),
        }
    }

    /// The record of the chain's model.
    pub(super) fn record(&mut self, cx: &Context<'_>, target: Target) -> Record {
        if let Some(record) = self.set.as_ref().and_then(|combined| combined.record(&self.annotations)) {
            return Record { target, ..record };
        }
        let fields = self.fields.take();
        let selected = self.annotations.iter().enumerate().filter(|(_, a)| a.selected);
        let annotations = selected.map(|(i, _)| i).collect();
        let related = std::mem::take(&mut self.related);
        let mut record = super::related::record(cx.schema, self.model, &[], related, fields.as_deref());
        record.annotations = annotations;
        record.prefetches = prefetch::finish(std::mem::take(&mut self.prefetches));
        record.target = target;
        record
    }
}

/// The struct that `as` names.
pub(super) fn to_target(target: Option<ast::Target>) -> Target {
    target.map_or(Target::Record, |t| Target::Struct(t.ty))
}
