//! Everything that a query can be run on.

use crate::shop::{plain, shop};
use nuages::query;

#[tokio::test]
async fn the_same_query_on_every_executor() {
    let (database, db) = shop().await;
    let read = query!(Product.active().select_related(category).order_by(id));
    let nested = query!(Product.prefetch_related(tags, reviews.user).order_by(id));
    let write = query!(Product.filter(id = 1).update(stock = F(stock) + 1));
    let page = query!(Product.order_by(id).page(2, 2));

    macro_rules! check {
        ($executor:expr) => {{
            let executor = $executor;
            let names: Vec<String> = read.run(executor).await.unwrap().into_iter().map(|p| p.product.name).collect();
            assert_eq!(names, ["Atlas", "Cubes"]);
            let rows = nested.run(executor).await.unwrap();
            assert_eq!((rows[0].tags.len(), rows[0].reviews.len(), rows[0].reviews[0].user.id), (2, 2, 2));
            assert_eq!(write.run(executor).await.unwrap(), 1);
            assert_eq!(page.run(executor).await.unwrap().items[0].id, 3);
            assert_eq!(page.run(executor).await.unwrap().total, 5);
            let mut rows = read.stream(executor);
            assert_eq!(rows.next().await.unwrap().unwrap().name, "Atlas");
            assert_eq!(rows.next().await.unwrap().unwrap().category.name, "Games");
            assert!(rows.next().await.is_none());
            drop(rows);
            assert!(read.explain(executor).await.unwrap().contains("catalog_product"));
            assert!(query!(Tag.create(name = "rust")).run(executor).await.unwrap_err().is_unique_violation());
        }};
    }

    check!(&db);
    check!(&&db);
    let pooled = db.client().await.unwrap();
    check!(&pooled);
    drop(pooled);
    let mut client = plain(&database).await;
    check!(&client);
    let tx = client.transaction().await.unwrap();
    assert_eq!(write.run(&tx).await.unwrap(), 1);
    assert_eq!(nested.run(&tx).await.unwrap()[0].stock, 10);
    let mut rows = read.stream(&tx);
    assert_eq!(rows.next().await.unwrap().unwrap().id, 1);
    drop(rows);
    tx.rollback().await.unwrap();
    let mut pooled = db.client().await.unwrap();
    let tx = pooled.transaction().await.unwrap();
    assert_eq!(write.run(&tx).await.unwrap(), 1);
    assert_eq!(read.run(&tx).await.unwrap()[0].stock, 10);
    tx.commit().await.unwrap();
    drop(pooled);
    db.atomic(async |tx| {
        assert_eq!(write.run(tx).await?, 1);
        assert_eq!(nested.run(tx).await?[0].stock, 11);
        assert_eq!(page.run(tx).await?.pages, 3);
        Ok::<_, nuages::Error>(())
    })
    .await
    .unwrap();
    assert_eq!(query!(Product(1).values_list(stock, flat)).run(&db).await.unwrap(), 11);
}

#[tokio::test]
async fn statements_are_prepared_once_for_each_connection_and_survive_a_changed_table() {
    let (_keep, db) = shop().await;
    let prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%catalog_tag%' \
                    AND statement NOT LIKE '%pg_prepared%'";
    let client = db.client().await.unwrap();
    for name in ["rust", "sql", "none"] {
        query!(Tag.filter(name = name)).run(&client).await.unwrap();
    }
    let count: i64 = client.query_one(prepared, &[]).await.unwrap().get(0);
    assert_eq!(count, 1);
    drop(client);
    let read = query!(Tag.filter(name = "rust"));
    assert_eq!(read.run(&db).await.unwrap().len(), 1);
    db.execute_script("ALTER TABLE catalog_tag ALTER COLUMN name TYPE text").await.unwrap();
    for _ in 0..8 {
        assert_eq!(read.run(&db).await.unwrap().len(), 1);
    }
}
