//! Writes of many rows in one statement.

mod unnest;

pub use unnest::{Rows, rows};
