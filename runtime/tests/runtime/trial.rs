//! What `#[nuages::test]` leaves on the server, and what it does not.

use std::io::{BufRead, BufReader, Read};
use std::panic::resume_unwind;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use nuages::private::trial::{self, Case};
use nuages::{Db, Error, ErrorKind};

use crate::support::number;

/// A test of a schema that no other test has.
fn case(ddl: &'static str) -> Case {
    Case { server: nuages_devdb::server().unwrap(), ddl, threads: false }
}

async fn text(db: &Db, sql: &str) -> String {
    db.client().await.unwrap().query_one(sql, &[]).await.unwrap().get(0)
}

const NAME: &str = "SELECT current_database()::text";

/// Runs a statement in the database that the server's address names.
fn on_server<R>(case: &Case, body: impl AsyncFnOnce(&Db) -> R) -> R {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { body(&Db::connect(&case.server).await.unwrap()).await })
}

fn exists(case: &Case, name: &str) -> bool {
    let sql = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
    on_server(case, async |db| number(db, &sql).await == 1)
}

/// The name without what tells the copies of a template apart.
fn template(name: &str) -> &str {
    name.rsplit_once('_').unwrap().0
}

#[test]
fn each_test_has_a_copy_that_is_gone_afterwards() {
    let case = case("CREATE TABLE own (id int)");
    let run = || {
        trial::database(&case, async |db| {
            assert_eq!(number(db, "SELECT count(*) FROM own").await, 0);
            db.execute_script("INSERT INTO own VALUES (1)").await.unwrap();
            text(db, NAME).await
        })
    };
    let (one, two) = (run(), run());
    assert_ne!(one, two);
    assert_eq!(template(&one), template(&two));
    assert!(!exists(&case, &one) && !exists(&case, &two));
    assert!(exists(&case, template(&one)));
}

#[test]
fn also_after_a_panic_and_after_an_error() {
    let case = case("CREATE TABLE panics (id int)");
    let mut name = String::new();
    let failed = thread::scope(|scope| {
        let run = || {
            trial::database(&case, async |db| {
                name = text(db, NAME).await;
                // A connection is out, too.
                let _held = db.client().await.unwrap();
                resume_unwind(Box::new("the test failed"));
            })
        };
        scope.spawn(run).join()
    });
    assert_eq!(failed.unwrap_err().downcast_ref(), Some(&"the test failed"));
    assert!(!name.is_empty() && !exists(&case, &name));
    let result: Result<(), Error> = trial::database(&case, async |db| {
        name = text(db, NAME).await;
        db.execute_script("SELECT FROM nowhere").await
    });
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Database);
    assert!(!exists(&case, &name));
}

#[test]
fn a_transaction_leaves_nothing() {
    let case = case("CREATE TABLE rolled (id int UNIQUE)");
    let run = || {
        trial::transaction(&case, async |tx| {
            tx.execute_script("INSERT INTO rolled VALUES (1)").await?;
            // What fails in a savepoint is undone alone, as outside.
            let again = tx.atomic(async |tx| tx.execute_script("INSERT INTO rolled VALUES (1)").await).await;
            assert!(again.unwrap_err().is_unique_violation());
            tx.execute_script("INSERT INTO rolled VALUES (2)").await
        })
    };
    run().unwrap();
    run().unwrap();
    // One that fails in the transaction itself leaves nothing either.
    let failed = trial::transaction(&case, async |tx| tx.execute_script("INSERT INTO rolled VALUES (3), (3)").await);
    assert!(failed.unwrap_err().is_unique_violation());
    run().unwrap();
}

#[test]
fn who_ends_the_transaction_is_found_out() {
    let case = case("CREATE TABLE ended (id int)");
    let panic = thread::scope(|scope| {
        let run = || {
            trial::transaction(&case, async |tx| {
                tx.execute_script("INSERT INTO ended VALUES (1); COMMIT; BEGIN").await.unwrap();
            });
        };
        scope.spawn(run).join().unwrap_err()
    });
    let text = panic.downcast::<String>().unwrap();
    assert!(
        text.starts_with("the transaction of the test was ended in it, so the tests' database is made anew: "),
        "{text}"
    );
    // The next one finds nothing of it.
    trial::transaction(&case, async |tx| {
        let none = "DO 'BEGIN IF EXISTS (SELECT FROM ended) THEN RAISE ''found''; END IF; END'";
        tx.execute_script(none).await.unwrap();
    });
}

#[test]
fn what_a_commit_would_refuse_is_found_out() {
    let case = case("CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    let run = |sql: &'static str| {
        let run = || trial::transaction(&case, async |tx| tx.execute_script(sql).await);
        thread::scope(|scope| scope.spawn(run).join())
    };
    run("INSERT INTO late VALUES (1)").unwrap().unwrap();
    let panic = run("INSERT INTO late VALUES (1), (1)").unwrap_err();
    let text = panic.downcast::<String>().unwrap();
    assert!(text.starts_with("the test leaves what a commit would refuse: duplicate key"), "{text}");
}

#[test]
fn many_at_once_make_one_template() {
    let case = case("CREATE TABLE many (id int)");
    let names: Vec<String> = thread::scope(|scope| {
        let one = || trial::database(&case, async |db| text(db, NAME).await);
        let other = || {
            trial::transaction(&case, async |tx| tx.execute_script("INSERT INTO many VALUES (1)").await).unwrap();
            String::new()
        };
        let threads: Vec<_> = (0..8).map(|i| if i % 2 == 0 { scope.spawn(one) } else { scope.spawn(other) }).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let name = template(&names[0]);
    let left = format!("SELECT count(*) FROM pg_database WHERE datname LIKE '{name}%'");
    // The template, and what the others share.
    assert_eq!(on_server(&case, async |db| number(db, &left).await), 2);
    assert!(exists(&case, &format!("{name}_shared")));
}

#[test]
fn what_was_left_behind_is_swept_and_what_is_used_is_not() {
    let case = case("CREATE TABLE swept (id int)");
    trial::transaction(&case, async |_| ());
    let (name, swept) = trial::database(&case, async |db| {
        let name = text(db, NAME).await;
        let dead = format!("{}_dead", template(&name));
        let old = format!("COMMENT ON DATABASE {} IS 'nuages: last used 2001-01-01'", template(&name));
        let shared = format!("COMMENT ON DATABASE {}_shared IS 'nuages: last used 2001-01-01'", template(&name));
        db.execute_script(&old).await.unwrap();
        db.execute_script(&shared).await.unwrap();
        let create = format!("CREATE DATABASE {dead} TEMPLATE {}", template(&name));
        db.client().await.unwrap().batch_execute(&create).await.unwrap();
        let mine = template(&name).to_owned();
        let swept = thread::scope(|scope| scope.spawn(|| trial::sweep(&case)).join().unwrap());
        let swept: Vec<String> = swept.into_iter().filter(|other| other.starts_with(&mine)).collect();
        // The test goes on.
        assert_eq!(number(db, "SELECT count(*) FROM swept").await, 0);
        (name, swept)
    });
    let (template, mut swept) = (template(&name).to_owned(), swept);
    swept.sort();
    assert_eq!(swept, [template.clone(), format!("{template}_dead"), format!("{template}_shared")]);
    // What is not there is made again.
    trial::transaction(&case, async |_| ());
    assert!(trial::sweep(&case).iter().all(|other| !other.starts_with(&template)));
    assert!(exists(&case, &template));
}

/// In the process of a test that is to be killed: the address of the server.
const VICTIM: &str = "NUAGES_TEST_VICTIM";

/// Not a test of its own: what runs in a process of [`a_killed_run_is_cleared_away_by_the_next`]. It has a database of its own
/// and a transaction, says what the database is called, and waits.
#[test]
fn victim() {
    let Ok(server) = std::env::var(VICTIM) else { return };
    let case = Case { server, ddl: "CREATE TABLE victim (id int)", threads: false };
    trial::database(&case, async |db| {
        db.execute_script("INSERT INTO victim VALUES (1)").await.unwrap();
        let name = text(db, NAME).await;
        let (begun, wait) = std::sync::mpsc::channel();
        thread::scope(|scope| {
            let in_transaction = || {
                trial::transaction(&case, async |tx| {
                    tx.execute_script("INSERT INTO victim VALUES (1)").await.unwrap();
                    begun.send(()).unwrap();
                    // Until standard input ends, which it does not.
                    let _ = std::io::stdin().read(&mut [0]);
                });
            };
            scope.spawn(in_transaction);
            wait.recv().unwrap();
            println!("in {name}");
        });
    });
}

/// A process with a test in it, and the name of the test's database.
struct Victim {
    process: Child,
    output: BufReader<ChildStdout>,
    name: String,
}

fn start_victim(case: &Case) -> Victim {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "trial::victim", "--nocapture"]).env(VICTIM, &case.server);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    // The harness writes on the same line.
    let said = |line: String| line.split_once("in nuages_test_").map(|(_, name)| format!("nuages_test_{name}"));
    let name = output.by_ref().lines().map_while(Result::ok).find_map(said).expect("the test begins");
    Victim { process, output, name }
}

impl Victim {
    /// Its standard input ends, and so does it.
    fn end(mut self) {
        assert!(self.process.try_wait().unwrap().is_none(), "it has ended");
        drop(self.process.stdin.take());
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        assert!(self.process.wait().unwrap().success(), "{rest}");
    }
}

#[test]
fn a_killed_run_is_cleared_away_by_the_next() {
    let case = case("CREATE TABLE victim (id int)");
    let (mut killed, other) = (start_victim(&case), start_victim(&case));
    let (left, used) = (killed.name.clone(), other.name.clone());
    assert!(exists(&case, &left) && exists(&case, &used) && template(&left) == template(&used));
    killed.process.kill().unwrap();
    killed.process.wait().unwrap();
    // The server has to notice that the connections of the killed one are gone: until then they hold their locks.
    let sessions = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{left}' \
         OR query LIKE '%{left}%' AND pid <> pg_backend_pid()"
    );
    on_server(&case, async |db| {
        while number(db, &sessions).await > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    });
    // The first test of each run sweeps; this one's process has begun long ago.
    let next = start_victim(&case);
    let third = next.name.clone();
    assert!(!exists(&case, &left), "{left} is still there");
    assert!(exists(&case, &used) && exists(&case, &third));
    // Nothing of the killed one's transaction is there, and the others go on in theirs.
    let shared = format!("{}_shared", template(&used));
    assert!(exists(&case, &shared));
    trial::transaction(&case, async |tx| {
        let none = "DO 'BEGIN IF EXISTS (SELECT FROM victim) THEN RAISE ''found''; END IF; END'";
        tx.execute_script(none).await.unwrap();
    });
    other.end();
    next.end();
    assert!(!exists(&case, &used) && !exists(&case, &third));
}

#[test]
fn set_up_that_fails_says_why() {
    let message = |run: &(dyn Fn() + Sync)| {
        let panic = thread::scope(|scope| scope.spawn(run).join().unwrap_err());
        *panic.downcast::<String>().unwrap()
    };
    let text = message(&|| trial::database(&case("CREATE TABLE broken"), async |_| ()));
    assert!(text.starts_with("cannot make the database of the test: "), "{text}");
    assert!(text.contains("syntax error"), "{text}");
    let nowhere = Case { server: "postgres://localhost:1/none".into(), ddl: "", threads: true };
    let text = message(&|| trial::database(&nowhere, async |_| ()));
    assert!(text.contains("cannot connect to the database"), "{text}");
    let text = message(&|| trial::made("shop", Err::<(), _>("sold out")));
    assert_eq!(text, "the fixture `shop` failed: \"sold out\"");
    let text = message(&|| drop(trial::given(Err::<String, _>("none"))));
    assert_eq!(text, "there is no server for the test: \"none\"");
    assert_eq!(trial::given(Ok::<_, ()>("here")), "here");
}
