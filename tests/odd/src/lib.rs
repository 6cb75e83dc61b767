//! A schema of rare things.

mod mac;

pub use mac::{Mac, Macs};

/// The models of `schema.nuages`.
pub mod models {
    nuages::models!();
}
