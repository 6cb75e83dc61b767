//! The rows of a level, as they come.
//!
//! In: rows. Out: whose they are and what finds those below them, both read of each row when it comes.

use tokio_postgres::Row;

use super::index::{Column, Index, NONE, Places};
use super::{Group, Lists, Rows};
use crate::execute::Gather;
use crate::plan::Child;

/// Rows that those of prefetches belong to, with what finds these.
pub(crate) struct Parents {
    rows: Vec<Row>,
    /// One for each prefetch.
    columns: Vec<Column>,
    /// Each row is decoded once: no two have it, nor one that they belong to.
    once: bool,
}

impl Parents {
    /// Those of a query.
    pub(crate) fn of(children: &'static [Child]) -> Self {
        Self::below(children, true)
    }

    fn below(children: &'static [Child], once: bool) -> Self {
        let columns = children.iter().map(|child| Column::new(child.parent)).collect();
        Self { rows: Vec::new(), columns, once }
    }

    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn into_rows(self) -> Vec<Row> {
        self.rows
    }

    /// What their rows go to, of each of these prefetches.
    pub(crate) fn levels(&self, children: &'static [Child]) -> impl Iterator<Item = Level<'_>> {
        let level = |(plan, column)| Level::new(plan, Index::of(column, &self.rows), self.once);
        children.iter().zip(&self.columns).map(level)
    }
}

impl Gather for Parents {
    fn add(&mut self, row: Row) {
        self.columns.iter_mut().for_each(|column| column.add(&row));
        self.rows.push(row);
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.columns.iter_mut().for_each(Column::clear);
    }
}

/// The rows of a prefetch, whose parents are there.
pub(crate) struct Level<'p> {
    plan: &'static Child,
    index: Index<'p>,
    /// The number of the key of the last row that belongs to somebody.
    last: usize,
    rows: Coming,
}

enum Coming {
    /// With the number of the key of each.
    Kept(Parents, Vec<usize>),
    Made(Lists),
}

impl<'p> Level<'p> {
    fn new(plan: &'static Child, index: Index<'p>, once: bool) -> Self {
        // Of a row that several parents have, each makes a value of its own.
        let once = once && index.is_unique();
        let rows = match plan.lists.filter(|_| once) {
            Some(lists) => Coming::Made(lists(index.first().len())),
            None => Coming::Kept(Parents::below(plan.children, once), Vec::new()),
        };
        Self { plan, index, last: 0, rows }
    }

    pub(crate) fn plan(&self) -> &'static Child {
        self.plan
    }

    pub(super) fn index(&self) -> &Index<'p> {
        &self.index
    }

    /// Its rows, as far as they are kept: those that have prefetches are.
    pub(crate) fn parents(&self) -> Option<&Parents> {
        match &self.rows {
            Coming::Kept(parents, _) => Some(parents),
            Coming::Made(_) => None,
        }
    }

    pub(crate) fn into_group(self, groups: Vec<Group>) -> Group {
        let keys = self.index.first().len();
        let rows = match self.rows {
            Coming::Kept(parents, numbers) => Rows::Kept(parents.into_rows(), Places::of(&numbers, keys)),
            Coming::Made(lists) => Rows::Made(lists.into()),
        };
        Group { columns: self.plan.parent, parents: self.index.into_parents(), rows, groups }
    }
}

impl Gather for Level<'_> {
    fn add(&mut self, row: Row) {
        let number = self.index.number(&row, self.plan.key, self.last);
        if number != NONE {
            self.last = number;
        }
        match &mut self.rows {
            Coming::Kept(rows, numbers) => {
                numbers.push(number);
                rows.add(row);
            }
            Coming::Made(lists) => lists.add(number, &row),
        }
    }

    fn clear(&mut self) {
        match &mut self.rows {
            Coming::Kept(rows, numbers) => {
                rows.clear();
                numbers.clear();
            }
            Coming::Made(lists) => lists.clear(),
        }
    }
}
