//! The constructs of the query language as data: one row, one construct.
//!
//! In: nothing. Out: rows that [`crate::resolve`] picks by name and operand types, whose SQL templates
//! [`crate::lower`] passes on to [`crate::render`]. A template is written so that it can stand anywhere an operand
//! can: operators carry their own parentheses, except in lookups, which stand as whole conditions. The documentation's
//! table of functions is made from these rows.

pub mod aggregates;
pub mod classes;
pub mod foreign;
pub mod functions;
pub mod lookups;
pub mod methods;
pub mod names;
pub mod operators;
pub mod parts;
pub mod transforms;
pub mod windows;

#[cfg(test)]
mod tests;
