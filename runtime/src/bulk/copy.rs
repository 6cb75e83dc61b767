//! Rows in the format of binary COPY: the server takes them as they come, without a statement's parameters.

use std::fmt;

use crate::encode::{Accepts, AcceptsNullable, Build, Sink, SqlType, Ty, build};
use crate::plan::Plan;
use crate::query::Query;

/// What every stream begins with: its name, no flags, no extension.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What stands in the place of a row's number of columns at the end.
const END: i16 = -1;
/// Where an array says which type its elements have.
const ELEMENT: std::ops::Range<usize> = 8..12;

/// Rows in the making. Each begins with [`Copied::next`]; then its values come in the order of the columns.
#[must_use]
pub struct Copied {
    build: Build,
    sink: Sink,
    columns: i16,
    count: usize,
    /// The elements of the next value's array are of this type.
    element: Option<u32>,
    /// The next value is an hstore.
    pairs: bool,
}

/// Starts a stream of rows with so many columns.
pub fn copied(columns: u16) -> Copied {
    Copied::new(build(), columns)
}

impl fmt::Debug for Copied {
    // Values may be secrets: only their number is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Copied").field("count", &self.count).finish_non_exhaustive()
    }
}

impl Copied {
    pub(crate) fn new(build: Build, columns: u16) -> Self {
        let mut sink = Sink::default();
        sink.bytes.extend_from_slice(HEAD);
        // A table has 1,600 columns at most.
        Self { build, sink, columns: i16::try_from(columns).unwrap_or(i16::MAX), count: 0, element: None, pairs: false }
    }

    /// Begins the next row.
    pub fn next(&mut self) {
        self.sink.bytes.extend_from_slice(&self.columns.to_be_bytes());
        self.count += 1;
    }

    /// The value that follows is an array whose elements the column has of this type.
    pub fn elements(&mut self, oid: u32) {
        self.element = Some(oid);
    }

    /// The value that follows is an hstore, which parameters have as text.
    pub fn pairs(&mut self) {
        self.pairs = true;
    }

    /// The value of the next column.
    pub fn push<T: SqlType>(&mut self, _: Ty<T>, value: impl Accepts<T>) {
        self.add(|sink| value.put(sink));
    }

    /// The value of the next column, or NULL.
    pub fn push_nullable<T: SqlType, How>(&mut self, _: Ty<T>, value: impl AcceptsNullable<T, How>) {
        self.add(|sink| value.put_nullable(sink));
    }

    /// The next column is NULL.
    pub fn push_null(&mut self) {
        self.add(|_| false);
    }

    /// The value of the next column is what was bound for all rows.
    pub fn push_bound(&mut self, slot: u16) {
        let bytes = self.build.bound(slot).map(<[u8]>::to_vec);
        self.add(|sink| bytes.map(|bytes| sink.bytes.extend_from_slice(&bytes)).is_some());
    }

    /// The query; without rows it sends nothing.
    pub fn finish<T: 'static, K>(self, plan: &'static Plan<T>) -> Query<T, K> {
        let Self { mut build, sink: Sink { mut bytes, problem, .. }, count, .. } = self;
        bytes.extend_from_slice(&END.to_be_bytes());
        problem.into_iter().for_each(|problem| build.sink().refuse(problem));
        Query::new(plan, build.streaming(count == 0, bytes))
    }

    fn add(&mut self, put: impl FnOnce(&mut Sink) -> bool) {
        let length = self.sink.bytes.len();
        self.sink.bytes.extend_from_slice(&(-1_i32).to_be_bytes());
        let start = self.sink.bytes.len();
        let there = put(&mut self.sink);
        if self.sink.late.take().is_some() {
            self.sink.refuse("a value of a custom type cannot be streamed");
        }
        let element = self.element.take();
        if std::mem::take(&mut self.pairs) && there {
            let text = self.sink.bytes.split_off(start);
            binary_pairs(&text, &mut self.sink.bytes);
        }
        if !there {
            self.sink.bytes.truncate(start);
            return;
        }
        let value = &mut self.sink.bytes[start..];
        let size = i32::try_from(value.len()).unwrap_or(i32::MAX);
        if let (Some(oid), Some(place)) = (element, value.get_mut(ELEMENT)) {
            place.copy_from_slice(&oid.to_be_bytes());
        }
        self.sink.bytes[length..start].copy_from_slice(&size.to_be_bytes());
    }
}

/// Writes `"key"=>"value","other"=>NULL` as its type has it in binary: their number, then each behind its length.
fn binary_pairs(text: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let mut count = 0_i32;
    out.extend_from_slice(&count.to_be_bytes());
    let mut rest = text;
    while let Some(key) = quoted(&mut rest) {
        sized(&key, out);
        rest = rest.strip_prefix(b"=>").unwrap_or(rest);
        if let Some(value) = quoted(&mut rest) {
            sized(&value, out);
        } else {
            out.extend_from_slice(&(-1_i32).to_be_bytes());
            rest = rest.strip_prefix(b"NULL").unwrap_or(rest);
        }
        rest = rest.strip_prefix(b",").unwrap_or(rest);
        count += 1;
    }
    out[start..start + 4].copy_from_slice(&count.to_be_bytes());
}

fn sized(value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&i32::try_from(value.len()).unwrap_or(i32::MAX).to_be_bytes());
    out.extend_from_slice(value);
}

/// Takes what stands in double quotes.
fn quoted(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let mut bytes = rest.strip_prefix(b"\"")?.iter();
    let mut value = Vec::new();
    loop {
        match bytes.next()? {
            b'"' => break,
            b'\\' => value.push(*bytes.next()?),
            byte => value.push(*byte),
        }
    }
    *rest = bytes.as_slice();
    Some(value)
}
