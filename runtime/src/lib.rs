//! Django's ORM vocabulary for PostgreSQL, checked and compiled to SQL at build time.
//!
//! This crate is what a program needs: the macros, a [`Db`], and the [`Query`] that [`query!`] makes.
//!
//! With the feature `serde`, models and enums of the schema are `Serialize` and `Deserialize` (an enum is its text), and
//! so are [`Interval`], [`Range`], [`SearchVector`] and [`Page`]; records are `Serialize`: the columns of their model and
//! their own fields side by side, as they are read in Rust (`{"id": 1, "name": "Atlas", "category": {…}, "n": 3}`). In a
//! named query with `derive` attributes those decide; a `Serialize` or `Deserialize` among them gives the same form.
//!
//! With the feature `tracing`, each statement is a span of the crate `tracing`, in that of its transaction, and a slow one a
//! warning; with `metrics`, what [`Db::metrics`] gives goes through the facade of the crate `metrics` too. Both have the
//! names of OpenTelemetry's conventions for databases. No value of a parameter is in them unless it is asked for.

mod borrowed;
mod bulk;
mod constraint;
mod cursor;
mod db;
mod decode;
mod encode;
mod error;
mod execute;
#[doc(hidden)]
pub mod ide;
mod model;
mod observe;
mod page;
mod parts;
mod plan;
mod prefetch;
#[doc(hidden)]
pub mod private;
mod query;
mod serial;
mod stored;
mod stream;
pub mod testing;
mod transaction;
mod types;
mod variant;

pub use chrono;
pub use deadpool_postgres;
pub use nuages_macros::*;
pub use rust_decimal;
pub use serde_json;
pub use tokio_postgres;
pub use uuid;

pub use borrowed::{Borrowed, BorrowedRow, Family, Iter};
pub use constraint::{Constraint, Constraints};
pub use cursor::Cursor;
pub use db::{Builder, Client, Connection, Db, Pem, PlanCacheMode, PoolStatus, Server, SslMode};
pub use error::{Error, ErrorKind, Integrity};
pub use execute::Executor;
pub use model::Model;
pub use observe::{Latency, Metrics, PoolMetrics, SharedMetrics, StatementKind, StatementMetrics};
pub use page::Page;
pub use query::{Chunked, Kind, Locking, Nested, Pipelined, Query, Read, Running, Write};
pub use stream::Rows;
pub use transaction::{AfterCommit, Begin, Isolation, Mode, ReadOnly, ReadWrite, Transaction};
pub use types::{Interval, Range, SearchVector};
pub use variant::UnknownVariant;
