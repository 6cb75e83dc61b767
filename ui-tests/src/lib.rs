//! The models that the cases in `fail/` and `pass/` ask for.

/// The models.
pub mod models {
    nuages::models!();
}
