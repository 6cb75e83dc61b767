//! Maps from keys to objects, and the different dates of a field; all in UTC.

use crate::harness::Found;
use nuages::{Db, query};
use serde_json::Value;
use std::collections::HashMap;
use std::hash::Hash;

/// The names of a map's rows.
fn names<K: ToString + Hash + Eq, R>(found: HashMap<K, R>, name: fn(R) -> String) -> Value {
    let found: HashMap<String, String> = found.into_iter().map(|(key, row)| (key.to_string(), name(row))).collect();
    json!(found)
}

async fn in_bulk(db: Db) -> Found {
    Ok(names(query!(Product.in_bulk([1, 3, 5, 999])).run(&db).await?, |p| p.name))
}

async fn in_bulk_of_all(db: Db) -> Found {
    Ok(names(query!(Category.in_bulk()).run(&db).await?, |c| c.name))
}

async fn in_bulk_of_nothing(db: Db) -> Found {
    Ok(names(query!(Product.in_bulk([])).run(&db).await?, |p| p.name))
}

async fn in_bulk_of_filtered_rows(db: Db) -> Found {
    let found = query!(Product.filter(stock.gt = 0).exclude(status = "draft").in_bulk([1, 2, 3, 4, 5, 6]));
    Ok(names(found.run(&db).await?, |p| p.name))
}

async fn in_bulk_by_a_unique_field(db: Db) -> Found {
    let slugs = query!(Category.order_by(id).values_list(slug, flat)[..2]).run(&db).await?;
    Ok(names(query!(Category.in_bulk(&slugs, slug)).run(&db).await?, |c| c.name))
}

async fn in_bulk_by_a_one_to_one(db: Db) -> Found {
    let orders = query!(Order.order_by(id)).run(&db).await?;
    Ok(names(query!(Shipment.in_bulk(&orders, order)).run(&db).await?, |s| s.carrier))
}

async fn in_bulk_by_a_distinct_field(db: Db) -> Found {
    let categories = query!(Category.values_list(id, flat)).run(&db).await?;
    let found = query!(Product.distinct(category).order_by(category.id, id).in_bulk(categories, category));
    Ok(names(found.run(&db).await?, |p| p.name))
}

async fn dates_of_a_date(db: Db) -> Found {
    Ok(json!(query!(Product.dates(released_on, year)).run(&db).await?))
}

async fn dates_by_month_from_the_last(db: Db) -> Found {
    Ok(json!(query!(Product.filter(stock.gt = 0).dates(released_on, month, desc)).run(&db).await?))
}

async fn dates_by_week(db: Db) -> Found {
    Ok(json!(query!(Product.order_by(name).dates(released_on, week)).run(&db).await?))
}

async fn dates_by_day(db: Db) -> Found {
    Ok(json!(query!(Product.dates(released_on, day)).run(&db).await?))
}

async fn dates_of_an_instant(db: Db) -> Found {
    Ok(json!(query!(Order.dates(placed_at, month)).run(&db).await?))
}

async fn dates_through_a_relation(db: Db) -> Found {
    Ok(json!(query!(Review.dates(product.released_on, year, desc)).run(&db).await?))
}

async fn datetimes_by_day(db: Db) -> Found {
    Ok(json!(query!(Order.datetimes(placed_at, day)).run(&db).await?))
}

async fn datetimes_by_hour_from_the_last(db: Db) -> Found {
    Ok(json!(query!(Order.datetimes(placed_at, hour, desc)).run(&db).await?))
}

async fn datetimes_by_second(db: Db) -> Found {
    Ok(json!(query!(Order.datetimes(placed_at, second)).run(&db).await?))
}

async fn datetimes_in_a_zone(db: Db) -> Found {
    Ok(json!(query!(Order.datetimes(placed_at, month, tz = "Asia/Tokyo")).run(&db).await?))
}

async fn datetimes_leave_out_null(db: Db) -> Found {
    Ok(json!(query!(Shipment.datetimes(delivered_at, week)).run(&db).await?))
}

cases! {
    in_bulk, in_bulk_of_all, in_bulk_of_nothing, in_bulk_of_filtered_rows, in_bulk_by_a_unique_field,
    in_bulk_by_a_one_to_one, in_bulk_by_a_distinct_field, dates_of_a_date, dates_by_month_from_the_last, dates_by_week,
    dates_by_day, dates_of_an_instant, dates_through_a_relation, datetimes_by_day, datetimes_by_hour_from_the_last,
    datetimes_by_second, datetimes_in_a_zone, datetimes_leave_out_null,
}
