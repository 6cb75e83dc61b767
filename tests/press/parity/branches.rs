//! `Case`, conditions as values, and what is reckoned with dates and spans.

use crate::harness::Found;
use nuages::chrono::TimeDelta;
use nuages::{Db, query};

async fn condition_as_a_value(db: Db) -> Found {
    let found = query!(
        Book.annotate(long = Q(pages.gt = 400), cheap = Q(price.lt = 20) | Q(rating = 0.0))
            .order_by(id)
            .values_list(id, long, cheap)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn condition_as_a_value_filtered(db: Db) -> Found {
    let found = query!(Book.annotate(long = Q(pages.gt = 400)).filter(long = true).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn grouped_by_a_condition(db: Db) -> Found {
    let found = query!(
        Book.annotate(long = Q(pages.gt = 400)).values(long).annotate(n = Count(), sum = Sum(pages)).order_by(long)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"long": row.long, "n": row.n, "sum": row.sum}))))
}

async fn case_of_one_branch(db: Db) -> Found {
    let found = query!(Number.annotate(x = Case(When(whole.gt = 10, then = "big"))).order_by(id).values_list(id, x))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn case_of_several_branches(db: Db) -> Found {
    let found = query!(
        Number
            .annotate(
                x = Case(
                    When(whole = 42, then = "the one"),
                    When(whole.gt = 0, then = "more"),
                    When(whole.isnull = true, then = "none"),
                    default = "less"
                )
            )
            .order_by(id)
            .values_list(id, x)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn case_of_fields(db: Db) -> Found {
    let found = query!(
        Number
            .annotate(
                x = Case(When(flag = true, then = F(whole)), When(flag = false, then = F(small) + 1), default = F(big))
            )
            .order_by(id)
            .values_list(id, x)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn case_of_joined_fields(db: Db) -> Found {
    let found = query!(
        Company
            .annotate(
                x = Case(
                    When(contact.age.gt = 29, then = F(contact.last)),
                    When(head.age.gt = 29, then = F(head.last)),
                    default = "young"
                )
            )
            .order_by(id)
            .values_list(id, x)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn case_of_a_count(db: Db) -> Found {
    let found = query!(
        Author
            .annotate(n = Count(books))
            .annotate(x = Case(When(n = 0, then = "nothing"), When(n = 1, then = "one"), default = "many"))
            .order_by(id)
            .values_list(id, x)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn case_as_a_condition(db: Db) -> Found {
    let found = query!(
        Number
            .filter(whole = Case(When(flag = true, then = 42), When(flag = false, then = -1337), default = 0))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn case_in_an_order(db: Db) -> Found {
    let found = query!(
        Number
            .order_by(Case(When(flag = true, then = 1), When(flag = false, then = 2), default = 3), -id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn case_in_an_aggregate(db: Db) -> Found {
    let found = query!(Number.aggregate(
        yes = Count(Case(When(flag = true, then = 1))),
        no = Sum(Case(When(flag = false, then = F(whole)), default = 0)),
        most = Max(Case(When(small.lt = 0, then = F(whole)), default = F(small)))
    ))
    .run(&db)
    .await?;
    Ok(json!({"yes": found.yes, "no": found.no, "most": found.most}))
}

async fn case_with_conditions_joined(db: Db) -> Found {
    let found = query!(
        Number
            .annotate(
                x = Case(
                    When(Q(whole.gt = 0) & !Q(flag = true), then = 1),
                    When(Q(whole.lt = 0) | Q(small = 0), then = 2),
                    default = 3
                )
            )
            .order_by(id)
            .values_list(id, x)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn case_of_rows_that_exist(db: Db) -> Found {
    let found = query!(
        Publisher
            .annotate(
                x = Case(
                    When(Exists(books.filter(pages.gt = 1000)), then = "heavy"),
                    When(Exists(books), then = "light"),
                    default = "none"
                )
            )
            .order_by(id)
            .values_list(id, x)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn case_of_dates_and_spans(db: Db) -> Found {
    let found = query!(
        Trial
            .annotate(
                due = Case(When(estimate.lt = { TimeDelta::hours(1) }, then = F(assigned)), default = F(completed)),
                sum = Case(When(ended.isnull = true, then = F(estimate)), default = F(ended) - F(began))
            )
            .order_by(id)
            .values_list(id, due, sum)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn span_added_to_an_instant(db: Db) -> Found {
    let found =
        query!(Trial.filter(ended.lt = F(began) + F(estimate)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn span_reached_or_passed(db: Db) -> Found {
    let found =
        query!(Trial.filter(ended.lte = F(began) + F(estimate)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn span_from_rust_added(db: Db) -> Found {
    let found =
        query!(Trial.filter(ended.gte = F(began) + { TimeDelta::seconds(44) }).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn span_between_instants(db: Db) -> Found {
    let found = query!(Trial.annotate(took = F(ended) - F(began)).order_by(id).values_list(id, took)).run(&db).await?;
    Ok(json!(found))
}

async fn span_between_instants_compared(db: Db) -> Found {
    let found =
        query!(Trial.filter(F(ended) - F(began) > F(estimate)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn span_between_dates_is_days(db: Db) -> Found {
    let found = query!(
        Trial.annotate(days = F(completed) - F(assigned)).filter(days.gte = 4).order_by(id).values_list(id, days)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn span_multiplied(db: Db) -> Found {
    let found = query!(
        Trial
            .annotate(twice = F(estimate) * 2, half = F(estimate) / 2, more = F(estimate) + F(estimate))
            .order_by(id)
            .values_list(id, twice, half, more)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn span_between_times_of_day(db: Db) -> Found {
    let found = query!(
        Trial
            .annotate(rest = F(rung_at) - Cast("09:00", Time))
            .filter(rung_at.isnull = false)
            .order_by(id)
            .values_list(id, rest)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn spans_summed(db: Db) -> Found {
    let found =
        query!(Trial.aggregate(sum = Sum(F(ended) - F(began)), mean = Avg(F(ended) - F(began)), most = Max(estimate)))
            .run(&db)
            .await?;
    Ok(json!({"sum": found.sum, "mean": found.mean, "most": found.most}))
}

async fn date_with_a_span_compared(db: Db) -> Found {
    let found =
        query!(Trial.filter(F(assigned) + { TimeDelta::days(5) } < F(completed)).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

cases! {
    condition_as_a_value,
    condition_as_a_value_filtered,
    grouped_by_a_condition,
    case_of_one_branch,
    case_of_several_branches,
    case_of_fields,
    case_of_joined_fields,
    case_of_a_count,
    case_as_a_condition,
    case_in_an_order,
    case_in_an_aggregate,
    case_with_conditions_joined,
    case_of_rows_that_exist,
    case_of_dates_and_spans,
    span_added_to_an_instant,
    span_reached_or_passed,
    span_from_rust_added,
    span_between_instants,
    span_between_instants_compared,
    span_between_dates_is_days,
    span_multiplied,
    span_between_times_of_day,
    spans_summed,
    date_with_a_span_compared,
}
