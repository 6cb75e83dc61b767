//! Where the rows of an answer go.
//!
//! In: rows, one after the other, as they come. Out: those that a value is made of later, as they are, or the value itself,
//! of which no row is kept. A row that does not fit spoils the value, not the connection: those behind it are read, too.

use tokio_postgres::Row;

use crate::borrowed::{Borrowed, Family, Lend};
use crate::decode::{Context, Decode};
use crate::error::Error;
use crate::plan::push;

/// Takes rows.
pub(crate) trait Gather: Send {
    /// One more.
    fn add(&mut self, row: Row);

    /// Those so far are of an answer that has failed; what comes is another one.
    fn clear(&mut self);
}

/// Makes a value of the rows that it takes.
pub(crate) trait Gathered<T>: Gather {
    /// The value.
    ///
    /// # Errors
    /// The first row that did not fit.
    fn finish(self: Box<Self>) -> Result<T, Error>;
}

impl Gather for Vec<Row> {
    fn add(&mut self, row: Row) {
        self.push(row);
    }

    fn clear(&mut self) {
        self.clear();
    }
}

/// Rows as they came. Who asks for one row mostly gets one, and needs no list for it.
#[derive(Debug, Default)]
pub(crate) enum Few {
    #[default]
    None,
    One(Row),
    Many(Vec<Row>),
}

impl Few {
    pub(crate) fn as_slice(&self) -> &[Row] {
        match self {
            Self::None => &[],
            Self::One(row) => std::slice::from_ref(row),
            Self::Many(rows) => rows,
        }
    }
}

impl From<Few> for Vec<Row> {
    fn from(few: Few) -> Self {
        match few {
            Few::None => Self::new(),
            Few::One(row) => vec![row],
            Few::Many(rows) => rows,
        }
    }
}

impl Gather for Few {
    fn add(&mut self, row: Row) {
        *self = match std::mem::take(self) {
            Self::None => Self::One(row),
            Self::One(first) => Self::Many(vec![first, row]),
            Self::Many(mut rows) => {
                rows.push(row);
                Self::Many(rows)
            }
        };
    }

    fn clear(&mut self) {
        *self = Self::None;
    }
}

/// All rows, decoded.
pub(crate) struct All<R> {
    rows: Vec<R>,
    add: Add<R>,
    problem: Option<Error>,
}

/// Decodes one more row.
type Add<R> = fn(Context<'_>, &mut Vec<R>) -> Result<(), Error>;

impl<R: Send + 'static> All<R> {
    /// Made by this decoder.
    pub(crate) fn of<D: Decode<Row = R>>() -> Box<dyn Gathered<Vec<R>>> {
        Box::new(Self { rows: Vec::new(), add: push::<D>, problem: None })
    }
}

impl<R: Send> Gather for All<R> {
    fn add(&mut self, row: Row) {
        if self.problem.is_none() {
            self.problem = (self.add)(Context::new(&row, &[]), &mut self.rows).err();
        }
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.problem = None;
    }
}

impl<R: Send> Gathered<Vec<R>> for All<R> {
    fn finish(self: Box<Self>) -> Result<Vec<R>, Error> {
        self.problem.map_or(Ok(self.rows), Err)
    }
}

/// All rows, kept for values that borrow from them.
pub(crate) struct Kept<F: Family>(Borrowed<F>);

impl<F: Family> Kept<F> {
    /// Read by this decoder.
    pub(crate) fn of<D: Lend<Rows = F>>() -> Box<dyn Gathered<Borrowed<F>>> {
        Box::new(Self(Borrowed::new::<D>(Vec::new(), Vec::new())))
    }
}

impl<F: Family> Gather for Kept<F> {
    fn add(&mut self, row: Row) {
        self.0.push(row);
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

impl<F: Family> Gathered<Borrowed<F>> for Kept<F> {
    fn finish(self: Box<Self>) -> Result<Borrowed<F>, Error> {
        Ok(self.0)
    }
}
