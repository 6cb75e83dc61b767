//! A shop on Nuages.
//!
//! [`models`] are made from `schema/`; [`fill`] makes rows at a real size; the other modules are what a shop asks its
//! database, one subject each.

pub mod dashboard;
pub mod export;
pub mod fill;
pub mod orders;
pub mod products;
pub mod report;
pub mod stock;

/// The models of `schema/`.
pub mod models {
    nuages::models!();
}
