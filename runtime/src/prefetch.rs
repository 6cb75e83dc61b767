//! Related rows, one statement for all parents.
//!
//! In: the rows of a level, and the plans of their children. Out: the children's rows, raw, found by the place of their
//! parent in its level (see `index`). What rows are found by is read as they come, when they are near: keys are otherwise
//! not looked at before all rows are there. Keys are sent back as they came: no key is decoded. Siblings are pipelined on the
//! connection; a child whose level has no parents is not sent.

mod index;

use futures_util::future::{BoxFuture, FutureExt, join_all};
use tokio_postgres::types::Type;
use tokio_postgres::{Column as Described, Row};

use crate::decode::{Context, raw};
use crate::encode::{Array, Values};
use crate::error::Error;
use crate::execute::{Gather, Link, Sql};
use crate::plan::Child;
use index::{Column, Index, Places};

/// The rows of one prefetch, for all parents.
pub(crate) struct Group {
    /// Columns of the parents' rows that hold their key.
    parent: &'static [u16],
    rows: Vec<Row>,
    places: Places,
    groups: Vec<Group>,
}

/// The rows of a level with their keys.
pub(crate) struct Keyed {
    rows: Vec<Row>,
    /// What they are found by.
    own: Column,
    /// What finds those of their prefetches, one after the other.
    parents: Vec<Column>,
}

impl Keyed {
    /// Of a level whose rows are found by these columns, and those of its prefetches by these.
    fn new(own: &'static [u16], parents: impl Iterator<Item = &'static [u16]>) -> Self {
        Self { rows: Vec::new(), own: Column::new(own), parents: parents.map(Column::new).collect() }
    }

    /// Those of a prefetch.
    fn of(child: &'static Child) -> Self {
        Self::new(child.key, child.children.iter().map(|child| child.parent))
    }

    /// Those of a query.
    pub(crate) fn root(children: &'static [Child]) -> Self {
        Self::new(&[], children.iter().map(|child| child.parent))
    }

    pub(crate) fn into_rows(self) -> Vec<Row> {
        self.rows
    }
}

impl Gather for Keyed {
    fn add(&mut self, row: Row) {
        self.own.add(&row);
        self.parents.iter_mut().for_each(|column| column.add(&row));
        self.rows.push(row);
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.own.clear();
        self.parents.iter_mut().for_each(Column::clear);
    }
}

/// The arrays that carry the parents' keys: bytes, and whether they are text.
pub(crate) type Keys = Vec<(Vec<u8>, bool)>;

/// Of a statement that is not asked for parents.
pub(crate) const NO_KEYS: &Keys = &Vec::new();

impl Group {
    /// The rows that belong to the parent at this place in its level. A key with a NULL in it belongs to nobody.
    pub(crate) fn of(&self, parent: usize) -> impl ExactSizeIterator<Item = Context<'_>> {
        self.places.of(parent).map(|at| Context::nth(&self.rows[at], at, &self.groups))
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
    parents: &'a Keyed,
    values: &'a Values,
) -> BoxFuture<'a, Result<Vec<Group>, Error>> {
    async move {
        if children.is_empty() {
            return Ok(Vec::new());
        }
        let groups = children.iter().zip(&parents.parents);
        let groups = groups.map(|(child, column)| group(link, child, &parents.rows, column, values));
        join_all(groups).await.into_iter().collect()
    }
    .boxed()
}

async fn group(
    link: Link<'_>,
    plan: &'static Child,
    parents: &[Row],
    column: &Column,
    values: &Values,
) -> Result<Group, Error> {
    let index = Index::of(column, parents);
    let Some(keys) = keys(plan, parents, &index) else {
        return Ok(nothing(plan));
    };
    let mut rows = Keyed::of(plan);
    link.gather(Sql::Of(&plan.statement), values, &keys, &mut rows).await?;
    let places = index.places(&rows.own, &rows.rows);
    let groups = load(link, plan.children, &rows, values).await?;
    Ok(Group { parent: plan.parent, rows: rows.rows, places, groups })
}

/// The group of a level that has no parents, with those of its own level.
fn nothing(plan: &'static Child) -> Group {
    let groups = plan.children.iter().map(nothing).collect();
    Group { parent: plan.parent, rows: Vec::new(), places: Places::default(), groups }
}

/// Where the rows of all levels go that do not wait for those of their parents, depth first.
pub(crate) fn levels(children: &'static [Child]) -> Vec<Keyed> {
    fn below(children: &'static [Child], out: &mut Vec<Keyed>) {
        for child in children {
            out.push(Keyed::of(child));
            below(child.children, out);
        }
    }
    let mut out = Vec::new();
    below(children, &mut out);
    out
}

/// The same when they are there: which of them belong to which parent.
pub(crate) fn grouped(
    children: &'static [Child],
    parents: &Keyed,
    rows: &mut impl Iterator<Item = Keyed>,
) -> Vec<Group> {
    let one = |(child, column): (&'static Child, &Column)| {
        let own = rows.next().unwrap_or_else(|| Keyed::of(child));
        let places = Index::of(column, &parents.rows).places(&own.own, &own.rows);
        let groups = grouped(child.children, &own, rows);
        Group { parent: child.parent, rows: own.rows, places, groups }
    };
    children.iter().zip(&parents.parents).map(one).collect()
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
