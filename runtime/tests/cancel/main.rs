//! Transactions that are given up, at every await and at random, on a server that lives and on one that dies: whatever
//! happens, no connection comes back to the pool in a transaction, with unread rows or with a lock, and nothing is
//! written by half. `NUAGES_CANCEL_RUNS=100000` gives up more of them, `NUAGES_CANCEL_SEED=7` others.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod check;
mod dice;
mod faults;
mod points;
mod step;
mod storm;
mod work;
