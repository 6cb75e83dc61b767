//! Arrays and ranges: values made of values.

use std::ops::Bound;

use postgres_types::{Kind, Type};

use super::{Column, base, present, take, take_sized, wrong};
use crate::error::Cause;
use crate::types::Range;

/// `u8` is no column, so `Vec<u8>` stays one of bytes. Dimensions, flags, element type, then per dimension its length and lower bound, then the elements.
impl<T: Column> Column for Vec<T> {
    const NESTED: bool = true;

    fn fits(ty: &Type) -> bool {
        // The server has one type for arrays of any depth.
        if T::NESTED {
            return T::fits(ty);
        }
        matches!(base(ty).kind(), Kind::Array(element) if T::fits(element))
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        let Kind::Array(element) = base(ty).kind() else {
            return Err(wrong::<Self>(ty));
        };
        let mut rest = present(raw)?;
        let dimensions = i32::from_be_bytes(take(&mut rest)?);
        let _flags: [u8; 8] = take(&mut rest)?;
        match dimensions {
            0 => return Ok(Self::new()),
            1 if !T::NESTED => {}
            2.. if T::NESTED => {
                return inner_arrays(raw.unwrap_or_default())?.map(|inner| T::read(ty, Some(&inner?))).collect();
            }
            other => {
                let expected = if T::NESTED { "more" } else { "1" };
                return Err(format!("found an array of {other} dimensions, expected {expected}").into());
            }
        }
        let length = i32::from_be_bytes(take(&mut rest)?);
        let _lower: [u8; 4] = take(&mut rest)?;
        (0..length).map(|_| T::read(element, take_sized(&mut rest)?)).collect()
    }

    fn blank() -> Self {
        Self::new()
    }
}

/// The arrays in an array of several dimensions, each as it would be sent by itself.
fn inner_arrays(raw: &[u8]) -> Result<impl Iterator<Item = Result<Vec<u8>, Cause>>, Cause> {
    let mut rest = raw;
    let dimensions = u32::from_be_bytes(take(&mut rest)?);
    let head: [u8; 8] = take(&mut rest)?;
    let mut lengths = Vec::new();
    let mut shape = Vec::new();
    for i in 0..dimensions {
        let length: [u8; 4] = take(&mut rest)?;
        let lower: [u8; 4] = take(&mut rest)?;
        lengths.push(u32::from_be_bytes(length));
        if i > 0 {
            shape.extend_from_slice(&length);
            shape.extend_from_slice(&lower);
        }
    }
    let count = lengths.first().copied().unwrap_or_default();
    let width: u32 = lengths.iter().skip(1).product();
    Ok((0..count).map(move |_| {
        let mut inner = [&(dimensions - 1).to_be_bytes(), head.as_slice(), &shape].concat();
        let start = rest;
        for _ in 0..width {
            take_sized(&mut rest)?;
        }
        inner.extend_from_slice(&start[..start.len() - rest.len()]);
        Ok(inner)
    }))
}

const EMPTY: u8 = 0x01;
const LOWER_INCLUDED: u8 = 0x02;
const UPPER_INCLUDED: u8 = 0x04;
const LOWER_OPEN: u8 = 0x08;
const UPPER_OPEN: u8 = 0x10;

/// Flags, then the bounds that there are.
impl<T: Column> Column for Range<T> {
    fn fits(ty: &Type) -> bool {
        matches!(base(ty).kind(), Kind::Range(element) if T::fits(element))
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        let Kind::Range(element) = base(ty).kind() else {
            return Err(wrong::<Self>(ty));
        };
        let mut rest = present(raw)?;
        let [flags] = take(&mut rest)?;
        if flags & EMPTY != 0 {
            return Ok(Self::empty());
        }
        let mut bound = |open: u8, included: u8| -> Result<Bound<T>, Cause> {
            if flags & open != 0 {
                return Ok(Bound::Unbounded);
            }
            let value = T::read(element, take_sized(&mut rest)?)?;
            Ok(if flags & included != 0 { Bound::Included(value) } else { Bound::Excluded(value) })
        };
        let lower = bound(LOWER_OPEN, LOWER_INCLUDED)?;
        let upper = bound(UPPER_OPEN, UPPER_INCLUDED)?;
        Ok(Self::new(lower, upper))
    }

    fn blank() -> Self {
        Self::empty()
    }
}
