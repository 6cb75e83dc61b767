//! A network before a server, that stalls and forgets as a test tells it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use nuages_devdb::Database;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::time::sleep;

/// A network before a server that can be made to stall: what is sent is no longer forwarded, and nothing is closed.
pub(crate) struct Network {
    port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    stalls: AtomicBool,
    made: AtomicUsize,
    /// How many connections from the first on are forgotten.
    forgotten: AtomicUsize,
    /// Whether the server was the last to speak.
    answered: AtomicBool,
    turns: AtomicUsize,
}

/// Where the server listens: the socket's path, or host and port.
fn address(url: &str) -> Result<String, (String, u16)> {
    use nuages::tokio_postgres::config::Host;
    let config: nuages::tokio_postgres::Config = url.parse().unwrap();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match &config.get_hosts()[0] {
        Host::Tcp(host) => Err((host.clone(), port)),
        Host::Unix(path) => Ok(format!("{}/.s.PGSQL.{port}", path.display())),
    }
}

impl Network {
    pub(crate) async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, state) = (listener.local_addr().unwrap().port(), Arc::new(State::default()));
        let (address, shared) = (address(url), Arc::clone(&state));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let address = address.clone();
                let line = Line { number: shared.made.fetch_add(1, Ordering::SeqCst), state: Arc::clone(&shared) };
                tokio::spawn(async move {
                    let (from, to) = client.into_split();
                    match address {
                        Ok(path) => {
                            let (back, forth) = match UnixStream::connect(path).await {
                                Ok(server) => server.into_split(),
                                Err(_) => return,
                            };
                            tokio::join!(
                                forward(from, forth, &line, Side::Client),
                                forward(back, to, &line, Side::Server)
                            );
                        }
                        Err(address) => {
                            let (back, forth) = TcpStream::connect(address).await.unwrap().into_split();
                            tokio::join!(
                                forward(from, forth, &line, Side::Client),
                                forward(back, to, &line, Side::Server)
                            );
                        }
                    }
                });
            }
        });
        Self { port, state }
    }

    /// The same database behind it.
    pub(crate) fn url(&self, database: &Database) -> String {
        let config: nuages::tokio_postgres::Config = database.url().parse().unwrap();
        let user = config.get_user().unwrap();
        let password = config.get_password().map(|it| String::from_utf8_lossy(it).into_owned()).unwrap_or_default();
        format!("host=127.0.0.1 port={} user='{user}' password='{password}' dbname='{}'", self.port, database.name())
    }

    /// How often the client has spoken after the server: the round trips, if one connection is used at a time.
    pub(crate) fn turns(&self) -> usize {
        self.state.turns.load(Ordering::SeqCst)
    }

    pub(crate) fn stall(&self, stalls: bool) {
        self.state.stalls.store(stalls, Ordering::SeqCst);
    }

    /// Forwards nothing more on the connections that there are, as a firewall that has forgotten them.
    pub(crate) fn forget(&self) {
        self.state.forgotten.store(self.state.made.load(Ordering::SeqCst), Ordering::SeqCst);
    }
}

/// One connection.
struct Line {
    number: usize,
    state: Arc<State>,
}

/// Who speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

impl Line {
    fn speaks(&self, side: Side) {
        let answered = self.state.answered.swap(side == Side::Server, Ordering::SeqCst);
        if answered && side == Side::Client {
            self.state.turns.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn is_dead(&self) -> bool {
        self.state.stalls.load(Ordering::SeqCst) || self.number < self.state.forgotten.load(Ordering::SeqCst)
    }
}

async fn forward(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, line: &Line, side: Side) {
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        line.speaks(side);
        while line.is_dead() {
            sleep(Duration::from_millis(5)).await;
        }
        if to.write_all(&piece[..read]).await.is_err() {
            return;
        }
    }
}
