//! A connection through a pooler that gives each transaction another connection of the server (pgbouncer in transaction
//! mode), where a prepared statement with a name would be met by somebody else.
//!
//! In: what the driver sends. Out: the same without names. The driver prepares with names in some places that it leaves
//! us no say in: what it copies in, and the types that it does not know. So names end here: the text of a statement is
//! kept (`names`), and sent again, unnamed, in front of whatever is done with it, in the same flight of messages. The
//! server's answers to these further texts are taken out of what the driver reads (`answers`).
//!
//! When the driver copies rows in, it ends its flight twice: behind the statement, which the server passes over, and
//! behind the rows. Poolers count ends. They would wait for the answer to the first for ever, so that becomes a `Flush`; and
//! pgbouncer 1.18 begins to count anew where it sees the rows' end, so what follows is held back until the flight is over.

mod answers;
mod names;

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use answers::Answers;
use names::Names;

/// How much is read, and taken to be sent, at a time.
const PIECE: usize = 1 << 13;

/// What the server will answer, in order, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// That a text has been parsed; the driver knows nothing of some.
    Parsed { ours: bool },
    /// That rows may be copied in; or an error, after which the end of what is copied is the end of the flight.
    Copying,
    /// That a flight of messages is over. After an error nothing but this follows.
    Ready,
}

type Queue = VecDeque<Expected>;

/// A message's kind and its length.
const HEAD: usize = 5;

/// A length as messages have it, itself included.
fn length(digits: &[u8]) -> usize {
    digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit))
}

/// Lets bytes of a message that goes on as it is follow, as far as there are any; what is left is another message's.
fn follow<'b>(rest: &mut usize, bytes: &'b [u8], out: &mut BytesMut) -> &'b [u8] {
    let (some, after) = bytes.split_at((*rest).min(bytes.len()));
    out.extend_from_slice(some);
    *rest -= some.len();
    after
}

/// A stream on which no statement has a name.
pub(crate) struct Unnamed<T> {
    stream: T,
    names: Names,
    answers: Answers,
    expected: Queue,
    /// To be sent.
    out: BytesMut,
    /// To be read by the driver.
    read: BytesMut,
    /// Who waits to send until a flight is over.
    held: Option<Waker>,
}

impl<T> Unnamed<T> {
    pub(crate) fn new(stream: T) -> Self {
        Self {
            stream,
            names: Names::default(),
            answers: Answers::default(),
            // The start of the connection is a flight as well.
            expected: Queue::from([Expected::Ready]),
            out: BytesMut::new(),
            read: BytesMut::new(),
            held: None,
        }
    }
}

impl<T: AsyncWrite + Unpin> Unnamed<T> {
    fn poll_sent(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.out.is_empty() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(task, &self.out))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.out.advance(sent);
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Unnamed<T> {
    fn poll_read(self: Pin<&mut Self>, task: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.read.is_empty() {
            let mut piece = [0; PIECE];
            let mut piece = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut this.stream).poll_read(task, &mut piece))?;
            if piece.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.answers.read(piece.filled(), &mut this.expected, &mut this.read);
            if this.expected.is_empty() {
                this.held.take().into_iter().for_each(Waker::wake);
            }
        }
        let some = this.read.len().min(into.remaining());
        into.put_slice(&this.read[..some]);
        this.read.advance(some);
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Unnamed<T> {
    fn poll_write(self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        // What was taken before goes first, so that no more than a piece waits here.
        ready!(this.poll_sent(task))?;
        if this.names.has_copied() && !this.expected.is_empty() {
            this.held = Some(task.waker().clone());
            return Poll::Pending;
        }
        let some = this.names.write(&bytes[..bytes.len().min(PIECE)], &mut this.expected, &mut this.out);
        // What cannot be sent now is sent by the next write or flush.
        if let Poll::Ready(Err(error)) = this.poll_sent(task) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(some))
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_sent(task))?;
        Pin::new(&mut this.stream).poll_flush(task)
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_sent(task))?;
        Pin::new(&mut this.stream).poll_shutdown(task)
    }
}
