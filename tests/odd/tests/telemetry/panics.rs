//! A subscriber that panics takes the query with it, and nothing else.

use nuages::{Db, query};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::set_default;
use tracing::{Event, Metadata, Subscriber};

use crate::database;

/// Panics at a statement whose text has this in it.
struct Fussy(&'static str);

impl Visit for Fussy {
    fn record_debug(&mut self, _: &Field, value: &dyn std::fmt::Debug) {
        assert!(!format!("{value:?}").contains(self.0), "a subscriber panics");
    }
}

impl Subscriber for Fussy {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Self(self.0));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn in_the_middle_of_a_flight_leaves_no_transaction_open() {
    let (keep, db) = database(|builder| builder.pool_size(1)).await;
    let query = query!(Person.order_by(id).prefetch_related(home_matches).pipelined());
    // The statements are prepared, so that BEGIN and the first of them are sent without a wait.
    query.run(&db).await.unwrap();
    let panics = tokio::spawn({
        let db = db.clone();
        async move {
            let _guard = set_default(Fussy("CURRENT_SETTING"));
            query.run(&db).await
        }
    });
    assert!(panics.await.unwrap_err().is_panic());
    query!(Person.create(name = "Ada", born_at = "1815-12-10T00:00:00Z")).run(&db).await.unwrap();
    let other = Db::connect(&keep.url()).await.unwrap();
    assert_eq!(query!(Person.count()).run(&other).await.unwrap(), 1);
}
