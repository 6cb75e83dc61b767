//! What the resolver's names must agree with: types, literals, nullability, grouping, cardinality, order, safety.
//!
//! In: typed pieces of [`crate::hir`]. Out: answers, or mistakes in the schema's vocabulary; [`crate::resolve`] calls
//! these as it goes, so that a query is resolved and checked in one pass.

pub mod absent;
pub mod cardinality;
pub mod enclosing;
pub mod fingerprint;
pub mod grouping;
pub mod holds;
pub mod literal;
pub mod nullability;
pub mod order;
pub mod safety;
pub mod temporal;
pub mod types;

#[cfg(test)]
mod tests;
