//! A schema of rare things.

mod fails;
mod mac;

pub use fails::Fails;
pub use mac::{Mac, Macs};

/// The models of `schema.nuages`.
pub mod models {
    nuages::models!();
}
