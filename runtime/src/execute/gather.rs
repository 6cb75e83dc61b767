//! Where the rows of an answer go.
//!
//! In: rows, one after the other, as they come. Out: those that a value is made of later, as they are, or the value itself,
//! of which no row is kept. A row that does not fit spoils the value, not the connection: those behind it are read, too.

use std::any::Any;

use tokio_postgres::Row;

use super::Reply;
use crate::decode::Context;
use crate::error::Error;

/// Takes rows.
pub(crate) trait Gather: Send {
    /// One more.
    fn add(&mut self, row: Row);

    /// Those so far are of an answer that has failed; what comes is another one.
    fn clear(&mut self);
}

/// Makes a value of them, of which the plan knows what it is.
pub(crate) trait Make: Gather + Any {}

impl<T: Gather + Any> Make for T {}

impl Gather for Vec<Row> {
    fn add(&mut self, row: Row) {
        self.push(row);
    }

    fn clear(&mut self) {
        self.clear();
    }
}

/// The rows of a query's first statement on their way to its value.
#[derive(Default)]
pub(crate) enum Gathered {
    #[default]
    None,
    /// As it came. Who asks for one row mostly gets one, and needs no list for it.
    One(Row),
    /// As they came.
    Many(Vec<Row>),
    /// The value itself, of which no row is kept.
    Made(Box<dyn Make>),
}

impl Gathered {
    /// Those that are kept.
    pub(crate) fn as_slice(&self) -> &[Row] {
        match self {
            Self::None | Self::Made(_) => &[],
            Self::One(row) => std::slice::from_ref(row),
            Self::Many(rows) => rows,
        }
    }

    /// What takes them.
    pub(super) fn gather(&mut self) -> &mut dyn Gather {
        match self {
            Self::Made(made) => &mut **made,
            kept => kept,
        }
    }
}

impl From<Gathered> for Vec<Row> {
    fn from(rows: Gathered) -> Self {
        match rows {
            Gathered::None | Gathered::Made(_) => Self::new(),
            Gathered::One(row) => vec![row],
            Gathered::Many(rows) => rows,
        }
    }
}

impl Gather for Gathered {
    fn add(&mut self, row: Row) {
        match self {
            Self::Many(rows) => rows.push(row),
            Self::Made(made) => made.add(row),
            Self::None => *self = Self::One(row),
            Self::One(_) => {
                if let Self::One(first) = std::mem::replace(self, Self::Many(Vec::with_capacity(4))) {
                    self.add(first);
                }
                self.add(row);
            }
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Made(made) => made.clear(),
            kept => *kept = Self::None,
        }
    }
}

/// All rows, decoded.
pub(crate) struct All<R> {
    rows: Vec<R>,
    add: Add<R>,
    problem: Option<Error>,
}

/// Decodes one more row.
pub(crate) type Add<R> = fn(Context<'_>, &mut Vec<R>) -> Result<(), Error>;

impl<R: Send + 'static> All<R> {
    /// Takes rows as they come.
    pub(crate) fn start(add: Add<R>) -> Box<dyn Make> {
        Box::new(Self { rows: Vec::new(), add, problem: None })
    }

    /// The list, if it was made as rows came, or made of those that were kept.
    ///
    /// # Errors
    /// The first row that did not fit.
    pub(crate) fn finish(reply: Reply, add: Add<R>) -> Result<Vec<R>, Error> {
        if let Gathered::Made(made) = reply.rows {
            let made: Box<dyn Any> = made;
            let Ok(all) = made.downcast::<Self>() else { unreachable!("a plan starts what it finishes") };
            return match all.problem {
                None => Ok(all.rows),
                Some(error) => Err(error),
            };
        }
        let mut rows = Vec::with_capacity(reply.rows.as_slice().len());
        for row in reply.contexts() {
            add(row, &mut rows)?;
        }
        Ok(rows)
    }
}

impl<R: Send + 'static> Gather for All<R> {
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
