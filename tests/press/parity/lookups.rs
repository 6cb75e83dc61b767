//! Lookups of each type of field, and distinct rows.

use crate::harness::Found;
use nuages::chrono::TimeDelta;
use nuages::{Db, query};

async fn date_lookups_of_dates(db: Db) -> Found {
    let found = query!(Book.filter(published_on.year = 2008, published_on.month.gte = 6, published_on.day.in = [3, 23]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn date_lookups_of_weeks(db: Db) -> Found {
    let found = query!(
        Book.filter(
            published_on.iso_year = 2023,
            published_on.week.gt = 50,
            published_on.quarter = 4,
            published_on.week_day = 1,
            published_on.iso_week_day = 7
        )
        .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn time_lookups(db: Db) -> Found {
    let found = query!(
        Item.filter(
            created.hour = 22,
            created.minute = 25,
            created.second = 0,
            created.time.lt = "23:00",
            created.date = "2007-12-20"
        )
        .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn time_of_day_compared(db: Db) -> Found {
    let found =
        query!(Store.filter(closes_at.gt = "21:30", closes_at.lte = "23:59:59").order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn decimal_lookups(db: Db) -> Found {
    let found = query!(Book.filter(price.gte = 29.69, price.lt = 75, price.in = [29.69, 30.00]).order_by(id).values_list(id, price)).run(&db).await?;
    Ok(json!(found))
}

async fn float_lookups(db: Db) -> Found {
    let found =
        query!(Book.filter(rating.range = (2.5, 4.0), rating.isnull = false).order_by(id).values_list(id, rating))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn span_lookups(db: Db) -> Found {
    let found = query!(
        Publisher
            .filter(term.gt = TimeDelta::days(1), term.lte = TimeDelta::days(2))
            .order_by(id)
            .values_list(id, term)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn text_lookups_without_case(db: Db) -> Found {
    let found = query!(
        Publisher
            .filter(Q(name.iexact = "BLACKBIRD") | Q(name.istartswith = "ång") | Q(name.iendswith = "HOUSE"))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn text_lookups_with_quotes_and_wildcards(db: Db) -> Found {
    let found = query!(
        Book.filter(Q(title.contains = "y's") | Q(title.startswith = "100%") | Q(title.endswith = "ook"))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn text_compared(db: Db) -> Found {
    let found =
        query!(Tag.filter(name.gte = "t3", name.lt = "zz").order_by(id).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn values_of_a_sliced_chain_counted(db: Db) -> Found {
    let found = query!(Tag.order_by(name)[1..4].count()).run(&db).await?;
    Ok(json!(found))
}

async fn distinct_of_values_sliced(db: Db) -> Found {
    let found = query!(Note.values_list(misc, flat).distinct().order_by(misc)[..2]).run(&db).await?;
    Ok(json!(found))
}

async fn distinct_on_a_field(db: Db) -> Found {
    let found = query!(Employee.order_by(department, -salary, id).distinct(department).values_list(department, last))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn distinct_on_two_fields(db: Db) -> Found {
    let found =
        query!(Employee.order_by(department, hired_on, -id).distinct(department, hired_on).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn distinct_on_a_related_field(db: Db) -> Found {
    let found = query!(Tag.order_by(topic.name, id).distinct(topic.name).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn distinct_on_in_a_subquery(db: Db) -> Found {
    let found = query!(Employee.filter(id.in = Employee.order_by(department, -age, id).distinct(department).values(id)).order_by(id).values_list(last, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn distinct_on_without_an_order(db: Db) -> Found {
    let found = query!(Note.distinct(misc).values_list(id, misc)).run(&db).await?;
    Ok(json!(found))
}

cases! {
    date_lookups_of_dates,
    date_lookups_of_weeks,
    time_lookups,
    time_of_day_compared,
    decimal_lookups,
    float_lookups,
    span_lookups,
    text_lookups_without_case,
    text_lookups_with_quotes_and_wildcards,
    text_compared,
    values_of_a_sliced_chain_counted,
    distinct_of_values_sliced,
    distinct_on_a_field,
    distinct_on_two_fields,
    distinct_on_a_related_field,
    distinct_on_in_a_subquery,
    distinct_on_without_an_order,
}
