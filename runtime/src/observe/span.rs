//! Spans and events of the `tracing` crate, named as OpenTelemetry's conventions for databases name them.
//!
//! In: a statement as it is sent, its end. Out: a span around it, with the names and kinds that `tracing-opentelemetry`
//! takes over; a warning if it was slow. Values of parameters are in neither, unless the builder was told so.

use std::borrow::Cow;
use std::time::Duration;

use tracing::field::Empty;
use tracing::{Level, Span, event, info_span, span_enabled};

use super::kind::{self, StatementKind};
use super::server::Telemetry;
use super::tables::{summary, tables};
use crate::error::Error;

/// Whether anybody listens to spans.
pub(super) fn is_enabled() -> bool {
    span_enabled!(target: "nuages", Level::INFO)
}

/// The span of a statement; disabled if nobody listens.
pub(super) fn statement<'s>(
    of: Option<&Telemetry>,
    sql: impl Fn() -> Cow<'s, str>,
    parameters: impl FnOnce() -> String,
) -> Span {
    if !is_enabled() {
        return Span::none();
    }
    let sql = sql();
    let (operation, tables) = (kind::operation(&sql), tables(&sql));
    let summary = summary(operation, &tables);
    let table = if let [table] = tables.as_slice() { Some(table.as_str()) } else { None };
    let parameters = of.filter(|of| of.parameters).map(|_| parameters());
    info_span!(
        target: "nuages",
        "statement",
        otel.name = summary.as_str(),
        otel.kind = "client",
        otel.status_code = Empty,
        db.system.name = "postgresql",
        db.namespace = of.and_then(|of| of.namespace.as_deref()),
        db.operation.name = operation,
        db.collection.name = table,
        db.query.summary = summary.as_str(),
        db.query.text = &*sql,
        db.query.parameters = parameters,
        db.response.returned_rows = Empty,
        db.response.status_code = Empty,
        "error.type" = Empty,
        server.address = of.and_then(|of| of.address.as_deref()),
        server.port = of.and_then(|of| of.port),
    )
}

/// Says how a statement ended.
pub(super) fn ended(span: &Span, kind: StatementKind, rows: u64, error: Option<&Error>) {
    let Some(error) = error else {
        if kind == StatementKind::Read {
            span.record("db.response.returned_rows", rows);
        }
        return;
    };
    span.record("otel.status_code", "ERROR").record("error.type", error.type_name().as_str());
    if let Some(code) = error.sqlstate() {
        span.record("db.response.status_code", code);
    }
}

/// Says that a statement was slow.
pub(super) fn slow(span: &Span, sql: &str, duration: Duration, rows: u64) {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        event!(
            target: "nuages",
            Level::WARN,
            db.system.name = "postgresql",
            db.query.text = &*sql,
            duration_ms = millis,
            rows,
            "slow statement"
        );
    });
}

/// The span of a transaction, around those of its statements, which say on which server they are.
pub(super) fn transaction(of: &Telemetry) -> Span {
    info_span!(
        target: "nuages",
        "transaction",
        otel.name = "transaction",
        otel.kind = "internal",
        db.system.name = "postgresql",
        db.namespace = of.namespace.as_deref(),
    )
}
