//! What all generated models have in common.

/// A model of the schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model of the schema",
    label = "models are the structs that `nuages::models!()` makes"
)]
pub trait Model: Send + Sync + 'static {
    /// The primary key's type; a tuple if it has several columns.
    type Key;
    /// The model's name in the schema.
    const NAME: &'static str;

    /// This object's key.
    fn pk(&self) -> Self::Key;
}
