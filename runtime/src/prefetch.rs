//! Related rows, one statement for all parents, or the same one for the rows of all levels.
//!
//! In: the rows of a level, and the plans of their children. Out: the children's rows, raw, found by the place of their
//! parent in its level (see `index`). Keys are sent back as they came: no key is decoded. Siblings are pipelined on the
//! connection; a child whose level has no parents is not sent.

mod index;

use futures_util::future::{BoxFuture, FutureExt, join_all};
use tokio_postgres::Row;

use crate::decode::{Context, raw};
use crate::encode::{Array, Values};
use crate::error::Error;
use crate::execute::{Link, Sql};
use crate::plan::{Child, Level};
use index::{Index, Places};

/// The rows of one prefetch, for all parents.
pub(crate) struct Group {
    /// Columns of the parents' rows that hold their key.
    parent: &'static [u16],
    /// Where the columns of its own rows stand; empty if they stand as they are read.
    order: &'static [u16],
    rows: Vec<Row>,
    places: Places,
    groups: Vec<Group>,
}

/// The arrays that carry the parents' keys: bytes, and whether they are text.
pub(crate) type Keys = Vec<(Vec<u8>, bool)>;

/// Of a statement that is not asked for parents.
pub(crate) const NO_KEYS: &Keys = &Vec::new();

impl Group {
    /// The rows that belong to the parent at this place in its level. A key with a NULL in it belongs to nobody.
    pub(crate) fn of(&self, parent: usize) -> impl ExactSizeIterator<Item = Context<'_>> {
        self.places.of(parent).map(|at| Context::placed(&self.rows[at], at, &self.groups, self.order))
    }

    /// The first column of the parent's key.
    pub(crate) fn parent_column(&self) -> Option<usize> {
        self.parent.first().map(|column| usize::from(*column))
    }
}

/// Fetches the children of all parents, and theirs.
///
/// After an error the answers to the other statements have been read too, so that the connection is clean.
pub(crate) fn load<'a>(
    link: Link<'a>,
    children: &'static [Child],
    parents: &'a [Row],
    values: &'a Values,
) -> BoxFuture<'a, Result<Vec<Group>, Error>> {
    async move {
        if children.is_empty() {
            return Ok(Vec::new());
        }
        let groups = children.iter().map(|child| group(link, child, parents, values));
        join_all(groups).await.into_iter().collect()
    }
    .boxed()
}

async fn group(link: Link<'_>, plan: &'static Child, parents: &[Row], values: &Values) -> Result<Group, Error> {
    let index = Index::of(parents, plan.parent);
    let Some(keys) = keys(plan, parents, &index) else {
        return Ok(nothing(plan));
    };
    let rows = link.statement(Sql::Of(&plan.statement), values, &keys).await?.rows;
    let places = index.places(&rows, plan.key);
    let groups = load(link, plan.children, &rows, values).await?;
    Ok(Group { parent: plan.parent, order: &[], rows, places, groups })
}

/// The group of a level that has no parents, with those of its own level.
fn nothing(plan: &'static Child) -> Group {
    let groups = plan.children.iter().map(nothing).collect();
    Group { parent: plan.parent, order: &[], rows: Vec::new(), places: Places::default(), groups }
}

/// The children that came in one answer with their parents. `rows` are those of the levels, depth first.
pub(crate) fn split(
    levels: &'static [Level],
    parents: &[Row],
    rows: &mut impl Iterator<Item = Vec<Row>>,
) -> Vec<Group> {
    let one = |level: &'static Level| {
        let own = rows.next().unwrap_or_default();
        let places = Index::of(parents, level.parent).places(&own, level.key);
        let groups = split(level.levels, &own, rows);
        Group { parent: level.parent, order: level.places, rows: own, places, groups }
    };
    levels.iter().map(one).collect()
}

/// One array per column of the key, each key once; `None` if there is no key.
fn keys(plan: &Child, parents: &[Row], index: &Index<'_>) -> Option<Keys> {
    let first = index.first();
    if first.is_empty() {
        return None;
    }
    let write = |(oid, column): (&u32, &u16)| {
        let mut array = Array::raw(*oid);
        first.iter().for_each(|row| array.push_raw(raw(&parents[*row], usize::from(*column))));
        let mut bytes = Vec::new();
        array.write(&mut bytes);
        (bytes, *oid == 0)
    };
    Some(plan.parent_types.iter().zip(plan.parent).map(write).collect())
}
