//! A primary with a streaming replica, and queries that tell where they were read.

use std::sync::OnceLock;
use std::time::Duration;

use nuages::private::{Child, Plan, build, ty};
use nuages::{Builder, Db, Error, Nested, Query, Read, Write};
use nuages_devdb::{Cluster, Database, find};
use tokio::time::{sleep, timeout};

use crate::support::{INT8, INT8_ARRAY, ITEMS, Item, Value, fixed, param};

pub(crate) const LONG: Duration = Duration::from_mins(1);

/// A primary, its replica, and a database in both.
pub(crate) struct Pair {
    pub(crate) database: Database,
    pub(crate) replica: Cluster,
    pub(crate) primary: Cluster,
}

impl Pair {
    /// With [`ITEMS`]; the settings are the replica's.
    pub(crate) async fn start(settings: &str) -> Self {
        let installation = find::best().unwrap();
        let primary = Cluster::start_on(&installation).unwrap();
        let database = primary.create_database().unwrap();
        let db = Db::connect(&database.url()).await.unwrap();
        db.execute_script(&format!("SET synchronous_commit = on; {ITEMS}")).await.unwrap();
        let client = db.client().await.unwrap();
        // The replica is made with the settings that its primary has in its file.
        for setting in settings.split(';').filter(|it| !it.is_empty()) {
            client.batch_execute(&format!("ALTER SYSTEM SET {setting}")).await.unwrap();
        }
        let replica = primary.replica(&installation).unwrap();
        Self { database, replica, primary }
    }

    pub(crate) fn builder(&self) -> Builder {
        Db::builder().primary(self.database.url()).replica(self.copy()).pool_size(4)
    }

    /// Where the database is on the replica.
    pub(crate) fn copy(&self) -> String {
        self.replica.url_of(&self.database)
    }
}

/// One for all tests that leave it as it is. It goes with the process.
pub(crate) async fn shared() -> &'static Pair {
    static PAIR: OnceLock<Pair> = OnceLock::new();
    static MAKING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = MAKING.lock().await;
    if PAIR.get().is_none() {
        let _ = PAIR.set(Pair::start("").await);
    }
    PAIR.get().unwrap()
}

pub(crate) const HERE: &str = "SELECT pg_is_in_recovery()";
/// Items whose name is where they were read.
pub(crate) const ITEMS_HERE: &str = "SELECT id, pg_is_in_recovery()::text FROM item ORDER BY id";

/// Whether it is read on the replica.
pub(crate) fn replica() -> Query<bool, Read> {
    static PLAN: Plan<bool> = Plan::<bool>::record::<Value<bool>>("Row", fixed(HERE, &[]));
    build().finish(&PLAN)
}

pub(crate) fn pinned() -> Query<bool, Read> {
    static PLAN: Plan<bool> = Plan::<bool>::record::<Value<bool>>("Row", fixed(HERE, &[])).pinned();
    build().finish(&PLAN)
}

pub(crate) fn items() -> Query<Vec<Item>, Read> {
    static PLAN: Plan<Vec<Item>> = Plan::<Vec<Item>>::rows::<Item>("Item", fixed(ITEMS_HERE, &[]), &[]);
    build().finish(&PLAN)
}

/// Items, each with those of the same key.
pub(crate) fn nested() -> Query<Vec<(String, Vec<String>)>, Nested> {
    struct Both;
    impl nuages::private::Decode for Both {
        type Row = (String, Vec<String>);

        fn decode(cx: nuages::private::Context<'_>) -> Result<Self::Row, Error> {
            Ok((cx.get(1)?, cx.many(0, |cx| cx.get(1))?))
        }
    }
    const CHILDREN: &[Child] = &[Child {
        statement: fixed(
            "SELECT id, pg_is_in_recovery()::text FROM item WHERE id = ANY ($1)",
            &[param(u16::MAX, INT8_ARRAY)],
        ),
        parent: &[0],
        parent_types: &[INT8],
        key: &[0],
        children: &[],
        lists: None,
    }];
    static PLAN: Plan<Vec<(String, Vec<String>)>> =
        Plan::<Vec<(String, Vec<String>)>>::rows::<Both>("Item", fixed(ITEMS_HERE, &[]), CHILDREN);
    build().finish(&PLAN)
}

pub(crate) fn write(id: i64) -> Query<u64, Write> {
    static PLAN: Plan<u64> =
        Plan::<u64>::affected("Item", fixed("UPDATE item SET name = name WHERE id = $1", &[param(0, INT8)]));
    build().bind(ty::<i64>(), id).finish(&PLAN)
}

/// Runs the read until it is answered by the replica, or by the primary.
pub(crate) async fn until(db: &Db, expected: bool) {
    let seen = async {
        while replica().run(db).await.ok() != Some(expected) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let place = if expected { "the replica" } else { "the primary" };
    timeout(LONG, seen).await.unwrap_or_else(|_| panic!("no read went to {place}: {:?}", db.servers()));
}

pub(crate) fn everywhere(expected: bool, rows: &[Item]) {
    assert_eq!(rows.iter().map(|row| row.name == expected.to_string()).collect::<Vec<_>>(), [true; 3], "{rows:?}");
}
