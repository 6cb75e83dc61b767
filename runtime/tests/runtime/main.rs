//! The runtime on a real PostgreSQL, with plans written by hand as the compiler would write them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![allow(clippy::type_complexity, reason = "tables of cases")]
#![allow(clippy::needless_borrows_for_generic_args, reason = "references are what is tested")]

mod accepts;
mod bulk;
mod counted;
mod early;
mod errors;
mod faults;
mod hooks;
mod life;
mod modes;
mod network;
mod pair;
mod pool;
mod pooled;
mod prefetch;
mod recorded;
mod replicas;
mod retry;
mod rows;
mod shared;
mod stream;
mod support;
#[cfg(feature = "tls")]
mod tls;
mod transactions;
mod trial;
mod types;
mod variants;
mod waiting;
