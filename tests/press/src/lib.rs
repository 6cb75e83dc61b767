//! Books, those who write, print and sell them, and what is noted about them.

/// The models of `schema.nuages`.
pub mod models {
    nuages::models!();
}
