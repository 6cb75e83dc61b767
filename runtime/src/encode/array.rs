//! Arrays, written element by element: lists of a condition, columns of a bulk write, array fields.

use std::sync::Arc;

use super::grid::Grid;
use super::{Accepts, Late, LateElements, Sink, Slot, SqlType, literal, text};

/// An array in the making.
///
/// Binary unless the element's type is left to the server (`{"a",NULL}` then) or is only known later.
#[derive(Default)]
pub(crate) struct Array {
    oid: u32,
    text: bool,
    literals: bool,
    count: u32,
    nulls: bool,
    body: Vec<u8>,
    late: Vec<Option<Late>>,
}

/// Element type of `text[]`.
const TEXT: u32 = 25;
/// Dimensions, flags, element type, length, lower bound.
const HEADER: usize = 20;
/// Room for the first elements of many. Allocators give so much at once, and more by a longer way.
const ROOM: usize = 1000;
/// What stands in the place of a length where there is no value.
const NULL: [u8; 4] = (-1_i32).to_be_bytes();

impl Array {
    /// For elements of type `T`.
    pub(crate) fn of<T: SqlType>() -> Self {
        let of_arrays = T::NESTED;
        Self {
            oid: if of_arrays { TEXT } else { T::OID },
            text: T::OID == 0 && !of_arrays,
            // An array whose element's type is left to the server is a literal already.
            literals: T::OID != 0 && of_arrays,
            ..Self::default()
        }
    }

    /// The same with room for many elements, so that it need not grow from the first one on.
    pub(crate) fn roomy(mut self) -> Self {
        self.body.reserve(ROOM);
        self
    }

    /// An array of values that are already in the format of the type; OID 0 makes it text.
    pub(crate) fn raw(oid: u32) -> Self {
        Self { oid, text: oid == 0, ..Self::default() }
    }

    /// Adds what `put` writes, or NULL if it says that there is none.
    pub(crate) fn push(&mut self, sink: &mut Sink, put: impl FnOnce(&mut Sink) -> bool) {
        if self.text || self.literals {
            return self.push_rewritten(sink, put);
        }
        let start = self.body.len();
        self.body.extend_from_slice(&NULL);
        // Written where it stays: what is bound for many rows is copied neither here nor there.
        std::mem::swap(&mut sink.bytes, &mut self.body);
        let there = put(sink);
        std::mem::swap(&mut sink.bytes, &mut self.body);
        if let Some(late) = sink.late.take() {
            self.body.truncate(start);
            return self.push_late(late);
        }
        if there {
            let length = length(self.body.len() - start - NULL.len());
            self.body[start..start + NULL.len()].copy_from_slice(&length.to_be_bytes());
        } else {
            self.body.truncate(start + NULL.len());
            self.nulls = true;
        }
        self.count += 1;
    }

    /// The same of a value that stands otherwise in an array than alone.
    fn push_rewritten(&mut self, sink: &mut Sink, put: impl FnOnce(&mut Sink) -> bool) {
        let start = sink.bytes.len();
        let there = put(sink);
        if let Some(late) = sink.late.take() {
            return self.push_late(late);
        }
        if there && self.literals {
            let mut literal = Vec::new();
            literal::array(&sink.bytes[start..], &mut literal);
            self.push_raw(Some(&literal));
        } else {
            self.push_raw(there.then(|| &sink.bytes[start..]));
        }
        sink.bytes.truncate(start);
    }

    fn push_late(&mut self, late: Late) {
        // Until now there were only NULLs.
        self.late.resize(self.count as usize, None);
        self.late.push(Some(late));
        self.count += 1;
    }

    /// As [`Array::push`], but NULL adds nothing.
    pub(crate) fn push_some(&mut self, sink: &mut Sink, put: impl FnOnce(&mut Sink) -> bool) {
        let mut probe = Sink { problem: sink.problem.take(), ..Sink::default() };
        if put(&mut probe) {
            let Sink { bytes, late, .. } = &mut probe;
            self.push(sink, |sink| {
                sink.bytes.append(bytes);
                sink.late = late.take();
                true
            });
        }
        sink.problem = probe.problem;
    }

    /// Adds a value as it is.
    pub(crate) fn push_raw(&mut self, value: Option<&[u8]>) {
        if self.text {
            if self.count > 0 {
                self.body.push(b',');
            }
            match value {
                Some(value) => text::quoted(value, &mut self.body),
                None => self.body.extend_from_slice(b"NULL"),
            }
        } else {
            self.nulls |= value.is_none();
            self.body.extend_from_slice(&value.map_or(NULL, |value| length(value.len()).to_be_bytes()));
            self.body.extend_from_slice(value.unwrap_or_default());
        }
        self.count += 1;
    }

    /// How many bytes it will take.
    pub(crate) fn size(&self) -> usize {
        HEADER + self.body.len()
    }

    /// The whole array after what is there.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        if self.text {
            out.push(b'{');
            out.extend_from_slice(&self.body);
            out.push(b'}');
            return;
        }
        out.reserve(self.size());
        out.extend_from_slice(&u32::from(self.count > 0).to_be_bytes());
        out.extend_from_slice(&u32::from(self.nulls).to_be_bytes());
        out.extend_from_slice(&self.oid.to_be_bytes());
        if self.count > 0 {
            out.extend_from_slice(&self.count.to_be_bytes());
            out.extend_from_slice(&1_u32.to_be_bytes());
            out.extend_from_slice(&self.body);
        }
    }

    /// The array as a value of its own.
    fn put(mut self, sink: &mut Sink) -> bool {
        if self.late.is_empty() {
            self.write(&mut sink.bytes);
        } else {
            self.late.resize(self.count as usize, None);
            sink.late = Some(Arc::new(LateElements(self.late)));
        }
        true
    }

    /// The array as a parameter.
    pub(crate) fn finish(mut self, sink: &mut Sink) -> Slot {
        if !self.late.is_empty() {
            self.late.resize(self.count as usize, None);
            return Slot::Late(Arc::new(LateElements(self.late)));
        }
        let start = sink.bytes.len();
        self.write(&mut sink.bytes);
        Slot::Bytes { start, end: sink.bytes.len(), text: self.text }
    }
}

/// A length as it is sent. A value of 2 GiB and more is refused by the server before it could overflow.
fn length(bytes: usize) -> i32 {
    i32::try_from(bytes).unwrap_or(i32::MAX)
}

macro_rules! arrays {
    ($([$($generics:tt)*] $from:ty where $element:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Accepts<Vec<T>> for $from
        where
            T: SqlType,
            $element: Accepts<T>,
        {
            fn encode(self, out: &mut Vec<u8>) {
                let mut sink = Sink { bytes: std::mem::take(out), ..Sink::default() };
                Accepts::<Vec<T>>::put(self, &mut sink);
                *out = sink.bytes;
            }

            fn put(self, sink: &mut Sink) -> bool {
                if T::NESTED {
                    let mut grid = Grid::of::<T>();
                    for element in self {
                        grid.push(sink, |sink| Accepts::<T>::put(element, sink));
                    }
                    return grid.write(sink);
                }
                let mut array = Array::of::<T>();
                for element in self {
                    array.push(sink, |sink| Accepts::<T>::put(element, sink));
                }
                array.put(sink)
            }
        }
    )*};
}

arrays! {
    [T, V] Vec<V> where V;
    ['v, T, V] &'v Vec<V> where &'v V;
    ['v, T, V] &'v [V] where &'v V;
    [T, V, const N: usize] [V; N] where V;
    ['v, T, V, const N: usize] &'v [V; N] where &'v V;
}
