//! The queries of `golden/`, run by Nuages on the rows of `data.json`: see `main.rs` of the shop's set in `tests/parity`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[macro_use]
#[path = "../../parity/json.rs"]
mod json;
#[macro_use]
#[path = "../../parity/harness.rs"]
mod harness;

mod aggregation;
mod branches;
#[path = "../../parity/complete.rs"]
mod complete;
mod expressions;
mod fetching;
mod groups;
mod lookups;
mod numbers;
mod queries;
mod sets;
mod subqueries;
mod texts;
mod windows;
mod world;

/// The modules: name and cases.
const MODULES: &[(&str, &[&str])] = &[
    ("aggregation", aggregation::NAMES),
    ("branches", branches::NAMES),
    ("expressions", expressions::NAMES),
    ("fetching", fetching::NAMES),
    ("groups", groups::NAMES),
    ("lookups", lookups::NAMES),
    ("numbers", numbers::NAMES),
    ("queries", queries::NAMES),
    ("sets", sets::NAMES),
    ("subqueries", subqueries::NAMES),
    ("texts", texts::NAMES),
    ("windows", windows::NAMES),
];
