//! Numbers. Nothing is widened or narrowed: the SQL casts to the promised type.

use postgres_types::Type;
use rust_decimal::Decimal;

use super::{Column, exactly, expect, is, present, take};
use crate::error::Cause;

macro_rules! numbers {
    ($($rust:ty: $sql:ident),* $(,)?) => {$(
        impl Column for $rust {
            #[inline]
            fn fits(ty: &Type) -> bool {
                is(ty, &Type::$sql)
            }

            fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
                expect::<Self>(ty)?;
                Ok(Self::from_be_bytes(exactly(present(raw)?)?))
            }

            fn blank() -> Self {
                Self::default()
            }
        }
    )*};
}

numbers! { i16: INT2, i32: INT4, i64: INT8, f32: FLOAT4, f64: FLOAT8, u32: OID }

/// The sign of negative numbers.
const NEGATIVE: u16 = 0x4000;

/// 96 bits.
const LARGEST: i128 = (1 << 96) - 1;

/// Digit count, weight, sign, scale, digits of base 10,000.
impl Column for Decimal {
    fn fits(ty: &Type) -> bool {
        is(ty, &Type::NUMERIC)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        expect::<Self>(ty)?;
        let raw = present(raw)?;
        match raw.get(4..6) {
            Some([0xc0, 0x00]) => return Err("found NaN, which a decimal cannot hold".into()),
            Some([0xd0 | 0xf0, 0x00]) => {
                return Err("found infinity, which a decimal cannot hold".into());
            }
            _ => {}
        }
        exact(raw)?.ok_or_else(|| "found more digits than a decimal can hold".into())
    }

    fn blank() -> Self {
        Self::ZERO
    }
}

/// The number as it is, with as many decimal places as the server shows; `None` where some of its digits would be lost.
fn exact(mut raw: &[u8]) -> Result<Option<Decimal>, Cause> {
    let groups = i16::from_be_bytes(take(&mut raw)?);
    let weight = i32::from(i16::from_be_bytes(take(&mut raw)?));
    let negative = u16::from_be_bytes(take(&mut raw)?) == NEGATIVE;
    let shown = u32::from(u16::from_be_bytes(take(&mut raw)?)).min(Decimal::MAX_SCALE);
    let mut digits = Vec::new();
    for _ in 0..groups {
        digits.push(u16::from_be_bytes(take(&mut raw)?));
    }
    Ok(number(&digits, weight, shown).map(|mut number| {
        number.set_sign_negative(negative && !number.is_zero());
        number
    }))
}

fn number(digits: &[u16], weight: i32, shown: u32) -> Option<Decimal> {
    let mut mantissa = 0_i128;
    for digit in digits {
        mantissa = mantissa.checked_mul(10_000)?.checked_add(i128::from(*digit))?;
    }
    // How many groups of four digits lie behind the point; before it, some may be left out as zeros.
    let behind = i32::try_from(digits.len()).ok()? - 1 - weight;
    if behind < 0 && mantissa != 0 {
        mantissa = mantissa.checked_mul(10_000_i128.checked_pow(behind.unsigned_abs())?)?;
    }
    let mut scale = if mantissa == 0 { 0 } else { 4 * u32::try_from(behind.max(0)).ok()? };
    // Zeros at the end: the last group is filled up with them.
    while scale > 0 && (scale > shown || mantissa > LARGEST) && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    let mut number = Decimal::try_from_i128_with_scale(mantissa, scale).ok()?;
    if scale < shown {
        number.rescale(shown);
    }
    Some(number)
}
