//! Values of PostgreSQL that neither std nor the usual crates have.

mod interval;
mod range;
mod search;

pub use interval::Interval;
pub use range::Range;
pub use search::SearchVector;
