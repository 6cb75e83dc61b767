//! The crate `tracing`.

use std::time::Duration;

use nuages::{Error, query};
use tracing::subscriber::set_default;
use tracing::{Instrument, Level, info_span};

use crate::database;
use crate::layer::{Layer, Seen};

/// A value that must be seen nowhere.
const SECRET: &str = "hunter2";

fn statements(layer: &Layer) -> Vec<Seen> {
    layer.ours().into_iter().filter(|seen| seen.name == "statement").collect()
}

#[tokio::test]
async fn a_statement_is_a_span_with_the_names_of_opentelemetry() {
    let (keep, db) = database(|builder| builder).await;
    let layer = Layer::default();
    let _guard = set_default(layer.clone());
    let made = query!(Person.create(name = "Ada", born_at = "1815-12-10T00:00:00Z")).run(&db).await.unwrap();
    query!(Match.select_related(home).filter(home = made.id)).run(&db).await.unwrap();
    let seen = statements(&layer);
    assert_eq!(seen.len(), 2);
    let insert = &seen[0];
    let expected = [
        ("otel.name", "INSERT person"),
        ("otel.kind", "client"),
        ("db.system.name", "postgresql"),
        ("db.operation.name", "INSERT"),
        ("db.collection.name", "person"),
        ("db.query.summary", "INSERT person"),
        ("db.namespace", keep.name()),
    ];
    for (field, value) in expected {
        assert_eq!(insert.get(field), Some(value), "{field}: {insert:?}");
    }
    assert!(insert.get("db.query.text").unwrap().starts_with("INSERT INTO \"person\""));
    assert!(keep.url().contains("%2F") && insert.get("server.address").is_some_and(|folder| folder.starts_with('/')));
    assert_eq!(
        (insert.get("error.type"), insert.get("otel.status_code"), insert.get("server.port")),
        (None, None, None)
    );
    let select = &seen[1];
    assert_eq!(select.get("otel.name"), Some("SELECT match person"));
    // Two tables are no one collection.
    assert_eq!(select.get("db.collection.name"), None);
    assert_eq!(select.get("db.response.returned_rows"), Some("0"));
    assert!(seen.iter().all(|span| span.closed && span.level == Level::INFO && span.parent.is_none()));
}

#[tokio::test]
async fn an_error_is_its_code() {
    let (_keep, db) = database(|builder| builder).await;
    let layer = Layer::default();
    let _guard = set_default(layer.clone());
    let person = || query!(Person.create(name = "x", nickname = SECRET, born_at = "1815-12-10T00:00:00Z"));
    person().run(&db).await.unwrap();
    let error = person().run(&db).await.unwrap_err();
    assert!(error.is_unique_violation());
    let seen = statements(&layer);
    assert_eq!(seen[0].get("db.response.status_code"), None);
    let failed = &seen[1];
    assert_eq!(failed.get("db.response.status_code"), Some("23505"));
    assert_eq!(failed.get("error.type"), Some("23505"));
    assert_eq!(failed.get("otel.status_code"), Some("ERROR"));
    assert!(failed.closed);
}

#[tokio::test]
async fn a_transaction_is_around_its_statements() {
    let (_keep, db) = database(|builder| builder).await;
    let layer = Layer::default();
    let _guard = set_default(layer.clone());
    let work = db.atomic(async |tx| {
        query!(Person.count()).run(tx).await?;
        query!(Hall.count()).run(tx).instrument(info_span!(target: "nuages", "mine")).await?;
        Ok::<_, Error>(())
    });
    work.instrument(info_span!(target: "nuages", "request")).await.unwrap();
    query!(Person.count()).run(&db).await.unwrap();
    let all = layer.seen();
    let parent = |span: &Seen| span.parent.map(|at| all[at].name.as_str());
    let seen: Vec<_> = all
        .iter()
        .filter(|span| span.target == "nuages")
        .map(|span| (span.get("otel.name").unwrap_or(&span.name), parent(span)))
        .collect();
    let expected = [
        ("request", None),
        ("transaction", Some("request")),
        ("BEGIN", Some("transaction")),
        ("SELECT person", Some("transaction")),
        ("mine", Some("transaction")),
        ("SELECT hall", Some("mine")),
        ("COMMIT", Some("transaction")),
        ("SELECT person", None),
    ];
    assert_eq!(seen, expected);
    assert!(all.iter().filter(|span| span.target == "nuages").all(|span| span.closed));
}

#[tokio::test]
async fn values_are_shown_to_those_who_ask_and_to_nobody_else() {
    for asked in [false, true] {
        let (_keep, db) = database(|builder| builder.record_parameters(asked).slow_query(Duration::ZERO)).await;
        let layer = Layer::default();
        let _guard = set_default(layer.clone());
        let create = || query!(Person.create(name = SECRET, nickname = SECRET, born_at = "1815-12-10T00:00:00Z"));
        create().run(&db).await.unwrap();
        create().run(&db).await.unwrap_err();
        let found = query!(Person.filter(name = SECRET, id.in = [1_i64, 7], nickname.isnull = false)).run(&db).await;
        assert_eq!(found.unwrap().len(), 1);
        let mut rows = query!(Person.filter(name.contains = SECRET)).stream(&db);
        while let Some(row) = rows.next().await {
            row.unwrap();
        }
        db.atomic(async |tx| query!(Person.filter(name = SECRET).delete()).run(tx).await).await.unwrap();
        let said = format!("{:?}", layer.seen());
        assert_eq!(said.contains(SECRET), asked, "{said}");
        let shown: Vec<Option<String>> =
            statements(&layer).iter().map(|span| span.get("db.query.parameters").map(str::to_owned)).collect();
        let select = shown[2].as_deref();
        assert_eq!(select.is_some(), asked);
        if asked {
            let select = select.unwrap();
            assert!(select.contains("\"hunter2\"") && select.contains("[Some(1), Some(7)]"), "{select}");
            assert!(shown[3].as_ref().unwrap().contains("hunter2"));
        }
        layer.clear();
    }
}

#[tokio::test]
async fn a_slow_statement_is_a_warning() {
    for (limit, warned) in [(Duration::ZERO, true), (Duration::from_hours(1), false)] {
        let (_keep, db) = database(|builder| builder.metrics(false).slow_query(limit)).await;
        let layer = Layer::default();
        let _guard = set_default(layer.clone());
        query!(Person.filter(name = "Ada")).run(&db).await.unwrap();
        let events: Vec<Seen> = layer.ours().into_iter().filter(|seen| seen.event).collect();
        assert_eq!(events.len(), usize::from(warned));
        if let [event] = events.as_slice() {
            assert_eq!((event.level, event.get("message")), (Level::WARN, Some("slow statement")));
            assert!(event.get("db.query.text").unwrap().starts_with("SELECT "));
            assert_eq!(event.get("rows"), Some("0"));
            assert!(event.get("duration_ms").unwrap().parse::<u64>().is_ok());
            assert_eq!(layer.seen()[event.parent.unwrap()].name, "statement");
        }
    }
}
