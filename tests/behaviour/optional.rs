//! Conditions that are there or not, and NULL as a value.

use crate::shop::{may, price, shop};
use nuages::chrono::{DateTime, Utc};
use nuages::rust_decimal::Decimal;
use nuages::{Db, query};
use nuages_tests::models::{Category, OrderStatus, Status};

/// What a visitor may have filled in.
#[derive(Clone, Debug, Default)]
struct Form {
    name: Option<&'static str>,
    cost: Option<(Decimal, Decimal)>,
    status: Option<Vec<Status>>,
    shelf: Option<i64>,
    tag: Option<String>,
    described: Option<bool>,
}

async fn ids(db: &Db, form: Form) -> Vec<i64> {
    query!(
        Product
            .filter(
                name.icontains? = form.name,
                price.range? = form.cost,
                status.in? = form.status,
                Q(category? = form.shelf) | Q(tags.name? = form.tag),
                description.isnull? = form.described.map(|d| !d),
            )
            .order_by(id)
            .values_list(id, flat)
    )
    .run(db)
    .await
    .unwrap()
}

#[tokio::test]
async fn every_clause_is_left_out_alone() {
    let (_keep, db) = shop().await;
    query!(Product.filter(id.in = [1, 3]).update(description = "d")).run(&db).await.unwrap();
    let db = &db;
    let form = Form::default;
    assert_eq!(ids(db, form()).await, [1, 2, 3, 4, 5]);
    assert_eq!(ids(db, Form { name: Some("A"), ..form() }).await, [1, 2]);
    assert_eq!(ids(db, Form { cost: Some((price("10"), price("20"))), ..form() }).await, [1, 2, 5]);
    assert_eq!(ids(db, Form { status: Some(vec![Status::Draft, Status::Archived]), ..form() }).await, [4, 5]);
    assert_eq!(ids(db, Form { status: Some(vec![]), ..form() }).await, [0; 0]);
    assert_eq!(ids(db, Form { shelf: Some(2), ..form() }).await, [2, 5]);
    assert_eq!(ids(db, Form { tag: Some("rust".into()), ..form() }).await, [1, 4]);
    assert_eq!(ids(db, Form { tag: Some("rust".into()), shelf: Some(2), ..form() }).await, [1, 2, 4, 5]);
    assert_eq!(ids(db, Form { described: Some(true), ..form() }).await, [1, 3]);
    assert_eq!(ids(db, Form { described: Some(false), ..form() }).await, [2, 4, 5]);
    let all = Form {
        name: Some("a"),
        cost: Some((price("10"), price("10"))),
        status: Some(vec![Status::Active]),
        shelf: Some(4),
        tag: Some("sql".into()),
        described: Some(true),
    };
    assert_eq!(ids(db, all).await, [1]);
}

#[tokio::test]
async fn a_clause_left_out_takes_its_negation_with_it() {
    let (_keep, db) = shop().await;
    for (name, expected) in [(None, 5), (Some("Atlas"), 4)] {
        assert_eq!(query!(Product.exclude(name? = name).count()).run(&db).await.unwrap(), expected);
        assert_eq!(query!(Product.filter(!Q(name? = name)).count()).run(&db).await.unwrap(), expected);
    }
    let (from, to): (Option<DateTime<Utc>>, Option<DateTime<Utc>>) = (Some(may(2, 0)), None);
    let orders = query!(Order.filter(placed_at.gte? = from, placed_at.lt? = to).count()).run(&db).await.unwrap();
    assert_eq!(orders, 2);
    let year: Option<i32> = None;
    assert_eq!(
        query!(Order.filter(placed_at.year? = year, placed_at.year? = Some(2024)).count()).run(&db).await.unwrap(),
        3
    );
    // A condition on a related row vanishes with the row.
    let rating: Option<i16> = None;
    assert_eq!(query!(Product.filter(reviews.rating.gte? = rating).count()).run(&db).await.unwrap(), 5);
    let totals = query!(
        Product
            .annotate(n = Count(reviews, filter = Q(reviews.rating.gte? = rating)))
            .order_by(id)
            .values_list(n, flat)
    );
    assert_eq!(totals.run(&db).await.unwrap(), [2, 0, 1, 0, 0]);
}

#[tokio::test]
async fn none_on_a_nullable_field_is_null() {
    let (_keep, db) = shop().await;
    let mut found = Vec::new();
    for parent in [None, Some(1), Some(77)] {
        found.push(query!(Category.filter(parent = parent).count()).run(&db).await.unwrap());
        found.push(query!(Category.exclude(parent = parent).count()).run(&db).await.unwrap());
    }
    assert_eq!(found, [2, 2, 1, 3, 0, 4]);
    let books: Category = query!(Category.get(name = "Books")).run(&db).await.unwrap();
    for (parent, expected) in [(Some(&books), 1), (None, 2)] {
        assert_eq!(query!(Category.filter(parent = parent).count()).run(&db).await.unwrap(), expected);
    }
    assert_eq!(query!(Category.filter(parent = None).count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Category.filter(parent.isnull = false).count()).run(&db).await.unwrap(), 2);
}

#[tokio::test]
async fn a_list_passes_over_none_and_may_be_empty() {
    let (_keep, db) = shop().await;
    let empty: [i64; 0] = [];
    assert_eq!(query!(Product.filter(id.in = empty).count()).run(&db).await.unwrap(), 0);
    assert_eq!(query!(Product.exclude(id.in = empty).count()).run(&db).await.unwrap(), 5);
    assert_eq!(query!(Product.filter(id.in = [Some(1), None, Some(77)]).count()).run(&db).await.unwrap(), 1);
    assert_eq!(query!(Product.exclude(id.in = [Some(1), None]).count()).run(&db).await.unwrap(), 4);
    let none: Vec<Option<i64>> = vec![None];
    assert_eq!(query!(Category.filter(parent.in = none).count()).run(&db).await.unwrap(), 0);
    let words: std::collections::BTreeSet<&str> = ["Atlas", "Dice"].into();
    assert_eq!(query!(Product.filter(name.in = &words).count()).run(&db).await.unwrap(), 2);
    assert_eq!(
        query!(Product.filter(name.in = words.iter().map(ToString::to_string)).count()).run(&db).await.unwrap(),
        2
    );
    let many: Vec<i64> = (0..100_000).collect();
    assert_eq!(query!(Product.filter(id.in = &many).count()).run(&db).await.unwrap(), 5);
    assert_eq!(query!(Order.filter(status.in = OrderStatus::ALL).count()).run(&db).await.unwrap(), 3);
    assert_eq!(query!(Order.filter(status.in = [OrderStatus::Paid]).count()).run(&db).await.unwrap(), 1);
    let range = 2..=3_i64;
    assert_eq!(query!(Product.filter(id.in = range.clone(), id.range = range).count()).run(&db).await.unwrap(), 2);
}
