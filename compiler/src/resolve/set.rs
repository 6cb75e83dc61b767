//! `union`, `union_all`, `intersection`, `difference`: several chains as the rows of one.
//!
//! In: the chain so far and the chains that are combined with it. Out: a draft whose only names are the columns of the
//! combined rows, each an annotation of the [`ExprKind::Output`] at its place; every part has the columns of the first in
//! their order, and the types agree. What differs has been reported at the chain that differs.

use super::agree::{agree, columns as columns_of, merged};
use super::chain::{finish, select};
use super::context::{Context, Names, Purpose};
use super::draft::{Draft, Part, Rows};
use crate::ast::{self, Tokens};
use crate::check::cardinality::to_many_paths;
use crate::check::order::same;
use crate::hir::select::{Annotation, Distinct, Record, Set, SetOperator};
use crate::hir::{Condition, Expr, ExprKind, Hop, Order, Output, Select, Shape};
use nuages_schema::model::{FieldId, ModelId, RelationKind, Schema};

/// What may follow a set operation; a slice may, too.
const FOLLOWS: &[&str] = &[
    "all",
    "using",
    "pipelined",
    "order_by",
    "reverse",
    "union",
    "union_all",
    "intersection",
    "difference",
    "count",
    "exists",
    "contains",
    "first",
    "last",
    "get",
    "page",
    "none",
];

/// The chains of a set operation, while methods that follow it are read.
pub(super) struct Combined {
    /// The method, as written.
    pub(super) word: String,
    /// The chains.
    pub(super) set: Set,
    /// What the rows are, if they are a model's.
    record: Option<Record>,
    /// Columns that nothing can be ordered by.
    unordered: Vec<usize>,
}

/// The operator that a method is.
pub(super) fn operator(method: &str) -> Option<SetOperator> {
    Some(match method {
        "union" => SetOperator::Union,
        "union_all" => SetOperator::UnionAll,
        "intersection" => SetOperator::Intersection,
        "difference" => SetOperator::Difference,
        _ => return None,
    })
}

/// Whether a method may follow the set operation that the draft is, if it is one.
pub(super) fn may_follow(cx: &mut Context<'_>, draft: &Draft, name: &str, bare: bool, place: Tokens) -> Option<()> {
    let Some(combined) = &draft.set else { return Some(()) };
    if FOLLOWS.contains(&name) && (bare || name != "get") {
        return Some(());
    }
    let word = &combined.word;
    let error = cx.diagnostics.error("N0242", place, format!("`{name}` cannot follow `{word}`"));
    error.note(format!(
        "behind `{word}` rows are ordered by their columns, sliced, counted or combined again; all else stands in the \
         chains that are combined"
    ));
    None
}

/// Combines the chain with others.
pub(super) fn combine(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    outer: Option<&Names<'_>>,
    m: &ast::Method,
    chains: &[ast::Chain],
    place: Tokens,
) -> Option<()> {
    let word = m.name.text.as_str();
    let operator = operator(word)?;
    if chains.is_empty() {
        let text = format!("`{word}` takes the chains to combine this one with");
        cx.diagnostics.error("N0240", place, text).note(format!("`{word}(Model.filter(…))`"));
        return None;
    }
    if draft.part == Part::Prefetch {
        let text = format!("`{word}` cannot stand in `prefetch_related`, whose rows belong to one relation");
        cx.diagnostics.error("N0243", place, text);
        return None;
    }
    if draft.lock.is_some() {
        let text = format!("`{word}` cannot follow `select_for_update`: combined rows are no rows of a table");
        cx.diagnostics.error("N0243", place, text);
        return None;
    }
    let mut next = Draft::new(draft.model, draft.head, draft.part);
    (next.pinned, next.together) = (std::mem::take(&mut draft.pinned), draft.together.take());
    std::mem::swap(draft, &mut next);
    let mut combined = first(cx, next, word, place)?;
    let mut failed = false;
    for chain in chains {
        match part(cx, outer, chain, &combined, word) {
            Some(part) => combined.set.rest.push((operator, part)),
            None => failed = true,
        }
    }
    if failed {
        return None;
    }
    if operator != SetOperator::UnionAll
        && let Some(column) = columns_of(cx.schema, &combined.set.first).iter().find(|column| column.unequal.is_some())
    {
        let (name, ty) = (&column.name, column.unequal.unwrap_or_default());
        let text = format!("`{word}` compares rows, and PostgreSQL cannot compare the `{ty}` of `{name}`");
        cx.diagnostics.error("N0244", place, text).note("`union_all` keeps all rows");
        return None;
    }
    become_rows(cx, draft, combined);
    Some(())
}

/// `contains` of a slice or of combined rows: its rows become those of a derived table, and the condition one on the
/// columns of that.
pub(super) fn derive(cx: &mut Context<'_>, draft: &mut Draft, condition: &mut Condition, place: Tokens) -> Option<()> {
    if draft.set.is_none() || draft.slice.is_some() {
        let mut next = Draft::new(draft.model, draft.head, draft.part);
        (next.pinned, next.lock) = (std::mem::take(&mut draft.pinned), draft.lock.take());
        std::mem::swap(draft, &mut next);
        next.prefetches.clear();
        next.together = None;
        if next.set.is_none() && !matches!(next.distinct, Distinct::Rows) {
            // Nothing but the key is asked of the rows.
            next.related.clear();
            next.annotations.iter_mut().for_each(|annotation| annotation.selected = false);
            next.fields = Some(vec![(Vec::new(), cx.schema.model(next.model).key.clone())]);
        }
        let (mut first, _) = finish_part(cx, next)?;
        if let Shape::Model(record) = &mut first.shape {
            strip(record);
        }
        let record = record_of(&first);
        become_rows(
            cx,
            draft,
            Combined { word: "contains".into(), set: Set { first, rest: Vec::new() }, record, unordered: Vec::new() },
        );
    }
    let tests = match condition {
        Condition::All(list) => list.as_mut_slice(),
        one => std::slice::from_mut(one),
    };
    for test in tests {
        let Condition::Test(test) = test else { continue };
        let ExprKind::Column(path) = &test.left.kind else { continue };
        let column = draft.set.as_ref().and_then(|combined| combined.column(path.field, &draft.annotations));
        let Some(column) = column else {
            cx.diagnostics.error("N0242", place, "`contains` goes by the key, which these rows do not have");
            return None;
        };
        test.left = column;
    }
    Some(())
}

/// Fields of combined rows of a model, which are all that is asked of them. `None`: one is no column of theirs.
pub(super) fn only_fields(draft: &mut Draft, fields: &[FieldId]) -> Option<Vec<Output>> {
    let combined = draft.set.as_mut()?;
    let columns: Option<Vec<usize>> = fields.iter().map(|field| combined.position(*field)).collect();
    let mut columns = columns?;
    // An order may speak of any column.
    if draft.slice.is_none() && draft.order.is_none() && combined.narrow(fields) {
        let mut kept = std::mem::take(&mut draft.annotations).into_iter().enumerate();
        let mut left = columns.clone();
        left.sort_unstable();
        draft.annotations = kept.by_ref().filter(|(i, _)| left.contains(i)).map(|(_, a)| a).collect();
        for (i, annotation) in draft.annotations.iter_mut().enumerate() {
            annotation.expr.kind = ExprKind::Output(i);
        }
        columns = columns.iter().filter_map(|old| left.iter().position(|i| i == old)).collect();
    }
    let output = |i: &usize| {
        let annotation = draft.annotations.get(*i)?;
        let Annotation { name, ident, .. } = annotation;
        Some(Output { name: name.clone(), ident: ident.clone(), expr: read(*i, annotation), more: false })
    };
    columns.iter().map(output).collect()
}

/// The first chain, and what there is of a set operation before.
fn first(cx: &mut Context<'_>, mut chain: Draft, word: &str, place: Tokens) -> Option<Combined> {
    if chain.slice.is_none()
        && let Some(before) = chain.set.take()
    {
        return Some(Combined { word: word.to_owned(), ..*before });
    }
    let (mut first, _) = finish_part(cx, chain)?;
    let record = record_of(&first);
    if let Some(hop) = record.as_ref().and_then(|record| unreadable(cx.schema, record)) {
        let relation = &cx.schema.relation(hop.from, hop.relation).name;
        let text = format!("`prefetch_related({relation})` of `{word}` needs the key of its rows, which is not read");
        cx.diagnostics.error("N0243", place, text).note("`only(…)` names what is read");
        return None;
    }
    if let Shape::Model(record) = &mut first.shape {
        // The combined rows have them.
        strip(record);
    }
    Some(Combined { word: word.to_owned(), set: Set { first, rest: Vec::new() }, record, unordered: Vec::new() })
}

fn finish_part(cx: &mut Context<'_>, mut chain: Draft) -> Option<(Select, crate::hir::Ending)> {
    chain.part = Part::Inner(Purpose::Rows);
    chain.single = false;
    finish(cx, chain, None)
}

fn record_of(select: &Select) -> Option<Record> {
    match &select.shape {
        Shape::Model(record) => Some((**record).clone()),
        _ => None,
    }
}

/// The first prefetch whose key is no column of the rows.
fn unreadable(schema: &Schema, record: &Record) -> Option<Hop> {
    let key = |hop: Hop| {
        let referred = |model, field| schema.field(model, field).foreign_key.as_ref().map(|fk| fk.to_field);
        match schema.relation(hop.from, hop.relation).kind {
            RelationKind::Forward { field } => Some(field),
            RelationKind::ReverseOne { field } | RelationKind::ReverseMany { field } => referred(hop.to, field),
            RelationKind::ManyToMany { through, near, .. } => referred(through, near),
        }
    };
    let own = record.prefetches.iter().map(|prefetch| prefetch.hop);
    let mut missing = own.filter(|hop| !key(*hop).is_some_and(|field| record.fields.contains(&field)));
    missing.next().or_else(|| record.related.iter().find_map(|related| unreadable(schema, &related.record)))
}

fn strip(record: &mut Record) {
    record.prefetches.clear();
    record.related.iter_mut().for_each(|related| strip(&mut related.record));
}

fn has_prefetches(record: &Record) -> bool {
    !record.prefetches.is_empty() || record.related.iter().any(|related| has_prefetches(&related.record))
}

/// Another chain, with its columns as those of the first.
fn part(
    cx: &mut Context<'_>,
    outer: Option<&Names<'_>>,
    chain: &ast::Chain,
    combined: &Combined,
    word: &str,
) -> Option<Select> {
    let mut part = select(cx, outer, chain, Purpose::Rows)?;
    if let Shape::Model(record) = &part.shape
        && has_prefetches(record)
    {
        let text = format!("`prefetch_related` stands in the first chain of `{word}`, it reads for all rows");
        cx.diagnostics.error("N0243", chain.tokens, text);
        return None;
    }
    match agree(cx.schema, &combined.set.first, &mut part) {
        Ok(()) => Some(part),
        Err(difference) => {
            let text = format!("the chains of `{word}` have one shape: {difference}");
            cx.diagnostics.error("N0241", chain.tokens, text);
            None
        }
    }
}

/// Makes the draft one of combined rows.
fn become_rows(cx: &Context<'_>, draft: &mut Draft, mut combined: Combined) {
    let mut columns = columns_of(cx.schema, &combined.set.first);
    for (_, part) in &combined.set.rest {
        for (column, other) in columns.iter_mut().zip(columns_of(cx.schema, part)) {
            column.nullable |= other.nullable;
            column.ty = merged(&column.ty, &other.ty).unwrap_or(other.ty);
        }
    }
    let unordered = columns.iter().enumerate().filter(|(_, column)| column.unequal.is_some());
    combined.unordered = unordered.map(|(i, _)| i).collect();
    draft.annotations = columns
        .into_iter()
        .enumerate()
        .map(|(i, c)| Annotation {
            name: c.name,
            ident: c.ident,
            expr: Expr { kind: ExprKind::Output(i), ty: c.ty, nullable: c.nullable },
            selected: c.selected,
            after: 0,
        })
        .collect();
    let own = combined.set.first.shape.outputs().iter().zip(&draft.annotations).enumerate();
    let outputs = own.map(|(i, (output, a))| Output { expr: read(i, a), ..output.clone() }).collect();
    draft.rows = match &combined.set.first.shape {
        Shape::Values(..) => Rows::Values(outputs),
        Shape::Tuple(_) => Rows::Tuple(outputs),
        Shape::Flat(_) => Rows::Flat(outputs),
        Shape::Model(_) | Shape::Nothing => Rows::Model,
    };
    draft.set = Some(Box::new(combined));
}

/// A column of combined rows, as they know it.
fn read(index: usize, annotation: &Annotation) -> Expr {
    Expr { kind: ExprKind::Annotation(index), ..annotation.expr.clone() }
}

impl Combined {
    /// The record of combined rows of a model; its annotations are the draft's selected ones.
    pub(super) fn record(&self, annotations: &[Annotation]) -> Option<Record> {
        let mut record = self.record.clone()?;
        record.annotations = annotations.iter().enumerate().filter(|(_, a)| a.selected).map(|(i, _)| i).collect();
        Some(record)
    }

    /// Whether something is prefetched of the rows.
    pub(super) fn prefetches(&self) -> bool {
        self.record.as_ref().is_some_and(has_prefetches)
    }

    /// Where a field of the rows' own model stands among the columns.
    pub(super) fn position(&self, field: FieldId) -> Option<usize> {
        self.record.as_ref()?.fields.iter().position(|f| *f == field)
    }

    /// The column with a field of the rows' own model.
    pub(super) fn column(&self, field: FieldId, annotations: &[Annotation]) -> Option<Expr> {
        let position = self.position(field)?;
        annotations.get(position).map(|a| read(position, a))
    }

    /// The columns that make an order total: of rows of a model those up to its key, and the annotations; of others all.
    pub(super) fn keys(&self, schema: &Schema, model: ModelId, order: &[Order], list: &[Annotation]) -> Vec<Expr> {
        let all = || list.iter().enumerate().map(|(i, a)| read(i, a));
        let sorts = |i: &usize| !self.unordered.contains(i);
        let key = &schema.model(model).key;
        let ends: Option<Vec<usize>> = key.iter().map(|field| self.position(*field)).collect();
        let (Some(record), Some(Some(end))) = (&self.record, ends.map(|ends| ends.into_iter().max())) else {
            return all().enumerate().filter(|(i, _)| sorts(i)).map(|(_, expr)| expr).collect();
        };
        let exprs: Vec<Expr> = all().collect();
        let ordered = |i: usize| order.iter().any(|o| o.switch.is_none() && same(&o.expr, &exprs[i]));
        let own = record.fields.iter().enumerate().filter(|(i, _)| ordered(*i)).map(|(_, field)| *field);
        let total = schema.model(model).tells_apart(&own.collect::<Vec<_>>());
        let needed = |i: &usize| sorts(i) && (list[*i].selected || (!total && *i <= end));
        exprs.iter().enumerate().filter(|(i, _)| needed(i)).map(|(_, expr)| expr.clone()).collect()
    }

    /// Leaves only some fields to rows of a model, where nothing else tells rows apart: `in`.
    pub(super) fn narrow(&mut self, fields: &[FieldId]) -> bool {
        let narrowed = narrow(&mut self.set, fields);
        if narrowed {
            self.record = record_of(&self.set.first);
        }
        narrowed
    }

    /// Leaves only what decides how many rows there are: `count`, `exists`.
    pub(super) fn only_told_apart(&mut self, key: &[FieldId]) {
        let _ = bare(&mut self.set) || self.narrow(key);
    }

    /// The same of a copy, if it is less than there is.
    pub(super) fn counted(&self, key: &[FieldId]) -> Option<Set> {
        let mut set = self.set.clone();
        (bare(&mut set) || narrow(&mut set, key)).then_some(set)
    }
}

/// The chains of a set operation.
fn parts(set: &mut Set) -> impl Iterator<Item = &mut Select> {
    std::iter::once(&mut set.first).chain(set.rest.iter_mut().map(|(_, part)| part))
}

/// Leaves no columns, where they decide nothing: all rows of all chains are there.
fn bare(set: &mut Set) -> bool {
    let decides = |select: &Select| {
        select.group.is_some()
            || select.set.is_some()
            || select.keyset.is_some()
            || matches!(select.distinct, Distinct::Rows)
            || select.annotations.iter().any(|a| a.expr.has_window())
            || select.shape.outputs().iter().any(|o| !to_many_paths(&o.expr, &select.annotations).is_empty())
    };
    if set.rest.iter().any(|(operator, _)| *operator != SetOperator::UnionAll) || parts(set).any(|part| decides(part)) {
        return false;
    }
    parts(set).for_each(|part| part.shape = Shape::Nothing);
    true
}

/// Leaves only some fields to rows of a model. False: something else tells rows apart.
fn narrow(set: &mut Set, fields: &[FieldId]) -> bool {
    let plain = |select: &Select| match &select.shape {
        Shape::Model(record) => {
            let whole = fields.iter().all(|f| record.fields.contains(f));
            whole && record.annotations.is_empty() && select.set.is_none() && !matches!(select.distinct, Distinct::Rows)
        }
        _ => false,
    };
    if fields.is_empty() || !parts(set).all(|part| plain(part)) {
        return false;
    }
    for part in parts(set) {
        if let Shape::Model(record) = &mut part.shape {
            record.fields.retain(|f| fields.contains(f));
            record.related.clear();
            record.witness = None;
            record.whole = false;
        }
    }
    true
}
