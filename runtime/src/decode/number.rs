//! Numbers. Nothing is widened or narrowed: the SQL casts to the promised type.

use postgres_types::{FromSql, Type};
use rust_decimal::Decimal;

use super::{Column, exactly, expect, present};
use crate::error::Cause;

macro_rules! numbers {
    ($($rust:ty: $sql:ident),* $(,)?) => {$(
        impl Column for $rust {
            fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
                expect::<Self>(ty, &[Type::$sql])?;
                Ok(Self::from_be_bytes(exactly(present(raw)?)?))
            }
        }
    )*};
}

numbers! { i16: INT2, i32: INT4, i64: INT8, f32: FLOAT4, f64: FLOAT8, u32: OID }

/// Digit count, weight, sign, scale, digits of base 10,000.
impl Column for Decimal {
    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        expect::<Self>(ty, &[Type::NUMERIC])?;
        let raw = present(raw)?;
        match raw.get(4..6) {
            Some([0xc0, 0x00]) => return Err("found NaN, which a decimal cannot hold".into()),
            Some([0xd0 | 0xf0, 0x00]) => {
                return Err("found infinity, which a decimal cannot hold".into());
            }
            _ => {}
        }
        <Self as FromSql<'_>>::from_sql(ty, raw)
    }
}
