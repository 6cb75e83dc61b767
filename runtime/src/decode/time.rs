//! Dates, times and spans. What chrono cannot hold (infinity, 24:00, months in a duration) is an error, never a near
//! value.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use postgres_types::{FromSql, Type};

use super::{Column, exactly, expect, is, present, take};
use crate::error::Cause;
use crate::types::Interval;

const DAY: i64 = 86_400_000_000;

/// The year 2000, from which the server counts, in microseconds from 1970.
const EPOCH: i64 = 10_957 * DAY;

impl Column for NaiveDate {
    fn fits(ty: &Type) -> bool {
        is(ty, &Type::DATE)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        expect::<Self>(ty)?;
        let raw = present(raw)?;
        finite(i64::from(i32::from_be_bytes(exactly(raw)?)), i64::from(i32::MIN), i64::from(i32::MAX))?;
        <Self as FromSql<'_>>::from_sql(ty, raw).map_err(|_| beyond())
    }

    fn blank() -> Self {
        Self::default()
    }
}

impl Column for NaiveTime {
    fn fits(ty: &Type) -> bool {
        is(ty, &Type::TIME)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        expect::<Self>(ty)?;
        let micros = i64::from_be_bytes(exactly(present(raw)?)?);
        // 24:00 is a time to the server and would wrap to 00:00 here.
        if !(0..DAY).contains(&micros) {
            return Err("found a time of 24:00 or later".into());
        }
        Ok(Self::MIN + TimeDelta::microseconds(micros))
    }

    fn blank() -> Self {
        Self::MIN
    }
}

impl Column for NaiveDateTime {
    fn fits(ty: &Type) -> bool {
        is(ty, &Type::TIMESTAMP)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        expect::<Self>(ty)?;
        Ok(instant(present(raw)?)?.naive_utc())
    }

    fn blank() -> Self {
        Self::default()
    }
}

impl Column for DateTime<Utc> {
    fn fits(ty: &Type) -> bool {
        is(ty, &Type::TIMESTAMPTZ)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        expect::<Self>(ty)?;
        instant(present(raw)?)
    }

    fn blank() -> Self {
        Self::UNIX_EPOCH
    }
}

/// So many microseconds after the beginning of the year 2000.
#[inline]
fn instant(raw: &[u8]) -> Result<DateTime<Utc>, Cause> {
    let micros = i64::from_be_bytes(exactly(raw)?);
    finite(micros, i64::MIN, i64::MAX)?;
    micros.checked_add(EPOCH).and_then(DateTime::from_timestamp_micros).ok_or_else(beyond)
}

#[cold]
fn infinite() -> Cause {
    "found infinity, which a date cannot hold".into()
}

/// The server goes to the year 294276 with instants and to 5874897 with dates.
#[cold]
fn beyond() -> Cause {
    "found a date that is too far away to be held".into()
}

#[inline]
fn finite(value: i64, low: i64, high: i64) -> Result<(), Cause> {
    if value == low || value == high {
        return Err(infinite());
    }
    Ok(())
}

impl Column for Interval {
    fn fits(ty: &Type) -> bool {
        is(ty, &Type::INTERVAL)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        expect::<Self>(ty)?;
        let mut raw = present(raw)?;
        let microseconds = i64::from_be_bytes(take(&mut raw)?);
        let days = i32::from_be_bytes(take(&mut raw)?);
        let months = i32::from_be_bytes(exactly(raw)?);
        Ok(Self { months, days, microseconds })
    }

    fn blank() -> Self {
        Self::default()
    }
}

/// Days are 24 hours; months have no length.
impl Column for TimeDelta {
    fn fits(ty: &Type) -> bool {
        Interval::fits(ty)
    }

    fn read(ty: &Type, raw: Option<&[u8]>) -> Result<Self, Cause> {
        let Interval { months, days, microseconds } = Interval::read(ty, raw)?;
        // The server's infinite intervals are the ends of all three.
        match (months, days, microseconds) {
            (i32::MAX, i32::MAX, i64::MAX) | (i32::MIN, i32::MIN, i64::MIN) => {
                return Err("found infinity, which a duration cannot hold".into());
            }
            _ => {}
        }
        if months != 0 {
            return Err(format!("found an interval of {months} months, expected one without").into());
        }
        TimeDelta::microseconds(microseconds)
            .checked_add(&TimeDelta::days(i64::from(days)))
            .ok_or_else(|| "the interval is too long".into())
    }

    fn blank() -> Self {
        Self::zero()
    }
}
