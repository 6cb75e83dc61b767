//! A connection's bytes, encrypted or not, as the driver reads and writes them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};

use crate::db::bouncer::Unnamed;

/// A socket, as it is, behind a handshake, or either to a pooler.
pub(crate) enum Stream<S> {
    Plain(S),
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::client::TlsStream<S>>),
    Unnamed(Box<Unnamed<Stream<S>>>),
    /// What cancels a statement: it stays open until the other side closes it. A pooler may drop the request of one that
    /// has gone, and pgbouncer 1.18 may crash of it.
    Patient(Box<Stream<S>>),
}

macro_rules! either {
    ($stream:expr, $inner:ident => $call:expr) => {
        match $stream.get_mut() {
            Stream::Plain(stream) => {
                let $inner = Pin::new(stream);
                $call
            }
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => {
                let $inner = Pin::new(stream);
                $call
            }
            Stream::Unnamed(stream) => {
                let $inner = Pin::new(stream);
                $call
            }
            Stream::Patient(stream) => {
                let $inner = Pin::new(stream);
                $call
            }
        }
    };
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Stream<S> {
    fn poll_read(self: Pin<&mut Self>, task: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        either!(self, inner => inner.poll_read(task, into))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        either!(self, inner => inner.poll_write(task, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, inner => inner.poll_flush(task))
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Stream::Patient(stream) = this {
            ready!(Pin::new(&mut *stream).poll_flush(task))?;
            return stream.poll_end(task);
        }
        either!(Pin::new(this), inner => inner.poll_shutdown(task))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream<S> {
    /// Waits until the other side has closed it, however it does.
    fn poll_end(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut piece = [0; 16];
            let mut piece = ReadBuf::new(&mut piece);
            let read = ready!(Pin::new(&mut *self).poll_read(task, &mut piece));
            if read.is_err() || piece.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Stream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        match self {
            // A pooler is who asks for the password, and knows of no binding; what cancels has none.
            Self::Plain(_) | Self::Unnamed(_) | Self::Patient(_) => ChannelBinding::none(),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => {
                let certificates = stream.get_ref().1.peer_certificates();
                let hash = certificates.and_then(|all| super::binding::end_point(all.first()?));
                hash.map_or_else(ChannelBinding::none, ChannelBinding::tls_server_end_point)
            }
        }
    }
}
