//! Whether some bytes are a value of a type in the server's binary format.
//!
//! In: bytes from outside. Out: what the server reads without an error, for every type that a cursor holds.

use crate::plan::SqlOid;

/// Microseconds and days of the server's calendar, from 2000-01-01.
const INSTANTS: std::ops::Range<i64> = -211_813_488_000_000_000..9_223_371_331_200_000_000;
const DAYS: std::ops::Range<i32> = -2_451_545..2_145_031_949;
const DAY: i64 = 86_400_000_000;

/// Signs of a number: plus, minus, not a number, infinity, minus infinity.
const SIGNS: &[u16] = &[0x0000, 0x4000, 0xc000, 0xd000, 0xf000];
const LARGEST_SCALE: u16 = 0x3fff;

/// Whether the bytes are a value of the type.
pub(super) fn fits(ty: SqlOid, raw: &[u8]) -> bool {
    match ty {
        16 => matches!(raw, [0 | 1]),
        17 => true,
        20 | 701 => raw.len() == 8,
        21 => raw.len() == 2,
        23 | 700 => raw.len() == 4,
        25 => std::str::from_utf8(raw).is_ok_and(|text| !text.contains('\0')),
        869 => address(raw),
        1082 => raw.try_into().is_ok_and(|raw| day(i32::from_be_bytes(raw))),
        1083 => raw.try_into().is_ok_and(|raw| (0..=DAY).contains(&i64::from_be_bytes(raw))),
        1114 | 1184 => raw.try_into().is_ok_and(|raw| instant(i64::from_be_bytes(raw))),
        1186 | 2950 => raw.len() == 16,
        1700 => numeric(raw),
        _ => false,
    }
}

fn day(days: i32) -> bool {
    matches!(days, i32::MIN | i32::MAX) || DAYS.contains(&days)
}

fn instant(microseconds: i64) -> bool {
    matches!(microseconds, i64::MIN | i64::MAX) || INSTANTS.contains(&microseconds)
}

/// Family, length of the prefix, whether it is a network, number of bytes, bytes.
fn address(raw: &[u8]) -> bool {
    match raw {
        [2, bits, _, 4, bytes @ ..] => *bits <= 32 && bytes.len() == 4,
        [3, bits, _, 16, bytes @ ..] => *bits <= 128 && bytes.len() == 16,
        _ => false,
    }
}

/// Number of digits, weight, sign, scale, digits to the base of 10,000.
fn numeric(raw: &[u8]) -> bool {
    let words: Vec<u16> = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    match words.as_slice() {
        [count, _, sign, scale, digits @ ..] => {
            raw.len() == words.len() * 2
                && digits.len() == usize::from(*count)
                && digits.iter().all(|digit| *digit < 10_000)
                && SIGNS.contains(sign)
                && *scale <= LARGEST_SCALE
        }
        _ => false,
    }
}
