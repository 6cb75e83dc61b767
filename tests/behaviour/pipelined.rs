//! Rows and their prefetches in one flight: the same as in several.

use std::pin::pin;
use std::task::{Context, Waker};

use crate::shop::{number, shop};
use nuages::testing::{assert_num_queries, record};
use nuages::{Error, ErrorKind, Pipelined, query};

/// Runs a chain both ways and compares what comes. On a `Db` there is a transaction around the flight.
macro_rules! same {
    ($db:expr, ($($chain:tt)*) ($($ending:tt)*)) => { same!(2, $db, ($($chain)*) ($($ending)*)) };
    ($around:literal, $db:expr, ($($chain:tt)*) ($($ending:tt)*)) => {{
        let apart = query!($($chain)* $($ending)*);
        let together = query!($($chain)* .pipelined() $($ending)*);
        let statements = together.round_trips();
        let (apart, found) = (apart.run(&$db).await, assert_num_queries(statements + $around, together.run(&$db)).await);
        assert_eq!(together.sql().split(";\n").count(), statements);
        assert_eq!(format!("{:?}", found.as_ref().unwrap()), format!("{:?}", apart.unwrap()));
        found.unwrap()
    }};
    ($db:expr, $($chain:tt)*) => { same!($db, ($($chain)*) ()) };
}

#[tokio::test]
async fn levels_siblings_and_shared_children() {
    let (_keep, db) = shop().await;
    let orders = same!(db, Order.order_by(id).prefetch_related(items.product.category, user.addresses.order_by(id)));
    assert_eq!((orders.len(), orders[0].items.len(), orders[0].user.addresses.len()), (3, 2, 2));
    assert_eq!(orders[0].items[0].product.category.name, "Books");
    same!(db, Product.order_by(id).prefetch_related(tags, category, reviews.user.order_by(id)));
    same!(db, Tag.order_by(id).prefetch_related(products.order_by(name).prefetch_related(tags.products.order_by(id))));
    // The same relation under several names.
    let n = 3;
    same!(
        db,
        Product.order_by(-id).prefetch_related(
            best = reviews.filter(rating.gte = n),
            worst = reviews.filter(rating.lt = n),
            ratings = reviews.order_by(-rating).values_list(rating, flat),
        )
    );
}

#[tokio::test]
async fn a_relation_with_itself() {
    let (_keep, db) = shop().await;
    let tree = same!(db, Category.roots().prefetch_related(children.children.children));
    assert_eq!(tree[0].children[0].children[0].name, "Short novels");
    same!(db, User.order_by(id).prefetch_related(referred_by.referred_by, referrals.order_by(id)));
}

#[tokio::test]
async fn keys_that_are_null_and_levels_without_rows() {
    let (_keep, db) = shop().await;
    let orders = same!(db, Order.order_by(id).prefetch_related(address.user, shipment));
    assert!(orders[1].address.is_none());
    same!(db, Order.filter(address.isnull = true).prefetch_related(address, items.product));
    let none = same!(db, Product.filter(id.lt = 0).prefetch_related(tags, reviews.user.orders.items));
    assert!(none.is_empty());
    let lonely = same!(db, Tag.filter(name = "lonely").prefetch_related(products.category));
    assert!(lonely[0].products.is_empty());
}

#[tokio::test]
async fn slices_groups_and_distinct_rows_of_each_parent() {
    let (_keep, db) = shop().await;
    let n = 1;
    same!(
        db,
        Category.order_by(id).prefetch_related(
            dearest = products.order_by(-price)[..n],
            others = products.order_by(-price)[1..5],
            totals = products.values(category, status).annotate(n = Count()).order_by(status),
            newest = products.order_by(status, -id).distinct(status)
        )
    );
    same!(
        db,
        Tag.order_by(id).prefetch_related(products.order_by(price).prefetch_related(reviews.order_by(id)[..n])[..1])
    );
    same!(
        db,
        Category.order_by(id).prefetch_related(
            best = products.annotate(r = Window(Rank(), order_by(-price))).filter(r.lte = 1).prefetch_related(tags)
        )
    );
    same!(
        db,
        User.order_by(id).prefetch_related(
            orders.annotate(total = Sum(items.quantity * items.unit_price), n = Count(items)).order_by(-total, id)
        )
    );
}

#[tokio::test]
async fn keys_of_joined_rows_and_columns_that_are_not_read() {
    let (_keep, db) = shop().await;
    same!(
        db,
        OrderItem
            .order_by(id)
            .select_related(product.category)
            .prefetch_related(product.tags, product.category.children)
    );
    same!(
        db,
        User.select_related(referred_by)
            .order_by(id)
            .prefetch_related(referred_by.orders.order_by(id), addresses.order_by(id))
    );
    let shelves = same!(
        db,
        Category.only(slug).order_by(slug).prefetch_related(products.only(name).order_by(name).prefetch_related(tags))
    );
    assert_eq!(shelves[1].products.len(), 2);
}

#[tokio::test]
async fn every_ending() {
    let (_keep, db) = shop().await;
    let first = same!(db, (Category.order_by(-name).prefetch_related(products.order_by(name))) (.first()));
    assert!(first.is_some());
    let nothing = same!(db, (Category.filter(name = "none").prefetch_related(products)) (.first()));
    assert!(nothing.is_none());
    same!(db, (Category(2).prefetch_related(products.order_by(id)))());
    same!(db, (Category.prefetch_related(products.order_by(id))) (.get(name = "Games")));
    same!(db, (Category.order_by(id).prefetch_related(children))([1..].last()));
    let page = same!(db, (Product.order_by(id).prefetch_related(tags)) (.page(2, 2)));
    assert_eq!((page.items.len(), page.total), (2, 5));
    let page = same!(db, (Product.order_by(id).prefetch_related(tags)) (.page(9, 2)));
    assert_eq!((page.items.len(), page.total), (0, 5));
    let ids = [1, 3, 77];
    let apart = query!(Product.only(name).prefetch_related(tags).in_bulk(ids)).run(&db).await.unwrap();
    let together = query!(Product.only(name).prefetch_related(tags).pipelined().in_bulk(ids)).run(&db).await.unwrap();
    assert_eq!(together.len(), 2);
    for (id, product) in &together {
        assert_eq!(format!("{product:?}"), format!("{:?}", apart[id]));
    }
    same!(
        db,
        (Category.prefetch_related(products.order_by(name)).union(Category.filter(is_active = true)))
        (.order_by(name))
    );
    let none = query!(Category.prefetch_related(products).pipelined().get(name = "none")).run(&db).await;
    assert!(none.unwrap_err().is_does_not_exist());
    let several = query!(Category.prefetch_related(products).pipelined().get(id.gt = 0)).run(&db).await;
    assert_eq!(several.unwrap_err().kind(), ErrorKind::MultipleObjectsReturned);
}

#[tokio::test]
async fn clauses_that_are_left_out_on_several_levels() {
    let (_keep, db) = shop().await;
    for (least, dear, cheap) in
        [(None, None, true), (Some(4), None, false), (None, Some(true), true), (Some(3), Some(false), false)]
    {
        let limit = crate::shop::price("15");
        same!(
            db,
            Category.filter(is_active? = dear, name.startswith? = least.map(|_| "")).order_by(id).prefetch_related(
                products
                    .filter(
                        if cheap {
                            price.lt = limit
                        },
                        stock.gte? = least
                    )
                    .order_by(if cheap { name } else { -price })
                    .prefetch_related(
                        reviews.filter(rating.gte? = least.map(|n| i16::try_from(n).unwrap())).order_by(id)[..2]
                    )
            )
        );
    }
}

#[tokio::test]
async fn on_every_executor() {
    let (database, db) = shop().await;
    let query: nuages::Query<_, Pipelined> = query!(Order.order_by(id).prefetch_related(items.product).pipelined());
    let expected = format!("{:?}", query!(Order.order_by(id).prefetch_related(items.product)).run(&db).await.unwrap());
    let mut client = crate::shop::plain(&database).await;
    let tx = client.transaction().await.unwrap();
    for _ in 0..2 {
        assert_eq!(format!("{:?}", query.run(&tx).await.unwrap()), expected);
    }
    tx.commit().await.unwrap();
    let found = db.atomic(async |tx| query.run(tx).await).await.unwrap();
    assert_eq!(format!("{found:?}"), expected);
    let found = db.transaction().read_only().atomic(async |tx| query.run(tx).await).await.unwrap();
    assert_eq!(format!("{found:?}"), expected);
    let sharing = crate::pooler::way(&database);
    let sharing = if std::env::var(crate::pooler::PORT).is_ok() { sharing } else { sharing.shared_reads(1) };
    let sharing = sharing.pool_size(2).connect().await.unwrap();
    for _ in 0..20 {
        assert_eq!(format!("{:?}", query.run(&sharing).await.unwrap()), expected);
    }
    for plan in [query.explain(&db).await.unwrap(), query.explain_analyze(&db).await.unwrap()] {
        assert!(plan.contains("CTE rows") && plan.contains("One-Time Filter"), "{plan}");
    }
}

#[tokio::test]
async fn all_levels_are_sent_before_the_first_answer() {
    let (_keep, db) = shop().await;
    let query = query!(Order.order_by(id).prefetch_related(items.product).pipelined());
    query.run(&db).await.unwrap();
    let (_, sent) = record(query.run(&db)).await;
    let words: Vec<&str> = sent.iter().map(|sent| sent.sql.split(' ').next().unwrap()).collect();
    assert_eq!(words, ["BEGIN", "WITH", "WITH", "SELECT", "COMMIT"]);
    assert_eq!(sent.iter().map(|sent| sent.rows).collect::<Vec<_>>(), [0, 3, 3, 2, 0]);
    // Polled once, it has sent all there is to send.
    let ((), sent) = record(async {
        let mut running = pin!(query.run(&db));
        assert!(running.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    })
    .await;
    assert_eq!(sent.len(), 5);
    assert!(sent.iter().all(|sent| sent.given_up));
    assert_eq!(query.run(&db).await.unwrap().len(), 3);
}

#[tokio::test]
async fn all_levels_are_as_of_one_moment() {
    let (database, db) = shop().await;
    let (holder, other) = (crate::shop::plain(&database).await, db.clone());
    holder.batch_execute("SELECT pg_advisory_lock(77)").await.unwrap();
    let key = 77_i64;
    let reading = tokio::spawn(async move {
        let query = query!(
            Tag.annotate(held = RawSQL("pg_advisory_xact_lock_shared({key}) IS NULL", Boolean))
                .filter(name = "lonely")
                .prefetch_related(products)
                .pipelined()
        );
        query.run(&other).await
    });
    let waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = \
                 (SELECT oid FROM pg_database WHERE datname = current_database())";
    while number(&db, waits).await == 0 {}
    holder.batch_execute("UPDATE catalog_product_tags SET tag_id = 4 WHERE tag_id = 1").await.unwrap();
    holder.batch_execute("SELECT pg_advisory_unlock(77)").await.unwrap();
    let tags = reading.await.unwrap().unwrap();
    assert!(tags[0].products.is_empty());
    assert_eq!(query!(Tag(4).prefetch_related(products).pipelined()).run(&db).await.unwrap().products.len(), 2);
}

#[tokio::test]
async fn what_fails_in_the_middle_leaves_nothing_open() {
    let (database, _) = shop().await;
    let db = crate::pooler::way(&database).pool_size(1).connect().await.unwrap();
    let fails = query!(
        Category
            .order_by(id)
            .prefetch_related(products.annotate(n = 10 / F(stock)).prefetch_related(tags), children)
            .pipelined()
    );
    for _ in 0..3 {
        let error = fails.run(&db).await.unwrap_err();
        assert_eq!(error.sqlstate(), Some("22012"), "{error}");
        assert_eq!(query!(Tag.count()).run(&db).await.unwrap(), 4);
    }
    // A transaction around it is given up, as by any statement.
    let given_up: Result<(), Error> = db
        .atomic(async |tx| {
            assert_eq!(fails.run(tx).await.unwrap_err().sqlstate(), Some("22012"));
            assert_eq!(query!(Tag.count()).run(tx).await.unwrap_err().kind(), ErrorKind::Aborted);
            tx.atomic(async |inner| fails.run(inner).await.map(drop)).await
        })
        .await;
    assert!(given_up.is_err());
    db.atomic(async |tx| {
        let inner = tx.atomic(async |inner| fails.run(inner).await.map(drop)).await;
        assert_eq!(inner.unwrap_err().sqlstate(), Some("22012"));
        same!(0, tx, (Category.order_by(id).prefetch_related(products.order_by(id).prefetch_related(tags)))());
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn tables_may_change_between_two_flights() {
    let (database, other) = shop().await;
    let db = crate::pooler::way(&database).pool_size(1).connect().await.unwrap();
    let query = query!(Product.order_by(id).prefetch_related(tags, category).pipelined());
    let before = format!("{:?}", query.run(&db).await.unwrap());
    for ty in ["text", "varchar(70)"] {
        let change = format!(
            "ALTER TABLE catalog_tag ALTER color TYPE {ty}; ALTER TABLE catalog_category ALTER slug TYPE {ty}; \
             ALTER TABLE catalog_product ALTER slug TYPE {ty}"
        );
        other.execute_script(&change).await.unwrap();
        assert_eq!(format!("{:?}", query.run(&db).await.unwrap()), before);
    }
}

#[tokio::test]
async fn several_in_one_transaction_do_not_read_each_others_keys() {
    let (_keep, db) = shop().await;
    db.atomic(async |tx| {
        let shelf = |id: i64| query!(Category(id).prefetch_related(products.order_by(id)).pipelined());
        let (one, two, four) = (shelf(1), shelf(2), shelf(4));
        for _ in 0..3 {
            let (one, two, four) = tokio::try_join!(one.run(tx), two.run(tx), four.run(tx))?;
            assert_eq!([one.products.len(), two.products.len(), four.products.len()], [1, 2, 2]);
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

/// Some thousand rows, of which every shelf has some.
const MANY: &str = "
    INSERT INTO catalog_category (name, slug) SELECT 'Shelf ' || i, 'shelf-' || i FROM generate_series(1, 300) AS i;
    INSERT INTO catalog_product (name, slug, category_id, price, stock, status)
        SELECT 'Thing ' || i, 'thing-' || i, 5 + i * 7919 % 300, (i * 31 % 1000) / 10.0, i % 50, 'active'
        FROM generate_series(1, 6000) AS i;
    INSERT INTO catalog_review (product_id, user_id, rating, body, created_at, updated_at)
        SELECT 5 + i, 1 + i % 3, 1 + i % 5, '', timestamptz '2025-01-01' + i * 7919 % 5000 * interval '1 hour', now()
        FROM generate_series(1, 5000) AS i;
    ANALYZE;
";

/// Whatever can be done side by side is.
const PARALLEL: &str = "
    SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
    SET min_parallel_index_scan_size = 0; SET max_parallel_workers_per_gather = 4;
";

#[tokio::test]
async fn the_order_of_many_rows_stays_where_the_server_works_in_parallel() {
    let (database, db) = shop().await;
    db.execute_script(MANY).await.unwrap();
    let mut client = crate::shop::plain(&database).await;
    client.batch_execute(PARALLEL).await.unwrap();
    let name =
        if client.query_one("SELECT current_setting('server_version_num')::int", &[]).await.unwrap().get::<_, i32>(0)
            >= 160_000
        {
            "debug_parallel_query"
        } else {
            "force_parallel_mode"
        };
    for forced in ["off", "on"] {
        client.batch_execute(&format!("SET {name} = {forced}")).await.unwrap();
        let client = client.transaction().await.unwrap();
        let query = query!(
            Category
                .filter(id.gt = 4)
                .order_by(-name)
                .prefetch_related(
                    products.order_by(-price, id).prefetch_related(reviews),
                    dearest = products.order_by(-stock, -name)[..3]
                )
                .pipelined()
        );
        let shelves = query.run(&client).await.unwrap();
        assert_eq!(shelves.len(), 300);
        assert!(shelves.is_sorted_by(|a, b| a.name > b.name));
        let (mut products, mut reviews) = (0, 0);
        for shelf in &shelves {
            assert!(shelf.products.iter().all(|product| product.category_id == shelf.id));
            assert!(shelf.products.is_sorted_by(|a, b| (-a.price, a.id) < (-b.price, b.id)));
            assert!(shelf.dearest.is_sorted_by(|a, b| (a.stock, &a.name) > (b.stock, &b.name)));
            assert_eq!(shelf.dearest.len(), 3);
            products += shelf.products.len();
            for product in &shelf.products {
                assert!(product.reviews.iter().all(|review| review.product_id == product.id));
                reviews += product.reviews.len();
            }
        }
        assert_eq!((products, reviews), (6_000, 5_000));
        same!(
            0,
            client,
            (Product
                .order_by(-stock, name)
                .prefetch_related(category, reviews.order_by(-rating, id)[..2])
                .filter(id.gt = 5))()
        );
    }
}

/// What both ways say of a chain that fails.
macro_rules! fails {
    ($db:expr, $column:literal, $($chain:tt)*) => {{
        let apart = query!($($chain)*).run(&$db).await.unwrap_err();
        let together = query!($($chain)* .pipelined()).run(&$db).await.unwrap_err();
        assert_eq!((together.to_string(), together.kind()), (apart.to_string(), ErrorKind::Decode));
        assert_eq!((together.columns(), apart.columns()), (&[$column.to_owned()][..], &[$column.to_owned()][..]));
    }};
}

#[tokio::test]
async fn errors_name_the_columns_of_their_level() {
    let (_keep, db) = shop().await;
    db.execute_script("UPDATE catalog_product SET released_on = 'infinity'").await.unwrap();
    fails!(db, "released_on", Product.prefetch_related(tags));
    fails!(db, "released_on", Category.prefetch_related(products));
    fails!(db, "released_on", Order.prefetch_related(user, items.product.category));
    fails!(
        db,
        "released_on",
        Order.only(number).prefetch_related(items.only(id).prefetch_related(product.only(released_on)))
    );
    db.execute_script("BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM catalog_category; COMMIT")
        .await
        .unwrap();
    fails!(db, "category_id", Product.only(name).prefetch_related(category));
    fails!(db, "category_id", Tag.prefetch_related(products.only(name).prefetch_related(category)));
}
