//! Rows of a lowest level, decoded as they come: each goes to the list of its parent, while its bytes are near.
//!
//! In: rows, each with the number of its parent's key. Out: the list of each parent, once. Keys that several parents have
//! are not for here: each of them has values of its own, so their rows are kept.

use std::any::Any;

use tokio_postgres::Row;

use crate::decode::{Context, Decode};
use crate::error::Error;
use crate::execute::Add;
use crate::plan::push;

/// The lists of all parents of a prefetch, whatever is in them.
pub struct Lists(Box<dyn Fill>);

/// Takes rows.
trait Fill: Any + Send {
    /// One more, for this list.
    fn add(&mut self, list: usize, row: &Row);

    /// Those so far are of an answer that has failed; what comes is another one.
    fn clear(&mut self);
}

struct Of<R> {
    /// `None` behind one that was taken.
    lists: Vec<Option<Vec<R>>>,
    add: Add<R>,
    /// The first row of a list that did not fit.
    problems: Vec<(usize, Error)>,
}

impl Lists {
    /// So many, of what this decodes.
    #[must_use]
    pub fn of<D: Decode>(count: usize) -> Self {
        let lists = std::iter::repeat_with(|| Some(Vec::new())).take(count).collect();
        Self(Box::new(Of { lists, add: push::<D>, problems: Vec::new() }))
    }

    pub(super) fn add(&mut self, list: usize, row: &Row) {
        self.0.add(list, row);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// One of them.
    ///
    /// # Errors
    /// A row did not fit.
    pub(super) fn take<R: Send + 'static>(&mut self, list: usize) -> Result<Vec<R>, Error> {
        let of: &mut dyn Any = &mut *self.0;
        let of = of.downcast_mut::<Of<R>>();
        of.map_or_else(|| Err(Error::decode("?", "the rows are of another prefetch")), |of| of.take(list))
    }
}

impl<R> Of<R> {
    fn take(&mut self, list: usize) -> Result<Vec<R>, Error> {
        if let Some(at) = self.problems.iter().position(|(of, _)| *of == list) {
            return Err(self.problems.swap_remove(at).1);
        }
        let list = self.lists.get_mut(list).and_then(Option::take);
        list.ok_or_else(|| Error::decode("?", "the rows of a prefetch were asked for twice"))
    }
}

impl<R: Send + 'static> Fill for Of<R> {
    fn add(&mut self, list: usize, row: &Row) {
        let Some(Some(values)) = self.lists.get_mut(list) else { return };
        if let Err(error) = (self.add)(Context::new(row, &[]), values)
            && !self.problems.iter().any(|(of, _)| *of == list)
        {
            self.problems.push((list, error));
        }
    }

    fn clear(&mut self) {
        self.lists.iter_mut().for_each(|list| *list = Some(Vec::new()));
        self.problems.clear();
    }
}
