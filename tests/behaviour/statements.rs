//! How many statements a query really sends: the server is asked to tell the client of each.

use crate::shop::shop;
use nuages::query;
use nuages_devdb::Database;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use tokio_postgres::{AsyncMessage, Client, NoTls};

/// A connection whose server reports every statement that it carries out.
struct Watched {
    client: Client,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Watched {
    async fn connect(database: &Database) -> Self {
        let (client, mut connection) = tokio_postgres::connect(&database.url(), NoTls).await.unwrap();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let list = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|task| connection.poll_message(task)).await {
                if let AsyncMessage::Notice(notice) = message {
                    list.lock().unwrap().push(notice.message().to_owned());
                }
            }
        });
        client.batch_execute("SET client_min_messages = 'log'; SET log_statement = 'all'").await.unwrap();
        Self { client, seen }
    }

    /// The statements since the last call. What is reported comes before the answer of the statement.
    fn take(&self) -> Vec<String> {
        self.seen.lock().unwrap().drain(..).filter(|text| text.starts_with("execute ")).collect()
    }
}

/// Runs a query and compares what it sent with what it had said.
macro_rules! sends {
    ($watched:expr, $expected:expr, $query:expr) => {{
        let query = $query;
        query.run(&$watched.client).await.unwrap();
        let sent = $watched.take();
        assert_eq!(sent.len(), $expected, "{sent:#?}");
        assert_eq!(query.round_trips(), $expected);
        // The texts are those of `sql()`.
        let texts: Vec<String> = query.sql().split(";\n").map(str::to_owned).collect();
        for text in &sent {
            assert!(texts.iter().any(|known| text.ends_with(known.as_str())), "{text} is none of {texts:#?}");
        }
    }};
}

#[tokio::test]
async fn round_trips_are_the_statements_sent() {
    let (database, _db) = shop().await;
    let watched = &Watched::connect(&database).await;
    sends!(watched, 1, query!(Product.all()));
    sends!(watched, 1, query!(Product.select_related(category.parent).annotate(n = Count(reviews), m = Count(tags))));
    sends!(watched, 2, query!(Product.order_by(id).page(1, 2)));
    sends!(watched, 2, query!(Product.prefetch_related(category)));
    sends!(watched, 4, query!(Order.select_related(user, address).prefetch_related(items.product.category)));
    sends!(watched, 6, query!(User.prefetch_related(orders.items, addresses, reviews.product)));
    sends!(watched, 4, query!(Category.prefetch_related(children.children.children)));
    sends!(watched, 3, query!(Product.prefetch_related(tags).order_by(id).page(1, 2)));
    sends!(watched, 1, query!(Product.aggregate(n = Count(), m = Max(reviews.rating))));
    sends!(watched, 1, query!(Tag.bulk_create(for i in 0..500 => name = i.to_string())));
    sends!(watched, 1, query!(Tag.create(name = "new")));
    sends!(watched, 1, query!(Product.filter(reviews.rating = 5).update(stock = 0)));
    sends!(watched, 1, query!(Tag.filter(color = None).delete()));
}

#[tokio::test]
async fn what_needs_no_statement_sends_none() {
    let (database, _db) = shop().await;
    let watched = &Watched::connect(&database).await;
    let names: [&str; 0] = [];
    let name: Option<&str> = None;
    sends!(watched, 0, query!(Tag.bulk_create(for name in names => name = name)));
    sends!(watched, 0, query!(Tag(1).update(name? = name)));
    let below = -1_i64;
    let refused = query!(Tag.order_by(id)[below..]);
    refused.run(&watched.client).await.unwrap_err();
    assert_eq!((watched.take().len(), refused.round_trips()), (0, 0));
}

#[tokio::test]
async fn no_rows_to_prefetch_for_need_no_further_statement() {
    let (database, _db) = shop().await;
    let watched = &Watched::connect(&database).await;
    let query = query!(Product.filter(id.lt = 0).prefetch_related(tags, reviews.user));
    assert_eq!(query.run(&watched.client).await.unwrap().len(), 0);
    assert_eq!((watched.take().len(), query.round_trips()), (1, 4));
    // Nobody brought Ada, so there is nobody to ask for.
    let query = query!(User.filter(id = 1).prefetch_related(referred_by.orders));
    assert!(query.run(&watched.client).await.unwrap()[0].referred_by.is_none());
    assert_eq!(watched.take().len(), 1);
}
