//! Those who wait for a connection of the pool.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use nuages::private::{Plan, build};
use nuages::{Client, Db, Error, ErrorKind, Query, Read};
use nuages_devdb::{Cluster, Database, find};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::network::Network;
use crate::support::{Value, database, fixed, number, settled};

const LONG: Duration = Duration::from_mins(1);

fn process() -> Query<i64, Read> {
    static PLAN: Plan<i64> = Plan::<i64>::record::<Value<i64>>("Row", fixed("SELECT pg_backend_pid()::int8", &[]));
    build().finish(&PLAN)
}

/// A pool of one connection, which is out.
async fn out() -> (Database, Db, Client) {
    let (keep, _) = database("").await;
    let db = Db::builder().url(keep.url()).pool_size(1).connect().await.unwrap();
    let held = db.client().await.unwrap();
    (keep, db, held)
}

/// So many tasks that wait.
async fn queue(db: &Db, count: usize) -> JoinSet<Result<i64, Error>> {
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let db = db.clone();
        tasks.spawn(async move { process().run(&db).await });
    }
    while db.status().waiting < count {
        tokio::task::yield_now().await;
    }
    tasks
}

/// Polls a future once, which waits.
async fn begun<T>(mut future: Pin<&mut impl Future<Output = T>>) {
    let ready = poll_fn(|task| Poll::Ready(future.as_mut().poll(task).is_ready())).await;
    assert!(!ready, "there is nothing to be had");
}

#[tokio::test]
async fn all_have_their_turn_in_the_order_in_which_they_came() {
    let (_keep, db, held) = out().await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for n in 0..20 {
        let (inner, order) = (db.clone(), Arc::clone(&order));
        tasks.spawn(async move {
            let read = process().run(&inner).await;
            // The connection is back, and with the next one already, before anything else is done.
            order.lock().unwrap().push(n);
            read.map(drop)
        });
        while db.status().waiting <= n {
            tokio::task::yield_now().await;
        }
    }
    drop(held);
    while let Some(task) = tasks.join_next().await {
        task.unwrap().unwrap();
    }
    assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
    assert_eq!((db.status().size, db.status().available, db.status().waiting), (1, 1, 0));
}

#[tokio::test]
async fn a_connection_goes_on_from_those_who_do_not_come_for_it() {
    let (_keep, db, held) = out().await;
    let process = held.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get::<_, i32>(0);
    let (mut first, mut second) = (Box::pin(db.client()), Box::pin(db.client()));
    begun(first.as_mut()).await;
    begun(second.as_mut()).await;
    let mut third = Box::pin(db.client());
    begun(third.as_mut()).await;
    drop(second);
    drop(held);
    // It is the first one's, who is there and does not come.
    assert_eq!((db.status().size, db.status().available, db.status().waiting), (1, 0, 1));
    begun(third.as_mut()).await;
    drop(first);
    let got = timeout(LONG, third).await.expect("it goes on").unwrap();
    assert_eq!(got.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get::<_, i32>(0), process);
    drop(got);
    let mut last = Box::pin(db.client());
    drop(timeout(LONG, last.as_mut()).await.unwrap().unwrap());
    assert_eq!((db.status().size, db.status().available, db.status().waiting), (1, 1, 0));
}

#[tokio::test]
async fn nobody_waits_longer_than_allowed() {
    let (keep, _) = database("").await;
    let limit = Duration::from_millis(60);
    let db = Db::builder().url(keep.url()).pool_size(1).acquire_timeout(limit).connect().await.unwrap();
    for _ in 0..2 {
        let held = db.client().await.unwrap();
        let mut tasks = JoinSet::new();
        for n in 0..5 {
            let db = db.clone();
            tasks.spawn(async move {
                tokio::time::sleep(Duration::from_millis(n * 10)).await;
                let start = Instant::now();
                (process().run(&db).await, start.elapsed())
            });
        }
        while let Some(task) = timeout(LONG, tasks.join_next()).await.expect("it ends") {
            let (read, took) = task.unwrap();
            let error = read.unwrap_err();
            assert_eq!(
                (error.kind(), error.to_string().as_str()),
                (ErrorKind::Pool, "no connection became free in time")
            );
            assert!(took >= limit, "{took:?}");
        }
        drop(held);
        assert_eq!((db.status().available, db.status().waiting), (1, 0));
    }
    let pool = &db.metrics().pools[0];
    assert_eq!((pool.timeouts, pool.errors.as_slice()), (10, &[(ErrorKind::Pool, 10)][..]));
    assert!(pool.wait >= limit * 10, "{:?}", pool.wait);
}

#[tokio::test]
async fn who_is_handed_a_connection_that_has_ended_gets_another() {
    let (keep, db, held) = out().await;
    let other = Db::connect(&keep.url()).await.unwrap();
    let before = held.query_one("SELECT pg_backend_pid()::int8", &[]).await.unwrap().get::<_, i64>(0);
    let read = process();
    let mut waiting = pin!(read.run(&db));
    begun(waiting.as_mut()).await;
    assert_eq!(number(&other, &format!("SELECT pg_terminate_backend({before})::int::int8")).await, 1);
    while !held.is_closed() {
        tokio::task::yield_now().await;
    }
    drop(held);
    assert_ne!(waiting.await.unwrap(), before);
    assert_eq!((db.status().size, db.status().available), (1, 1));
    // One that is taken out of the pool leaves its place.
    let taken = Client::take(db.client().await.unwrap());
    assert_eq!(db.status().size, 0);
    assert_ne!(process().run(&db).await.unwrap(), before);
    taken.batch_execute("").await.unwrap();
}

#[tokio::test]
async fn connections_that_are_old_are_not_handed_on() {
    let (keep, _) = database("").await;
    let db = Db::builder().url(keep.url()).pool_size(1).max_lifetime(Duration::ZERO).connect().await.unwrap();
    let held = db.client().await.unwrap();
    let before = held.query_one("SELECT pg_backend_pid()::int8", &[]).await.unwrap().get::<_, i64>(0);
    let read = process();
    let mut waiting = pin!(read.run(&db));
    begun(waiting.as_mut()).await;
    drop(held);
    assert_ne!(waiting.await.unwrap(), before);
}

#[tokio::test]
async fn all_are_told_that_there_is_no_server() {
    let cluster = Cluster::start_on(&find::best().unwrap()).unwrap();
    let keep = cluster.create_database().unwrap();
    let db = Db::builder().url(keep.url()).pool_size(2).connect().await.unwrap();
    let held = [db.client().await.unwrap(), db.client().await.unwrap()];
    let mut tasks = queue(&db, 8).await;
    cluster.kill().unwrap();
    drop(held);
    while let Some(task) = timeout(LONG, tasks.join_next()).await.expect("nobody waits for ever") {
        assert_eq!(task.unwrap().unwrap_err().kind(), ErrorKind::Pool);
    }
    // One whose end was not known yet may be there still; it is found out when it is asked for.
    assert_eq!(db.status().waiting, 0);
    cluster.restart().unwrap();
    process().run(&db).await.unwrap();
}

#[tokio::test]
async fn a_right_to_open_goes_on_from_those_who_are_dropped() {
    let (keep, _) = database("").await;
    let network = Network::before(&keep.url()).await;
    let db = Db::builder().url(network.url(&keep)).pool_size(1).connect().await.unwrap();
    drop(Client::take(db.client().await.unwrap()));
    network.stall(true);
    let (mut first, mut second) = (Box::pin(db.client()), Box::pin(db.client()));
    begun(first.as_mut()).await;
    begun(second.as_mut()).await;
    assert_eq!((db.status().size, db.status().waiting), (0, 2));
    drop(first);
    network.stall(false);
    drop(timeout(LONG, second).await.expect("it opens one").unwrap());
    settled(&db).await;
    assert_eq!((db.status().size, db.status().available, db.status().waiting), (1, 1, 0));
}

#[tokio::test]
async fn the_end_refuses_all_who_wait() {
    let (_keep, db, held) = out().await;
    let mut tasks = queue(&db, 5).await;
    let closing = tokio::spawn({
        let db = db.clone();
        async move { db.close().await }
    });
    while let Some(task) = timeout(LONG, tasks.join_next()).await.expect("nobody waits for ever") {
        let refused: Result<_, Error> = task.unwrap();
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Closed);
    }
    drop(held);
    closing.await.unwrap().unwrap();
    assert_eq!((db.status().size, db.status().waiting), (0, 0));
}

#[tokio::test]
async fn connections_end_with_their_database() {
    let (keep, _) = database("").await;
    let other = Db::connect(&keep.url()).await.unwrap();
    let db = Db::builder().url(keep.url()).pool_size(2).connect().await.unwrap();
    let held = db.client().await.unwrap();
    process().run(&db).await.unwrap();
    assert_eq!(db.status().size, 2);
    drop(db);
    // The other one is of use to nobody; this one is as good as before.
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    while number(&other, open).await != 1 {
        tokio::task::yield_now().await;
    }
    held.batch_execute("").await.unwrap();
    drop(held);
    while number(&other, open).await != 0 {
        tokio::task::yield_now().await;
    }
}
