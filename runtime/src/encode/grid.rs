//! Arrays of arrays: one array of several dimensions, in which all rows are of one length.

use postgres_types::{Kind, Type};

use super::{Sink, SqlType};
use crate::decode::take;
use crate::error::Cause;

/// Dimensions, flags, element type.
const HEADER: usize = 12;

/// An array of arrays in the making; text if its elements' type is left to the server.
pub(crate) struct Grid {
    text: bool,
    oid: u32,
    count: u32,
    nulls: bool,
    /// Of the first of its arrays: its dimensions, each a length and a lower bound.
    inner: Option<Vec<u8>>,
    body: Vec<u8>,
}

impl Grid {
    /// For arrays of type `T`.
    pub(crate) fn of<T: SqlType>() -> Self {
        // Of an array of arrays the type is that of an array of its elements, however deep these are.
        let element = match Type::from_oid(T::OID).as_ref().map(Type::kind) {
            Some(Kind::Array(element)) => element.oid(),
            _ => 0,
        };
        Self { text: T::OID == 0, oid: element, count: 0, nulls: false, inner: None, body: Vec::new() }
    }

    /// Adds the array that `put` writes.
    pub(crate) fn push(&mut self, sink: &mut Sink, put: impl FnOnce(&mut Sink) -> bool) {
        let start = sink.bytes.len();
        let there = put(sink);
        let array = sink.bytes.split_off(start);
        if !there {
            sink.refuse("an array of arrays has no NULL among them");
        } else if sink.late.take().is_some() {
            sink.refuse("values of a custom type cannot stand in an array of arrays");
        } else if self.text {
            if self.count > 0 {
                self.body.push(b',');
            }
            self.body.extend_from_slice(&array);
        } else if self.add(&array).is_err() {
            sink.refuse("the arrays of an array are of different lengths");
        }
        self.count += 1;
    }

    fn add(&mut self, array: &[u8]) -> Result<(), Cause> {
        let mut rest = array;
        let dimensions = u32::from_be_bytes(take(&mut rest)?);
        self.nulls |= u32::from_be_bytes(take(&mut rest)?) != 0;
        let _element: [u8; 4] = take(&mut rest)?;
        let end = HEADER + 8 * dimensions as usize;
        let shape = array.get(HEADER..end).ok_or("cut short")?;
        if self.inner.get_or_insert_with(|| shape.to_vec()) != shape {
            return Err("ragged".into());
        }
        self.body.extend_from_slice(&array[end..]);
        Ok(())
    }

    /// The whole array after what is there. Arrays all of which are empty are one that is.
    pub(crate) fn write(self, sink: &mut Sink) -> bool {
        let out = &mut sink.bytes;
        if self.text {
            out.push(b'{');
            out.extend_from_slice(&self.body);
            out.push(b'}');
            return true;
        }
        let inner = self.inner.unwrap_or_default();
        let dimensions = if inner.is_empty() { 0 } else { 1 + inner.len() / 8 };
        out.extend_from_slice(&u32::try_from(dimensions).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(&u32::from(self.nulls).to_be_bytes());
        out.extend_from_slice(&self.oid.to_be_bytes());
        if dimensions > 0 {
            out.extend_from_slice(&self.count.to_be_bytes());
            out.extend_from_slice(&1_u32.to_be_bytes());
            out.extend_from_slice(&inner);
            out.extend_from_slice(&self.body);
        }
        true
    }
}
