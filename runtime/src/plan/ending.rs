//! What an ending makes of the rows.
//!
//! In: the rows of all statements of a query, or one row. Out: the value that the ending promises, or the error of the row
//! that does not fit.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "all have the signature of `Plan::decode`"
)]

use std::collections::HashMap;
use std::hash::Hash;

use crate::borrowed::{Borrowed, BorrowedRow, Lend};
use crate::decode::{Context, Decode};
use crate::error::Error;
use crate::execute::{All, Make, Reply};
use crate::page::Page;

pub(crate) fn push<D: Decode>(row: Context<'_>, rows: &mut Vec<D::Row>) -> Result<(), Error> {
    rows.push(D::decode(row)?);
    Ok(())
}

pub(super) fn start<D: Decode>() -> Box<dyn Make> {
    All::start(push::<D>)
}

pub(super) fn rows<D: Decode>(reply: Reply) -> Result<Vec<D::Row>, Error> {
    All::finish(reply, push::<D>)
}

pub(super) fn keyed<K: Eq + Hash, R, D: Decode<Row = (K, R)>>(reply: Reply) -> Result<HashMap<K, R>, Error> {
    let mut all = HashMap::with_capacity(reply.rows.as_slice().len());
    for row in reply.contexts() {
        let (key, value) = D::decode(row)?;
        all.insert(key, value);
    }
    Ok(all)
}

pub(super) fn one<D: Decode>(reply: Reply) -> Result<D::Row, Error> {
    D::decode(reply.one()?)
}

pub(super) fn first<D: Decode>(reply: Reply) -> Result<Option<D::Row>, Error> {
    reply.first().map(D::decode).transpose()
}

pub(super) fn page<D: Decode>(reply: Reply) -> Result<Page<D::Row>, Error> {
    let (page, total) = reply.page();
    Ok(Page::new(rows::<D>(reply)?, total, page))
}

pub(super) fn count(reply: Reply) -> Result<i64, Error> {
    // No rows: nothing was sent.
    reply.first().map_or(Ok(0), |row| row.get(0))
}

pub(super) fn changed(reply: Reply) -> Result<u64, Error> {
    count(reply).map(i64::unsigned_abs)
}

pub(super) fn exists(reply: Reply) -> Result<bool, Error> {
    reply.first().map_or(Ok(false), |row| row.get(0))
}

/// Of a statement that is run for what it does.
pub(crate) fn nothing(_: Reply) -> Result<(), Error> {
    Ok(())
}

/// Of rows that are lines of a text.
pub(crate) fn lines(reply: Reply) -> Result<String, Error> {
    let mut lines: Vec<String> = Vec::new();
    for row in reply.contexts() {
        lines.push(row.get(0)?);
    }
    Ok(lines.join("\n"))
}

pub(super) fn affected(reply: Reply) -> Result<u64, Error> {
    Ok(reply.affected)
}

pub(super) fn kept<D: Lend>(reply: Reply) -> Result<Borrowed<D::Rows>, Error> {
    let (rows, groups) = reply.into_parts();
    Ok(Borrowed::new::<D>(rows, groups))
}

pub(super) fn kept_one<D: Lend>(reply: Reply) -> Result<BorrowedRow<D::Rows>, Error> {
    let (row, groups) = reply.into_one()?;
    Ok(BorrowedRow::new::<D>(row, groups))
}

pub(super) fn kept_first<D: Lend>(reply: Reply) -> Result<Option<BorrowedRow<D::Rows>>, Error> {
    Ok(reply.into_first().map(|(row, groups)| BorrowedRow::new::<D>(row, groups)))
}
