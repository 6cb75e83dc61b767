//! Windows: ranks, neighbours, running totals, frames; and what is written by hand where the language has no name for it.

use crate::harness::Found;
use nuages::{Db, query};

async fn ranked_in_departments(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(rank = Window(Rank(), partition_by(department), order_by(-age)))
            .order_by(department, rank, id)
            .values_list(last, department, rank)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn ranked_densely(db: Db) -> Found {
    let found =
        query!(Employee.annotate(rank = Window(DenseRank(), order_by(hired_on))).order_by(id).values_list(id, rank))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn ranked_in_percent(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(p = Window(PercentRank(), order_by(age)), c = Window(CumeDist(), order_by(age)))
            .order_by(id)
            .values_list(id, p, c)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn numbered_rows(db: Db) -> Found {
    let found = query!(Employee.annotate(n = Window(RowNumber(), order_by(-age, id))).order_by(id).values_list(id, n))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn numbered_buckets(db: Db) -> Found {
    let found = query!(Employee.annotate(n = Window(Ntile(4), order_by(hired_on, id))).order_by(id).values_list(id, n))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn neighbours_before_and_after(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(
                a = Window(Lag(salary), partition_by(department), order_by(hired_on, id)),
                b = Window(Lead(last), partition_by(department), order_by(hired_on, id))
            )
            .order_by(id)
            .values_list(id, a, b)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn neighbours_two_rows_away(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(a = Window(Lag(age, 2, 0), order_by(id)), b = Window(Lead(age, 2), order_by(id)))
            .order_by(id)
            .values_list(id, a, b)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn first_and_last_of_a_window(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(
                a = Window(FirstValue(last), partition_by(department), order_by(-age, id)),
                b = Window(LastValue(last), partition_by(department), order_by(-age, id)),
                c = Window(NthValue(last, 2), partition_by(department), order_by(-age, id))
            )
            .order_by(id)
            .values_list(id, a, b, c)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn running_totals(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(sum = Window(Sum(salary), partition_by(department), order_by(hired_on, id)))
            .order_by(id)
            .values_list(id, sum)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn totals_beside_rows(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(mean = Window(Avg(age), partition_by(department)), n = Window(Count()))
            .order_by(id)
            .values_list(id, mean, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn frame_of_rows(db: Db) -> Found {
    let found = query!(
        Employee.annotate(sum = Window(Sum(age), order_by(id), frame(rows, -1..=1))).order_by(id).values_list(id, sum)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn frame_up_to_the_row(db: Db) -> Found {
    let found = query!(
        Employee.annotate(n = Window(Count(), order_by(age), frame(range, ..=0))).order_by(id).values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn frame_after_the_row(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(sum = Window(Sum(age), partition_by(department), order_by(id), frame(rows, 1..)))
            .order_by(id)
            .values_list(id, sum)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn window_filtered(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(rank = Window(Rank(), partition_by(department), order_by(-age)))
            .filter(rank = 1)
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn window_filtered_and_own_field(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(n = Window(RowNumber(), partition_by(department), order_by(-age, id)))
            .filter(n.lte = 2, age.gt = 30)
            .order_by(id)
            .values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn window_counted(db: Db) -> Found {
    let found = query!(Employee.annotate(n = Window(Count(), partition_by(department))).filter(n.gt = 2).count())
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn window_in_an_order(db: Db) -> Found {
    let found =
        query!(Employee.order_by(Window(RowNumber(), order_by(-age, id)).asc()).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn window_in_an_expression(db: Db) -> Found {
    let found = query!(
        Employee
            .annotate(part = F(age) - Window(Min(age), partition_by(department)))
            .order_by(id)
            .values_list(id, part)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn function_of_the_server(db: Db) -> Found {
    let found = query!(Author.order_by(id).values_list(id, Func("initcap", pen_name, Text))).run(&db).await?;
    Ok(json!(found))
}

async fn expression_by_hand(db: Db) -> Found {
    let more = 5i32;
    let found = query!(Author.order_by(id).values_list(id, RawSQL("age + {more}", Integer))).run(&db).await?;
    Ok(json!(found))
}

async fn sorted_by_another_collation(db: Db) -> Found {
    let found = query!(Author.order_by(Collate(name, "C"), id).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

cases! {
    ranked_in_departments,
    ranked_densely,
    ranked_in_percent,
    numbered_rows,
    numbered_buckets,
    neighbours_before_and_after,
    neighbours_two_rows_away,
    first_and_last_of_a_window,
    running_totals,
    totals_beside_rows,
    frame_of_rows,
    frame_up_to_the_row,
    frame_after_the_row,
    window_filtered,
    window_filtered_and_own_field,
    window_counted,
    window_in_an_order,
    window_in_an_expression,
    function_of_the_server,
    expression_by_hand,
    sorted_by_another_collation,
}
