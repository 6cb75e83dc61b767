//! Rows that are read where they are.
//!
//! In: rows as they came, those of their prefetches, and how one is read. Out: a guard that keeps them, and of each row a
//! value that borrows its text from there: `query!(User as Card<'_>)`. Nothing is read before it is asked for, so it is
//! each row by itself that does not fit.

use std::fmt;
use std::iter::FusedIterator;

use tokio_postgres::Row;

use crate::decode::Context;
use crate::error::Error;
use crate::prefetch::Group;

/// What rows are read as, for any time that they may be borrowed: `fn(&()) -> Card<'_>`. Nobody calls that function; its
/// type says which struct it is, with a lifetime that is still open.
pub trait Family: 'static {
    /// The struct that borrows for `'r`.
    type Row<'r>;
}

/// As [`Family`], for one lifetime.
#[doc(hidden)]
pub trait At<'r>: 'static {
    type Row;
}

impl<'r, F: Fn(&'r ()) -> R + 'static, R> At<'r> for F {
    type Row = R;
}

impl<F: for<'r> At<'r>> Family for F {
    type Row<'r> = <F as At<'r>>::Row;
}

/// Reads values that borrow from a row.
pub trait Lend {
    /// What they are.
    type Rows: Family;

    /// Reads one.
    fn read(cx: Context<'_>) -> Result<<Self::Rows as Family>::Row<'_>, Error>;
}

/// How a row of a family is read.
type Read<F> = for<'r> fn(Context<'r>) -> Result<<F as Family>::Row<'r>, Error>;

/// All rows of an answer, kept as they came: what `query!(User as Card<'_>)` gives.
///
/// Each is read when it is asked for, as a `Card` whose text and bytes are borrowed from here, so that no text of it is
/// copied. It borrows from nothing itself: it can be stored, and go to another task.
///
/// ```ignore
/// let cards = query!(User.values(id, name) as Card<'_>).run(&db).await?;
/// for card in &cards {
///     let card = card?;
///     println!("{}", card.name);
/// }
/// ```
///
/// Where its type has to be written, it is `Borrowed<fn(&()) -> Card<'_>>`.
pub struct Borrowed<F: Family> {
    rows: Vec<Row>,
    groups: Vec<Group>,
    read: Read<F>,
}

impl<F: Family> Borrowed<F> {
    pub(crate) fn new<D: Lend<Rows = F>>(rows: Vec<Row>, groups: Vec<Group>) -> Self {
        Self { rows, groups, read: D::read }
    }

    pub(crate) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub(crate) fn pop(&mut self) -> Option<BorrowedRow<F>> {
        Some(BorrowedRow { row: self.rows.pop()?, groups: Vec::new(), read: self.read })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row at this place, `None` behind the last one.
    ///
    /// # Errors
    /// A column holds what its field cannot: the error names it.
    pub fn get(&self, index: usize) -> Option<Result<F::Row<'_>, Error>> {
        self.rows.get(index).map(|row| (self.read)(Context::nth(row, index, &self.groups)))
    }

    /// The rows, one after the other. Each is read as it comes; one that does not fit is an error in its place, and those
    /// behind it are read all the same.
    pub fn iter(&self) -> Iter<'_, F> {
        Iter { of: self, next: 0, end: self.rows.len() }
    }
}

impl<'r, F: Family> IntoIterator for &'r Borrowed<F> {
    type Item = Result<F::Row<'r>, Error>;
    type IntoIter = Iter<'r, F>;

    fn into_iter(self) -> Iter<'r, F> {
        self.iter()
    }
}

impl<F: Family> fmt::Debug for Borrowed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Borrowed").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

/// The rows of a [`Borrowed`], which it gives as `iter()` and in `for`.
pub struct Iter<'r, F: Family> {
    of: &'r Borrowed<F>,
    next: usize,
    end: usize,
}

impl<'r, F: Family> Iterator for Iter<'r, F> {
    type Item = Result<F::Row<'r>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = (self.next < self.end).then_some(self.next)?;
        self.next += 1;
        self.of.get(at)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.end - self.next;
        (left, Some(left))
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        // Those in between are not read.
        self.next = self.next.saturating_add(n).min(self.end);
        self.next()
    }
}

impl<F: Family> DoubleEndedIterator for Iter<'_, F> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.end = (self.next < self.end).then(|| self.end - 1)?;
        self.of.get(self.end)
    }
}

impl<F: Family> ExactSizeIterator for Iter<'_, F> {}
impl<F: Family> FusedIterator for Iter<'_, F> {}

impl<F: Family> Clone for Iter<'_, F> {
    fn clone(&self) -> Self {
        Self { of: self.of, next: self.next, end: self.end }
    }
}

impl<F: Family> fmt::Debug for Iter<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("left", &(self.end - self.next)).finish_non_exhaustive()
    }
}

/// One row, kept as it came: of a query of one row, and of a stream.
///
/// Where its type has to be written, it is `BorrowedRow<fn(&()) -> Card<'_>>`.
pub struct BorrowedRow<F: Family> {
    row: Row,
    groups: Vec<Group>,
    read: Read<F>,
}

impl<F: Family> BorrowedRow<F> {
    pub(crate) fn new<D: Lend<Rows = F>>(row: Row, groups: Vec<Group>) -> Self {
        Self { row, groups, read: D::read }
    }

    /// Its value, which borrows from here.
    ///
    /// # Errors
    /// A column holds what its field cannot: the error names it.
    pub fn get(&self) -> Result<F::Row<'_>, Error> {
        (self.read)(Context::new(&self.row, &self.groups))
    }
}

impl<F: Family> fmt::Debug for BorrowedRow<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BorrowedRow").finish_non_exhaustive()
    }
}
