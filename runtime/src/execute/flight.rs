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

use futures_util::future::{BoxFuture, FutureExt, MaybeDone, join_all, maybe_done};
use postgres_types::Type;
use tokio_postgres::{Row, RowStream, Statement as Prepared};

use super::gather::{Gather, Gathered};
use super::reply::Beside;
use super::run::{Fetched, total};
use super::wire::{Given, shown, types};
use super::{Link, Outcome, Sql, ended};
use crate::db::{Begun, Watch};
use crate::encode::Values;
use crate::error::Error;
use crate::observe::{self, Sent, StatementKind, kind};
use crate::plan::{Child, Statement, Work};
use crate::prefetch::{Group, Keys, Parents};

/// The transaction around a flight sees all of it as of one moment. It may write: functions that a query calls do.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";

const COMMIT: &str = "COMMIT";

/// Flights in one transaction at the same time have settings of their own. More would wait for each other's answers.
const FLIGHTS: u8 = 64;

/// A statement that can be sent.
struct Ready {
    kind: StatementKind,
    way: Way,
}

/// How it is sent.
enum Way {
    Prepared(Prepared),
    /// In one message with the types of its parameters.
    Text(String, Vec<Type>),
}

/// A statement on its way, until its rows begin to come.
type Opening<'f> = MaybeDone<BoxFuture<'f, Opened<'f>>>;

/// A statement that the server has answered to.
struct Opened<'f> {
    sent: Option<Sent<'f>>,
    begun: Option<Begun<'f>>,
    stream: Result<RowStream, Error>,
}

/// Statements on their way, whose answers come one after the other.
struct Flight<'f> {
    link: Link<'f>,
    openings: std::vec::IntoIter<Opening<'f>>,
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
    let given = |statement: &'static Statement| Given { params: statement.params, values, keys: &keys };
    let all = || statements.iter().copied();
    let ready = join_all(all().map(|statement| link.ready(statement, given(statement)))).await;
    let ready = ready.into_iter().collect::<Result<Vec<_>, _>>()?;

    // What meets changed tables is not sent again behind the transaction.
    let within = Link { transaction: true, ..link };
    let around =
        |script| maybe_done(async move { if link.in_transaction() { Ok(()) } else { link.script(script).await } });
    let (mut begin, mut commit) = (pin!(around(BEGIN)), pin!(around(COMMIT)));
    let opening = |(statement, ready): (&'static Statement, _)| {
        maybe_done(within.open(statement, ready, given(statement)).boxed())
    };
    let mut openings: Vec<Opening<'_>> = all().zip(&ready).map(opening).collect();
    poll_fn(|task| {
        let _ = begin.as_mut().poll(task);
        // What is not sent, as a value of it cannot be, leaves no keys for those behind it.
        let sent = openings.iter_mut().position(|opening| opening.poll_unpin(task).is_ready() && is_refused(opening));
        openings.truncate(sent.map_or(openings.len(), |last| last + 1));
        let _ = commit.as_mut().poll(task);
        Poll::Ready(())
    })
    .await;

    begin.as_mut().await;
    let mut flight = Flight { link: within, openings: openings.into_iter() };
    let landed = flight.land(work).await;
    flight.rest().await;
    commit.as_mut().await;
    // Those behind the first that was refused only say that it was.
    begin.take_output().unwrap_or(Ok(()))?;
    let landed = landed?;
    commit.take_output().unwrap_or(Ok(()))?;
    Ok(landed)
}

/// Whether a statement has ended without an answer.
fn is_refused(opening: &Opening<'_>) -> bool {
    matches!(opening, MaybeDone::Done(Opened { stream: Err(_), .. }))
}

impl Flight<'_> {
    /// The rows of all.
    async fn land(&mut self, work: &'static Work) -> Result<(Fetched, Vec<Row>), Error> {
        let (mut root, mut counted) = (Parents::of(work.children), Vec::new());
        let affected = self.next(&mut root).await?;
        if work.count.is_some() {
            self.next(&mut counted).await?;
        }
        let total = total(&Outcome { rows: counted })?;
        let groups = self.levels(work.children, &root).await?;
        Ok(((affected, Some(Box::new(Beside { groups, total, ..Beside::default() }))), root.into_rows()))
    }

    /// Those of prefetches, whose parents are there.
    fn levels<'p>(
        &'p mut self,
        children: &'static [Child],
        parents: &'p Parents,
    ) -> BoxFuture<'p, Result<Vec<Group>, Error>> {
        async move {
            let mut groups = Vec::with_capacity(children.len());
            for mut level in parents.levels(children) {
                self.next(&mut level).await?;
                let below = match level.parents() {
                    Some(parents) => self.levels(level.plan().children, parents).await?,
                    None => Vec::new(),
                };
                groups.push(level.into_group(below));
            }
            Ok(groups)
        }
        .boxed()
    }

    /// Gives the rows of the next statement away; how many it touched.
    async fn next(&mut self, out: &mut dyn Gather) -> Result<u64, Error> {
        let Some(opening) = self.openings.next() else { return Ok(0) };
        let mut opening = pin!(opening);
        opening.as_mut().await;
        let Some(Opened { sent, begun, stream }) = opening.as_mut().take_output() else { return Ok(0) };
        let read = match stream {
            Err(error) => Err(error),
            Ok(stream) => self.link.read(pin!(stream), out).await,
        };
        observe::ended(sent, &read, |(rows, affected)| *rows.max(affected));
        ended(begun, read).map(|(_, affected)| affected)
    }

    /// Reads what nobody needs: an answer before it was an error.
    async fn rest(&mut self) {
        while self.openings.len() > 0 {
            let _ = self.next(&mut Vec::new()).await;
        }
    }
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

impl<'c> Link<'c> {
    /// Prepares a statement where that is kept, and where the types of its rows have to be known before these come.
    async fn ready(self, statement: &'static Statement, given: Given<'_>) -> Result<Ready, Error> {
        let (sql, values) = (Sql::Of(statement), given.values);
        if let Some(known) = self.known(sql, values) {
            return Ok(Ready { kind: known.kind, way: Way::Prepared(known.statement) });
        }
        let text = sql.text(values.mask);
        let kind = kind::of(&text);
        let mut types = types(&text, sql.params(), values);
        let prepared = match self.cache {
            Some(cache) => self.fitting(cache, sql, &text, values, &types).await?,
            // What the driver asks for when rows are on their way would be asked behind COMMIT, or behind rows that wait
            // to be read.
            None => self.client.prepare_typed(&text, &types).await?,
        };
        if !self.pooled {
            return Ok(Ready { kind, way: Way::Prepared(prepared) });
        }
        // Its text is parsed anew, as the next transaction may be on another connection of the server.
        for ((wire, ty), known) in given.into_iter().zip(&mut types).zip(prepared.params()) {
            if wire.is_late() {
                ty.clone_from(known);
            }
        }
        Ok(Ready { kind, way: Way::Text(text.into_owned(), types) })
    }

    /// Sends a statement.
    async fn open<'f>(self, statement: &'static Statement, ready: &'f Ready, given: Given<'f>) -> Opened<'f>
    where
        'c: 'f,
    {
        let (given, text) = (&given, || statement.text(given.values.mask));
        let sent = Sent::new(self.meter(), ready.kind, text, || shown(&text(), given));
        let begun = self.watch.map(Watch::statement);
        let stream = match &ready.way {
            Way::Prepared(statement) => self.bound(statement, given).await,
            Way::Text(text, types) => {
                let rows = pin!(self.client.query_typed_raw(text, given.into_iter().zip(types.iter().cloned())));
                self.pinned(rows).await
            }
        };
        Opened { sent, begun, stream: stream.map_err(|error| given.refused(error)) }
    }
}
