//! What all generated models have in common.

use crate::parts::{Parts, Tuple};

/// A model of the schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model of the schema",
    label = "models are the structs that `nuages::models!()` makes"
)]
pub trait Model: Sized + Send + Sync + 'static {
    /// The primary key's type; a tuple if it has several columns.
    type Key;
    /// The model's name in the schema.
    const NAME: &'static str;

    /// This object's key.
    fn pk(&self) -> Self::Key;

    /// Its columns.
    #[doc(hidden)]
    type Parts: Parts;
    /// What its fields are called, in the order of the columns, with commas between.
    #[doc(hidden)]
    const FIELDS: &'static str;
    /// The object that has these values.
    #[doc(hidden)]
    fn __new(parts: Self::Parts) -> Self;
    /// The values of this one.
    #[doc(hidden)]
    fn __parts(&self) -> <Self::Parts as Tuple>::Refs<'_>;
}
