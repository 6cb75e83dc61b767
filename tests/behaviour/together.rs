//! What is sent together: a connection that holds the server's answers back until enough statements were sent. What
//! waits for an answer first waits here for ever.

use crate::shop::shop;
use nuages::query;
use nuages_devdb::Database;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, NoTls};

/// What both sides of a connection know.
#[derive(Default)]
struct Gate {
    /// What was written and is no whole message yet.
    pending: Vec<u8>,
    /// The first message has no letter.
    started: bool,
    /// Statements sent.
    sent: usize,
    /// Answers are held back while the number is in it.
    held: Range<usize>,
    reader: Option<Waker>,
}

impl Gate {
    /// Counts the statements in what is written.
    fn wrote(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        loop {
            let head = usize::from(self.started);
            let Some(length) = self.pending.get(head..head + 4) else { break };
            let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
            if self.pending.len() < head + length {
                break;
            }
            // `Execute`.
            self.sent += usize::from(self.started && self.pending[0] == b'E');
            self.pending.drain(..head + length);
            self.started = true;
        }
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

trait Both: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Both for S {}

struct Gated {
    inner: Box<dyn Both>,
    gate: Arc<Mutex<Gate>>,
}

impl AsyncRead for Gated {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        {
            let mut gate = self.gate.lock().unwrap();
            if gate.held.contains(&gate.sent) {
                gate.reader = Some(cx.waker().clone());
                return Poll::Pending;
            }
        }
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for Gated {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        if let Poll::Ready(Ok(n)) = &written {
            self.gate.lock().unwrap().wrote(&bytes[..*n]);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

async fn connect(database: &Database) -> (Client, Arc<Mutex<Gate>>) {
    let config: Config = database.url().parse().unwrap();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let inner: Box<dyn Both> = match &config.get_hosts()[0] {
        Host::Unix(folder) => Box::new(UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await.unwrap()),
        Host::Tcp(host) => Box::new(TcpStream::connect((host.as_str(), port)).await.unwrap()),
    };
    let gate: Arc<Mutex<Gate>> = Arc::default();
    let (client, connection) = config.connect_raw(Gated { inner, gate: Arc::clone(&gate) }, NoTls).await.unwrap();
    tokio::spawn(connection);
    (client, gate)
}

/// Runs a query whose answers are held back while that many statements were sent, and compares how many it sends.
macro_rules! sends {
    ($to:expr, $held:expr, $query:expr) => {{
        let (client, gate) = $to;
        let query = $query;
        {
            let mut gate = gate.lock().unwrap();
            (gate.sent, gate.held) = (0, $held);
        }
        let rows = tokio::time::timeout(Duration::from_mins(1), query.run(client)).await;
        let rows = rows.expect("statements that are sent together").unwrap();
        assert_eq!(gate.lock().unwrap().sent, query.round_trips());
        rows
    }};
}

#[tokio::test]
async fn siblings_are_sent_without_waiting() {
    let (database, _db) = shop().await;
    let (client, gate) = connect(&database).await;
    let to = (&client, &gate);
    let users = sends!(to, 2..5, query!(User.prefetch_related(orders, addresses, reviews, referrals).order_by(id)));
    assert_eq!((users[0].orders.len(), users[0].reviews.len(), users[1].addresses.len()), (2, 2, 1));
    // Also below another level, and below relations of the same statement.
    sends!(to, 4..6, query!(Order.prefetch_related(items.product.tags, items.product.category, items.product.reviews)));
    let items = query!(OrderItem.select_related(product).prefetch_related(product.tags, order, product.reviews));
    sends!(to, 2..4, items);
    // A page and the number of all rows; then what belongs to the page.
    let page = sends!(to, 1..2, query!(Product.order_by(id).page(1, 2)));
    assert_eq!((page.items.len(), page.total), (2, 5));
    sends!(to, 3..4, query!(Product.prefetch_related(tags, category).order_by(id).page(1, 2)));
}
