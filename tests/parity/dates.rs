//! Dates and instants: around midnight, the end of February and the new year; all in UTC.

use crate::harness::Found;
use nuages::chrono;
use nuages::chrono::{DateTime, Utc};
use nuages::{Db, query};

async fn date_of_an_instant(db: Db) -> Found {
    let found = query!(Order.filter(placed_at.date = "2024-02-29").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn date_after(db: Db) -> Found {
    let found =
        query!(Order.filter(placed_at.date.gt = "2024-12-31").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn date_up_to(db: Db) -> Found {
    let found =
        query!(Order.filter(placed_at.date.lte = "2023-12-31").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn date_in_a_range(db: Db) -> Found {
    let first = chrono::NaiveDate::from_ymd_opt(2024, 2, 1).unwrap();
    let last = chrono::NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let found =
        query!(Order.filter(placed_at.date.range = (first, last)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn date_in_a_list(db: Db) -> Found {
    let found =
        query!(Order.filter(placed_at.date.in = ["2024-01-01", "2025-01-01"]).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn year_of_an_instant(db: Db) -> Found {
    let found = query!(Order.filter(placed_at.year = 2023).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn year_from(db: Db) -> Found {
    let found = query!(Order.filter(placed_at.year.gte = 2025).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn year_after(db: Db) -> Found {
    let found = query!(Order.filter(placed_at.year.gt = 2024).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn year_before(db: Db) -> Found {
    let found = query!(Order.filter(placed_at.year.lt = 2024).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_year(db: Db) -> Found {
    let found = query!(Order.exclude(placed_at.year = 2024).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_year_keeps_null(db: Db) -> Found {
    let found = query!(User.exclude(last_seen_at.year = 2024).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn year_of_a_date(db: Db) -> Found {
    let found = query!(Product.filter(released_on.year = 2024).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn year_up_to_of_a_date(db: Db) -> Found {
    let found = query!(Product.filter(released_on.year.lte = 1962).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn month_of_an_instant(db: Db) -> Found {
    let found = query!(Order.filter(placed_at.month = 12).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn month_in_a_list(db: Db) -> Found {
    let found =
        query!(Product.filter(released_on.month.in = [2, 9]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn month_and_year(db: Db) -> Found {
    let found = query!(Order.filter(placed_at.year = 2024, placed_at.month = 2).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn day_of_an_instant(db: Db) -> Found {
    let found = query!(Order.filter(placed_at.day = 31).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn day_after_of_a_date(db: Db) -> Found {
    let found = query!(Product.filter(released_on.day.gte = 29).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn instant_half_open(db: Db) -> Found {
    let found = query!(
        Order
            .filter(placed_at.gte = "2024-01-01T00:00:00Z", placed_at.lt = "2024-02-01T00:00:00Z")
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn instant_exact_to_the_microsecond(db: Db) -> Found {
    let found = query!(Review.filter(created_at = "2023-12-31T23:59:59.999999Z").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn date_exact(db: Db) -> Found {
    let found = query!(User.filter(birth_date = "2000-02-29").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn date_of_a_related_instant(db: Db) -> Found {
    let found =
        query!(Order.filter(user.last_seen_at.date = "2024-12-31").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn date_between_two(db: Db) -> Found {
    let found =
        query!(Order.filter(placed_at.date.range = ("2024-02-29", "2024-03-31")).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn instant_between_two(db: Db) -> Found {
    let start: DateTime<Utc> = "2024-02-29T00:00:00Z".parse().unwrap();
    let end: DateTime<Utc> = "2024-03-31T23:59:59Z".parse().unwrap();
    let found =
        query!(Order.filter(placed_at.range = (start, end)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn year_in_a_list(db: Db) -> Found {
    let found =
        query!(Order.filter(placed_at.year.in = [2023, 2025]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn year_not(db: Db) -> Found {
    let found =
        query!(Order.filter(!Q(placed_at.year = 2024), placed_at.month.lte = 6).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn year_of_a_to_many_path(db: Db) -> Found {
    let found =
        query!(User.filter(orders.placed_at.year = 2025).annotate(n = Count(orders)).order_by(id).values_list(id, n))
            .run(&db)
            .await?;
    Ok(json!(found))
}

cases! {
    date_of_an_instant,
    date_after,
    date_up_to,
    date_in_a_range,
    date_in_a_list,
    year_of_an_instant,
    year_from,
    year_after,
    year_before,
    exclude_year,
    exclude_year_keeps_null,
    year_of_a_date,
    year_up_to_of_a_date,
    month_of_an_instant,
    month_in_a_list,
    month_and_year,
    day_of_an_instant,
    day_after_of_a_date,
    instant_half_open,
    instant_exact_to_the_microsecond,
    date_exact,
    date_of_a_related_instant,
    date_between_two,
    instant_between_two,
    year_in_a_list,
    year_not,
    year_of_a_to_many_path,
}
