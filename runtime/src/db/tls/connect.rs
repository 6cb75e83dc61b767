//! Connections as the mode asks for them.
//!
//! In: a socket that the driver has opened, for a connection of the pool or to cancel what runs on one. Out: a stream on
//! which the driver speaks. `allow` and `prefer` have two ways to one: where the first is refused for being encrypted or
//! for not being it, a new socket goes the second.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{CancelToken, Client, Config, Connection, Error, Socket};

use super::reason::reason;
use super::stream::Stream;
use crate::db::bouncer::Unnamed;

type Cause = Box<dyn StdError + Send + Sync>;
type Boxed<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

/// Opens connections to one server, or cancels what runs on them.
#[derive(Clone)]
pub(crate) struct Connector {
    ways: Arc<[Way]>,
    pooler: Option<Arc<Pooler>>,
}

/// A pooler between us and the server, which gives each transaction another connection of the server.
struct Pooler {
    /// Where it listens, if that is on this machine. The driver hands us no socket of these.
    sockets: Vec<PathBuf>,
}

/// How a socket becomes a connection.
#[derive(Clone)]
pub(super) enum Way {
    Plain,
    #[cfg(feature = "tls")]
    Tls {
        client: Arc<rustls::ClientConfig>,
        /// A server that offers none is spoken to without.
        optional: bool,
        /// Without asking the server first.
        direct: bool,
        mode: &'static str,
    },
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl Connector {
    pub(super) fn new(ways: Vec<Way>) -> Self {
        Self { ways: ways.into(), pooler: None }
    }

    /// The same through a pooler, which listens at these sockets or, if there are none, on the network.
    pub(super) fn pooled(self, sockets: Vec<PathBuf>) -> Self {
        Self { pooler: Some(Arc::new(Pooler { sockets })), ..self }
    }

    /// Whether statements that are prepared on a connection are there for the next transaction.
    pub(crate) fn keeps_statements(&self) -> bool {
        self.pooler.is_none()
    }

    fn sockets(&self) -> &[PathBuf] {
        self.pooler.as_ref().map_or(&[], |pooler| &pooler.sockets)
    }

    fn maker(&self, way: &Way) -> Maker {
        Maker { way: way.clone(), purpose: if self.pooler.is_some() { Use::Unnamed } else { Use::Named } }
    }

    /// Asks the server to cancel what runs on a connection, on a connection like that one, and waits until it has been
    /// asked. That goes on if nobody waits for it any more.
    pub(crate) async fn cancel(&self, token: CancelToken) {
        let this = self.clone();
        // Whether it can be asked or not: there is nothing else to be done.
        let _ = tokio::spawn(async move { this.ask(&token).await }).await;
    }

    async fn ask(&self, token: &CancelToken) -> Result<(), Error> {
        for path in self.sockets() {
            // Who does not know the connection passes over it.
            if let Ok(socket) = UnixStream::connect(path).await {
                token.cancel_query_raw(socket, Making::local(Use::Cancel)).await?;
            }
        }
        if !self.sockets().is_empty() {
            return Ok(());
        }
        let mut ways = self.ways.iter();
        loop {
            let Some(way) = ways.next() else { return Ok(()) };
            match token.cancel_query(Maker { way: way.clone(), purpose: Use::Cancel }).await {
                Err(error) if ways.len() > 0 && is_about_encryption(&error) => {}
                done => return done,
            }
        }
    }

    /// Opens a connection, which is driven by a task of its own.
    pub(crate) async fn connect(&self, config: &Config) -> Result<(Client, JoinHandle<()>), Error> {
        for path in self.sockets() {
            if let Ok(socket) = UnixStream::connect(path).await {
                return Ok(driven(config.connect_raw(socket, Making::local(Use::Unnamed)).await?));
            }
        }
        // With sockets that do not answer, the driver says why.
        self.open(config).await
    }

    async fn open(&self, config: &Config) -> Result<(Client, JoinHandle<()>), Error> {
        let mut refused = None;
        for way in self.ways.iter() {
            match config.connect(self.maker(way)).await {
                Ok(opened) => return Ok(driven(opened)),
                Err(error) if !is_about_encryption(&error) => return Err(error),
                // That of the encrypted way says more.
                Err(error) if refused.is_none() || !matches!(way, Way::Plain) => refused = Some(error),
                Err(_) => {}
            }
        }
        match refused {
            Some(error) => Err(error),
            None => unreachable!("there is a way at least"),
        }
    }
}

/// Lets a connection do its work in a task of its own.
fn driven<S, T>((client, connection): (Client, Connection<S, T>)) -> (Client, JoinHandle<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let task = tokio::spawn(async move {
        // Whoever waits for an answer on it is told as well.
        let _ = connection.await;
    });
    (client, task)
}

/// Whether a server that refuses this may take the other: TLS itself failed, or its rules have no place for such a
/// connection.
fn is_about_encryption(error: &Error) -> bool {
    reason(error).is_some() || error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// Statements.
    Named,
    /// Statements without names.
    Unnamed,
    /// To cancel one.
    Cancel,
}

/// Makes connections one way.
#[derive(Clone)]
struct Maker {
    way: Way,
    purpose: Use,
}

/// One that is being made.
struct Making {
    way: Way,
    purpose: Use,
    #[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "a name is for a certificate"))]
    host: String,
}

impl Making {
    #[cfg_attr(not(feature = "tls"), expect(clippy::unused_async, reason = "a handshake takes its time"))]
    async fn stream<S>(self, socket: S) -> Result<Stream<S>, Cause>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        match self.way {
            Way::Plain => Ok(Stream::Plain(socket)),
            #[cfg(feature = "tls")]
            Way::Tls { client, optional, direct, mode } => {
                let mut socket = socket;
                if !direct && !handshake::offered(&mut socket, mode, optional).await? {
                    return Ok(Stream::Plain(socket));
                }
                Ok(Stream::Tls(Box::new(handshake::shake(client, &self.host, socket).await?)))
            }
        }
    }

    /// One on this machine, to a pooler.
    fn local(purpose: Use) -> Self {
        Self { way: Way::Plain, purpose, host: String::new() }
    }
}

impl MakeTlsConnect<Socket> for Maker {
    type Stream = Stream<Socket>;
    type TlsConnect = Making;
    type Error = Cause;

    fn make_tls_connect(&mut self, host: &str) -> Result<Making, Cause> {
        Ok(Making { way: self.way.clone(), purpose: self.purpose, host: host.to_owned() })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for Making {
    type Stream = Stream<S>;
    type Error = Cause;
    type Future = Boxed<'static, Result<Stream<S>, Cause>>;

    fn connect(self, socket: S) -> Self::Future {
        Box::pin(async move {
            let purpose = self.purpose;
            let stream = self.stream(socket).await?;
            Ok(match purpose {
                Use::Named => stream,
                Use::Unnamed => Stream::Unnamed(Box::new(Unnamed::new(stream))),
                Use::Cancel => Stream::Patient(Box::new(stream)),
            })
        })
    }
}

#[cfg(feature = "tls")]
mod handshake {
    use std::sync::Arc;

    use rustls::pki_types::ServerName;
    use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
    use tokio_rustls::TlsConnector;
    use tokio_rustls::client::TlsStream;

    use super::super::reason::{Failure, of_rustls};
    use super::Cause;

    /// The request for TLS: its length, and the number that stands for it.
    const REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

    /// Asks the server whether it speaks TLS.
    pub(super) async fn offered<S>(socket: &mut S, mode: &str, optional: bool) -> Result<bool, Cause>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        socket.write_all(&REQUEST).await?;
        socket.flush().await?;
        // One byte and no more: what follows it unencrypted is nobody's but an attacker's, and breaks the handshake.
        match socket.read_u8().await? {
            b'S' => Ok(true),
            b'N' if optional => Ok(false),
            b'N' => Err(failure(format!("the server does not offer TLS, and sslmode is {mode}"))),
            _ => Err(failure("the server did not understand the request for TLS".to_owned())),
        }
    }

    pub(super) async fn shake<S>(
        client: Arc<rustls::ClientConfig>,
        host: &str,
        socket: S,
    ) -> Result<TlsStream<S>, Cause>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|_| failure(format!("`{host}` is not a name that a certificate can be for")))?;
        let connected = TlsConnector::from(client).connect(name, socket).await;
        connected.map_err(|error| of_rustls(&error).map_or_else(|| Cause::from(error), failure))
    }

    fn failure(text: String) -> Cause {
        Box::new(Failure(text))
    }
}
