//! What tests need: how many statements something sends, and which; databases for [`#[nuages::test]`](macro@crate::test).
//!
//! In: a future. Out: its value, and the statements that its task sent meanwhile, on any database. Tasks do not see each
//! other, so tests may run side by side.

mod count;
pub(crate) mod record;
mod template;
#[doc(hidden)]
pub mod trial;

pub use count::assert_num_queries;
pub use record::{Recorded, inherit, record};
