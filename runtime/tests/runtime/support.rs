//! A database for each test, and short names for what emitted code writes out.

use nuages::private::{Context, Decode, Frag, Param, Plan, Statement, build, ty};
use nuages::{Db, Error, Query, Read, Write};
use nuages_devdb::Database;
use std::time::Duration;

/// A database of its own, with a script run in it.
pub(crate) async fn database(script: &str) -> (Database, Db) {
    let database = nuages_devdb::shared().expect("a server for tests");
    let db = Db::builder().url(database.url()).pool_size(4).connect().await.expect("a connection");
    db.execute_script(script).await.expect("the script of the test");
    (database, db)
}

/// Waits until no connection is out of the pool or being mended.
pub(crate) async fn settled(db: &Db) {
    for _ in 0..1000 {
        let status = db.status();
        if status.available == status.size {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("connections are still out: {:?}", db.status());
}

/// A statement without variants.
pub(crate) const fn fixed(sql: &'static str, params: &'static [Param]) -> Statement {
    Statement { sql: Frag::Text(sql), params }
}

/// A parameter in a slot.
pub(crate) const fn param(slot: u16, ty: u32) -> Param {
    Param { slot, ty }
}

pub(crate) const BOOL: u32 = 16;
pub(crate) const INT8: u32 = 20;
pub(crate) const INT4: u32 = 23;
pub(crate) const TEXT: u32 = 25;
pub(crate) const INT8_ARRAY: u32 = 1016;
pub(crate) const TEXT_ARRAY: u32 = 1009;

/// Two columns: a number and a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) id: i64,
    pub(crate) name: String,
}

impl Decode for Item {
    type Row = Self;

    fn decode(cx: Context<'_>) -> Result<Self, Error> {
        Ok(Self { id: cx.get(0)?, name: cx.get(1)? })
    }
}

/// One column.
pub(crate) struct Value<T>(std::marker::PhantomData<T>);

impl<T: nuages::private::Column + Send + 'static> Decode for Value<T> {
    type Row = T;

    fn decode(cx: Context<'_>) -> Result<T, Error> {
        cx.get(0)
    }
}

/// The table of [`Item`]s: 1 a, 2 b, 3 c.
pub(crate) const ITEMS: &str = "
    CREATE TABLE item (id bigint PRIMARY KEY, name text NOT NULL);
    INSERT INTO item VALUES (1, 'a'), (2, 'b'), (3, 'c');
";

/// A number that the server counts.
pub(crate) async fn number(db: &Db, sql: &str) -> i64 {
    let client = db.client().await.expect("a connection");
    client.query_one(sql, &[]).await.expect(sql).get(0)
}

/// All rows of [`ITEMS`].
pub(crate) fn all() -> Query<Vec<Item>, Read> {
    static PLAN: Plan<Vec<Item>> =
        Plan::<Vec<Item>>::rows::<Item>("Item", fixed("SELECT id, name FROM item", &[]), &[]);
    build().finish(&PLAN)
}

/// One more of them.
pub(crate) fn insert(id: i64) -> Query<u64, Write> {
    static PLAN: Plan<u64> =
        Plan::<u64>::affected("Item", fixed("INSERT INTO item VALUES ($1, 'new')", &[param(0, INT8)]));
    build().bind(ty::<i64>(), id).finish(&PLAN)
}

/// What takes longer than any test waits.
pub(crate) fn sleep() -> Query<bool, Read> {
    static PLAN: Plan<bool> = Plan::<bool>::exists("Row", fixed("SELECT pg_sleep(30) IS NULL", &[]));
    build().finish(&PLAN)
}
