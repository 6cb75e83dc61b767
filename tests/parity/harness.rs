//! Runs one case: the rows of `data.json` in a database that all cases share, the query, the comparison.

use crate::json::{same, same_in_any_order};
use crate::world;
use nuages::{Db, Error, ErrorKind};
use nuages_devdb::Database;
use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::OnceLock;
use tokio::runtime::Runtime;

/// What a case gives: its result as JSON.
pub(crate) type Found = Result<Value, Error>;

/// Makes a test of each case, and `NAMES`, the list of them.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        /// The cases of this module.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];

        mod run {
            $(
                #[test]
                fn $name() {
                    $crate::harness::check(stringify!($name), |db| Box::pin(super::$name(db)));
                }
            )*
        }
    };
}

/// Everything that is written down about the cases.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("parity")
}

/// What the golden file of a case says.
pub(crate) fn golden(name: &str) -> HashMap<String, Value> {
    let path = folder().join("golden").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs a case and compares.
///
/// # Panics
/// The result is another one than the golden file's.
pub(crate) fn check(name: &str, case: fn(Db) -> Pin<Box<dyn Future<Output = Found> + Send>>) {
    let golden = golden(name);
    let world = World::get();
    let found = match world.runtime.block_on(case(world.db.clone())) {
        Ok(found) => found,
        Err(error) => match error.kind() {
            ErrorKind::DoesNotExist => "DoesNotExist".into(),
            ErrorKind::MultipleObjectsReturned => "MultipleObjectsReturned".into(),
            _ => panic!("{name}: {error:?}"),
        },
    };
    let (expected, query) = (&golden["result"], golden["query"].as_str().unwrap());
    let compare = if golden.contains_key("sorted") { same_in_any_order } else { same };
    assert!(compare(&found, expected), "{name}\n{query}\nexpected {expected}\n   found {found}");
}

/// The database with the rows, for as long as the process lives.
struct World {
    runtime: Runtime,
    db: Db,
    _database: Database,
}

impl World {
    fn get() -> &'static Self {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(|| {
            let runtime = Runtime::new().unwrap();
            let data = std::fs::read_to_string(folder().join("data.json")).unwrap();
            // Another schema or another compiler is another build, and that has a program of another name or age.
            let program = std::env::current_exe().and_then(|path| path.metadata()?.modified()).unwrap();
            let key = format!("parity {program:?} {data}");
            let database = nuages_devdb::shared_from_template(&key, |url| runtime.block_on(fill(url, &data)));
            let database = database.expect("a server for tests");
            let db = runtime.block_on(Db::connect(&database.url())).unwrap();
            Self { runtime, db, _database: database }
        })
    }
}

/// Creates the tables and puts the rows of `data.json` in them: for each table its rows, in an order that foreign keys
/// allow, the columns by name.
async fn fill(url: &str, data: &str) -> Result<(), Error> {
    let db = Db::connect(url).await?;
    world::create_all(&db).await?;
    let client = db.client().await?;
    // A map of `serde_json` forgets the order in the file.
    for table in tables(data) {
        let rows: Value = serde_json::from_str::<HashMap<String, Value>>(data).unwrap()[table].clone();
        let columns: Vec<String> = rows[0].as_object().unwrap().keys().map(|column| format!("\"{column}\"")).collect();
        let columns = columns.join(", ");
        let insert = format!(
            "INSERT INTO \"{table}\" ({columns}) OVERRIDING SYSTEM VALUE \
             SELECT {columns} FROM json_populate_recordset(NULL::\"{table}\", $1::json)"
        );
        client.execute(&insert, &[&rows]).await?;
    }
    db.execute_script("ANALYZE").await
}

/// The names of the tables, in the order of the file: what stands alone before a list.
fn tables(data: &str) -> impl Iterator<Item = &str> {
    data.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\": ["))
}
