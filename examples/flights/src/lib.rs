//! Every flight that left New York City in 2013, on Nuages.
//!
//! [`models`] are made from `schema.nuages`; [`data`] fetches the files and puts their rows in the tables;
//! [`questions`] has the ten questions of `QUESTIONS.md`, each a `query!`; [`report`] prints the answers.

pub mod data;
pub mod questions;
pub mod report;

/// The models of `schema.nuages`.
pub mod models {
    nuages::models!();
}
