//! What is measured: the same work for everybody.

use crate::Failure;
use crate::fill::{USERS, WRITERS};
use futures_util::future::BoxFuture;

/// A row to insert.
#[derive(Clone, Debug)]
pub(crate) struct NewUser {
    pub(crate) name: String,
    pub(crate) hair_color: Option<String>,
}

/// One workload.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// So many users, in the order of their keys.
    Load(i64),
    /// So many posts, each with its user.
    Join(i64),
    /// One user, for each of these keys in turn.
    ByKey(Vec<i64>),
    /// The same, each on a connection that is taken from a pool for it.
    Pooled(Vec<i64>),
    /// The same, all on one connection that is held meanwhile.
    Held(Vec<i64>),
    /// One user on a connection that has not sent anything yet.
    First(i64),
    /// So many users with their posts with their comments.
    Nested(i64),
    /// These rows by one statement; a single one comes back with its key.
    Insert(Vec<NewUser>),
    /// The same for each of these lists in turn, each on a connection that is taken from a pool for it.
    Inserts(Vec<Vec<NewUser>>),
    /// Another hair colour for each of these keys.
    Update(Vec<(i64, String)>),
    /// All events, one row after the other.
    Stream,
    /// So many of them.
    StreamOf(i64),
    /// So many tasks that read so many users each, by key, over [`POOL`] connections.
    Tasks(usize, i64),
    /// Four questions of a shop.
    Dashboard,
    /// Rows of so many columns: 1, 20 or 200.
    Columns(u32),
}

/// How many connections tasks share.
pub(crate) const POOL: usize = 8;

/// The future of one workload: what it read, as a number that must be the same for everybody.
pub(crate) type Doing<'p> = BoxFuture<'p, Result<u64, Failure>>;

/// Somebody who does work.
pub(crate) trait Peer: Send + Sync {
    /// Does it; `None` if it is none of theirs.
    fn work<'p>(&'p self, work: &'p Work) -> Option<Doing<'p>>;
}

/// One way to do all of it.
pub(crate) trait Way: Send + Sync {
    /// See [`Work::Load`].
    fn load(&self, n: i64) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// See [`Work::Join`].
    fn join(&self, n: i64) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// See [`Work::ByKey`].
    fn by_key(&self, ids: &[i64]) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// See [`Work::Pooled`].
    fn pooled(&self, ids: &[i64]) -> impl Future<Output = Result<u64, Failure>> + Send {
        self.by_key(ids)
    }
    /// See [`Work::Held`].
    fn held(&self, ids: &[i64]) -> impl Future<Output = Result<u64, Failure>> + Send {
        self.by_key(ids)
    }
    /// See [`Work::First`].
    fn first(&self, id: i64) -> impl Future<Output = Result<u64, Failure>> + Send {
        async move { self.by_key(&[id]).await }
    }
    /// See [`Work::Nested`].
    fn nested(&self, writers: i64) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// See [`Work::Insert`].
    fn insert(&self, rows: &[NewUser]) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// See [`Work::Inserts`].
    fn inserts(&self, lists: &[Vec<NewUser>]) -> impl Future<Output = Result<u64, Failure>> + Send {
        async move {
            let mut total = 0;
            for rows in lists {
                total += self.insert(rows).await?;
            }
            Ok(total)
        }
    }
    /// See [`Work::Update`].
    fn update(&self, changes: &[(i64, String)]) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// See [`Work::Stream`].
    fn stream(&self) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// See [`Work::StreamOf`].
    fn stream_of(&self, n: i64) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// See [`Work::Tasks`].
    fn tasks(&self, tasks: usize, each: i64) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// See [`Work::Dashboard`].
    fn dashboard(&self) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// See [`Work::Columns`]; not everybody has rows of 200.
    fn columns(&self, _: u32) -> Option<Doing<'_>> {
        None
    }
}

impl<W: Way> Peer for W {
    fn work<'p>(&'p self, work: &'p Work) -> Option<Doing<'p>> {
        Some(match work {
            Work::Load(n) => Box::pin(self.load(*n)),
            Work::Join(n) => Box::pin(self.join(*n)),
            Work::ByKey(ids) => Box::pin(self.by_key(ids)),
            Work::Pooled(ids) => Box::pin(self.pooled(ids)),
            Work::Held(ids) => Box::pin(self.held(ids)),
            Work::First(id) => Box::pin(self.first(*id)),
            Work::Nested(writers) => Box::pin(self.nested(*writers)),
            Work::Insert(rows) => Box::pin(self.insert(rows)),
            Work::Inserts(lists) => Box::pin(self.inserts(lists)),
            Work::Update(changes) => Box::pin(self.update(changes)),
            Work::Stream => Box::pin(self.stream()),
            Work::StreamOf(n) => Box::pin(self.stream_of(*n)),
            Work::Tasks(tasks, each) => Box::pin(self.tasks(*tasks, *each)),
            Work::Dashboard => Box::pin(self.dashboard()),
            Work::Columns(n) => return self.columns(*n),
        })
    }
}

/// A workload in the report: its name, how often it is done in one measurement, what it is.
pub(crate) struct Task {
    pub(crate) name: &'static str,
    pub(crate) times: u32,
    pub(crate) work: Work,
}

/// All workloads.
pub(crate) fn tasks() -> Vec<Task> {
    let task = |name, times, work| Task { name, times, work };
    vec![
        task("load 1", 200, Work::Load(1)),
        task("load 100", 100, Work::Load(100)),
        task("load 10,000", 5, Work::Load(10_000)),
        task("join 100", 100, Work::Join(100)),
        task("join 10,000", 4, Work::Join(10_000)),
        task("one row by key", 4, Work::ByKey((1..=200).map(|i| i * 37).collect())),
        task("first by key on a new connection", 20, Work::First(4711)),
        task("relations 100 × 10 × 10", 5, Work::Nested(WRITERS)),
        task("insert 1", 200, Work::Insert(rows(1))),
        task("insert 100", 50, Work::Insert(rows(100))),
        task("insert 10,000", 4, Work::Insert(rows(10_000))),
        task("update 1,000", 4, Work::Update((1..=1000).map(|i| (i, format!("colour {i}"))).collect())),
        task("stream 200,000", 1, Work::Stream),
        task("64 tasks by key, 8 connections", 4, Work::Tasks(64, 20)),
        task("dashboard", 1, Work::Dashboard),
    ]
}

fn rows(n: usize) -> Vec<NewUser> {
    let row = |i: usize| NewUser {
        name: format!("Fresh user number {i}"),
        hair_color: (!i.is_multiple_of(3)).then(|| "chestnut".to_owned()),
    };
    (0..n).map(row).collect()
}

/// What a list of rows counts for: their number and the first and the last key.
pub(crate) fn sum<R>(rows: &[R], key: impl Fn(&R) -> i64) -> u64 {
    let ends = rows.first().map_or(0, &key) + rows.last().map_or(0, &key);
    rows.len() as u64 + ends.unsigned_abs()
}

/// So many tasks, of which each does one thing so many times; what all read.
pub(crate) async fn spread<P, F, A>(tasks: usize, each: i64, place: &P, one: A) -> Result<u64, Failure>
where
    P: Clone + Send + 'static,
    A: Fn(P, i64) -> F + Copy + Send + 'static,
    F: Future<Output = Result<u64, Failure>> + Send,
{
    let mut running = Vec::with_capacity(tasks);
    for task in 0..tasks {
        let place = place.clone();
        running.push(tokio::spawn(async move {
            let mut total = 0;
            for i in 0..each {
                total += one(place.clone(), key(task, i)).await?;
            }
            Ok::<_, Failure>(total)
        }));
    }
    let mut total = 0;
    for task in running {
        total += task.await??;
    }
    Ok(total)
}

/// The `i`-th key that a task reads.
fn key(task: usize, i: i64) -> i64 {
    let task = i64::try_from(task).unwrap_or_default();
    (task * 151 + i * 37) % USERS + 1
}
