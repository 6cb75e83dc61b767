//! Rows and all their prefetches in one flight.
//!
//! In: statements of which each leaves the keys that those behind it read in settings of the transaction. Out: the rows of
//! all, as of one moment, and which are whose. The settings end with the transaction, so there is one around the flight,
//! unless it is sent in one. All that it needs is prepared before: what is sent when it is polled for the first time
//! stands in order behind what was polled before it.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::Poll;

use futures_util::future::{BoxFuture, FutureExt, join_all};
use postgres_types::Type;
use tokio_postgres::{Row, Statement as Prepared};

use super::gather::{Gather, Gathered};
use super::reply::Beside;
use super::run::{Fetched, total};
use super::wire::{Given, shown, types};
use super::{Link, Outcome, Sql, ended};
use crate::db::Watch;
use crate::encode::Values;
use crate::error::Error;
use crate::observe::{self, Sent};
use crate::plan::{Child, Statement, Work};
use crate::prefetch::{self, Keyed, Keys};

/// The transaction around a flight sees all of it as of one moment. It may write: functions that a query calls do.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";

const COMMIT: &str = "COMMIT";

/// Flights in one transaction at the same time have settings of their own. More would wait for each other's answers.
const FLIGHTS: u8 = 64;

/// How a statement is sent.
enum Ready {
    Prepared(Prepared),
    /// In one message with the types of its parameters.
    Text(String, Vec<Type>),
}

/// Sends all statements of a query and gathers their rows.
pub(super) async fn flight(
    link: Link<'_>,
    work: &'static Work,
    values: &Values,
    rows: &mut Gathered,
) -> Result<Fetched, Error> {
    let statements = statements(work);
    let mut again = false;
    let (fetched, root) = loop {
        match once(link, work, &statements, values).await {
            // Tables have changed since a statement was prepared; which of them is not known of those behind the first.
            Err(error) if error.is_stale_statement() => {
                let known = statements.iter().filter(|statement| link.forget(Sql::Of(statement), values)).count();
                if again || known == 0 || link.in_transaction() {
                    return Err(error);
                }
                again = true;
            }
            done => break done?,
        }
    };
    *rows = Gathered::Many(root);
    Ok(fetched)
}

async fn once(
    link: Link<'_>,
    work: &'static Work,
    statements: &[&'static Statement],
    values: &Values,
) -> Result<(Fetched, Vec<Row>), Error> {
    let keys = settings(link);
    let given = |statement: &&'static Statement| Given { params: statement.params, values, keys: &keys };
    let ready = join_all(statements.iter().map(|statement| link.ready(statement, given(statement)))).await;
    let ready = ready.into_iter().collect::<Result<Vec<_>, _>>()?;

    let (mut root, mut counted) = (Keyed::root(work.children), Vec::new());
    let mut levels = prefetch::levels(work.children);
    let count = work.count.as_ref().map(|_| &mut counted as &mut dyn Gather);
    let outs = std::iter::once(&mut root as &mut dyn Gather).chain(count);
    let outs = outs.chain(levels.iter_mut().map(|level| level as &mut dyn Gather));

    // What meets changed tables is not sent again behind the transaction.
    let within = Link { transaction: true, ..link };
    let mut all: Vec<BoxFuture<'_, Result<u64, Error>>> = Vec::with_capacity(statements.len() + 2);
    let own = !link.in_transaction();
    if own {
        all.push(link.script(BEGIN).map(|done| done.map(|()| 0)).boxed());
    }
    for ((statement, ready), out) in statements.iter().zip(&ready).zip(outs) {
        all.push(within.send(statement, ready, given(statement), out).boxed());
    }
    if own {
        all.push(link.script(COMMIT).map(|done| done.map(|()| 0)).boxed());
    }
    // Those behind the first that was refused only say that it was.
    let done = in_order(all).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let affected = done.get(usize::from(own)).copied().unwrap_or(0);

    let total = total(&Outcome { rows: counted })?;
    let groups = prefetch::grouped(work.children, &root, &mut levels.into_iter());
    Ok(((affected, Some(Box::new(Beside { groups, total, ..Beside::default() }))), root.into_rows()))
}

/// All statements of a query, those of children behind their parents'.
fn statements(work: &'static Work) -> Vec<&'static Statement> {
    fn below(children: &'static [Child], out: &mut Vec<&'static Statement>) {
        for child in children {
            out.push(&child.statement);
            below(child.children, out);
        }
    }
    let mut out = work.first().collect();
    below(work.children, &mut out);
    out
}

/// What stands before the names of the settings of a flight, as the only key that its statements are given.
pub(super) fn settings(link: Link<'_>) -> Keys {
    static NEXT: AtomicU8 = AtomicU8::new(0);
    let number = if link.in_transaction() { 1 + NEXT.fetch_add(1, Ordering::Relaxed) % FLIGHTS } else { 0 };
    vec![(format!("nuages.keys{number}_").into_bytes(), true)]
}

/// Waits for all, which are polled one after the other.
fn in_order<T>(mut all: Vec<BoxFuture<'_, T>>) -> impl Future<Output = Vec<T>> {
    let mut done: Vec<Option<T>> = all.iter().map(|_| None).collect();
    poll_fn(move |task| {
        let mut waits = false;
        for (future, done) in all.iter_mut().zip(&mut done).filter(|(_, done)| done.is_none()) {
            match future.as_mut().poll(task) {
                Poll::Ready(value) => *done = Some(value),
                Poll::Pending => waits = true,
            }
        }
        if waits { Poll::Pending } else { Poll::Ready(done.iter_mut().filter_map(Option::take).collect()) }
    })
}

impl Link<'_> {
    /// Prepares a statement where that is kept, and where the types of its rows have to be known before these come.
    async fn ready(self, statement: &'static Statement, given: Given<'_>) -> Result<Ready, Error> {
        let (sql, values) = (Sql::Of(statement), given.values);
        if let Some(known) = self.known(sql, values) {
            return Ok(Ready::Prepared(known.statement));
        }
        let text = sql.text(values.mask);
        let mut types = types(&text, sql.params(), values);
        let prepared = match self.cache {
            Some(cache) => self.fitting(cache, sql, &text, values, &types).await?,
            None if self.custom || given.into_iter().any(|wire| wire.is_late()) => {
                self.client.prepare_typed(&text, &types).await?
            }
            None => return Ok(Ready::Text(text.into_owned(), types)),
        };
        if !self.pooled {
            return Ok(Ready::Prepared(prepared));
        }
        // Its text is parsed anew, as the next transaction may be on another connection of the server.
        for ((wire, ty), known) in given.into_iter().zip(&mut types).zip(prepared.params()) {
            if wire.is_late() {
                ty.clone_from(known);
            }
        }
        Ok(Ready::Text(text.into_owned(), types))
    }

    /// Sends a statement and gives its rows away; how many it touched.
    async fn send(
        self,
        statement: &'static Statement,
        ready: &Ready,
        given: Given<'_>,
        out: &mut dyn Gather,
    ) -> Result<u64, Error> {
        let (given, text) = (&given, || statement.text(given.values.mask));
        let sent = Sent::new(self.meter(), observe::kind::of(&text()), text, || shown(&text(), given));
        let begun = self.watch.map(Watch::statement);
        let stream = match ready {
            Ready::Prepared(statement) => self.bound(statement, given).await,
            Ready::Text(text, types) => {
                let rows = pin!(self.client.query_typed_raw(text, given.into_iter().zip(types.iter().cloned())));
                self.pinned(rows).await
            }
        };
        let read = match stream {
            Err(error) => Err(given.refused(error)),
            Ok(stream) => self.read(pin!(stream), out).await,
        };
        observe::ended(sent, &read, |(rows, affected)| *rows.max(affected));
        ended(begun, read).map(|(_, affected)| affected)
    }
}
