//! A row's place in the order of its query.
//!
//! In: the values of the order's keys, as the server sent them. Out: an opaque text that comes back in a later request,
//! and parameters of the query that goes on from there. What comes in from outside is checked to the last byte before
//! anything of it is sent: a cursor of another order, a damaged or a made-up one is an [`Error`] of ours.

mod check;
mod text;

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use crate::error::Error;
use crate::plan::SqlOid;

/// A row's place in the order of its query, from which another query goes on.
///
/// A chain with `after(…)` or `before(…)` gives rows that have one, `row.cursor()`; so does its first page,
/// `after(None)`:
///
/// ```rust,ignore
/// let page = query!(Product.order_by(-price, name).after(cursor)[..20]).run(&db).await?;
/// let next: Option<Cursor> = page.last().map(|product| product.cursor());
/// ```
///
/// `cursor` is a `Cursor`, an `Option<Cursor>` (`None` is the start) or a reference to either. Rows that are inserted or
/// deleted between two pages shift nothing: the next page begins behind the place, whether or not its row is still
/// there. `before(cursor)[..20]` gives the 20 rows just before the place, in the order of the chain; `before(None)[..20]`
/// are the last 20. With both, `after(a).before(b)`, it is the rows between two places, and a slice counts from the
/// first.
///
/// The place is one in the whole order, with the keys that make it total. Keys that are not selected are read in
/// addition; nulls, mixed directions, and keys that are expressions or annotations are as in the order itself. The rows of
/// `values_list` and the structs of `as` have no cursor. Where the order is total as it is written, values say the same
/// as a cursor: `order_by(published, id).after((date, id))`, `order_by(slug).after("desk")`; a key that can be NULL takes
/// an `Option`. In an order with `if` or `match` a cursor is one of the variant that was taken; the cursor of another is
/// refused, and values are no cursor there. A random order has no places, and a cursor cannot hold documents, arrays,
/// ranges and custom types.
///
/// # As text
///
/// [`Display`](fmt::Display) and serde give a text that can stand in a URL as it is; [`FromStr`] and serde read it back.
/// It is not encrypted: whoever sees it can find the values of the keys in it. Text that is no cursor is refused when it
/// is parsed, a cursor of another order when the query is run, both with
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput):
///
/// ```
/// use nuages::{Cursor, ErrorKind};
///
/// let refused = "page2".parse::<Cursor>().unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::InvalidInput);
/// assert_eq!(refused.to_string(), "found a text that is no cursor");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// Version, fingerprint of the order, and for each key its length plus one (0 is NULL) and its bytes.
    body: Vec<u8>,
}

/// The order that a cursor must be one of.
#[derive(Debug)]
pub struct Order {
    /// It is one of several, in force where this bit is set.
    pub variant: Option<u8>,
    /// What tells it from others.
    pub fingerprint: u64,
    /// Its keys.
    pub keys: &'static [OrderKey],
}

/// A key of an order.
#[derive(Debug)]
pub struct OrderKey {
    /// Type of the parameter that its value becomes.
    pub ty: SqlOid,
    /// It can be NULL, and this bit is set where it is not.
    pub switch: Option<u8>,
    /// Of a native enum: its values.
    pub values: &'static [&'static str],
}

const VERSION: u8 = 1;

impl Cursor {
    /// Of the values of a row's keys.
    pub(crate) fn of<'v>(fingerprint: u64, values: impl Iterator<Item = Option<&'v [u8]>>) -> Self {
        let mut body = vec![VERSION];
        body.extend_from_slice(&fingerprint.to_be_bytes());
        for value in values {
            text::number(value.map_or(0, |value| value.len() + 1), &mut body);
            body.extend_from_slice(value.unwrap_or_default());
        }
        Self { body }
    }

    /// The values for the keys of an order, or why there are none.
    pub(crate) fn values(&self, order: &Order) -> Result<Vec<Option<&[u8]>>, &'static str> {
        let (fingerprint, values) = parts(&self.body).ok_or(NO_CURSOR)?;
        if fingerprint != order.fingerprint || values.len() != order.keys.len() {
            return Err("the cursor is one of another order");
        }
        let fit = values.iter().zip(order.keys).all(|(value, key)| match value {
            None => key.switch.is_some(),
            Some(value) if key.ty == 0 => key.values.iter().any(|known| known.as_bytes() == *value),
            Some(value) => check::fits(key.ty, value),
        });
        if fit { Ok(values) } else { Err("the cursor has values that its order cannot have") }
    }
}

const NO_CURSOR: &str = "found a text that is no cursor";

/// Fingerprint and values.
fn parts(body: &[u8]) -> Option<(u64, Vec<Option<&[u8]>>)> {
    let (version, rest) = body.split_first()?;
    let (fingerprint, mut rest) = rest.split_first_chunk::<8>()?;
    let mut values = Vec::new();
    while !rest.is_empty() {
        let length = text::take_number(&mut rest)?;
        values.push(match length.checked_sub(1) {
            None => None,
            Some(length) => {
                let (value, further) = rest.split_at_checked(length)?;
                rest = further;
                Some(value)
            }
        });
    }
    (*version == VERSION).then(|| (u64::from_be_bytes(*fingerprint), values))
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::write(&self.body))
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({self})")
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let body = text::read(text).filter(|body| parts(body).is_some());
        body.map(|body| Self { body }).ok_or_else(|| Error::invalid(NO_CURSOR))
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The cursor of a record that was not read from the database: no order has it.
pub fn no_cursor() -> Cursor {
    Cursor { body: Vec::new() }
}

#[cfg(test)]
mod tests;
