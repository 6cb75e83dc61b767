//! The text form of an array that was written in binary, for the arrays of arrays that a bulk write sends as `text[]`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use postgres_types::{Kind, Type};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::text::quoted;
use crate::decode::{Column, take, take_sized};
use crate::error::Cause;
use crate::types::{Interval, Range};

/// How the values of one type are written.
type Write = fn(&Type, &[u8]) -> Result<String, Cause>;

/// Every element type whose binary form is not its text.
const FORMS: &[(Type, Write)] = &[
    (Type::BOOL, |ty, raw| shown::<bool>(ty, raw)),
    (Type::INT2, |ty, raw| shown::<i16>(ty, raw)),
    (Type::INT4, |ty, raw| shown::<i32>(ty, raw)),
    (Type::INT8, |ty, raw| shown::<i64>(ty, raw)),
    (Type::FLOAT4, |ty, raw| Ok(float(f32::read(ty, Some(raw))?.into()))),
    (Type::FLOAT8, |ty, raw| Ok(float(f64::read(ty, Some(raw))?))),
    (Type::NUMERIC, |ty, raw| shown::<Decimal>(ty, raw)),
    (Type::UUID, |ty, raw| shown::<Uuid>(ty, raw)),
    (Type::INTERVAL, |ty, raw| shown::<Interval>(ty, raw)),
    (Type::INET, |ty, raw| shown::<std::net::IpAddr>(ty, raw)),
    (Type::JSONB, |ty, raw| shown::<serde_json::Value>(ty, raw)),
    (Type::BYTEA, |_, raw| Ok(hex(raw))),
    (Type::DATE, |ty, raw| Ok(date(NaiveDate::read(ty, Some(raw))?, ""))),
    (Type::TIME, |ty, raw| Ok(NaiveTime::read(ty, Some(raw))?.to_string())),
    (Type::TIMESTAMP, |ty, raw| Ok(instant(NaiveDateTime::read(ty, Some(raw))?, ""))),
    (Type::TIMESTAMPTZ, |ty, raw| Ok(instant(<DateTime<Utc>>::read(ty, Some(raw))?.naive_utc(), "+00"))),
    (Type::INT4_RANGE, |ty, raw| shown::<Range<i32>>(ty, raw)),
    (Type::INT8_RANGE, |ty, raw| shown::<Range<i64>>(ty, raw)),
    (Type::NUM_RANGE, |ty, raw| shown::<Range<Decimal>>(ty, raw)),
];

/// Appends the literal of an array in binary format.
pub(super) fn array(binary: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    // The bytes are our own writing: they end where they should.
    if dimensions(binary, out).is_err() || out.len() == start {
        out.truncate(start);
        out.extend_from_slice(b"{}");
    }
}

fn dimensions(mut rest: &[u8], out: &mut Vec<u8>) -> Result<(), Cause> {
    let dimensions = u32::from_be_bytes(take(&mut rest)?);
    let _flags: [u8; 4] = take(&mut rest)?;
    let ty = Type::from_oid(u32::from_be_bytes(take(&mut rest)?)).unwrap_or(Type::TEXT);
    let mut lengths = Vec::new();
    for _ in 0..dimensions {
        lengths.push(u32::from_be_bytes(take(&mut rest)?));
        let _lower: [u8; 4] = take(&mut rest)?;
    }
    elements(&ty, &lengths, &mut rest, out)
}

/// The elements of the first of some dimensions, each of them an array if there are more.
fn elements(ty: &Type, lengths: &[u32], rest: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Cause> {
    let Some((length, inner)) = lengths.split_first() else { return Ok(()) };
    out.push(b'{');
    for i in 0..*length {
        if i > 0 {
            out.push(b',');
        }
        if !inner.is_empty() {
            elements(ty, inner, rest, out)?;
            continue;
        }
        match take_sized(rest)? {
            Some(raw) => quoted(&text(ty, raw), out),
            None => out.extend_from_slice(b"NULL"),
        }
    }
    out.push(b'}');
    Ok(())
}

fn text(ty: &Type, raw: &[u8]) -> Vec<u8> {
    if let Kind::Array(_) = ty.kind() {
        let mut out = Vec::new();
        array(raw, &mut out);
        return out;
    }
    let form = FORMS.iter().find(|(form, _)| form == ty);
    match form.map(|(_, write)| write(ty, raw)) {
        Some(Ok(text)) => text.into_bytes(),
        _ => raw.to_owned(),
    }
}

fn shown<T: Column + ToString>(ty: &Type, raw: &[u8]) -> Result<String, Cause> {
    Ok(T::read(ty, Some(raw))?.to_string())
}

/// Rust writes infinity as `inf`, the server reads `Infinity`; `NaN` is the same.
fn float(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    format!("{value:e}")
}

fn hex(raw: &[u8]) -> String {
    raw.iter().fold("\\x".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// chrono counts years before 1 from 0 downwards, the server writes them with `BC`.
fn date(date: NaiveDate, time: &str) -> String {
    use chrono::Datelike;
    let (year, era) = if date.year() > 0 { (date.year(), "") } else { (1 - date.year(), " BC") };
    format!("{year:04}-{:02}-{:02}{time}{era}", date.month(), date.day())
}

fn instant(value: NaiveDateTime, zone: &str) -> String {
    date(value.date(), &format!(" {}{zone}", value.time()))
}
