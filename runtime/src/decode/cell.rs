//! What the driver finds in a row for us.
//!
//! In: a column of a row. Out: its value, by one way to it: the driver is told that any type will do, and what reads the
//! value looks at the type. To ask for the bytes and to read them then would be two.

use postgres_types::{FromSql, Type};

use super::{Column, column, null};
use crate::error::Cause;

/// A value of a type that columns have.
pub(super) struct Value<T>(pub(super) T);

impl<'r, T: Column> FromSql<'r> for Value<T> {
    #[inline]
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Result<Self, Cause> {
        T::read(ty, Some(raw)).map(Self)
    }

    #[inline]
    fn from_sql_null(ty: &Type) -> Result<Self, Cause> {
        T::read(ty, None).map(Self)
    }

    #[inline]
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The bytes of a column, whatever its type.
pub(super) struct Raw<'r>(pub(super) &'r [u8]);

/// Text where it is.
pub(super) struct Text<'r>(pub(super) &'r str);

/// Bytes of a column of bytes, where they are.
pub(super) struct Bytes<'r>(pub(super) &'r [u8]);

macro_rules! borrowed {
    ($($name:ident: |$ty:ident, $raw:ident| $read:expr;)*) => {$(
        impl<'r> FromSql<'r> for $name<'r> {
            #[inline]
            fn from_sql($ty: &Type, $raw: &'r [u8]) -> Result<Self, Cause> {
                $read.map($name)
            }

            #[cold]
            fn from_sql_null(_: &Type) -> Result<Self, Cause> {
                Err(null())
            }

            #[inline]
            fn accepts(_: &Type) -> bool {
                true
            }
        }
    )*};
}

borrowed! {
    Raw: |_ty, raw| Ok(raw);
    Text: |ty, raw| column::text(ty, raw);
    Bytes: |ty, raw| column::bytes(ty, raw);
}
