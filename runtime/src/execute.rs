//! What a query is run on, and how its statements are sent.
//!
//! In: what is sent, its values, a connection. Out: the rows of all its statements, or the first error, with nothing left
//! unread on the connection. A pooled connection keeps its prepared statements; a plain client is sent text and types in
//! one message.

mod explain;
mod flight;
mod gather;
mod prepare;
mod reply;
mod run;
mod script;
mod sql;
mod wire;

use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Poll, ready};

use bytes::Bytes;
use futures_util::SinkExt;
use futures_util::future::FutureExt;
use futures_util::stream::Stream;
use tokio_postgres::{Client, Row, RowStream};

use crate::db::{Begun, Connection, Db, Origin, Pooled, Route, Seat, Timer, Watch, Within, within};
use crate::encode::Values;
use crate::error::Error;
use crate::observe::{self, Counts, Sent, StatementKind};
use crate::plan::{Answer, Columns, Work};
use crate::prefetch::{Keys, NO_KEYS};
use crate::query::{Locking, Nested, Pipelined, Read, Write};
use crate::transaction::{Mode, ReadWrite, Transaction};
pub(crate) use explain::explain;
pub(crate) use gather::{Add, All, Gather, Gathered, Make};
pub(crate) use prepare::Cache;
pub(crate) use reply::{Beside, Reply};
pub(crate) use run::{run, seated};
pub(crate) use script::script;
pub(crate) use sql::Sql;
use wire::{Given, shown};

/// Rows are streamed in pieces of so many bytes.
const PIECE: usize = 1 << 16;

/// What a query of kind `K` can be run on: `&Db`, `&Transaction`, or a client or transaction of the driver.
#[diagnostic::on_unimplemented(
    message = "a `{K}` query cannot be run on `{Self}`",
    label = "this does not run `{K}` queries",
    note = "queries run on `&Db`, `&Transaction`, and on references to the driver's clients and transactions; \
            those that lock rows run on transactions only, as in `db.atomic(async |tx| query.run(tx).await)`, and \
            `pipelined()` ones on these and `&Db`; a transaction that is `read_only()` takes neither locks nor writes"
)]
pub trait Executor<K>: Source {}

/// Where connections come from. Implemented here only.
#[doc(hidden)]
pub trait Source: Send {
    /// The way to a connection.
    fn access<'e>(self) -> Access<'e>
    where
        Self: 'e;
}

/// The way to a connection.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Access<'e> {
    /// One of the pool's.
    Pool(&'e Db),
    /// One that is there.
    Link(Link<'e>),
}

/// A connection for as long as a query needs it.
pub(crate) enum Lease<'e> {
    Pooled(Pooled),
    Borrowed(Link<'e>),
}

/// A connection as statements see it.
#[doc(hidden)]
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing of the connection or of what is sent next")]
pub struct Link<'c> {
    client: &'c Client,
    cache: Option<Cache<'c>>,
    transaction: bool,
    watch: Option<&'c Watch>,
    /// The next transaction may be on another connection of the server, see `db::bouncer`.
    pooled: bool,
    /// See [`Work::few`].
    few: bool,
    /// See [`Work::custom`].
    custom: bool,
    /// What the next statement's rows must have, and what they become.
    wanted: Option<&'static Columns>,
}

/// What one statement gave.
pub(crate) struct Outcome {
    pub(crate) rows: Vec<Row>,
}

macro_rules! executors {
    ($($from:ty: $($kind:ident)*, |$it:ident| $access:expr;)*) => {$(
        impl Source for $from {
            fn access<'e>(self) -> Access<'e>
            where
                Self: 'e,
            {
                let $it = self;
                $access
            }
        }
        $(
            #[diagnostic::do_not_recommend]
            impl Executor<$kind> for $from {}
        )*
    )*};
}

executors! {
    &Db: Read Nested Pipelined Write, |db| Access::Pool(db);
    &&Db: Read Nested Pipelined Write, |db| Access::Pool(db);
    &Connection: Read Nested Write, |client| {
        Access::Link(Link::new(client, Some(Cache::Own(client.statements())), false))
    };
    &crate::db::Client: Read Nested Write, |client| {
        Access::Link(Link::new(client, Some(Cache::Own(client.statements())), false))
    };
    &deadpool_postgres::Client: Read Nested Write, |client| {
        Access::Link(Link::new(client, Some(Cache::Deadpool(&client.statement_cache)), false))
    };
    &deadpool_postgres::Transaction<'_>: Read Nested Pipelined Write Locking, |tx| {
        Access::Link(Link::new(tx.client(), Some(Cache::Deadpool(&tx.statement_cache)), true))
    };
    &Client: Read Nested Write, |client| Access::Link(Link::new(client, None, false));
    &tokio_postgres::Transaction<'_>: Read Nested Pipelined Write Locking, |tx| {
        Access::Link(Link::new(tx.client(), None, true))
    };
}

macro_rules! transactions {
    ($($from:ident: $($any:ident)*, $($writing:ident)*;)*) => {$(
        impl<M: Mode> Source for $from!(M) {
            fn access<'e>(self) -> Access<'e>
            where
                Self: 'e,
            {
                Access::Link(self.link())
            }
        }
        $(
            #[diagnostic::do_not_recommend]
            impl<M: Mode> Executor<$any> for $from!(M) {}
        )*
        $(
            #[diagnostic::do_not_recommend]
            impl Executor<$writing> for $from!(ReadWrite) {}
        )*
    )*};
}

macro_rules! once {
    ($mode:ty) => { &Transaction<$mode> };
}

macro_rules! twice {
    ($mode:ty) => { &&Transaction<$mode> };
}

transactions! {
    once: Read Nested Pipelined, Write Locking;
    twice: Read Nested Pipelined, Write Locking;
}

impl<'e> Access<'e> {
    pub(crate) async fn lease(self, route: Route) -> Result<Lease<'e>, Error> {
        Ok(match self {
            Self::Pool(db) => Lease::Pooled(db.lease(route).await?),
            Self::Link(link) => Lease::Borrowed(link),
        })
    }

    /// A place on a connection that reads share, if there is one for this query.
    fn seat(self, route: Route, work: &'static Work, values: &Values) -> Option<Seat> {
        match self {
            // A transaction of its own is not one to share.
            Self::Pool(db) if work.answer != Answer::Together => db.seat(route, work, values),
            Self::Pool(_) | Self::Link(_) => None,
        }
    }
}

impl Lease<'_> {
    pub(crate) fn link(&self) -> Link<'_> {
        match self {
            Self::Pooled(pooled) => pooled.link(),
            Self::Borrowed(link) => *link,
        }
    }

    /// Which server it leads to.
    pub(crate) fn origin(&self) -> &Origin {
        match self {
            Self::Pooled(pooled) => pooled.origin(),
            Self::Borrowed(_) => &Origin::PRIMARY,
        }
    }

    /// Says so if nothing came of what was sent.
    pub(crate) fn settle_failed<T>(&self, result: &Result<T, Error>) {
        if result.is_err() {
            self.settle(result);
        }
    }

    /// Says what came of all that was sent, see [`Pooled::settle_after`].
    pub(crate) fn settle<T>(&self, result: &Result<T, Error>) {
        if let Self::Pooled(pooled) = self {
            pooled.settle_after(result);
        }
    }
}

impl<'c> Link<'c> {
    pub(crate) fn new(client: &'c Client, cache: Option<Cache<'c>>, transaction: bool) -> Self {
        Self { client, cache, transaction, watch: None, pooled: false, few: false, custom: false, wanted: None }
    }

    /// The same connection, counting what is sent on it.
    pub(crate) fn watched(self, watch: &'c Watch) -> Self {
        Self { watch: Some(watch), ..self }
    }

    /// The same connection, which leads to a pooler.
    pub(crate) fn pooled(self) -> Self {
        Self { pooled: true, ..self }
    }

    pub(crate) fn client(self) -> &'c Client {
        self.client
    }

    pub(crate) fn in_transaction(self) -> bool {
        self.transaction
    }

    /// The same connection, where the columns of a statement are held against those that the plan wants.
    pub(crate) fn wanting(self, work: &'static Work) -> Self {
        Self { wanted: work.columns.as_ref(), custom: work.custom, ..self }
    }

    /// The same connection without its prepared statements, for texts that are sent once.
    pub(crate) fn unprepared(self) -> Self {
        Self { cache: None, wanted: None, custom: false, ..self }
    }

    /// Sends a text and reads all of its answer.
    pub(crate) async fn statement(self, sql: Sql<'_>, values: &Values, keys: &Keys) -> Result<Outcome, Error> {
        let mut rows = Vec::new();
        self.gather(sql, values, keys, &mut rows).await?;
        Ok(Outcome { rows })
    }

    /// Sends a text and gives the rows of its answer away.
    pub(crate) async fn gather(
        self,
        sql: Sql<'_>,
        values: &Values,
        keys: &Keys,
        out: &mut dyn Gather,
    ) -> Result<(), Error> {
        self.rows(sql, Given { params: sql.params(), values, keys }, out).await.map(drop)
    }

    /// Sends a text and gives the rows of its answer away; says how many it touched.
    #[expect(clippy::manual_async_fn, reason = "a function keeps its arguments twice")]
    fn rows<'r>(
        self,
        sql: Sql<'r>,
        given: Given<'r>,
        out: &'r mut dyn Gather,
    ) -> impl Future<Output = Result<u64, Error>> + Send + use<'c, 'r> {
        async move {
            let (given, values) = (&given, given.values);
            let mut again = false;
            loop {
                let known = self.known(sql, values);
                let text = || sql.text(values.mask);
                let kind = known.as_ref().map_or_else(|| observe::kind::of(&text()), |known| known.kind);
                let sent = Sent::new(self.meter(), kind, text, || shown(&text(), given));
                let begun = self.watch.map(Watch::statement);
                let stream = match &known {
                    Some(known) => self.bound(&known.statement, given).await,
                    None => boxed(|| self.unknown(sql, given)).await,
                };
                let read = match stream {
                    Err(error) => Err(given.refused(error)),
                    Ok(stream) => self.read(pin!(stream), out).await,
                };
                observe::ended(sent, &read, |(rows, affected)| *rows.max(affected));
                match ended(begun, read) {
                    // Tables have changed since the statement was prepared. In a transaction there is no second try: the
                    // server has given it up; but the next one will find the statement fresh.
                    Err(error)
                        if !again && error.is_stale_statement() && self.forget(sql, values) && !self.transaction =>
                    {
                        out.clear();
                        again = true;
                    }
                    read => return read.map(|(_, affected)| affected),
                }
            }
        }
    }

    /// Gives the rows of an answer away; how many came, and how many the statement touched.
    fn read(
        self,
        mut stream: Pin<&mut RowStream>,
        out: &mut dyn Gather,
    ) -> Within<impl Future<Output = Result<(u64, u64), tokio_postgres::Error>> + Unpin> {
        let mut rows = 0;
        self.pinned(poll_fn(move |task| {
            while let Some(row) = ready!(stream.as_mut().poll_next(task)).transpose()? {
                out.add(row);
                rows += 1;
            }
            Poll::Ready(Ok((rows, stream.rows_affected().unwrap_or(0))))
        }))
    }

    /// Sends statements without parameters and rows, and waits for their end.
    pub(crate) async fn script(self, sql: &str) -> Result<(), Error> {
        self.meaning(sql, sql).await
    }

    /// The same of a text that is sent for what another says.
    pub(crate) async fn meaning(self, said: &str, sql: &str) -> Result<(), Error> {
        let sent = self.sent(observe::kind::of_script(said), said);
        let begun = self.watch.map(|watch| watch.script(sql));
        let done = self.answer(async { Ok(self.client.batch_execute(sql).await?) }).await;
        observe::ended(sent, &done, |()| 0);
        ended(begun, done)
    }

    /// Sends statements whose end says nothing of those before it.
    pub(crate) async fn aside(self, sql: &str) -> Result<(), Error> {
        let sent = self.sent(observe::kind::of_script(sql), sql);
        let done = self.answer(async { Ok(self.client.batch_execute(sql).await?) }).await;
        observe::ended(sent, &done, |()| 0);
        done
    }

    /// Sends statements whose answer is for nobody. Polled once, they are in the connection's queue, before all that
    /// follow.
    pub(crate) fn queue(self, sql: &str) {
        drop(self.sent(observe::kind::of_script(sql), sql));
        let _ = self.client.batch_execute(sql).now_or_never();
    }

    /// Tells those who listen that a statement is about to be sent.
    fn sent(self, kind: StatementKind, sql: &str) -> Option<Sent<'c>> {
        Sent::new(self.meter(), kind, || Cow::Borrowed(sql), String::new)
    }

    fn meter(self) -> Option<Counts<'c>> {
        self.watch.and_then(Watch::meter).map(|meter| Counts::Borrowed(meter))
    }

    /// Tells them of a statement that outlasts this borrow of its connection.
    pub(crate) fn streams(self, sql: Sql<'_>, values: &Values) -> Option<Sent<'static>> {
        let meter = self.watch.and_then(Watch::meter).map(|meter| Counts::Shared(Arc::clone(meter)));
        let text = sql.text(values.mask);
        let shown = || shown(&text, &Given { params: sql.params(), values, keys: NO_KEYS });
        Sent::new(meter, observe::kind::of(&text), || Cow::Borrowed(&*text), shown)
    }

    /// Streams rows to the server and gives their number.
    async fn copy(self, sql: &str, rows: &[u8]) -> Result<u64, Error> {
        let sent = self.sent(StatementKind::Copy, sql);
        let begun = self.watch.map(Watch::statement);
        let done = self.answer(self.streamed(sql, rows)).await;
        observe::ended(sent, &done, |rows| *rows);
        ended(begun, done)
    }

    async fn streamed(self, sql: &str, rows: &[u8]) -> Result<u64, Error> {
        let mut sink = pin!(self.client.copy_in::<_, Bytes>(sql).await?);
        for piece in rows.chunks(PIECE) {
            if let Err(closed) = sink.send(Bytes::copy_from_slice(piece)).await {
                // The server has refused a row already, and says why.
                return Err(sink.finish().await.err().unwrap_or(closed).into());
            }
        }
        Ok(sink.finish().await?)
    }

    /// Waits for an answer, on a connection of ours no longer than one may come.
    pub(crate) async fn answer<T>(self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.pinned(pin!(answer)).await
    }

    /// The same of one that stays where it is.
    fn pinned<F>(self, answer: F) -> Within<F> {
        within(self.watch.and_then(Watch::limit), answer)
    }

    /// The same for whoever polls for an answer: the time begins now.
    pub(crate) fn timer(self) -> Option<Timer> {
        self.watch.and_then(Watch::timer)
    }
}

/// Says of a statement that its answer has been read.
fn ended<T>(begun: Option<Begun<'_>>, result: Result<T, Error>) -> Result<T, Error> {
    if let Some(begun) = begun {
        begun.end(&result);
    }
    result
}

/// A future in a box, made where it stays. `Box::pin` would make it elsewhere and copy all of it: what there is when it
/// starts, and the much larger room for what comes while it runs.
#[inline]
fn boxed<F>(make: impl FnOnce() -> F) -> Pin<Box<F>> {
    let place = Box::new_uninit();
    Box::into_pin(Box::write(place, make()))
}
