//! Which SQL type each Rust type is, and the bytes of single values.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::BytesMut;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use postgres_types::{ToSql, Type};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::key::keyed;
use super::{Accepts, Key, Late, Number, Sink, SqlType};
use crate::types::{Interval, SearchVector};

const TEXT: u32 = 25;
const TEXT_ARRAY: u32 = 1009;

macro_rules! types {
    ($($rust:ty = $oid:expr, $array:expr;)*) => {$(
        impl SqlType for $rust {
            const OID: u32 = $oid;
            const ARRAY_OID: u32 = $array;
        }
    )*};
}

types! {
    bool = 16, 1000;
    i16 = 21, 1005;
    i32 = 23, 1007;
    i64 = 20, 1016;
    f32 = 700, 1021;
    f64 = 701, 1022;
    Decimal = 1700, 1231;
    String = TEXT, TEXT_ARRAY;
    NaiveDate = 1082, 1182;
    NaiveTime = 1083, 1183;
    DateTime<Utc> = 1184, 1185;
    NaiveDateTime = 1114, 1115;
    TimeDelta = 1186, 1187;
    Interval = 1186, 1187;
    Uuid = 2950, 2951;
    Vec<u8> = 17, 1001;
    Value = 3802, 3807;
    IpAddr = 869, 1041;
    // Types of extensions have no fixed OID; a vector's binary form is the server's own business.
    HashMap<String, Option<String>> = 0, 0;
    SearchVector = 0, 0;
}

/// An array of arrays would be flattened by `unnest`: for many rows each array goes as its literal in a `text[]`.
impl<T: SqlType> SqlType for Vec<T> {
    const OID: u32 = if T::NESTED { T::OID } else { T::ARRAY_OID };
    const ARRAY_OID: u32 = TEXT_ARRAY;
    const NESTED: bool = true;
}

/// Elements that may be NULL.
impl<T: SqlType> SqlType for Option<T> {
    const OID: u32 = T::OID;
    const ARRAY_OID: u32 = T::ARRAY_OID;
    const NESTED: bool = T::NESTED;
}

/// Values that are `Copy` or cheap to read through a reference.
macro_rules! accepts {
    ($($rust:ty: |$v:ident, $out:ident| $body:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Accepts<$rust> for $rust {
            fn encode(self, out: &mut Vec<u8>) {
                Accepts::<$rust>::encode(&self, out);
            }
        }
        #[diagnostic::do_not_recommend]
        impl Accepts<$rust> for &$rust {
            fn encode(self, $out: &mut Vec<u8>) {
                let $v = self;
                $body;
            }
        }
        #[diagnostic::do_not_recommend]
        impl Accepts<$rust> for &&$rust {
            fn encode(self, out: &mut Vec<u8>) {
                Accepts::<$rust>::encode(*self, out);
            }
        }
        keyed! { $rust: $rust, &$rust, &&$rust; }
    )*};
}

/// Numbers and references to them.
macro_rules! numbers {
    ($($rust:ty: $($from:ty),+;)*) => {$(
        $(
            #[diagnostic::do_not_recommend]
            impl Accepts<$rust> for $from {
                fn encode(self, out: &mut Vec<u8>) {
                    out.extend_from_slice(&self.to_be_bytes());
                }

                #[inline]
                fn number(&self) -> Option<Number> {
                    Some(Number::new(self.to_be_bytes()))
                }
            }
        )+
        keyed! { $rust: $($from),+; }
    )*};
}

numbers! {
    i16: i16, &i16, &&i16;
    i32: i32, &i32, &&i32;
    i64: i64, &i64, &&i64;
    f32: f32, &f32, &&f32;
    f64: f64, &f64, &&f64;
}

accepts! {
    bool: |v, out| out.push(u8::from(*v));
    Decimal: |v, out| foreign(v, &Type::NUMERIC, out);
    NaiveDate: |v, out| foreign(v, &Type::DATE, out);
    NaiveTime: |v, out| foreign(v, &Type::TIME, out);
    NaiveDateTime: |v, out| foreign(v, &Type::TIMESTAMP, out);
    DateTime<Utc>: |v, out| foreign(v, &Type::TIMESTAMPTZ, out);
    Interval: |v, out| interval(*v, out);
    Uuid: |v, out| out.extend_from_slice(v.as_bytes());
    Vec<u8>: |v, out| out.extend_from_slice(v);
    Value: |v, out| document(v, out);
    IpAddr: |v, out| address(*v, out);
    HashMap<String, Option<String>>: |v, out| hstore(v, out);
    SearchVector: |v, out| out.extend_from_slice(v.as_str().as_bytes());
}

#[diagnostic::do_not_recommend]
impl Accepts<Vec<u8>> for &[u8] {
    fn encode(self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> Accepts<Vec<u8>> for [u8; N] {
    fn encode(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self);
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> Accepts<Vec<u8>> for &[u8; N] {
    fn encode(self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

keyed! { Vec<u8>: &[u8]; }

/// By the type's own `ToSql`, for types that always have a value in the server's format.
fn foreign(value: &impl ToSql, ty: &Type, out: &mut Vec<u8>) {
    let mut buffer = BytesMut::new();
    // None of the types that come here can fail: chrono's range is narrower than 64 bits of microseconds.
    if value.to_sql(ty, &mut buffer).is_ok() {
        out.extend_from_slice(&buffer);
    }
}

fn interval(value: Interval, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.microseconds.to_be_bytes());
    out.extend_from_slice(&value.days.to_be_bytes());
    out.extend_from_slice(&value.months.to_be_bytes());
}

/// The version of `jsonb`, then text. Writing a [`Value`] cannot fail.
fn document(value: &Value, out: &mut Vec<u8>) {
    out.push(1);
    out.extend_from_slice(value.to_string().as_bytes());
}

fn address(value: IpAddr, out: &mut Vec<u8>) {
    match value {
        IpAddr::V4(v4) => {
            out.extend_from_slice(&[2, 32, 0, 4]);
            out.extend_from_slice(&v4.octets());
        }
        IpAddr::V6(v6) => {
            out.extend_from_slice(&[3, 128, 0, 16]);
            out.extend_from_slice(&v6.octets());
        }
    }
}

/// `"key"=>"value"`, in the order of the keys so that the same map is the same text.
fn hstore<S: BuildHasher>(map: &HashMap<String, Option<String>, S>, out: &mut Vec<u8>) {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable();
    for (i, (key, value)) in entries.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        super::text::quoted(key.as_bytes(), out);
        out.extend_from_slice(b"=>");
        match value {
            Some(value) => super::text::quoted(value.as_bytes(), out),
            None => out.extend_from_slice(b"NULL"),
        }
    }
}

macro_rules! spans {
    ($($from:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Accepts<TimeDelta> for $from {
            fn encode(self, out: &mut Vec<u8>) {
                interval(Interval::from(self.to_owned()), out);
            }

            fn put(self, sink: &mut Sink) -> bool {
                if self.num_microseconds().is_none() {
                    sink.refuse(format!("the duration {self} is too long for an interval"));
                }
                Accepts::<TimeDelta>::encode(self, &mut sink.bytes);
                true
            }
        }
        keyed! { TimeDelta: $from; }
    )*};
}

spans! { TimeDelta, &TimeDelta }

/// A type that only its own `ToSql` can write, once the server has said what it is.
pub struct Custom<T>(PhantomData<fn() -> T>);

impl<T> SqlType for Custom<T> {
    const OID: u32 = 0;
    const ARRAY_OID: u32 = 0;
}

#[diagnostic::do_not_recommend]
impl<T: ToSql + Send + Sync + 'static> Accepts<Custom<T>> for T {
    fn encode(self, _out: &mut Vec<u8>) {}

    fn put(self, sink: &mut Sink) -> bool {
        sink.late = Some(Arc::new(self) as Late);
        true
    }
}

#[diagnostic::do_not_recommend]
impl<T: ToSql + Clone + Send + Sync + 'static> Accepts<Custom<T>> for &T {
    fn encode(self, _out: &mut Vec<u8>) {}

    fn put(self, sink: &mut Sink) -> bool {
        Accepts::<Custom<T>>::put(self.clone(), sink)
    }
}

/// A JSON document of a type of the user's.
pub struct Document<T>(PhantomData<fn() -> T>);

impl<T> SqlType for Document<T> {
    const OID: u32 = 3802;
    const ARRAY_OID: u32 = 3807;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Accepts<Document<T>> for T {
    fn encode(self, out: &mut Vec<u8>) {
        Accepts::<Document<T>>::encode(&self, out);
    }

    fn put(self, sink: &mut Sink) -> bool {
        Accepts::<Document<T>>::put(&self, sink)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Accepts<Document<T>> for &T {
    fn encode(self, out: &mut Vec<u8>) {
        out.push(1);
        if let Ok(text) = serde_json::to_vec(self) {
            out.extend_from_slice(&text);
        }
    }

    fn put(self, sink: &mut Sink) -> bool {
        match serde_json::to_vec(self) {
            Ok(text) => {
                sink.bytes.push(1);
                sink.bytes.extend_from_slice(&text);
            }
            Err(cause) => sink.refuse(format!("the document cannot be written as json: {cause}")),
        }
        true
    }
}
