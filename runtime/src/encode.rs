//! Values become parameters.
//!
//! In: Rust values where a query stands, of the types that the schema promises. Out: their bytes in the binary format of
//! PostgreSQL, all in one arena, so that a query borrows nothing. Which Rust type fits which field is the matter of the
//! traits here; a misfit is one error of rustc, at the value.

mod array;
mod bound;
mod build;
mod cursor;
mod grid;
mod key;
mod keyed;
mod late;
mod literal;
mod named;
mod null;
mod own;
mod range;
mod scalar;
mod slots;
mod text;
mod values;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use postgres_types::ToSql;

pub use bound::{AcceptsRange, Bound};
pub use build::{Build, build};
pub use cursor::{AcceptsBound, AcceptsCursor};
pub use key::{AcceptsKey, Key, KeyColumns};
pub use keyed::{FitsKey, FitsKeyList, FitsKeyNullable, FitsKeyOption, KeyField, key};
pub use named::{Field, Fits, FitsList, FitsNullable, FitsOption, FitsRange, field};
pub use null::{AcceptsList, AcceptsNullable, AcceptsOption, Optional};
pub use own::{Element, Own, OwnValue};
pub use scalar::{Custom, Document};
pub use text::Pattern;
pub use values::Number;

pub(crate) use array::Array;
pub(crate) use late::LateElements;
pub(crate) use slots::{Slot, Slots};
pub(crate) use values::{Value, Values};

/// The field's type, written where its value is bound.
pub struct Ty<T>(PhantomData<fn() -> T>);

/// Says which type a value is bound for.
pub fn ty<T>() -> Ty<T> {
    Ty(PhantomData)
}

/// The type of a field as the server knows it. An OID of 0 is left to the server; such values are sent as text.
pub trait SqlType {
    /// The type.
    const OID: u32;
    /// The type of arrays of it, as a parameter for many rows carries them.
    const ARRAY_OID: u32;
    /// It is an array: in an array of it its elements are those of one more dimension.
    const NESTED: bool = false;
}

/// A Rust value that a field of type `T` takes.
#[diagnostic::on_unimplemented(
    message = "expected a value for a field of type `{T}`, found `{Self}`",
    label = "a field of type `{T}` does not take this value",
    note = "only `? =` takes an `Option`, and leaves out what is `None`"
)]
pub trait Accepts<T>: Sized {
    /// Appends the value in the format of `T`'s SQL type.
    fn encode(self, out: &mut Vec<u8>);

    /// As [`Accepts::encode`]; says whether there was a value, NULL else.
    #[doc(hidden)]
    fn put(self, sink: &mut Sink) -> bool {
        self.encode(&mut sink.bytes);
        true
    }

    /// The value, if it is a number.
    #[doc(hidden)]
    #[inline]
    fn number(&self) -> Option<Number> {
        None
    }
}

/// A value that can be sent only when the connection has told its type.
pub(crate) type Late = Arc<dyn ToSql + Send + Sync>;

/// Where values are written to.
#[derive(Clone, Default)]
pub struct Sink {
    pub(crate) bytes: Vec<u8>,
    /// Set by a value of a custom type, which leaves no bytes.
    pub(crate) late: Option<Late>,
    /// The first value that cannot be sent; the query says so when it is run.
    pub(crate) problem: Option<String>,
}

impl Sink {
    pub(crate) fn refuse(&mut self, problem: impl Into<String>) {
        self.problem.get_or_insert_with(|| problem.into());
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}
