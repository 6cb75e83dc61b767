//! Results as JSON, in the terms of the golden files.
//!
//! In: what a query gives, or parts of it. Out: a [`Value`] in which a decimal is marked as one, since a golden file has
//! it as a string and `1.50` is the same number as `1.5`. [`same`] then compares with what a golden file says.

use nuages::chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Timelike, Utc};
use nuages::rust_decimal::Decimal;
use nuages::uuid::Uuid;
use nuages::{Range, SearchVector};
use serde_json::{Number, Value, json as plain};
use std::collections::HashMap;
use std::iter::Map;
use std::ops::Bound;

/// The one key of an object that stands for a decimal.
const DECIMAL: &str = "decimal number";

/// `json!([a, b])`, `json!({"key": a})` or `json!(a)`, where the values are whatever [`Json`] knows.
macro_rules! json {
    ([$($value:expr),* $(,)?]) => {
        ::serde_json::Value::Array(vec![$($crate::json::Json::json(&$value)),*])
    };
    ({$($key:literal: $value:expr),* $(,)?}) => {
        ::serde_json::Value::Object([$(($key.to_owned(), $crate::json::Json::json(&$value))),*].into_iter().collect())
    };
    ($value:expr) => {
        $crate::json::Json::json(&$value)
    };
}

/// What has a place in a golden file.
pub(crate) trait Json {
    /// The value in terms of JSON.
    fn json(&self) -> Value;
}

/// Types that `serde_json` turns into what the golden files have.
macro_rules! as_serde {
    ($($t:ty),*) => {
        $(impl Json for $t {
            fn json(&self) -> Value {
                plain!(self)
            }
        })*
    };
}
as_serde!(bool, i16, i32, i64, u64, f64, str, String, Value);

/// Types that stand in the golden files as the text they display.
macro_rules! as_text {
    ($($t:ty),*) => {
        $(impl $crate::json::Json for $t {
            fn json(&self) -> ::serde_json::Value {
                ::serde_json::Value::String(self.to_string())
            }
        })*
    };
}
as_text!(NaiveDate, SearchVector, Uuid);

impl Json for NaiveTime {
    fn json(&self) -> Value {
        let format = if self.nanosecond() == 0 { "%H:%M:%S" } else { "%H:%M:%S%.6f" };
        Value::String(self.format(format).to_string())
    }
}

/// The server writes the digits that tell it from its neighbours.
impl Json for f32 {
    fn json(&self) -> Value {
        plain!(self.to_string().parse::<f64>().ok())
    }
}

/// In microseconds.
impl Json for TimeDelta {
    fn json(&self) -> Value {
        plain!(self.num_microseconds())
    }
}

/// `[lower, upper, "[)"]`; `"empty"`.
impl<T: Json> Json for Range<T> {
    fn json(&self) -> Value {
        let (Some(lower), Some(upper)) = (self.lower(), self.upper()) else {
            return "empty".into();
        };
        let (from, open) = match lower {
            Bound::Included(value) => (value.json(), "["),
            Bound::Excluded(value) => (value.json(), "("),
            Bound::Unbounded => (Value::Null, "("),
        };
        let (to, close) = match upper {
            Bound::Included(value) => (value.json(), "]"),
            Bound::Excluded(value) => (value.json(), ")"),
            Bound::Unbounded => (Value::Null, ")"),
        };
        plain!([from, to, format!("{open}{close}")])
    }
}

impl<T: Json> Json for HashMap<String, T> {
    fn json(&self) -> Value {
        Value::Object(self.iter().map(|(key, value)| (key.clone(), value.json())).collect())
    }
}

impl Json for Decimal {
    fn json(&self) -> Value {
        plain!({ DECIMAL: self.to_string() })
    }
}

impl Json for DateTime<Utc> {
    fn json(&self) -> Value {
        let whole = self.timestamp_subsec_micros() == 0;
        let format = if whole { SecondsFormat::Secs } else { SecondsFormat::Micros };
        Value::String(self.to_rfc3339_opts(format, true))
    }
}

impl<T: Json + ?Sized> Json for &T {
    fn json(&self) -> Value {
        (**self).json()
    }
}

impl<T: Json> Json for Option<T> {
    fn json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Json::json)
    }
}

impl<T: Json> Json for Vec<T> {
    fn json(&self) -> Value {
        self.iter().map(Json::json).collect()
    }
}

/// The rows of a result, each made into what stands in the golden file.
impl<T: Json, I: Iterator + Clone, F: FnMut(I::Item) -> T + Clone> Json for Map<I, F> {
    fn json(&self) -> Value {
        self.clone().map(|value| value.json()).collect()
    }
}

/// Rows of `values_list`.
macro_rules! tuple {
    ($($t:ident $place:tt),*) => {
        impl<$($t: Json),*> Json for ($($t,)*) {
            fn json(&self) -> Value {
                Value::Array(vec![$(self.$place.json()),*])
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, G 5);
tuple!(A 0, B 1, C 2, D 3, E 4, G 5, H 6);
tuple!(A 0, B 1, C 2, D 3, E 4, G 5, H 6, I 7);
tuple!(A 0, B 1, C 2, D 3, E 4, G 5, H 6, I 7, J 8);
tuple!(A 0, B 1, C 2, D 3, E 4, G 5, H 6, I 7, J 8, K 9);

/// Whether a result is what a golden file says: decimals equal as numbers, floats but for the last digits.
pub(crate) fn same(found: &Value, golden: &Value) -> bool {
    match (found, golden) {
        (Value::Array(found), Value::Array(golden)) => {
            found.len() == golden.len() && found.iter().zip(golden).all(|(f, g)| same(f, g))
        }
        (Value::Object(found), Value::String(golden)) => {
            let number = found.get(DECIMAL).and_then(|text| text.as_str()?.parse::<Decimal>().ok());
            found.len() == 1 && number.is_some() && number == golden.parse().ok()
        }
        (Value::Object(found), Value::Object(golden)) => {
            found.len() == golden.len() && found.iter().all(|(key, f)| golden.get(key).is_some_and(|g| same(f, g)))
        }
        (Value::Number(found), Value::Number(golden)) => same_number(found, golden),
        _ => found == golden,
    }
}

fn same_number(found: &Number, golden: &Number) -> bool {
    match (found.is_f64(), golden.is_f64()) {
        (true, true) => {
            let (f, g) = (found.as_f64().unwrap_or(f64::NAN), golden.as_f64().unwrap_or(f64::NAN));
            (f - g).abs() <= 1e-12 * f.abs().max(g.abs())
        }
        (false, false) => found == golden,
        _ => false,
    }
}

/// The same, where the query leaves the order of the rows open.
pub(crate) fn same_in_any_order(found: &Value, golden: &Value) -> bool {
    let (Value::Array(found), Value::Array(golden)) = (found, golden) else {
        return false;
    };
    let mut left: Vec<&Value> = golden.iter().collect();
    let all = found.iter().all(|f| left.iter().position(|g| same(f, g)).map(|at| left.swap_remove(at)).is_some());
    all && left.is_empty()
}

#[test]
fn numbers_are_compared_as_what_they_are() {
    let decimal = |text: &str| text.parse::<Decimal>().unwrap().json();
    assert!(same(&decimal("1.5"), &plain!("1.50")));
    assert!(!same(&decimal("1.5"), &plain!("1.51")));
    assert!(!same(&decimal("1.5"), &plain!(1.5)));
    assert!(!same(&plain!("1.5"), &plain!("1.50")));
    assert!(same(&plain!(3.000_000_000_000_000_4), &plain!(3.0)));
    assert!(!same(&plain!(3.000_1), &plain!(3.0)));
    assert!(!same(&plain!(3), &plain!(3.0)));
}

#[test]
fn an_open_order_is_no_excuse_for_other_rows() {
    assert!(same_in_any_order(&plain!([1, 2, 2]), &plain!([2, 1, 2])));
    assert!(!same_in_any_order(&plain!([1, 2, 2]), &plain!([2, 1, 1])));
    assert!(!same_in_any_order(&plain!([1, 2]), &plain!([2, 1, 2])));
    assert!(!same_in_any_order(&plain!([1, 2, 2]), &plain!([1, 2])));
}
