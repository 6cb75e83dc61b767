//! Functions of numbers, dates and times.

use crate::harness::Found;
use nuages::{Db, query};

async fn numbers_without_signs(db: Db) -> Found {
    let found = query!(Number.order_by(id).values_list(
        Abs(whole),
        Abs(float),
        Abs(exact),
        Sign(whole),
        Sign(float),
        Sign(exact)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn numbers_rounded(db: Db) -> Found {
    let found = query!(Number.order_by(id).values_list(
        Ceil(float),
        Floor(float),
        Ceil(exact),
        Floor(exact),
        Ceil(whole),
        Floor(whole)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn numbers_rounded_to_digits(db: Db) -> Found {
    let found = query!(Number.order_by(id).values_list(
        Round(exact),
        Round(exact, 2),
        Round(exact, -2),
        Round(whole),
        Round(whole, -2)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn floats_rounded_away_from_zero(db: Db) -> Found {
    let found = query!(Number.order_by(id).values_list(Round(float), Round(float, 1))).run(&db).await?;
    Ok(json!(found))
}

async fn powers_and_roots(db: Db) -> Found {
    let found = query!(Number.order_by(id).values_list(
        Power(small, 2),
        Power(float, 2),
        Sqrt(Abs(whole)),
        Sqrt(Abs(exact)),
        Exp(small),
        Power(exact, 2)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn logarithms(db: Db) -> Found {
    let found = query!(Number.filter(whole.gt = 0, float.gt = 0).order_by(id).values_list(
        Ln(whole),
        Ln(float),
        Log(10, whole),
        Log(2, float),
        Log(2, exact)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn remainders(db: Db) -> Found {
    let found = query!(Number.order_by(id).values_list(Mod(whole, 7), Mod(big, 7), Mod(exact, 2), Mod(float, 2)))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn angles(db: Db) -> Found {
    let found = query!(Number.filter(float.gt = 0).order_by(id).values_list(
        Sin(float),
        Cos(float),
        Tan(float),
        Cot(float),
        ATan(float),
        ATan2(float, small),
        Degrees(float),
        Radians(whole)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn angles_of_fractions(db: Db) -> Found {
    let found =
        query!(Number.filter(float.range = (0.0, 1.0)).order_by(id).values_list(ASin(float), ACos(float), Pi() * 2))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn random_numbers_lie_between_zero_and_one(db: Db) -> Found {
    let found = query!(Number.annotate(r = Random()).filter(r.gte = 0.0, r.lt = 1.0).count()).run(&db).await?;
    Ok(json!(found))
}

async fn now_is_after_then(db: Db) -> Found {
    let found = query!(Trial.filter(began.lt = Now()).count()).run(&db).await?;
    Ok(json!(found))
}

async fn parts_of_an_instant(db: Db) -> Found {
    let found = query!(Trial.order_by(id).values_list(
        ExtractYear(ended),
        ExtractMonth(ended),
        ExtractDay(ended),
        ExtractHour(ended),
        ExtractMinute(ended),
        ExtractSecond(ended)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn parts_of_a_date(db: Db) -> Found {
    let found = query!(Book.order_by(id).values_list(
        ExtractIsoYear(published_on),
        ExtractQuarter(published_on),
        ExtractWeek(published_on),
        ExtractWeekDay(published_on),
        ExtractIsoWeekDay(published_on),
        Extract(published_on, year)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn parts_of_a_time_and_a_span(db: Db) -> Found {
    let found = query!(Trial.order_by(id).values_list(
        ExtractHour(rung_at),
        ExtractMinute(rung_at),
        ExtractSecond(rung_at),
        ExtractHour(estimate),
        ExtractMinute(estimate)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn parts_in_another_zone(db: Db) -> Found {
    let found = query!(Trial.order_by(id).values_list(
        Extract(began, hour, tz = "Asia/Kolkata"),
        ExtractDay(ended, tz = "Pacific/Auckland"),
        ExtractMinute(began, tz = "Asia/Kolkata")
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn cut_to_days_and_more(db: Db) -> Found {
    let found = query!(Trial.order_by(id).values_list(
        TruncYear(ended),
        TruncQuarter(ended),
        TruncMonth(ended),
        TruncWeek(ended),
        TruncDay(ended)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn cut_to_less_than_days(db: Db) -> Found {
    let found = query!(Trial.order_by(id).values_list(
        TruncHour(began),
        TruncMinute(began),
        TruncSecond(began),
        TruncDate(began),
        TruncTime(began),
        Trunc(began, hour)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn cut_dates(db: Db) -> Found {
    let found = query!(Book.order_by(id).values_list(
        TruncYear(published_on),
        TruncQuarter(published_on),
        TruncMonth(published_on),
        TruncWeek(published_on),
        Trunc(published_on, month)
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn cut_times(db: Db) -> Found {
    let found = query!(Trial.order_by(id).values_list(TruncHour(rung_at), TruncMinute(rung_at), TruncSecond(rung_at)))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn cut_in_another_zone(db: Db) -> Found {
    let found = query!(Trial.order_by(id).values_list(
        TruncDay(began, tz = "Asia/Kolkata"),
        TruncDate(ended, tz = "Pacific/Auckland"),
        TruncMonth(began, tz = "America/New_York")
    ))
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn cut_and_compared(db: Db) -> Found {
    let found =
        query!(Trial.filter(TruncDay(began) == TruncDay(ended)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn cut_in_a_group(db: Db) -> Found {
    let found =
        query!(Reading.values(day = TruncDate(taken_at)).annotate(n = Count(), mean = Avg(worth)).order_by(day))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|row| json!({"day": row.day, "n": row.n, "mean": row.mean}))))
}

async fn cut_of_a_related_instant(db: Db) -> Found {
    let found = query!(Trial.annotate(first = TruncHour(Min(readings.taken_at))).order_by(id).values_list(id, first))
        .run(&db)
        .await?;
    Ok(json!(found))
}

cases! {
    numbers_without_signs,
    numbers_rounded,
    numbers_rounded_to_digits,
    floats_rounded_away_from_zero,
    powers_and_roots,
    logarithms,
    remainders,
    angles,
    angles_of_fractions,
    random_numbers_lie_between_zero_and_one,
    now_is_after_then,
    parts_of_an_instant,
    parts_of_a_date,
    parts_of_a_time_and_a_span,
    parts_in_another_zone,
    cut_to_days_and_more,
    cut_to_less_than_days,
    cut_dates,
    cut_times,
    cut_in_another_zone,
    cut_and_compared,
    cut_in_a_group,
    cut_of_a_related_instant,
}
