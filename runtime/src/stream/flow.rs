//! Rows that flow: read from the socket as they are asked for.
//!
//! In: a query and a connection that is read by nobody else meanwhile. Out: its rows, polled where they are kept: nothing
//! but the row itself moves. The connection may go back behind the last one.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::Stream;
use tokio_postgres::{Row, RowStream};

use crate::db::Timer;
use crate::encode::Values;
use crate::error::Error;
use crate::execute::{Lease, Sql};
use crate::observe::{self, Sent};
use crate::plan::Work;

/// An answer that is being read.
pub(super) struct Flow<'e> {
    lease: Lease<'e>,
    rows: Pin<Box<RowStream>>,
    /// What is counted of it.
    sent: Option<Sent<'static>>,
    /// Runs while a row is waited for, on a connection of ours that has a limit.
    timer: Option<Timer>,
}

impl<'e> Flow<'e> {
    /// Sends the query.
    pub(super) async fn start(lease: Lease<'e>, work: &'static Work, values: &Values) -> Result<Self, Error> {
        let mut sent = lease.link().streams(Sql::Of(&work.root), values);
        let rows = lease.link().wanting(work).flow(Sql::Of(&work.root), values).await;
        if rows.is_err() {
            observe::ended(sent.take(), &rows, |_| 0);
        }
        lease.settle_failed(&rows);
        Ok(Self { lease, rows: Box::pin(rows?), sent, timer: None })
    }

    /// The next row; without one the connection may go back, and nothing more is to be asked for.
    #[inline]
    pub(super) fn poll(&mut self, task: &mut Context<'_>) -> Poll<Option<Result<Row, Error>>> {
        match self.rows.as_mut().poll_next(task) {
            Poll::Ready(Some(Ok(row))) => {
                if self.timer.is_some() {
                    self.timer = None;
                }
                self.sent.iter_mut().for_each(Sent::row);
                Poll::Ready(Some(Ok(row)))
            }
            Poll::Ready(Some(Err(error))) => self.end(Err(error.into())),
            Poll::Ready(None) => self.end(Ok(None)),
            Poll::Pending => {
                if self.timer.is_none() {
                    self.timer = self.lease.link().timer();
                }
                match self.timer.as_mut().map(|timer| timer.poll(task)) {
                    Some(Poll::Ready(overdue)) => self.end(Err(overdue)),
                    Some(Poll::Pending) | None => Poll::Pending,
                }
            }
        }
    }

    /// There are no more rows.
    #[cold]
    fn end(&mut self, last: Result<Option<Row>, Error>) -> Poll<Option<Result<Row, Error>>> {
        self.timer = None;
        observe::ended(self.sent.take(), &last, |_| 0);
        self.lease.settle(&last);
        Poll::Ready(last.transpose())
    }
}
