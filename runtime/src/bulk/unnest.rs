//! One array per column: the statement's `unnest` makes rows of them again.

use std::sync::Arc;

use crate::encode::{Accepts, AcceptsNullable, Array, Sink, SqlType, Ty, Values};
use crate::plan::Plan;
use crate::query::Query;

/// Rows in the making. Each begins with [`Rows::next`]; then its values come in the order of the columns.
#[must_use]
pub struct Rows {
    sink: Sink,
    columns: Vec<Option<Array>>,
    column: usize,
    count: usize,
}

/// Starts a write of rows with so many columns.
pub fn rows(columns: usize) -> Rows {
    Rows { sink: Sink::default(), columns: (0..columns).map(|_| None).collect(), column: 0, count: 0 }
}

impl Rows {
    /// Begins the next row.
    pub fn next(&mut self) {
        self.column = 0;
        self.count += 1;
    }

    /// The value of the next column.
    pub fn push<T: SqlType, V: Accepts<T>>(&mut self, _: Ty<T>, value: V) {
        self.add::<T>(|sink| value.put(sink));
    }

    /// The value of the next column, or NULL.
    pub fn push_nullable<T: SqlType, How, V: AcceptsNullable<T, How>>(&mut self, _: Ty<T>, value: V) {
        self.add::<T>(|sink| value.put_nullable(sink));
    }

    /// The query; without rows it sends nothing.
    pub fn finish<T: 'static, K>(mut self, plan: &'static Plan<T>) -> Query<T, K> {
        let slots = self.columns.into_iter().map(|column| column.unwrap_or_default().finish(&mut self.sink)).collect();
        let Sink { bytes, problem, .. } = self.sink;
        let values = Values { bytes, slots, problem, idle: self.count == 0, ..Values::default() };
        Query::new(plan, Arc::new(values))
    }

    fn add<T: SqlType>(&mut self, put: impl FnOnce(&mut Sink) -> bool) {
        if let Some(column) = self.columns.get_mut(self.column) {
            column.get_or_insert_with(Array::of::<T>).push(&mut self.sink, put);
        } else {
            self.sink.refuse(format!("found {} values in a row of {}", self.column + 1, self.columns.len()));
        }
        self.column += 1;
    }
}
