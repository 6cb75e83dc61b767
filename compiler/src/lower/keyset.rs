//! `after` and `before`: conditions on the keys of the order, and the select that gives the last rows in order.
//!
//! In: the keys with a value for each. Out: conditions that an index on the keys serves: a row comparison where all keys
//! have one direction and none can be NULL; otherwise the comparison key by key, behind a bound on the first key that
//! follows from it. Whether a value is NULL is known when the query is built, so that each such test is one of two.

use super::Lower;
use super::prefetch::name_columns;
use super::select::Built;
use super::text::readable;
use crate::hir::select::{Bound, CursorColumn, KeyValue, Keyset, KeysetVariant, Null, Side};
use crate::hir::{self, ExprKind, SqlType};
use crate::plan::{self, Condition, Expr, From, Output, Select, Source};

/// A key with its value, in the direction in which rows are read.
struct Key {
    column: Expr,
    value: Expr,
    ascending: bool,
    /// NULLs come before all values.
    nulls_first: bool,
    nullable: bool,
    null: Null,
}

impl<'a> Lower<'a> {
    /// The conditions of the bounds of the chain being planned, whose tables can be read.
    pub(super) fn bounds(&mut self) -> Vec<Condition> {
        let Some(keyset) = &self.scope().select.keyset else { return Vec::new() };
        keyset.bounds.iter().map(|bound| self.bound(keyset, bound)).collect()
    }

    fn bound(&mut self, keyset: &'a Keyset, bound: &'a Bound) -> Condition {
        let mut values = bound.values.iter();
        let variants = keyset.variants.iter().map(|variant| {
            let values: Vec<&KeyValue> = values.by_ref().take(variant.keys.len()).collect();
            let mask = variant.switch.or(bound.switch).map(|switch| 1 << switch);
            let condition = self.variant(variant, bound.side, &values, mask);
            match variant.switch {
                Some(switch) => Condition::When(1 << switch, Box::new(condition), None),
                None => condition,
            }
        });
        let mut variants: Vec<Condition> = variants.collect();
        let condition = if variants.len() == 1 { variants.swap_remove(0) } else { Condition::All(variants) };
        match bound.switch {
            Some(switch) => Condition::When(1 << switch, Box::new(condition), None),
            None => condition,
        }
    }

    /// The condition in one variant of the order.
    fn variant(
        &mut self,
        variant: &'a KeysetVariant,
        side: Side,
        values: &[&'a KeyValue],
        mask: Option<u64>,
    ) -> Condition {
        let before = side == Side::Before;
        let mut keys = Vec::new();
        for (key, value) in variant.keys.iter().zip(values) {
            let column = self.guarded(mask, |l| l.expr(&key.expr));
            let value_expr = self.expr(&value.expr);
            keys.push(Key {
                column,
                value: self.as_stored(&key.expr, value_expr),
                ascending: key.descending == before,
                nulls_first: key.nulls_first.unwrap_or(key.descending) != before,
                nullable: key.expr.nullable,
                null: value.null,
            });
        }
        beyond(&keys)
    }

    /// A value as the column's own type has it, where that is not the type of its field (`citext`, `character(n)`):
    /// what is equal, and what is greater, is for that type to say.
    fn as_stored(&mut self, key: &'a hir::Expr, value: Expr) -> Expr {
        let select = self.scope().select;
        let mut column = key;
        while let ExprKind::Annotation(i) = column.kind {
            column = &select.annotations[i].expr;
        }
        let ExprKind::Column(path) = &column.kind else { return value };
        match &self.schema.field(path.model, path.field).db_type {
            Some(name) => {
                let ty = SqlType::Custom { pg_type: name.clone(), rust_type: String::new() };
                Expr::Cast(Box::new(value), ty)
            }
            None => value,
        }
    }

    /// Reads the columns of the rows' cursors that the shape does not have.
    pub(super) fn cursor_columns(&mut self, built: &mut Built) {
        for CursorColumn { further, .. } in self.scope().select.cursor_columns() {
            let Some(expr) = further else { continue };
            let value = super::expr::typed(self.expr(expr), &expr.ty);
            built.push(readable(value, &expr.ty), expr.ty.clone(), expr.nullable);
        }
        if self.scope().select.variant_column().is_some()
            && let Some(keyset) = &self.scope().select.keyset
        {
            // Its number says which variant of the order the row's place is in.
            let switches = keyset.variants.iter().filter_map(|variant| variant.switch);
            let number = |n: i128| Expr::Literal(hir::Literal::Integer(n), SqlType::Int4);
            let none = number(-1);
            let which = switches
                .zip(0..)
                .fold(none, |otherwise, (switch, n)| Expr::When(switch, Box::new(number(n)), Box::new(otherwise)));
            built.push(super::expr::typed(which, &SqlType::Int4), SqlType::Int4, false);
        }
    }

    /// The rows of a select in its order turned round once more.
    pub(super) fn turn_back(&mut self, keyset: &Keyset, built: &mut Built) {
        let alias = self.alias();
        let mut inner = std::mem::take(&mut built.select);
        let mut further = Vec::new();
        let mut order = Vec::new();
        for (i, key) in inner.order.iter().enumerate().filter(|(i, _)| compared(keyset, &inner.order, *i)) {
            let known = inner.columns.iter().position(|column| column.expr == key.expr);
            let expr = match (&key.expr, known) {
                (Expr::Position(n), _) => Expr::Position(*n),
                (_, Some(n)) => Expr::Column(alias, format!("c{n}")),
                (expr, None) => {
                    let name = format!("o{i}");
                    further.push(Output { expr: expr.clone(), name: Some(name.clone()) });
                    Expr::Column(alias, name)
                }
            };
            let nulls_first = key.nulls_first.map(|first| !first);
            order.push(plan::Order { expr, descending: !key.descending, nulls_first, switch: key.switch });
        }
        let columns = name_columns(&mut inner, alias);
        inner.columns.extend(further);
        let from = From { source: Source::Derived(Box::new(inner)), alias };
        built.select = Select { columns, from: Some(from), order, ..Select::default() };
    }
}

/// Turns the order round, so that a limit takes the rows just before the bound.
pub(super) fn turn(keyset: &Keyset, select: &mut Select) {
    let compared: Vec<bool> = (0..select.order.len()).map(|i| compared(keyset, &select.order, i)).collect();
    for (order, _) in select.order.iter_mut().zip(compared).filter(|(_, compared)| *compared) {
        order.descending = !order.descending;
        order.nulls_first = order.nulls_first.map(|first| !first);
    }
}

/// Whether rows are compared by a key of their order. Behind the fields of `distinct(a)` the order says which row stands
/// for each of their values.
fn compared(keyset: &Keyset, order: &[plan::Order], i: usize) -> bool {
    let Some(key) = order.get(i) else { return false };
    let before = order[..i].iter().filter(|other| other.switch == key.switch).count();
    let variant = keyset.variants.iter().find(|variant| variant.switch == key.switch);
    variant.is_some_and(|variant| before < variant.keys.len())
}

/// The rows behind the values.
fn beyond(keys: &[Key]) -> Condition {
    let Some((first, more)) = keys.split_first() else { return never() };
    if comparable(keys) {
        return row(keys);
    }
    match first.reached() {
        Some(bound) if !more.is_empty() => Condition::All(vec![bound, behind(keys)]),
        _ => behind(keys),
    }
}

/// Strictly behind: by the first key, or by the others where it is equal.
fn behind(keys: &[Key]) -> Condition {
    if comparable(keys) {
        return row(keys);
    }
    match keys.split_first() {
        None => never(),
        Some((last, [])) => last.greater().unwrap_or_else(never),
        Some((first, more)) => {
            let tied = Condition::All(vec![first.equal(), behind(more)]);
            match first.greater_or_nothing() {
                Some(greater) => Condition::Any(vec![greater, tied]),
                None => tied,
            }
        }
    }
}

/// Whether one row comparison says it.
fn comparable(keys: &[Key]) -> bool {
    keys.iter().all(|key| !key.nullable && key.ascending == keys[0].ascending)
}

/// `(a, b) > (x, y)`.
fn row(keys: &[Key]) -> Condition {
    let side = |of: fn(&Key) -> &Expr| match keys {
        [one] => of(one).clone(),
        many => Expr::Template("({*})", many.iter().map(|key| of(key).clone()).collect()),
    };
    let sql = if keys.first().is_none_or(|key| key.ascending) { "{0} > {1}" } else { "{0} < {1}" };
    Condition::template(sql, vec![side(|key| &key.column), side(|key| &key.value)])
}

fn never() -> Condition {
    Condition::Expr(Expr::Literal(hir::Literal::Bool(false), SqlType::Bool))
}

impl Key {
    fn compare(&self, ascending: &'static str, descending: &'static str) -> Condition {
        let sql = if self.ascending { ascending } else { descending };
        Condition::template(sql, vec![self.column.clone(), self.value.clone()])
    }

    fn is_null(&self) -> Condition {
        Condition::template("{0} IS NULL", vec![self.column.clone()])
    }

    fn is_not_null(&self) -> Condition {
        Condition::template("{0} IS NOT NULL", vec![self.column.clone()])
    }

    /// What holds if the value is there, and what if it is NULL; nothing is no condition.
    fn either(&self, there: Condition, missing: Option<Condition>) -> Option<Condition> {
        match self.null {
            Null::Never => Some(there),
            Null::Always => missing,
            Null::Unless(switch) => Some(Condition::When(1 << switch, Box::new(there), missing.map(Box::new))),
        }
    }

    /// Behind a value that is there: greater, or NULL where NULLs come last.
    fn beyond_value(&self, greater: Condition) -> Condition {
        if self.nullable && !self.nulls_first { Condition::Any(vec![greater, self.is_null()]) } else { greater }
    }

    /// Behind NULL: all values, or nothing at all.
    fn beyond_null(&self) -> Option<Condition> {
        self.nulls_first.then(|| self.is_not_null())
    }

    /// Strictly behind; nothing where no row can be.
    fn greater_or_nothing(&self) -> Option<Condition> {
        self.either(self.beyond_value(self.compare("{0} > {1}", "{0} < {1}")), self.beyond_null())
    }

    /// The same, said of the last key: no row is no row.
    fn greater(&self) -> Option<Condition> {
        let missing = self.beyond_null().unwrap_or_else(never);
        self.either(self.beyond_value(self.compare("{0} > {1}", "{0} < {1}")), Some(missing))
    }

    fn equal(&self) -> Condition {
        let there = self.compare("{0} = {1}", "{0} = {1}");
        self.either(there, Some(self.is_null())).unwrap_or_else(never)
    }

    /// Behind or equal: a bound that an index serves.
    fn reached(&self) -> Option<Condition> {
        let there = self.beyond_value(self.compare("{0} >= {1}", "{0} <= {1}"));
        self.either(there, (!self.nulls_first).then(|| self.is_null()))
    }
}
