//! A schema of rare things.

/// The models of `schema.nuages`.
pub mod models {
    nuages::models!();
}
