//! Related rows, one statement for all parents.
//!
//! In: the rows of a level, and the plans of their children. Out: the children's rows, raw, found by the bytes of the
//! key that they share with their parent. The bytes are compared and sent back as they came: no key is decoded. Siblings
//! are pipelined on the connection; a child whose level has no parents is not sent.

use std::collections::{HashMap, HashSet};

use futures_util::future::{BoxFuture, FutureExt, join_all};
use tokio_postgres::Row;

use crate::decode::raw;
use crate::encode::{Array, Values};
use crate::error::Error;
use crate::execute::{Link, Sql};
use crate::plan::Child;

/// The rows of one prefetch, for all parents.
pub(crate) struct Group {
    plan: &'static Child,
    rows: Vec<Row>,
    /// The rows of each key, in the order the server sent them.
    index: HashMap<Vec<u8>, Vec<usize>>,
    groups: Vec<Group>,
}

/// The arrays that carry the parents' keys: bytes, and whether they are text.
pub(crate) type Keys = Vec<(Vec<u8>, bool)>;

impl Group {
    /// The rows that belong to a parent. A key with a NULL in it belongs to nobody.
    pub(crate) fn of<'g>(&'g self, parent: &Row) -> impl Iterator<Item = crate::decode::Context<'g>> + use<'g> {
        let rows = key(parent, self.plan.parent).and_then(|key| self.index.get(&key));
        rows.into_iter().flatten().filter_map(|i| {
            let row = self.rows.get(*i)?;
            Some(crate::decode::Context::new(row, &self.groups))
        })
    }

    /// The first column of the parent's key.
    pub(crate) fn parent_column(&self) -> Option<usize> {
        self.plan.parent.first().map(|column| usize::from(*column))
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
    let Some(keys) = keys(plan, parents) else {
        return Ok(Group { plan, rows: Vec::new(), index: HashMap::new(), groups: empty(plan.children) });
    };
    let rows = link.statement(Sql::Of(&plan.statement), values, &keys).await?.rows;
    let mut index: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        if let Some(key) = key(row, plan.key) {
            index.entry(key).or_default().push(i);
        }
    }
    let groups = load(link, plan.children, &rows, values).await?;
    Ok(Group { plan, rows, index, groups })
}

/// The groups of a level that has no parents.
pub(crate) fn empty(children: &'static [Child]) -> Vec<Group> {
    let group =
        |plan: &'static Child| Group { plan, rows: Vec::new(), index: HashMap::new(), groups: empty(plan.children) };
    children.iter().map(group).collect()
}

/// One array per column of the key, each key once, in the order of the parents; `None` if there is no key.
fn keys(plan: &Child, parents: &[Row]) -> Option<Keys> {
    let mut seen = HashSet::with_capacity(parents.len());
    let mut arrays: Vec<Array> = plan.parent_types.iter().map(|oid| Array::raw(*oid)).collect();
    for row in parents {
        let Some(key) = key(row, plan.parent) else {
            continue;
        };
        if seen.insert(key) {
            for (array, column) in arrays.iter_mut().zip(plan.parent) {
                array.push_raw(raw(row, usize::from(*column)));
            }
        }
    }
    if seen.is_empty() {
        return None;
    }
    let write = |(array, oid): (&Array, &u32)| {
        let mut bytes = Vec::new();
        array.write(&mut bytes);
        (bytes, *oid == 0)
    };
    Some(arrays.iter().zip(plan.parent_types).map(write).collect())
}

/// The columns of a key, each behind its length unless there is only one.
fn key(row: &Row, columns: &[u16]) -> Option<Vec<u8>> {
    if let [column] = columns {
        return raw(row, usize::from(*column)).map(<[u8]>::to_vec);
    }
    let mut out = Vec::new();
    for column in columns {
        let value = raw(row, usize::from(*column))?;
        out.extend_from_slice(&value.len().to_be_bytes());
        out.extend_from_slice(value);
    }
    Some(out)
}
