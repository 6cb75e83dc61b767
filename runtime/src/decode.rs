//! Rows become values.
//!
//! In: a raw row and the rows of its prefetches. Out: what the query promised, or an error that names the column. A
//! [`Context`] is a row seen from some column on; emitted code reads it by position.

mod array;
mod cell;
mod column;
mod named;
mod number;
mod store;
mod time;

use postgres_types::{FromSql, Kind, Type};
use serde::de::DeserializeOwned;
use tokio_postgres::Row;

use crate::cursor::Cursor;
use crate::error::{Cause, Error};
use crate::prefetch::{Group, decoded};
use cell::{Bytes, Raw, Text, Value};

pub use named::{Cells, Wanted, wanted};
pub(crate) use named::{Found, order};

/// Makes a value of one row.
pub trait Decode {
    /// The value.
    type Row: Send + 'static;

    /// Reads it.
    fn decode(cx: Context<'_>) -> Result<Self::Row, Error>;
}

/// A type that is said beside another. It is just that type; but if something is wrong with the other one, a struct of the
/// user's, it is none to rustc, which then says what is wrong, and nothing of the values that follow.
pub trait Beside {
    /// It.
    type Of<T>;
}

impl<R> Beside for R {
    type Of<T> = T;
}

/// A Rust type that one column can be read into.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be read from a column", label = "no column has this type")]
pub trait Column: Sized {
    /// It is an array: one of it is an array of one more dimension.
    const NESTED: bool = false;

    /// Whether values of this type can be read into it.
    fn fits(ty: &Type) -> bool;

    /// Reads the binary value that the server sent; `None` is NULL.
    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause>;

    /// Any value, for a row that is none.
    fn blank() -> Self;
}

/// A row, seen from some column on, with the rows of the prefetches of its level.
#[derive(Clone, Copy)]
pub struct Context<'r> {
    row: &'r Row,
    /// Its place in its level, by which the rows of prefetches are found.
    at: usize,
    offset: usize,
    groups: &'r [Group],
    /// Where the columns stand; empty if they stand as they are read.
    order: &'r [u16],
}

impl<'r> Context<'r> {
    pub(crate) fn new(row: &'r Row, groups: &'r [Group]) -> Self {
        Self::nth(row, 0, groups)
    }

    /// A row that is not the first of its level.
    pub(crate) fn nth(row: &'r Row, at: usize, groups: &'r [Group]) -> Self {
        Self::placed(row, at, groups, &[])
    }

    /// A row whose columns stand in another order than they are read.
    pub(crate) fn ordered(row: &'r Row, order: &'r [u16]) -> Self {
        Self::placed(row, 0, &[], order)
    }

    /// The same of one that is not the first of its level.
    pub(crate) fn placed(row: &'r Row, at: usize, groups: &'r [Group], order: &'r [u16]) -> Self {
        Self { row, at, offset: 0, groups, order }
    }

    /// Reads the `i`-th column from here.
    #[inline]
    pub fn get<T: Column>(self, i: usize) -> Result<T, Error> {
        self.cell(i).map(|Value(value)| value)
    }

    /// Reads text where it is.
    pub fn text(self, i: usize) -> Result<&'r str, Error> {
        self.cell(i).map(|Text(text)| text)
    }

    /// As [`Context::text`], for a nullable column.
    pub fn text_opt(self, i: usize) -> Result<Option<&'r str>, Error> {
        self.cell::<Option<Text<'_>>>(i).map(|text| text.map(|Text(text)| text))
    }

    /// Reads bytes where they are.
    pub fn bytes(self, i: usize) -> Result<&'r [u8], Error> {
        self.cell(i).map(|Bytes(bytes)| bytes)
    }

    /// As [`Context::bytes`], for a nullable column.
    pub fn bytes_opt(self, i: usize) -> Result<Option<&'r [u8]>, Error> {
        self.cell::<Option<Bytes<'_>>>(i).map(|bytes| bytes.map(|Bytes(bytes)| bytes))
    }

    /// Reads a column of a type that only its own `FromSql` knows.
    pub fn custom<T: for<'a> FromSql<'a>>(self, i: usize) -> Result<T, Error> {
        self.custom_opt(i)?.ok_or_else(|| self.refused(i, null()))
    }

    /// As [`Context::custom`], for a nullable column.
    pub fn custom_opt<T: for<'a> FromSql<'a>>(self, i: usize) -> Result<Option<T>, Error> {
        let (ty, raw) = self.raw(i)?;
        if !T::accepts(ty) {
            return Err(self.refused(i, wrong::<T>(ty)));
        }
        raw.map(|raw| T::from_sql(ty, raw)).transpose().map_err(|cause| self.refused(i, cause))
    }

    /// Reads a JSON document into a type of the user's.
    pub fn json<T: DeserializeOwned>(self, i: usize) -> Result<T, Error> {
        self.json_opt(i)?.ok_or_else(|| self.refused(i, null()))
    }

    /// As [`Context::json`], for a nullable column.
    pub fn json_opt<T: DeserializeOwned>(self, i: usize) -> Result<Option<T>, Error> {
        let (ty, raw) = self.raw(i)?;
        let Some(raw) = raw else { return Ok(None) };
        column::json(ty, raw).map(Some).map_err(|cause| self.refused(i, cause))
    }

    /// The row's place in the order that the columns are the keys of.
    pub fn cursor(self, fingerprint: u64, columns: &[usize]) -> Cursor {
        Cursor::of(fingerprint, columns.iter().map(|i| self.raw(*i).ok().and_then(|(_, raw)| raw)))
    }

    /// The same in one of several orders: a column says which.
    pub fn cursor_of(self, which: usize, orders: &[(u64, &[usize])]) -> Cursor {
        let which = self.get::<i32>(which).ok().and_then(|which| usize::try_from(which).ok());
        match which.and_then(|which| orders.get(which)) {
            Some((fingerprint, columns)) => self.cursor(*fingerprint, columns),
            None => crate::cursor::no_cursor(),
        }
    }

    /// Whether the `i`-th column from here is NULL.
    pub fn is_null(self, i: usize) -> bool {
        matches!(self.raw(i), Ok((_, None)))
    }

    /// The same row, seen `n` columns further.
    #[must_use]
    pub fn at(self, n: usize) -> Self {
        Self { offset: self.offset + n, ..self }
    }

    /// Another shape that starts `n` columns further.
    pub fn model<M: Decode>(self, n: usize) -> Result<M::Row, Error> {
        M::decode(self.at(n))
    }

    /// The rows of a prefetch that belong to this row, in the order the server sent them.
    pub fn all<D: Decode>(self, child: usize) -> Result<Vec<D::Row>, Error> {
        self.group(child)?.all::<D>(self.at)
    }

    /// As [`Context::all`], of rows that are read each time they are asked for.
    pub fn many<R>(self, child: usize, decode: impl Fn(Self) -> Result<R, Error>) -> Result<Vec<R>, Error> {
        decoded(self.group(child)?.of(self.at)?, decode)
    }

    /// The row of a to-one prefetch that belongs to this row.
    pub fn optional<R>(self, child: usize, decode: impl Fn(Self) -> Result<R, Error>) -> Result<Option<R>, Error> {
        self.group(child)?.of(self.at)?.next().map(decode).transpose()
    }

    /// As [`Context::optional`] where the schema guarantees a row.
    pub fn required<R>(self, child: usize, decode: impl Fn(Self) -> Result<R, Error>) -> Result<R, Error> {
        self.optional(child, decode)?.ok_or_else(|| {
            let key = self.group(child).ok().and_then(Group::parent_column);
            Error::decode(key.map_or("?", |place| self.called(place)), "the related row is gone")
        })
    }

    fn group(self, child: usize) -> Result<&'r Group, Error> {
        self.groups.get(child).ok_or_else(|| Error::decode("?", format!("the query has no prefetch {child}")))
    }

    fn raw(self, i: usize) -> Result<(&'r Type, Option<&'r [u8]>), Error> {
        let index = self.index(i);
        let Some(column) = self.row.columns().get(index) else {
            return Err(no_column(index));
        };
        Ok((column.type_(), raw(self.row, index)))
    }

    /// Reads the `i`-th column from here as a type that looks at the server's type itself.
    #[inline]
    fn cell<T: FromSql<'r>>(&self, i: usize) -> Result<T, Error> {
        let index = self.index(i);
        self.row.try_get(index).map_err(|error| match error.into_source() {
            Some(cause) => self.refused(i, cause),
            None => no_column(index),
        })
    }

    /// Where the `i`-th column from here stands in the row.
    #[inline]
    fn index(self, i: usize) -> usize {
        let index = self.offset + i;
        if self.order.is_empty() {
            index
        } else {
            self.order.get(index).map_or(usize::MAX, |place| usize::from(*place))
        }
    }

    #[cold]
    fn refused(self, i: usize, cause: Cause) -> Error {
        Error::decode(self.called(self.index(i)), cause)
    }

    /// What the column at this place of the row is called.
    fn called(&self, place: usize) -> &'r str {
        self.row.columns().get(place).map_or("?", tokio_postgres::Column::name)
    }
}

/// The bytes of a column, whatever its type.
pub(crate) fn raw(row: &Row, index: usize) -> Option<&[u8]> {
    row.try_get::<_, Option<Raw<'_>>>(index).ok().flatten().map(|raw| raw.0)
}

#[cold]
fn no_column(index: usize) -> Error {
    Error::decode("?", format!("the row has no column {index}"))
}

/// The bytes of a value that must be there.
#[inline]
pub(crate) fn present(raw: Option<&[u8]>) -> Result<&[u8], Cause> {
    raw.ok_or_else(null)
}

#[cold]
pub(crate) fn null() -> Cause {
    "found NULL, expected a value".into()
}

#[cold]
pub(crate) fn wrong<T>(ty: &Type) -> Cause {
    format!("found type `{}`, expected one that fits `{}`", ty.name(), std::any::type_name::<T>()).into()
}

/// Refuses a column of another type than fits.
#[inline]
pub(crate) fn expect<T: Column>(ty: &Type) -> Result<(), Cause> {
    if T::fits(ty) { Ok(()) } else { Err(wrong::<T>(ty)) }
}

/// Whether a type is this one, or a domain over it.
#[inline]
pub(crate) fn is(ty: &Type, accepted: &Type) -> bool {
    // Nearly always it is; only then does it matter how long that takes to find out.
    ty == accepted || base(ty) == accepted
}

/// Whether a type is one of those, or a domain over it.
pub(crate) fn is_one(ty: &Type, accepted: &[Type]) -> bool {
    accepted.contains(base(ty))
}

/// The type under a domain.
pub(crate) fn base(ty: &Type) -> &Type {
    match ty.kind() {
        Kind::Domain(inner) => base(inner),
        _ => ty,
    }
}

/// Takes `N` bytes off the front.
pub(crate) fn take<const N: usize>(raw: &mut &[u8]) -> Result<[u8; N], Cause> {
    let (head, tail) = raw.split_first_chunk::<N>().ok_or("the value ends early")?;
    *raw = tail;
    Ok(*head)
}

/// Takes a length and that many bytes; a negative length is NULL.
pub(crate) fn take_sized<'r>(raw: &mut &'r [u8]) -> Result<Option<&'r [u8]>, Cause> {
    let length = i32::from_be_bytes(take(raw)?);
    let Ok(length) = usize::try_from(length) else {
        return Ok(None);
    };
    let (head, tail) = raw.split_at_checked(length).ok_or("the value ends early")?;
    *raw = tail;
    Ok(Some(head))
}

/// All bytes as an array of exactly `N`.
#[inline]
pub(crate) fn exactly<const N: usize>(raw: &[u8]) -> Result<[u8; N], Cause> {
    raw.try_into().map_err(|_| wide(raw.len(), N))
}

#[cold]
fn wide(found: usize, expected: usize) -> Cause {
    format!("found {found} bytes, expected {expected}").into()
}
