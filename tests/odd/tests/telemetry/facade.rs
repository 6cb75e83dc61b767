//! The crate `metrics`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use nuages::query;

use crate::database;

/// What was recorded, by name and labels.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    values: BTreeMap<String, Vec<f64>>,
    described: BTreeMap<String, Option<Unit>>,
}

struct Entry(Book, String);

impl Entry {
    fn add(&self, value: f64) {
        self.0.0.lock().unwrap().values.entry(self.1.clone()).or_default().push(value);
    }
}

impl CounterFn for Entry {
    fn increment(&self, value: u64) {
        self.add(f64::from(u32::try_from(value).unwrap()));
    }

    fn absolute(&self, _: u64) {
        panic!("counters are incremented");
    }
}

impl GaugeFn for Entry {
    fn increment(&self, _: f64) {
        panic!("gauges are set");
    }

    fn decrement(&self, _: f64) {
        panic!("gauges are set");
    }

    fn set(&self, value: f64) {
        self.add(value);
    }
}

impl HistogramFn for Entry {
    fn record(&self, value: f64) {
        self.add(value);
    }
}

impl Book {
    fn entry(&self, key: &Key) -> Arc<Entry> {
        let labels: Vec<String> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Arc::new(Entry(self.clone(), format!("{} {}", key.name(), labels.join(" "))))
    }

    fn describe(&self, name: &KeyName, unit: Option<Unit>) {
        self.0.lock().unwrap().described.insert(name.as_str().to_owned(), unit);
    }

    /// The values under names that have all of these parts.
    fn values(&self, parts: &[&str]) -> Vec<f64> {
        let state = self.0.lock().unwrap();
        let found = state.values.iter().filter(|(key, _)| {
            let words: Vec<&str> = key.split(' ').collect();
            parts.iter().all(|part| words.contains(part))
        });
        found.flat_map(|(_, values)| values.clone()).collect()
    }
}

impl Recorder for Book {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&key, unit);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&key, unit);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&key, unit);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.entry(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.entry(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.entry(key))
    }
}

const DURATION: &str = "db.client.operation.duration";
const IDLE: &str = "db.client.connection.state=idle";
const USED: &str = "db.client.connection.state=used";

#[tokio::test]
async fn statements_and_connections() {
    let book = Book::default();
    let _guard = metrics::set_default_local_recorder(&book);
    let (keep, db) = database(|builder| builder.pool_size(1).acquire_timeout(Duration::from_millis(300))).await;
    let person = || query!(Person.create(name = "Ada", nickname = "Ada", born_at = "1815-12-10T00:00:00Z"));
    person().run(&db).await.unwrap();
    person().run(&db).await.unwrap_err();
    query!(Person.all()).run(&db).await.unwrap();

    let namespace = format!("db.namespace={}", keep.name());
    let insert = [DURATION, "db.system.name=postgresql", "db.operation.name=INSERT", "db.collection.name=person"];
    let both = book.values(&[&insert[..], &[namespace.as_str()]].concat());
    assert_eq!(both.len(), 2);
    assert!(both.iter().all(|seconds| *seconds > 0.0 && *seconds < 60.0), "{both:?}");
    let failed = book.values(&[DURATION, "error.type=23505", "db.response.status_code=23505"]);
    assert_eq!(failed.len(), 1);
    assert_eq!(book.values(&["db.client.response.returned_rows", "db.operation.name=SELECT"]), [1.0]);

    let pool = "db.client.connection.pool.name=primary";
    assert_eq!(book.values(&["db.client.connection.count", pool, IDLE]).last(), Some(&1.0));
    assert_eq!(book.values(&["db.client.connection.count", pool, USED]).last(), Some(&0.0));
    assert_eq!(book.values(&["db.client.connection.max", pool]).last(), Some(&1.0));
    // Once for the connection itself.
    assert_eq!(book.values(&["db.client.connection.use_time", pool]).len(), 4);
    assert_eq!(book.values(&["db.client.connection.wait_time", pool]).len(), 4);
    let held = db.client().await.unwrap();
    assert_eq!(book.values(&["db.client.connection.count", pool, USED]).last(), Some(&1.0));
    person().run(&db).await.unwrap_err();
    assert_eq!(book.values(&["db.client.connection.timeouts", pool]), [1.0]);
    drop(held);

    let described = &book.0.lock().unwrap().described;
    assert_eq!(described.get(DURATION), Some(&Some(Unit::Seconds)));
    assert_eq!(described.len(), 8);
}

#[tokio::test]
async fn nothing_is_told_where_nothing_is_counted() {
    let book = Book::default();
    let _guard = metrics::set_default_local_recorder(&book);
    let (_keep, db) = database(|builder| builder.metrics(false)).await;
    query!(Person.all()).run(&db).await.unwrap();
    assert!(book.0.lock().unwrap().values.is_empty());
}
