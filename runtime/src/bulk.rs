//! Writes of many rows in one statement.

mod copy;
mod unnest;

pub use copy::{Copied, copied};
pub use unnest::{Unnested, rows};
