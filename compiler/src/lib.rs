//! Query tokens and a schema to checked, static SQL and Rust tokens.
//!
//! The stages in order, each a function that gathers its errors: [`parse`] (tokens to [`ast`]), [`resolve`] with
//! `check` (names and types: [`hir`]), [`lower`] ([`plan`]), [`render`] (SQL text), [`emit`] (Rust tokens).

pub mod ast;
pub mod check;
pub mod clause;
pub mod codes;
pub mod diagnostic;
pub mod emit;
mod expand;
pub mod hir;
pub mod lower;
pub mod parse;
pub mod plan;
pub mod raw;
pub mod render;
pub mod resolve;
pub mod tables;
mod trial;
mod visit;

pub use emit::error::FAULTY;
pub use emit::{Paths, tracked};
pub use expand::{expand, expand_raw, objects, refuse, scopes, sent};
pub use trial::{Surroundings, test};

pub use clause::{Purpose, condition_sql, expression_sql};
