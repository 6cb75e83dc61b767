//! What came of a query's statements.
//!
//! In: the rows of the first statement, as they were gathered, and what came beside them. Out: each row with those of its
//! prefetches, for the ending to make its value of. Nothing here depends on what that is.

use tokio_postgres::Row;

use super::gather::Gathered;
use crate::decode::Context;
use crate::error::Error;
use crate::prefetch::Group;

/// The rows of all statements of a query, as its ending sees them.
pub(crate) struct Reply {
    pub(crate) rows: Gathered,
    /// How many rows the first statement touched.
    pub(crate) affected: u64,
    model: &'static str,
    beside: Option<Box<Beside>>,
}

/// What came beside those rows and their number, which most queries have nothing of.
#[derive(Default)]
pub(crate) struct Beside {
    /// The rows of prefetches.
    pub(crate) groups: Vec<Group>,
    /// Number and size of the page, and how many rows all pages have.
    pub(crate) page: (i64, i64),
    pub(crate) total: i64,
    /// See [`Work::order`](crate::plan::Work::order).
    pub(crate) order: Vec<u16>,
}

impl Reply {
    pub(crate) fn new(model: &'static str, rows: Gathered, affected: u64, beside: Option<Box<Beside>>) -> Self {
        Self { rows, affected, model, beside }
    }

    /// That of a query which is not sent.
    pub(crate) fn none(model: &'static str, page: (i64, i64)) -> Self {
        let beside = Beside { page, ..Beside::default() };
        Self::new(model, Gathered::None, 0, Some(Box::new(beside)))
    }

    /// The rows, each with those of its prefetches.
    pub(crate) fn contexts(&self) -> impl Iterator<Item = Context<'_>> {
        let order = self.beside.as_ref().map_or(&[][..], |beside| &beside.order);
        let context = move |(at, row)| Context::placed(row, at, self.groups(), order);
        self.rows.as_slice().iter().enumerate().map(context)
    }

    /// The first row.
    pub(crate) fn first(&self) -> Option<Context<'_>> {
        self.rows.as_slice().first().map(|row| Context::new(row, self.groups()))
    }

    /// The only row.
    ///
    /// # Errors
    /// There is none, or another one.
    pub(crate) fn one(&self) -> Result<Context<'_>, Error> {
        match self.rows.as_slice() {
            [] => Err(Error::does_not_exist(self.model)),
            [row] => Ok(Context::new(row, self.groups())),
            _ => Err(Error::multiple(self.model)),
        }
    }

    /// Number and size of the page, and how many rows all pages have.
    pub(crate) fn page(&self) -> ((i64, i64), i64) {
        self.beside.as_ref().map_or_else(Default::default, |beside| (beside.page, beside.total))
    }

    fn groups(&self) -> &[Group] {
        self.beside.as_ref().map_or(&[], |beside| &beside.groups)
    }

    /// The only row, and those of its prefetches.
    ///
    /// # Errors
    /// There is none, or another one.
    pub(crate) fn into_one(self) -> Result<(Row, Vec<Group>), Error> {
        self.one()?;
        let model = self.model;
        self.into_first().ok_or_else(|| Error::does_not_exist(model))
    }

    /// The first row, and those of the prefetches.
    pub(crate) fn into_first(self) -> Option<(Row, Vec<Group>)> {
        let groups = self.beside.map_or_else(Vec::new, |beside| beside.groups);
        let row = match self.rows {
            Gathered::None | Gathered::Made(_) => None,
            Gathered::One(row) => Some(row),
            Gathered::Many(rows) => rows.into_iter().next(),
        };
        row.map(|row| (row, groups))
    }

    /// The rows, and those of their prefetches.
    pub(crate) fn into_parts(self) -> (Vec<Row>, Vec<Group>) {
        (self.rows.into(), self.beside.map_or_else(Vec::new, |beside| beside.groups))
    }
}
