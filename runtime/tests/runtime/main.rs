//! The runtime on a real PostgreSQL, with plans written by hand as the compiler would write them.

mod accepts;
mod bulk;
mod errors;
mod pool;
mod prefetch;
mod rows;
mod stream;
mod support;
mod transactions;
mod types;
mod variants;
