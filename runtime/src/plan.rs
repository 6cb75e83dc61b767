//! What is known of a query at compile time.
//!
//! In: the statics that an expansion holds. Out: the SQL text of each variant and, by [`Plan`]'s constructors, how the
//! rows become the promised value. Nothing here talks to a database; nothing is allocated before a query is run.

mod ending;

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;

use tokio_postgres::{Column, Row};

use crate::borrowed::{Borrowed, BorrowedRow, Family, Lend};
use crate::db::Route;
use crate::decode::{self, Context, Decode, Found, Wanted};
use crate::error::Error;
use crate::execute::{Make, Reply};
use crate::page::Page;
use crate::prefetch::Lists;
use ending::{affected, changed, count, exists, first, kept, kept_first, kept_one, keyed, one, page, rows, start};

pub(crate) use ending::{lines, nothing, push};

/// The OID of a built-in type; 0 leaves it to the server, and the value is sent as text.
pub type SqlOid = u32;

/// SQL text with optional parts.
#[derive(Debug)]
pub enum Frag {
    /// Text as it is.
    Text(&'static str),
    /// One after the other.
    Seq(&'static [Frag]),
    /// Items that render to nothing are left out with their separator; if all are, so are `open` and `close`.
    List {
        /// Stands before the first item.
        open: &'static str,
        /// Stands between items.
        separator: &'static str,
        /// Stands after the last item.
        close: &'static str,
        /// What may be there.
        items: &'static [Frag],
    },
    /// One of two, by the query's switches.
    When {
        /// Present if one of these bits is set.
        any: u64,
        /// What is sent then.
        then: &'static Frag,
        /// What is sent otherwise.
        otherwise: &'static Frag,
    },
}

/// `$n` is the n-th parameter; its value is in a slot of the query, or an array of parent keys (`u16::MAX - i`).
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Where the value is.
    pub slot: u16,
    /// Which type the server is told.
    pub ty: SqlOid,
}

/// One statement with its parameters.
#[derive(Debug)]
pub struct Statement {
    /// Its text.
    pub sql: Frag,
    /// `$1`, `$2`, …
    pub params: &'static [Param],
}

/// A prefetch: one statement for all parents.
#[derive(Debug)]
pub struct Child {
    /// What is sent.
    pub statement: Statement,
    /// Columns of the parent's row that hold the key.
    pub parent: &'static [u16],
    /// Element types of the arrays that carry the parents' keys.
    pub parent_types: &'static [SqlOid],
    /// Columns of the child's row that hold the parent's key.
    pub key: &'static [u16],
    /// Prefetches of the children.
    pub children: &'static [Child],
    /// Makes lists of its rows as they come, one for each parent. There are no prefetches of the children.
    pub lists: Option<fn(usize) -> Lists>,
}

/// Which answer the root statement gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Rows,
    Affected,
    /// The rows are streamed to the server.
    Copied,
    /// Rows, and those of all its prefetches in the same flight: the server passes keys on.
    Together,
}

/// The columns that rows must have, and the name of what they become.
#[derive(Debug)]
pub(crate) struct Columns {
    wanted: fn() -> Vec<Wanted>,
    row: &'static str,
}

/// What is sent for a query and where its rows go, whatever they become. What sends it knows no more: it is compiled once,
/// not for each query.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) root: Statement,
    pub(crate) children: &'static [Child],
    pub(crate) count: Option<Statement>,
    /// How many statements these are.
    pub(crate) statements: usize,
    pub(crate) answer: Answer,
    /// Read from the primary, whatever replicas there are.
    pub(crate) pinned: bool,
    pub(crate) model: &'static str,
    /// Its first statement has two rows at most.
    pub(crate) few: bool,
    /// There are columns of types that the driver may not know.
    pub(crate) custom: bool,
    /// The columns that its rows must have, if the statement is one that nobody has compiled: it may write, too.
    pub(crate) columns: Option<Columns>,
    /// Makes the value of rows as they come, where nothing else needs them.
    pub(crate) gather: Option<fn() -> Box<dyn Make>>,
}

/// All that is known of a query before its values are.
pub struct Plan<T: 'static> {
    pub(crate) work: Work,
    pub(crate) decode: fn(Reply) -> Result<T, Error>,
    pub(crate) each: Each<T>,
}

/// How one row is added to a value, where rows are asked for one by one.
pub(crate) enum Each<T> {
    /// What comes of it.
    Read(fn(Context<'_>, &mut T) -> Result<(), Error>),
    /// The row itself.
    Keep(fn(&mut T, Row)),
    /// The value is no list: nobody asks.
    Never,
}

impl Work {
    /// Whether it is one statement, with parameters and rows.
    pub(crate) fn is_single(&self) -> bool {
        self.children.is_empty() && self.count.is_none() && self.answer != Answer::Copied
    }

    /// Where its statements go, being of a kind that goes there.
    pub(crate) fn route(&self, kind: Route) -> Route {
        if self.columns.is_some() { Route::Write } else { kind.pinned(self.pinned) }
    }

    /// Its statements whose rows are no prefetch's.
    pub(crate) fn first(&'static self) -> impl Iterator<Item = &'static Statement> {
        std::iter::once(&self.root).chain(&self.count)
    }

    /// Where the columns of rows stand, if that is not known anyway.
    ///
    /// # Errors
    /// They are not those that the query wants.
    pub(crate) fn order(&self, rows: &[Row]) -> Result<Vec<u16>, Error> {
        let (Some(columns), Some(row)) = (&self.columns, rows.first()) else { return Ok(Vec::new()) };
        columns.order(row.columns())
    }
}

impl<T: 'static> Plan<T> {
    const fn new(
        model: &'static str,
        root: Statement,
        children: &'static [Child],
        decode: fn(Reply) -> Result<T, Error>,
    ) -> Self {
        let work = Work {
            root,
            children,
            count: None,
            statements: 1 + statements(children),
            answer: Answer::Rows,
            pinned: false,
            few: false,
            custom: false,
            model,
            columns: None,
            gather: None,
        };
        Self { work, decode, each: Each::Never }
    }

    const fn few(mut self) -> Self {
        self.work.few = true;
        self
    }

    /// The same with columns of types that the driver has to ask the server about.
    #[must_use]
    pub const fn custom(mut self) -> Self {
        self.work.custom = true;
        self
    }

    /// The same with all statements in one flight.
    #[must_use]
    pub const fn pipelined(self) -> Self {
        self.answered(Answer::Together)
    }

    /// The same, read from the primary.
    #[must_use]
    pub const fn pinned(mut self) -> Self {
        self.work.pinned = true;
        self
    }

    const fn each(self, each: Each<T>) -> Self {
        Self { each, ..self }
    }

    const fn gathered(mut self, gather: fn() -> Box<dyn Make>) -> Self {
        if self.work.children.is_empty() {
            self.work.gather = Some(gather);
        }
        self
    }

    const fn answered(mut self, answer: Answer) -> Self {
        self.work.answer = answer;
        self
    }
}

impl<R: Send + 'static> Plan<Vec<R>> {
    /// All rows.
    pub const fn rows<D: Decode<Row = R>>(model: &'static str, root: Statement, children: &'static [Child]) -> Self {
        Self::new(model, root, children, rows::<D>).each(Each::Read(push::<D>)).gathered(start::<D>)
    }

    /// All rows of a statement that may do anything, with these columns in any order.
    pub const fn raw<D: Decode<Row = R>>(row: &'static str, root: Statement, columns: fn() -> Vec<Wanted>) -> Self {
        let mut plan = Self::new(row, root, &[], rows::<D>).each(Each::Read(push::<D>));
        plan.work.columns = Some(Columns { wanted: columns, row });
        plan
    }

    /// The rows that a write of many rows returns; without rows nothing is sent.
    pub const fn bulk<D: Decode<Row = R>>(model: &'static str, root: Statement) -> Self {
        Self::new(model, root, &[], rows::<D>).gathered(start::<D>)
    }
}

impl<R: Send + 'static> Plan<R> {
    /// Exactly one row; the SQL asks for two, so that a second can be told.
    pub const fn one<D: Decode<Row = R>>(model: &'static str, root: Statement, children: &'static [Child]) -> Self {
        Self::new(model, root, children, one::<D>).few()
    }

    /// The one row that the statement always returns: aggregates, a created row.
    pub const fn record<D: Decode<Row = R>>(model: &'static str, root: Statement) -> Self {
        Self::new(model, root, &[], one::<D>).few()
    }
}

impl<R: Send + 'static> Plan<Option<R>> {
    /// The first row, if there is one.
    pub const fn first<D: Decode<Row = R>>(model: &'static str, root: Statement, children: &'static [Child]) -> Self {
        Self::new(model, root, children, first::<D>).few()
    }

    /// As [`Plan::first`]; the SQL has the reversed order.
    pub const fn last<D: Decode<Row = R>>(model: &'static str, root: Statement, children: &'static [Child]) -> Self {
        Self::new(model, root, children, first::<D>).few()
    }
}

impl<R: Send + 'static> Plan<Page<R>> {
    /// One page and the number of all rows, sent together.
    pub const fn page<D: Decode<Row = R>>(
        model: &'static str,
        root: Statement,
        children: &'static [Child],
        count: Statement,
    ) -> Self {
        let mut plan = Self::new(model, root, children, page::<D>);
        plan.work.count = Some(count);
        plan.work.statements += 1;
        plan
    }
}

impl<F: Family> Plan<Borrowed<F>> {
    /// All rows, as they came.
    pub const fn kept<D: Lend<Rows = F>>(model: &'static str, root: Statement, children: &'static [Child]) -> Self {
        Self::new(model, root, children, kept::<D>).each(Each::Keep(Borrowed::push))
    }
}

impl<F: Family> Plan<BorrowedRow<F>> {
    /// Exactly one row, as it came.
    pub const fn kept_one<D: Lend<Rows = F>>(model: &'static str, root: Statement, children: &'static [Child]) -> Self {
        Self::new(model, root, children, kept_one::<D>).few()
    }
}

impl<F: Family> Plan<Option<BorrowedRow<F>>> {
    /// The first row, if there is one, as it came.
    pub const fn kept_first<D: Lend<Rows = F>>(
        model: &'static str,
        root: Statement,
        children: &'static [Child],
    ) -> Self {
        Self::new(model, root, children, kept_first::<D>).few()
    }
}

#[allow(clippy::implicit_hasher, reason = "the map is made here, with the hasher of every map")]
impl<K: Eq + Hash + Send + 'static, R: Send + 'static> Plan<HashMap<K, R>> {
    /// All rows, by the key that each is decoded with.
    pub const fn keyed<D: Decode<Row = (K, R)>>(
        model: &'static str,
        root: Statement,
        children: &'static [Child],
    ) -> Self {
        Self::new(model, root, children, keyed::<K, R, D>)
    }
}

impl Plan<i64> {
    /// A number of rows, counted by the server.
    pub const fn count(model: &'static str, root: Statement) -> Self {
        Self::new(model, root, &[], count).few()
    }
}

impl Plan<bool> {
    /// Whether there are rows.
    pub const fn exists(model: &'static str, root: Statement) -> Self {
        Self::new(model, root, &[], exists).few()
    }
}

impl Plan<u64> {
    /// How many rows a write touched.
    pub const fn affected(model: &'static str, root: Statement) -> Self {
        Self::new(model, root, &[], affected).answered(Answer::Affected).few()
    }

    /// How many rows were streamed to the server; without rows nothing is sent.
    pub const fn copied(model: &'static str, root: Statement) -> Self {
        Self::new(model, root, &[], affected).answered(Answer::Copied)
    }

    /// How many rows a write touched, counted by its statement: it has several parts.
    pub const fn changed(model: &'static str, root: Statement) -> Self {
        Self::new(model, root, &[], changed).few()
    }

    /// How many rows a write of many rows touched; without rows nothing is sent.
    pub const fn bulk_count(model: &'static str, root: Statement) -> Self {
        Self::affected(model, root)
    }
}

impl Columns {
    /// Where they stand among those of a statement.
    pub(crate) fn order(&self, columns: &[Column]) -> Result<Vec<u16>, Error> {
        let found: Vec<Found<'_>> = columns.iter().map(|c| Found { name: c.name(), ty: c.type_() }).collect();
        decode::order(&(self.wanted)(), &found, self.row)
    }
}

/// The statements of all levels.
const fn statements(children: &[Child]) -> usize {
    let mut rest = children;
    let mut sum = 0;
    while let [first, others @ ..] = rest {
        sum += 1 + statements(first.children);
        rest = others;
    }
    sum
}

impl Statement {
    /// The text of one variant.
    pub(crate) fn text(&self, mask: u64) -> Cow<'static, str> {
        if let Frag::Text(text) = self.sql {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(256);
        self.sql.write(mask, &mut out);
        Cow::Owned(out)
    }
}

impl Frag {
    fn write(&self, mask: u64, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Seq(parts) => parts.iter().for_each(|part| part.write(mask, out)),
            Self::When { any, then, otherwise } => {
                (if mask & any == 0 { otherwise } else { then }).write(mask, out);
            }
            Self::List { open, separator, close, items } => {
                let start = out.len();
                out.push_str(open);
                let mut filled = false;
                for item in *items {
                    let before = out.len();
                    if filled {
                        out.push_str(separator);
                    }
                    let text = out.len();
                    item.write(mask, out);
                    if out.len() == text {
                        out.truncate(before);
                    } else {
                        filled = true;
                    }
                }
                if filled {
                    out.push_str(close);
                } else {
                    out.truncate(start);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Frag, Statement};

    const NOTHING: Frag = Frag::Text("");

    #[test]
    fn a_list_leaves_out_what_is_absent() {
        const INNER: &[Frag] = &[
            Frag::When { any: 2, then: &Frag::Text("b"), otherwise: &NOTHING },
            Frag::When { any: 4, then: &Frag::Text("c"), otherwise: &NOTHING },
        ];
        const WHERE: &[Frag] = &[
            Frag::When { any: 1, then: &Frag::Text("a"), otherwise: &NOTHING },
            Frag::List { open: "(", separator: " OR ", close: ")", items: INNER },
            Frag::When { any: 8, then: &Frag::Text("d = $1"), otherwise: &Frag::Text("d IS NULL") },
        ];
        const SQL: &[Frag] =
            &[Frag::Text("SELECT 1"), Frag::List { open: " WHERE ", separator: " AND ", close: "", items: WHERE }];
        let statement = Statement { sql: Frag::Seq(SQL), params: &[] };
        assert_eq!(statement.text(0), "SELECT 1 WHERE d IS NULL");
        assert_eq!(statement.text(1), "SELECT 1 WHERE a AND d IS NULL");
        assert_eq!(statement.text(2 | 8), "SELECT 1 WHERE (b) AND d = $1");
        assert_eq!(statement.text(1 | 2 | 4), "SELECT 1 WHERE a AND (b OR c) AND d IS NULL");
        let empty = Statement {
            sql: Frag::List { open: " WHERE ", separator: " AND ", close: "", items: &[NOTHING, NOTHING] },
            params: &[],
        };
        assert_eq!(empty.text(0), "");
    }
}
