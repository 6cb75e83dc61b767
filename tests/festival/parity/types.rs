//! Arrays, ranges, keys that are no numbers, enums, spans, instants in a zone with summer time.

use crate::harness::Found;
use festival::models::Size;
use nuages::Range;
use nuages::chrono::TimeDelta;
use nuages::uuid::Uuid;
use nuages::{Db, query};

async fn array_equal(db: Db) -> Found {
    let found = query!(Act.filter(genres = ["rock", "pop"]).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn array_empty(db: Db) -> Found {
    let found = query!(Act.filter(Q(genres.len = 0) | Q(fees.len = 0)).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn array_contains(db: Db) -> Found {
    let found =
        query!(Act.filter(genres.contains = ["jazz", "pop"]).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn array_contained_by(db: Db) -> Found {
    let found =
        query!(Act.filter(genres.contained_by = ["jazz", "pop", "rock"]).order_by(name).values_list(name, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn array_overlap(db: Db) -> Found {
    let found = query!(Act.filter(genres.overlap = ["metal", "classical"]).order_by(name).values_list(name, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn array_length_compared(db: Db) -> Found {
    let found = query!(Act.filter(genres.len.gt = 1).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn array_position(db: Db) -> Found {
    let found = query!(Act.filter(genres.0 = "jazz").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn array_position_with_a_lookup(db: Db) -> Found {
    let found = query!(Act.filter(genres.1.startswith = "po", fees.0.gte = 300).order_by(name).values_list(name, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn array_position_missing_excluded(db: Db) -> Found {
    let found = query!(Act.exclude(genres.1 = "pop").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn array_with_null(db: Db) -> Found {
    let found = query!(Act.order_by(name).values_list(name, fees, genres)).run(&db).await?;
    Ok(json!(found))
}

async fn array_in(db: Db) -> Found {
    let found =
        query!(Act.filter(genres.in = [vec!["jazz"], vec![]]).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn array_order(db: Db) -> Found {
    let found = query!(Act.order_by(-genres, name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn array_of_a_relation(db: Db) -> Found {
    let found =
        query!(Show.filter(headliner.genres.contains = ["rock"]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn array_of_many(db: Db) -> Found {
    let found =
        query!(Country.filter(shows.headliner.genres.overlap = ["metal"]).order_by(code).values_list(code, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn array_empty_length(db: Db) -> Found {
    let found = query!(Country.filter(languages.len.lt = 1).values_list(code, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn arrays_gathered(db: Db) -> Found {
    let found =
        query!(Person.annotate(names = ArrayAgg(acts.name, order_by(acts.name))).order_by(id).values_list(id, names))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn range_contains_a_value(db: Db) -> Found {
    let found = query!(Show.filter(ages.contains = 17).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_contained_by(db: Db) -> Found {
    let found = query!(Show.filter(ages.contained_by = Range::from(10..100)).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn range_overlap(db: Db) -> Found {
    let found =
        query!(Show.filter(ages.overlap = Range::from(60..70)).order_by(id).values_list(id, flat)).run(&db).await?;
    let tuple = query!(Show.filter(ages.overlap = (60, 70)).order_by(id).values_list(id, flat)).run(&db).await?;
    assert_eq!(tuple, found);
    Ok(json!(found))
}

async fn range_before_and_after(db: Db) -> Found {
    let found = query!(
        Show.filter(Q(ages.fully_lt = Range::from(18..20)) | Q(ages.fully_gt = Range::from(0..20)))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn range_not_below_not_above(db: Db) -> Found {
    let found = query!(
        Show.filter(ages.not_lt = Range::from(16..17), ages.not_gt = Range::from(0..65))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn range_adjacent(db: Db) -> Found {
    let found =
        query!(Show.filter(ages.adjacent_to = Range::from(18..65)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_empty(db: Db) -> Found {
    let found = query!(Act.filter(years.isempty = true).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_not_empty(db: Db) -> Found {
    let found = query!(Show.filter(ages.isempty = false).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_ends(db: Db) -> Found {
    let found = query!(
        Act.filter(Q(years.startswith = 1999) | Q(years.endswith = 2000)).order_by(name).values_list(name, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn range_ends_compared(db: Db) -> Found {
    let found = query!(Act.filter(years.startswith.gte = 2000).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_open_ends(db: Db) -> Found {
    let found =
        query!(Act.filter(years.endswith.isnull = true).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_of_instants_contains(db: Db) -> Found {
    let found =
        query!(Show.filter(slot.contains = "2024-03-31T00:45:00Z").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_of_dates_contains(db: Db) -> Found {
    let found = query!(Show.filter(days.contains = "2024-12-31").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_of_decimals_contains(db: Db) -> Found {
    let found = query!(Show.filter(prices.contains = 25).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_null_excluded(db: Db) -> Found {
    let found = query!(Show.exclude(ages.contains = 17).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn range_values(db: Db) -> Found {
    let found = query!(Show.order_by(id).values_list(id, ages, days, prices)).run(&db).await?;
    Ok(json!(found))
}

async fn range_of_another_row(db: Db) -> Found {
    let found = query!(
        Show.filter(Exists(Show.filter(slot.overlap = OuterRef(slot)).exclude(pk = OuterRef(pk))))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn uuid_equal(db: Db) -> Found {
    let key: Uuid = "00000000-0000-4000-8000-000000000002".parse().unwrap();
    let found = query!(Act.filter(key = key).values_list(name, key)).run(&db).await?;
    Ok(json!(found))
}

async fn uuid_literal_in(db: Db) -> Found {
    let found =
        query!(Act.filter(pk.in = Show.filter(price.gt = 20).values(headliner)).order_by(name).values_list(pk, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn enum_sorted_as_text(db: Db) -> Found {
    let found = query!(Act.order_by(size, name).values_list(size, name)).run(&db).await?;
    Ok(json!(found))
}

async fn enum_as_text(db: Db) -> Found {
    let found =
        query!(Act.filter(size.startswith = "s", size.in = [Size::Solo, Size::Duo]).values_list(name, Upper(size)))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn enum_grouped(db: Db) -> Found {
    let found =
        query!(Act.values(size).annotate(n = Count(), shows = Count(headlined)).order_by(size)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"size": row.size, "n": row.n, "shows": row.shows}))))
}

async fn span_ordered(db: Db) -> Found {
    let found = query!(Show.filter(lasts.gt = TimeDelta::hours(2)).order_by(-lasts, id).values_list(id, lasts))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn span_and_instant_in_a_zone(db: Db) -> Found {
    let found = query!(Show.annotate(over = F(begins) + F(lasts)).order_by(id).values_list(id, over, ExtractDay(over)))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn time_of_day_parts(db: Db) -> Found {
    let found = query!(Show.filter(doors.hour.gte = 20, doors.minute = 30).order_by(id).values_list(id, doors))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn time_of_day_seconds(db: Db) -> Found {
    let found = query!(Show.filter(doors.second.range = (1, 59)).order_by(id).values_list(id, doors)).run(&db).await?;
    Ok(json!(found))
}

async fn zone_date(db: Db) -> Found {
    let found = query!(Show.filter(begins.date = "2024-07-01").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn zone_date_on_the_day_of_summer_time(db: Db) -> Found {
    let found = query!(Show.filter(begins.date = "2024-03-31").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn zone_year(db: Db) -> Found {
    let found = query!(Show.filter(begins.year = 2025).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn zone_year_bounds(db: Db) -> Found {
    let found = query!(Ticket.filter(bought_at.year.gte = 2025).order_by(show, number).values_list(show, number))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn zone_iso_year_and_week(db: Db) -> Found {
    let found = query!(Show.filter(begins.iso_year = 2025, begins.week = 1).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn zone_parts(db: Db) -> Found {
    let found = query!(Show.order_by(id).values_list(
        ExtractDay(begins),
        ExtractHour(begins),
        ExtractWeekDay(begins),
        ExtractIsoWeekDay(begins),
        ExtractQuarter(begins),
        ExtractWeek(begins)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn zone_weekday_and_quarter(db: Db) -> Found {
    let found = query!(
        Show.filter(begins.week_day = 1, begins.iso_week_day = 7, begins.quarter.lte = 2)
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn zone_time(db: Db) -> Found {
    let found = query!(Show.filter(begins.time = "00:00:00").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn zone_hours_minutes(db: Db) -> Found {
    let found = query!(
        Show.filter(begins.hour = 1, begins.minute = 30, begins.day = 31, begins.month = 3)
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn zone_of_the_question(db: Db) -> Found {
    let found = query!(Show.filter(begins.tz("Asia/Tokyo").date = "2025-01-01").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn zone_cut(db: Db) -> Found {
    let found = query!(Show.order_by(id).values_list(
        TruncDay(begins),
        TruncMonth(begins),
        TruncDate(begins),
        TruncTime(begins),
        TruncYear(begins)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn zone_groups(db: Db) -> Found {
    let found = query!(
        Ticket
            .filter(bought_at.isnull = false)
            .values(month = TruncMonth(bought_at))
            .annotate(n = Count(), sum = Sum(paid))
            .order_by(month)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"month": row.month, "n": row.n, "sum": row.sum}))))
}

cases! {
    array_equal,
    array_empty,
    array_contains,
    array_contained_by,
    array_overlap,
    array_length_compared,
    array_position,
    array_position_with_a_lookup,
    array_position_missing_excluded,
    array_with_null,
    array_in,
    array_order,
    array_of_a_relation,
    array_of_many,
    array_empty_length,
    arrays_gathered,
    range_contains_a_value,
    range_contained_by,
    range_overlap,
    range_before_and_after,
    range_not_below_not_above,
    range_adjacent,
    range_empty,
    range_not_empty,
    range_ends,
    range_ends_compared,
    range_open_ends,
    range_of_instants_contains,
    range_of_dates_contains,
    range_of_decimals_contains,
    range_null_excluded,
    range_values,
    range_of_another_row,
    uuid_equal,
    uuid_literal_in,
    enum_sorted_as_text,
    enum_as_text,
    enum_grouped,
    span_ordered,
    span_and_instant_in_a_zone,
    time_of_day_parts,
    time_of_day_seconds,
    zone_date,
    zone_date_on_the_day_of_summer_time,
    zone_year,
    zone_year_bounds,
    zone_iso_year_and_week,
    zone_parts,
    zone_weekday_and_quarter,
    zone_time,
    zone_hours_minutes,
    zone_of_the_question,
    zone_cut,
    zone_groups,
}
