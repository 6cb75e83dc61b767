//! One array per column: the statement's `unnest` makes rows of them again.

use std::fmt;

use crate::encode::{Accepts, AcceptsNullable, Array, Build, Sink, SqlType, Ty, build};
use crate::plan::Plan;
use crate::query::Query;

/// Rows in the making. Each begins with [`Unnested::next`]; then its values come in the order of the columns.
#[must_use]
pub struct Unnested {
    build: Build,
    /// Where values are written to before they stand in an array.
    sink: Sink,
    columns: Vec<Option<Array>>,
    column: usize,
    count: usize,
}

/// Starts a write of rows with so many columns.
pub fn rows(columns: usize) -> Unnested {
    Unnested::new(build(), columns)
}

impl fmt::Debug for Unnested {
    // Values may be secrets: only their number is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unnested").field("count", &self.count).finish_non_exhaustive()
    }
}

impl Unnested {
    pub(crate) fn new(build: Build, columns: usize) -> Self {
        let columns = (0..columns).map(|_| None).collect();
        Self { build, sink: Sink::default(), columns, column: 0, count: 0 }
    }

    /// Begins the next row.
    pub fn next(&mut self) {
        self.column = 0;
        self.count += 1;
    }

    /// The value of the next column.
    pub fn push<T: SqlType>(&mut self, _: Ty<T>, value: impl Accepts<T>) {
        self.add::<T>(|sink| value.put(sink));
    }

    /// The value of the next column, or NULL.
    pub fn push_nullable<T: SqlType, How>(&mut self, _: Ty<T>, value: impl AcceptsNullable<T, How>) {
        self.add::<T>(|sink| value.put_nullable(sink));
    }

    /// The query; without rows it sends nothing.
    pub fn finish<T: 'static, K>(self, plan: &'static Plan<T>) -> Query<T, K> {
        let Self { mut build, sink: Sink { problem, .. }, columns, count, .. } = self;
        problem.into_iter().for_each(|problem| build.sink().refuse(problem));
        build.sink().bytes.reserve(columns.iter().flatten().map(Array::size).sum());
        for column in columns {
            let slot = column.unwrap_or_default().finish(build.sink());
            build.add(slot);
        }
        Query::new(plan, build.values(count == 0))
    }

    fn add<T: SqlType>(&mut self, put: impl FnOnce(&mut Sink) -> bool) {
        let sink = &mut self.sink;
        if let Some(column) = self.columns.get_mut(self.column) {
            column.get_or_insert_with(|| Array::of::<T>().roomy()).push(sink, put);
        } else {
            sink.refuse(format!("found {} values in a row of {}", self.column + 1, self.columns.len()));
        }
        self.column += 1;
    }
}
