//! A festival: composite keys, relations of a model to itself, two ways to one model, and types of all sorts.

/// The models of `schema.nuages`.
pub mod models {
    nuages::models!();
}
