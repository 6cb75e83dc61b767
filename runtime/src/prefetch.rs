//! Related rows, one statement for all parents.
//!
//! In: the rows of a level, and the plans of their children. Out: the children's rows, found by the place of their parent in
//! its level: raw, or decoded already where nothing is below them (see `lists`). Rows are looked at as they come, when they
//! are near: whose they are (see `index`), and what finds those below them. Keys are sent back as they came: no key is
//! decoded. Siblings are pipelined on the connection; a child whose level has no parents is not sent.

mod index;
mod level;
mod lists;

use std::sync::{Mutex, PoisonError};

use futures_util::future::{BoxFuture, FutureExt, join_all};
use tokio_postgres::types::Type;
use tokio_postgres::{Column as Described, Row};

use crate::decode::{Context, Decode, raw};
use crate::encode::{Array, Values};
use crate::error::Error;
use crate::execute::{Link, Sql};
use crate::plan::Child;
use index::{Index, NONE, Places};
use level::Level;
pub(crate) use level::Parents;
pub use lists::Lists;

/// The rows of one prefetch, for all parents.
pub(crate) struct Group {
    /// Columns of the parents' rows that hold their key.
    columns: &'static [u16],
    /// The number of each parent's key.
    parents: Vec<usize>,
    rows: Rows,
    groups: Vec<Group>,
}

/// The rows of a prefetch.
enum Rows {
    /// As they came.
    Kept(Vec<Row>, Places),
    /// What was made of them.
    Made(Mutex<Lists>),
}

/// The arrays that carry the parents' keys: bytes, and whether they are text.
pub(crate) type Keys = Vec<(Vec<u8>, bool)>;

/// Of a statement that is not asked for parents.
pub(crate) const NO_KEYS: &Keys = &Vec::new();

impl Group {
    /// Of a level that has no parents, with those of its own level.
    fn nothing(plan: &'static Child) -> Self {
        let groups = plan.children.iter().map(Self::nothing).collect();
        let rows = Rows::Kept(Vec::new(), Places::default());
        Self { columns: plan.parent, parents: Vec::new(), rows, groups }
    }

    /// The rows that belong to the parent at this place in its level. A key with a NULL in it belongs to nobody.
    ///
    /// # Errors
    /// They were decoded as they came.
    pub(crate) fn of(&self, parent: usize) -> Result<impl ExactSizeIterator<Item = Context<'_>>, Error> {
        let Rows::Kept(rows, places) = &self.rows else {
            return Err(Error::decode("?", "the rows of a prefetch are not kept"));
        };
        Ok(places.rows(self.number(parent)).map(|at| Context::nth(&rows[at], at, &self.groups)))
    }

    /// All of them, decoded.
    ///
    /// # Errors
    /// A row does not fit.
    pub(crate) fn all<D: Decode>(&self, parent: usize) -> Result<Vec<D::Row>, Error> {
        match (&self.rows, self.number(parent)) {
            (Rows::Kept(..), _) => decoded(self.of(parent)?, D::decode),
            (Rows::Made(_), NONE) => Ok(Vec::new()),
            (Rows::Made(lists), number) => lists.lock().unwrap_or_else(PoisonError::into_inner).take(number),
        }
    }

    fn number(&self, parent: usize) -> usize {
        self.parents.get(parent).copied().unwrap_or(NONE)
    }

    /// The first column of the parent's key.
    pub(crate) fn parent_column(&self) -> Option<usize> {
        self.columns.first().map(|column| usize::from(*column))
    }
}

/// What is made of rows, in a list that is no longer than they are.
pub(crate) fn decoded<'r, R>(
    rows: impl ExactSizeIterator<Item = Context<'r>>,
    decode: impl Fn(Context<'r>) -> Result<R, Error>,
) -> Result<Vec<R>, Error> {
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        out.push(decode(row)?);
    }
    Ok(out)
}

/// Fetches the children of all parents, and theirs.
///
/// After an error the answers to the other statements have been read too, so that the connection is clean.
pub(crate) fn load<'a>(
    link: Link<'a>,
    children: &'static [Child],
    parents: &'a Parents,
    values: &'a Values,
) -> BoxFuture<'a, Result<Vec<Group>, Error>> {
    async move {
        if children.is_empty() {
            return Ok(Vec::new());
        }
        let groups = parents.levels(children).map(|level| group(link, level, parents.rows(), values));
        join_all(groups).await.into_iter().collect()
    }
    .boxed()
}

async fn group(link: Link<'_>, mut level: Level<'_>, parents: &[Row], values: &Values) -> Result<Group, Error> {
    let plan = level.plan();
    let Some(keys) = keys(plan, parents, level.index()) else {
        return Ok(Group::nothing(plan));
    };
    link.gather(Sql::Of(&plan.statement), values, &keys, &mut level).await?;
    let groups = match level.parents() {
        Some(rows) => load(link, plan.children, rows, values).await?,
        None => Vec::new(),
    };
    Ok(level.into_group(groups))
}

/// One array per column of the key, each key once; `None` if there is no key.
fn keys(plan: &Child, parents: &[Row], index: &Index<'_>) -> Option<Keys> {
    let first = index.first();
    if first.is_empty() {
        return None;
    }
    let write = |(oid, column): (&u32, &u16)| {
        // What is not known of a type is known of the column that came; native enums come as text.
        let came = parents.first().and_then(|row| row.columns().get(usize::from(*column))).map(Described::type_);
        let oid = if *oid == 0 { came.filter(|ty| **ty != Type::TEXT).map_or(0, Type::oid) } else { *oid };
        let mut array = Array::raw(oid);
        first.iter().for_each(|row| array.push_raw(raw(&parents[*row], usize::from(*column))));
        let mut bytes = Vec::new();
        array.write(&mut bytes);
        (bytes, oid == 0)
    };
    Some(plan.parent_types.iter().zip(plan.parent).map(write).collect())
}
