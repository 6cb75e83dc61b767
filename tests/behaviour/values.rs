//! Right sides: Rust expressions, evaluated once, in the order written, where the macro stands.

use crate::shop::{price, shop};
use nuages::{Db, Error, query};
use nuages_tests::models::Product;
use std::cell::RefCell;
use std::error::Error as StdError;

#[tokio::test]
async fn once_and_in_the_order_written() {
    let (_keep, db) = shop().await;
    let order = RefCell::new(Vec::new());
    let seen = |n: i32| {
        order.borrow_mut().push(n);
        n
    };
    let query = query!(
        Product
            .filter(stock.gte = seen(1) - 1, Q(stock.lt = seen(2) * 1000) | Q(stock = seen(3)))
            .annotate(more = F(stock) + seen(4))
            .exclude(stock = seen(5) * 1000)
            .prefetch_related(reviews.filter(rating.gte = i16::try_from(seen(6)).unwrap() - 5))
            .order_by(id)[seen(7) - 7..seen(8)]
    );
    assert_eq!(*order.borrow(), [1, 2, 3, 4, 5, 6, 7, 8]);
    let rows = query.run(&db).await.unwrap();
    assert_eq!((rows.len(), rows[0].more, rows[0].reviews.len()), (5, 9, 2));
    // Running it again evaluates nothing again.
    query.clone().run(&db).await.unwrap();
    assert_eq!(order.borrow().len(), 8);
}

async fn later(n: i32) -> Result<i32, std::num::ParseIntError> {
    tokio::task::yield_now().await;
    n.to_string().parse()
}

async fn found(db: &Db, text: &str) -> Result<Option<Vec<Product>>, Box<dyn StdError + Send + Sync>> {
    let query = query!(Product.filter(
        stock.gte = text.parse::<i32>()?,
        stock.lt = later(1000).await?,
        name.in = { if text == "0" { return Ok(None) } ["Atlas", "Cubes"] },
        price.lt = match text { "5" => price("15"), _ => price("100") },
    ).order_by(id));
    Ok(Some(query.run(db).await?))
}

#[tokio::test]
async fn question_marks_awaits_and_returns() {
    let (_keep, db) = shop().await;
    let names = |rows: Option<Vec<Product>>| rows.map(|rows| rows.into_iter().map(|p| p.name).collect::<Vec<_>>());
    assert!(found(&db, "five").await.is_err());
    assert_eq!(names(found(&db, "0").await.unwrap()), None);
    assert_eq!(names(found(&db, "5").await.unwrap()), Some(vec!["Atlas".into()]));
    assert_eq!(names(found(&db, "1").await.unwrap()), Some(vec!["Atlas".into(), "Cubes".into()]));
    let n = loop {
        let query = query!(
            Product
                .filter(
                    id = {
                        if db.status().size > 0 {
                            break 3;
                        }
                        1
                    }
                )
                .count()
        );
        query.run(&db).await.unwrap();
    };
    assert_eq!(n, 3);
}

#[tokio::test]
async fn queries_are_values_that_go_anywhere() {
    fn assert_all<T: Send + Sync + Clone + std::fmt::Debug + 'static>(value: T) -> T {
        value
    }
    let (_keep, db) = shop().await;
    let query = {
        let name = String::from("Atlas");
        let list = vec![price("10")];
        // Nothing of these is needed any more once the query is made.
        assert_all(query!(Product.filter(name = &name, price.in = &list).prefetch_related(tags)))
    };
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let (query, db) = (query.clone(), db.clone());
            tokio::spawn(async move { query.run(&db).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap()[0].tags.len(), 2);
    }
    let write = assert_all(query!(Tag.create(name = "x")));
    assert!(write.run(&db).await.is_ok());
    assert!(write.run(&db).await.unwrap_err().is_unique_violation());
    let debug = format!("{:?}", query!(Product.filter(name = "Atlas", stock = 5)));
    assert!(debug.contains("SELECT"), "{debug}");
    let unread: Result<Vec<Product>, Error> = query!(Product.filter(id = 1)).run(&db).await;
    assert_eq!(unread.unwrap().len(), 1);
}
