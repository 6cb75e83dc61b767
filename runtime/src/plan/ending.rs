//! What an ending makes of the rows.
//!
//! In: the rows of all statements of a query, or one row. Out: the value that the ending promises, or the error of the row
//! that does not fit.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "all have the signature of `Plan::decode` or of `Plan::each`"
)]

use std::collections::HashMap;
use std::hash::Hash;

use tokio_postgres::Row;

use crate::borrowed::{Borrowed, BorrowedRow, Family, Lend};
use crate::decode::{Context, Decode, Shape};
use crate::error::Error;
use crate::execute::{Few, Reply};
use crate::page::Page;

pub(crate) fn push<D: Decode>(row: Context<'_>, rows: &mut Vec<D::Row>) -> Result<(), Error> {
    rows.push(D::decode(row)?);
    Ok(())
}

pub(super) fn each<D: Decode>(row: Row, order: &[u16], rows: &mut Vec<D::Row>) -> Result<(), Error> {
    push::<D>(Context::shaped(&row, Shape::of(order).as_ref()), rows)
}

pub(super) fn whole<T>(_: Row, _: &[u16], _: &mut T) -> Result<(), Error> {
    // A result that is no list of rows is not asked for row by row.
    Ok(())
}

pub(super) fn rows<D: Decode>(reply: Reply) -> Result<Vec<D::Row>, Error> {
    reply.contexts().map(D::decode).collect()
}

pub(super) fn ordered<D: Decode>(reply: Reply) -> Result<Vec<D::Row>, Error> {
    let shape = Shape::of(&reply.order);
    reply.rows.as_slice().iter().map(|row| D::decode(Context::shaped(row, shape.as_ref()))).collect()
}

pub(super) fn keyed<K: Eq + Hash, R, D: Decode<Row = (K, R)>>(reply: Reply) -> Result<HashMap<K, R>, Error> {
    reply.contexts().map(D::decode).collect()
}

pub(super) fn one<D: Decode>(reply: Reply) -> Result<D::Row, Error> {
    match reply.rows.as_slice() {
        [] => Err(Error::does_not_exist(reply.model)),
        [row] => D::decode(Context::new(row, &reply.groups)),
        _ => Err(Error::multiple(reply.model)),
    }
}

pub(super) fn first<D: Decode>(reply: Reply) -> Result<Option<D::Row>, Error> {
    reply.contexts().next().map(D::decode).transpose()
}

pub(super) fn page<D: Decode>(reply: Reply) -> Result<Page<D::Row>, Error> {
    let (total, page) = (reply.total, reply.page);
    Ok(Page::new(rows::<D>(reply)?, total, page))
}

pub(super) fn count(reply: Reply) -> Result<i64, Error> {
    // No rows: nothing was sent.
    reply.contexts().next().map_or(Ok(0), |row| row.get(0))
}

pub(super) fn changed(reply: Reply) -> Result<u64, Error> {
    count(reply).map(i64::unsigned_abs)
}

pub(super) fn exists(reply: Reply) -> Result<bool, Error> {
    reply.contexts().next().map_or(Ok(false), |row| row.get(0))
}

pub(super) fn affected(reply: Reply) -> Result<u64, Error> {
    Ok(reply.affected)
}

pub(super) fn kept<D: Lend>(reply: Reply) -> Result<Borrowed<D::Rows>, Error> {
    Ok(Borrowed::new::<D>(reply.rows.into(), reply.groups))
}

pub(super) fn keep<F: Family>(row: Row, _: &[u16], rows: &mut Borrowed<F>) -> Result<(), Error> {
    rows.push(row);
    Ok(())
}

pub(super) fn kept_one<D: Lend>(reply: Reply) -> Result<BorrowedRow<D::Rows>, Error> {
    match reply.rows {
        Few::None => Err(Error::does_not_exist(reply.model)),
        Few::One(row) => Ok(BorrowedRow::new::<D>(row, reply.groups)),
        Few::Many(rows) => match <[Row; 1]>::try_from(rows) {
            Ok([row]) => Ok(BorrowedRow::new::<D>(row, reply.groups)),
            Err(rows) if rows.is_empty() => Err(Error::does_not_exist(reply.model)),
            Err(_) => Err(Error::multiple(reply.model)),
        },
    }
}

pub(super) fn kept_first<D: Lend>(reply: Reply) -> Result<Option<BorrowedRow<D::Rows>>, Error> {
    let first = Vec::from(reply.rows).into_iter().next();
    Ok(first.map(|row| BorrowedRow::new::<D>(row, reply.groups)))
}
