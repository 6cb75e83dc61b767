//! What `#[nuages::test]` calls: a test with a database of its own, or in a transaction that is rolled back.
//!
//! In: the address of a server, the schema's DDL, a function. Out: what the function gave, with nothing left on the
//! server, also after a panic, but for what makes the next test quick (see `template`).

use std::fmt::Debug;

use tokio::runtime::{Builder, Runtime};

use super::template::{Place, Server};
use crate::db::Db;
use crate::error::{Error, ErrorKind};
use crate::transaction::Transaction;

/// How many threads serve what a test spawns, where it asks for them.
const THREADS: usize = 2;

/// What stands in the attribute.
#[derive(Debug)]
pub struct Case {
    /// The URL of a server.
    pub server: String,
    /// What makes the tables.
    pub ddl: &'static str,
    /// Whether what the test spawns has threads of its own.
    pub threads: bool,
}

/// What a function after `server =` may give: a URL as `String` or `&str`, or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no address of a server",
    note = "the function of `server` gives a `String`, a `&str`, or a `Result` of one of them"
)]
pub trait Address {
    /// The URL.
    fn url(self) -> String;
}

impl Address for String {
    fn url(self) -> String {
        self
    }
}

impl Address for &str {
    fn url(self) -> String {
        self.to_owned()
    }
}

impl<A: Address, E: Debug> Address for Result<A, E> {
    fn url(self) -> String {
        match self {
            Ok(address) => address.url(),
            Err(error) => panic!("there is no server for the test: {error:?}"),
        }
    }
}

/// What a fixture may give: `()`, or a `Result`.
#[diagnostic::on_unimplemented(
    message = "a fixture gives `()` or a `Result`, found one that gives `{Self}`",
    note = "what it makes is in the database, where the test finds it"
)]
pub trait Made {
    /// Panics with the error, if it is one.
    fn made(self, name: &str);
}

impl Made for () {
    fn made(self, _: &str) {}
}

impl<T, E: Debug> Made for Result<T, E> {
    fn made(self, name: &str) {
        if let Err(error) = self {
            panic!("the fixture `{name}` failed: {error:?}");
        }
    }
}

/// Sees what a fixture gave.
pub fn made(name: &str, result: impl Made) {
    result.made(name);
}

/// The URL that a function gave.
pub fn given(address: impl Address) -> String {
    address.url()
}

/// The URL of `DATABASE_URL`.
pub fn environment() -> String {
    std::env::var("DATABASE_URL").unwrap_or_else(|_| {
        panic!(
            "there is no server for the test: found no `DATABASE_URL`, expected the url of a server as a user that may \
             create databases, or `test_server = \"path::to::function\"` in `nuages.toml`"
        )
    })
}

/// Runs a test with a database of its own.
pub fn database<R>(case: &Case, body: impl AsyncFnOnce(&Db) -> R) -> R {
    let stage = Stage::new(case, async |server: Server<'_>| server.own().await);
    stage.runtime.block_on(async {
        let db = done("connect to the database of the test", stage.place.connect(None).await);
        body(&db).await
    })
}

/// Runs a test in a transaction that is rolled back.
pub fn transaction<R>(case: &Case, body: impl AsyncFnOnce(&Transaction) -> R) -> R {
    let stage = Stage::new(case, async |server: Server<'_>| server.shared().await);
    stage.runtime.block_on(async {
        let db = done("connect to the database of the tests", stage.place.connect(Some(1)).await);
        let tx = done("begin the transaction of the test", db.transaction().begin().await);
        // Whoever ends the transaction ends the savepoint, and it is missed.
        done("begin the transaction of the test", tx.execute_script("SAVEPOINT nuages_test").await);
        let result = body(&tx).await;
        // What the schema defers to the commit would otherwise never be looked at.
        let kept = tx.execute_script("SET CONSTRAINTS ALL IMMEDIATE").await;
        let whole = tx.execute_script("ROLLBACK TO SAVEPOINT nuages_test").await;
        if let Err(error) = whole {
            done("tell the other tests", stage.place.spoil().await);
            panic!(
                "the transaction of the test was ended in it, so the tests' database is made anew: {error}\n\
                 a test that commits takes `db: Db`"
            );
        }
        if let Err(error) = kept
            && matches!(error.kind(), ErrorKind::Integrity(_))
        {
            panic!("the test leaves what a commit would refuse: {error}");
        }
        result
    })
}

/// Drops what nobody uses, as the first test of a process does; gives what was dropped.
pub fn sweep(case: &Case) -> Vec<String> {
    let sweep = async { Server::connect(&case.server, case.ddl).await?.sweep().await };
    done("sweep the server", runtime(false).block_on(sweep))
}

fn runtime(threads: bool) -> Runtime {
    let mut builder = if threads { Builder::new_multi_thread() } else { Builder::new_current_thread() };
    match builder.worker_threads(THREADS).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("cannot make the runtime of the test: {error}"),
    }
}

/// A runtime, and the databases of a test in it.
struct Stage {
    place: Place,
    runtime: Runtime,
}

impl Stage {
    fn new(case: &Case, make: impl AsyncFnOnce(Server<'_>) -> Result<Place, Error>) -> Self {
        let runtime = runtime(case.threads);
        let place = runtime.block_on(async { make(Server::connect(&case.server, case.ddl).await?).await });
        Self { place: done("make the database of the test", place), runtime }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Also while a panic is on its way, so this one does not panic. What is left is swept by another run.
        let _ = self.runtime.block_on(self.place.leave());
    }
}

fn done<T>(what: &str, result: Result<T, Error>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("cannot {what}: {error:?}"),
    }
}
