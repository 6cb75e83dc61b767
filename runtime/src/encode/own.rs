//! Values that say themselves which SQL type they are: in `Func` and `RawSQL`, where nothing beside them does.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use super::{AcceptsNullable, Sink, SqlType};
use crate::types::Interval;

/// A Rust value that is of one SQL type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which type it has in the database",
    label = "which type it has is not known",
    note = "in a query `Value(x, Type)` says it; in `raw!` a value of another type, and a cast behind its braces"
)]
pub trait Own {
    /// The type it is bound for.
    type As: SqlType;
}

/// The same, or NULL. One trait for both, so that a value that is neither is told of once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which type it has in the database",
    label = "which type it has is not known",
    note = "in a query `Value(x, Type)` says it; in `raw!` a value of another type, and a cast behind its braces"
)]
pub trait OwnValue<How> {
    /// The type it is bound for.
    type Type: SqlType;

    /// Appends the value; false is NULL.
    fn put_own(self, sink: &mut Sink) -> bool;
}

#[diagnostic::do_not_recommend]
impl<How, V: Own + AcceptsNullable<V::As, How>> OwnValue<How> for V {
    type Type = V::As;

    fn put_own(self, sink: &mut Sink) -> bool {
        self.put_nullable(sink)
    }
}

macro_rules! own {
    ($($rust:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Own for $rust {
            type As = $rust;
        }
    )*};
}

own! {
    bool, i16, i32, i64, f32, f64, Decimal, NaiveDate, NaiveTime, NaiveDateTime, DateTime<Utc>, TimeDelta, Interval, Uuid,
    Value, IpAddr, String, HashMap<String, Option<String>>,
}

macro_rules! texts {
    ($($rust:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Own for $rust {
            type As = String;
        }
    )*};
}

texts! { str, Cow<'_, str>, Box<str>, Arc<str>, Rc<str> }

#[diagnostic::do_not_recommend]
impl<V: Own + ?Sized> Own for &V {
    type As = V::As;
}

#[diagnostic::do_not_recommend]
impl<V: Own> Own for Option<V> {
    type As = V::As;
}

/// An element of an array that says of which type it is.
pub trait Element: Own {}

macro_rules! elements {
    ($($rust:ty),* $(,)?) => {$(
        impl Element for $rust {}
    )*};
}

elements! {
    bool, i16, i32, i64, f32, f64, Decimal, NaiveDate, NaiveTime, NaiveDateTime, DateTime<Utc>, TimeDelta, Interval, Uuid,
    Value, IpAddr, String, &str, &String,
}

#[diagnostic::do_not_recommend]
impl<V: Element> Own for Vec<V> {
    type As = Vec<V::As>;
}

#[diagnostic::do_not_recommend]
impl<V: Element> Own for [V] {
    type As = Vec<V::As>;
}

#[diagnostic::do_not_recommend]
impl<V: Element, const N: usize> Own for [V; N] {
    type As = Vec<V::As>;
}

#[diagnostic::do_not_recommend]
impl Own for Vec<u8> {
    type As = Self;
}

#[diagnostic::do_not_recommend]
impl Own for [u8] {
    type As = Vec<u8>;
}
