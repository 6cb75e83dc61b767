//! The queries of `golden/`, run by Nuages on the rows of `data.json`: see `main.rs` of the shop's set in `tests/parity`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[macro_use]
#[path = "../../parity/json.rs"]
mod json;
#[macro_use]
#[path = "../../parity/harness.rs"]
mod harness;

#[path = "../../parity/complete.rs"]
mod complete;
mod documents;
mod harder;
mod keys;
mod relations;
mod search;
mod types;
mod world;

/// The modules: name and cases.
const MODULES: &[(&str, &[&str])] = &[
    ("documents", documents::NAMES),
    ("harder", harder::NAMES),
    ("keys", keys::NAMES),
    ("relations", relations::NAMES),
    ("search", search::NAMES),
    ("types", types::NAMES),
];
