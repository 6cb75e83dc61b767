//! The queries of `golden/`, run by Nuages on the rows of `data.json`: each must give what Django gave there, or what
//! the language says where it differs from Django on purpose.
//!
//! One module has the cases of one file of `cases/`. To add a case, write it there, run `make.py`, and write its
//! `query!` here, word for word as the golden file says. What cannot be compiled yet is in `pending.txt`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[macro_use]
mod json;
#[macro_use]
mod harness;

mod aggregates;
mod branches;
mod changes;
mod complete;
mod conditions;
mod dates;
mod fetching;
mod grouping;
mod keyed;
mod lookups;
mod optional;
mod ordering;
mod paths;
mod relations;
mod rows;
mod sets;
mod subqueries;
mod totals;
mod world;
mod writes;
mod written;

/// The modules: name and cases.
const MODULES: &[(&str, &[&str])] = &[
    ("aggregates", aggregates::NAMES),
    ("branches", branches::NAMES),
    ("changes", changes::NAMES),
    ("conditions", conditions::NAMES),
    ("dates", dates::NAMES),
    ("fetching", fetching::NAMES),
    ("grouping", grouping::NAMES),
    ("keyed", keyed::NAMES),
    ("lookups", lookups::NAMES),
    ("optional", optional::NAMES),
    ("ordering", ordering::NAMES),
    ("paths", paths::NAMES),
    ("relations", relations::NAMES),
    ("rows", rows::NAMES),
    ("sets", sets::NAMES),
    ("subqueries", subqueries::NAMES),
    ("totals", totals::NAMES),
    ("writes", writes::NAMES),
];
