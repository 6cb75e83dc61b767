//! All tests of this program once more through pgbouncer in transaction mode, while somebody reads along that no statement
//! has a name and no session keeps anything.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use nuages::{Builder, Db};
use nuages_devdb::{Database, Pooler, shared};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::unix::OwnedWriteHalf as SocketHalf;
use tokio::net::{TcpListener, UnixStream};

/// In the process that runs them once more: the port behind which the pooler is.
pub(crate) const PORT: &str = "NUAGES_TEST_POOLER_PORT";

/// What is about sessions and cannot be the same: statements that the driver keeps, cursors that outlive transactions.
const SKIPPED: &[&str] = &[
    "pooler::",
    "executors::statements_are_prepared_once_for_each_connection_and_survive_a_changed_table",
    "chunks::the_same_chunks_on_every_executor",
    // Of `tests/raw`.
    "statements_are_prepared_once_and_follow_their_tables",
];

/// The way to a database, or to the pooler in front of it.
pub(crate) fn way(database: &Database) -> Builder {
    match std::env::var(PORT) {
        Ok(port) => {
            let name = database.name();
            Db::builder().url(format!("host=127.0.0.1 port={port} user=postgres dbname={name}")).pgbouncer(true)
        }
        Err(_) => Db::builder().url(database.url()),
    }
}

/// So many statements are seen of the smaller of the programs that do this.
const LEAST: usize = 100;

const REQUEST_FOR_TLS: [u8; 4] = [0x04, 0xd2, 0x16, 0x2f];

/// What was seen of all connections.
#[derive(Default)]
struct Seen {
    /// What must not be sent to a pooler.
    wrong: Mutex<BTreeSet<String>>,
    statements: AtomicUsize,
}

impl Seen {
    fn message(&self, kind: u8, body: &[u8]) {
        let mut texts = body.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
        let (first, second) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        // The name, and the text.
        let (name, text) = match kind {
            b'P' => (first, second),
            b'B' => (second, String::new()),
            b'D' | b'C' => (first.strip_prefix('S').unwrap_or_default().to_owned(), String::new()),
            b'Q' => (String::new(), first),
            _ => return,
        };
        self.statements.fetch_add(usize::from(matches!(kind, b'P' | b'Q')), Ordering::Relaxed);
        let kept = ["PREPARE ", "SET SESSION", "LISTEN ", "WITH HOLD", "pg_advisory_lock", "pg_try_advisory_lock("];
        let is_session = text.starts_with("SET ") && !text.starts_with("SET LOCAL ");
        if !name.is_empty() || kept.iter().any(|word| text.contains(word)) || is_session {
            let kind = char::from(kind);
            self.wrong.lock().unwrap().insert(format!("{kind} {name}: {text}"));
        }
    }

    async fn read(&self, mut from: OwnedReadHalf, mut to: SocketHalf) -> std::io::Result<()> {
        let mut asks = true;
        while asks {
            let length = from.read_u32().await?;
            let mut start = vec![0; length as usize - 4];
            from.read_exact(&mut start).await?;
            to.write_all(&[&length.to_be_bytes(), &start[..]].concat()).await?;
            // Whether there is TLS is asked first; the answer is no.
            asks = start == REQUEST_FOR_TLS;
        }
        loop {
            let kind = from.read_u8().await?;
            let length = from.read_u32().await?;
            let mut body = vec![0; length as usize - 4];
            from.read_exact(&mut body).await?;
            self.message(kind, &body);
            to.write_all(&[&[kind], &length.to_be_bytes()[..], &body].concat()).await?;
        }
    }
}

/// Forwards connections to a socket, reading along; gives the port.
async fn read_along(socket: PathBuf, seen: Arc<Seen>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (socket, seen) = (socket.clone(), Arc::clone(&seen));
            tokio::spawn(async move {
                let Ok(server) = UnixStream::connect(socket).await else { return };
                client.set_nodelay(true).unwrap();
                let (from, mut back): (OwnedReadHalf, OwnedWriteHalf) = client.into_split();
                let (mut answers, to) = server.into_split();
                // Either side that ends, ends both.
                tokio::select! {
                    _ = seen.read(from, to) => {}
                    _ = tokio::io::copy(&mut answers, &mut back) => {}
                }
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_this_through_pgbouncer() {
    if Pooler::program().is_none() {
        assert!(std::env::var_os("NUAGES_REQUIRE_PGBOUNCER").is_none(), "{}", Pooler::INSTALL);
        return eprintln!("{}", Pooler::INSTALL);
    }
    if std::env::var_os("DATABASE_URL").is_some() {
        return eprintln!("a pooler is put in front of a server of our own only: unset DATABASE_URL");
    }
    let keep = shared().unwrap();
    // As many as the pools of these tests have: some hold several transactions at once that wait for each other.
    let pooler = Pooler::start(&keep.cluster(), 4).unwrap();
    let seen = Arc::new(Seen::default());
    let port = read_along(pooler.socket(), Arc::clone(&seen)).await;
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.env(PORT, port.to_string()).args(SKIPPED.iter().flat_map(|name| ["--skip", name]));
    let output = tokio::task::spawn_blocking(move || again.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(*seen.wrong.lock().unwrap(), BTreeSet::new());
    let statements = seen.statements.load(Ordering::Relaxed);
    assert!(statements > LEAST, "the tests went another way: {statements} statements were seen");
}
