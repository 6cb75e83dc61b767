//! The counts through the facade of the `metrics` crate, named as OpenTelemetry's conventions for databases name them.
//!
//! In: what [`Meter`](super::Meter) counts too. Out: histograms, counters and gauges of whichever recorder the program has
//! installed; without one they are for nobody.

use std::time::Duration;

use metrics::{Label, Unit};

use super::kind::{self, StatementKind};
use super::server::Telemetry;
use super::tables::tables;
use crate::db::PoolStatus;
use crate::error::Error;

const DURATION: &str = "db.client.operation.duration";
const ROWS: &str = "db.client.response.returned_rows";
const COUNT: &str = "db.client.connection.count";
const MAX: &str = "db.client.connection.max";
const PENDING: &str = "db.client.connection.pending_requests";
const TIMEOUTS: &str = "db.client.connection.timeouts";
const WAIT: &str = "db.client.connection.wait_time";
const USE: &str = "db.client.connection.use_time";

/// Says what the names mean.
pub(super) fn describe() {
    metrics::describe_histogram!(DURATION, Unit::Seconds, "how long statements took");
    metrics::describe_histogram!(ROWS, Unit::Count, "how many rows statements returned");
    metrics::describe_gauge!(COUNT, Unit::Count, "connections, by state");
    metrics::describe_gauge!(MAX, Unit::Count, "how many connections there may be");
    metrics::describe_gauge!(PENDING, Unit::Count, "tasks that wait for a connection");
    metrics::describe_counter!(TIMEOUTS, Unit::Count, "tasks that waited for a connection in vain");
    metrics::describe_histogram!(WAIT, Unit::Seconds, "how long a connection was waited for");
    metrics::describe_histogram!(USE, Unit::Seconds, "how long a connection was out");
}

/// A statement has ended.
pub(super) fn statement(
    of: &Telemetry,
    kind: StatementKind,
    sql: &str,
    duration: Duration,
    rows: u64,
    error: Option<&Error>,
) {
    let mut labels = vec![
        Label::from_static_parts("db.system.name", "postgresql"),
        Label::new("db.operation.name", kind::operation(sql).to_owned()),
    ];
    if let [table] = tables(sql).as_slice() {
        labels.push(Label::new("db.collection.name", table.clone()));
    }
    if let Some(namespace) = &of.namespace {
        labels.push(Label::new("db.namespace", namespace.clone()));
    }
    if let Some(address) = &of.address {
        labels.push(Label::new("server.address", address.clone()));
    }
    if let Some(port) = of.port {
        labels.push(Label::new("server.port", port.to_string()));
    }
    if let Some(error) = error {
        labels.push(Label::new("error.type", error.type_name()));
        labels.extend(error.sqlstate().map(|code| Label::new("db.response.status_code", code.to_owned())));
    }
    if kind == StatementKind::Read && error.is_none() {
        #[expect(clippy::cast_precision_loss, reason = "recorders take floats")]
        metrics::histogram!(ROWS, labels.clone()).record(rows as f64);
    }
    metrics::histogram!(DURATION, labels).record(duration.as_secs_f64());
}

/// Somebody has got a connection, or has waited for one in vain.
pub(super) fn waited(pool: &str, wait: Duration, overdue: bool) {
    if overdue {
        metrics::counter!(TIMEOUTS, labels(pool, None)).increment(1);
    } else {
        metrics::histogram!(WAIT, labels(pool, None)).record(wait.as_secs_f64());
    }
}

/// A connection is back.
pub(super) fn used(pool: &str, duration: Duration) {
    metrics::histogram!(USE, labels(pool, None)).record(duration.as_secs_f64());
}

/// The state of a pool.
pub(super) fn state(pool: &str, status: &PoolStatus) {
    #[expect(clippy::cast_precision_loss, reason = "recorders take floats")]
    let set = |name: &'static str, state: Option<&'static str>, value: usize| {
        metrics::gauge!(name, labels(pool, state)).set(value as f64);
    };
    set(COUNT, Some("idle"), status.available);
    set(COUNT, Some("used"), status.size.saturating_sub(status.available));
    set(MAX, None, status.max_size);
    set(PENDING, None, status.waiting);
}

fn labels(pool: &str, state: Option<&'static str>) -> Vec<Label> {
    let mut labels = vec![Label::new("db.client.connection.pool.name", pool.to_owned())];
    labels.extend(state.map(|state| Label::from_static_parts("db.client.connection.state", state)));
    labels
}
