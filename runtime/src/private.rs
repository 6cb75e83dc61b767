//! What emitted code calls. Nothing here is for people: it changes with the macros.

pub use crate::borrowed::Lend;
pub use crate::bulk::{Copied, Unnested, copied, rows};
pub use crate::cursor::{Order, OrderKey, no_cursor};
pub use crate::db::Route;
pub use crate::decode::{Beside, Cells, Column, Context, Decode, Wanted, wanted};
pub use crate::encode::{
    Accepts, AcceptsBound, AcceptsCursor, AcceptsKey, AcceptsList, AcceptsNullable, AcceptsOption, AcceptsRange, Bound,
    Build, Custom, Document, Element, Field, Fits, FitsKey, FitsKeyList, FitsKeyNullable, FitsKeyOption, FitsList,
    FitsNullable, FitsOption, FitsRange, Key, KeyColumns, KeyField, Number, Optional, Own, OwnValue, Pattern, Sink,
    SqlType, Ty, build, field, key, ty,
};
pub use crate::parts::{Marked, Parts, Tuple, Wide, clone, debug, equal};
pub use crate::plan::{Child, Frag, Param, Plan, SqlOid, Statement};
pub use crate::prefetch::Lists;
#[cfg(feature = "serde")]
pub use crate::serial::{Fields, member, parse, serde};
pub use crate::stored::{delete, refresh, save};
pub use crate::testing::trial;
pub use crate::variant::*;
pub use postgres_types::Kind;

use crate::error::Error;
use crate::execute::Executor;
use crate::query::Write;

/// Runs a script: DDL that was compiled in.
pub async fn script<'e, E: Executor<Write> + 'e>(executor: E, sql: &str) -> Result<(), Error> {
    crate::execute::script(executor.access::<'e>(), sql).await
}

/// Stands for a query that has mistakes, of the type that it would have. It never runs, because nothing with mistakes
/// compiles.
pub fn broken<T: 'static, K>() -> crate::Query<T, K> {
    unreachable!("a query that has mistakes does not compile")
}

/// Uses a value of a query that has mistakes, so that rustc does not call it unused as well.
pub fn used<T: ?Sized>(_: &T) {}
