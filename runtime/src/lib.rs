//! Django's ORM vocabulary for PostgreSQL, checked and compiled to SQL at build time.
//!
//! This crate is what a program needs: the macros, a [`Db`], and the [`Query`] that [`query!`] makes.

mod bulk;
mod db;
mod decode;
mod encode;
mod error;
mod execute;
#[doc(hidden)]
pub mod ide;
mod model;
mod page;
mod plan;
mod prefetch;
#[doc(hidden)]
pub mod private;
mod query;
mod stream;
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

pub use db::{Builder, Db};
pub use error::{Error, ErrorKind, Integrity};
pub use execute::Executor;
pub use model::Model;
pub use page::Page;
pub use query::{Kind, Locking, Nested, Query, Read, Running, Write};
pub use stream::Rows;
pub use transaction::{Begin, Isolation, Transaction};
pub use types::{Interval, Range, SearchVector};
pub use variant::UnknownVariant;
