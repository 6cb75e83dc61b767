//! Keys of two columns as values: tuples.

use crate::harness::Found;
use nuages::{Db, query};

async fn key_as_a_value(db: Db) -> Found {
    let found = query!(Ticket.filter(number.gt = 1).order_by(pk).values(pk, holder)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"pk": row.pk, "holder": row.holder}))))
}

async fn key_in_a_tuple(db: Db) -> Found {
    let found = query!(Stage.order_by(-pk).values_list(pk, seats)).run(&db).await?;
    Ok(json!(found))
}

async fn key_alone_in_a_tuple(db: Db) -> Found {
    let found = query!(Stage.order_by(pk).values_list(pk)[..2]).run(&db).await?;
    Ok(json!(found))
}

async fn key_alone(db: Db) -> Found {
    let found = query!(Stage.filter(seats.gte = 1000).order_by(pk).values_list(pk, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn key_in_a_slice(db: Db) -> Found {
    let found = query!(Ticket.order_by(paid, pk).values_list(pk, flat)[1..4]).run(&db).await?;
    Ok(json!(found))
}

async fn keys_of_many_rows(db: Db) -> Found {
    let found = query!(Country.order_by(code, stages.pk).values_list(code, stages.pk)).run(&db).await?;
    Ok(json!(found))
}

async fn keys_distinct(db: Db) -> Found {
    let found = query!(Ticket.values_list(pk, paid).distinct().order_by(pk)).run(&db).await?;
    Ok(json!(found))
}

async fn keys_in_groups(db: Db) -> Found {
    let found = query!(Stage.values(pk).annotate(n = Count(country.shows)).order_by(pk)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"pk": row.pk, "n": row.n}))))
}

async fn keys_combined(db: Db) -> Found {
    let found = query!(
        Ticket
            .filter(number = 1)
            .values_list(pk, flat)
            .union(Ticket.filter(paid.gt = 20).values_list(pk, flat))
            .order_by(pk)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn keys_in_a_list_of_keys(db: Db) -> Found {
    let found =
        query!(Ticket.filter(pk.in = Ticket.filter(number = 2).values_list(pk)).order_by(pk).values_list(pk, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn keys_not_in_a_list_of_keys(db: Db) -> Found {
    let found =
        query!(Ticket.exclude(pk.in = Ticket.filter(number.lte = 2).values(pk)).order_by(pk).values_list(pk, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn keys_counted(db: Db) -> Found {
    let found = query!(Ticket.aggregate(n = Count(pk))).run(&db).await?;
    Ok(json!({"n": found.n}))
}

async fn keys_of_related_rows_counted(db: Db) -> Found {
    let found = query!(Show.annotate(n = Count(tickets.pk)).order_by(id).values_list(id, n)).run(&db).await?;
    Ok(json!(found))
}

async fn keys_numbered(db: Db) -> Found {
    let found =
        query!(Stage.annotate(n = Window(RowNumber(), order_by(-pk))).order_by(pk).values_list(pk, n)).run(&db).await?;
    Ok(json!(found))
}

cases! {
    key_as_a_value,
    key_in_a_tuple,
    key_alone_in_a_tuple,
    key_alone,
    key_in_a_slice,
    keys_of_many_rows,
    keys_distinct,
    keys_in_groups,
    keys_combined,
    keys_in_a_list_of_keys,
    keys_not_in_a_list_of_keys,
    keys_counted,
    keys_of_related_rows_counted,
    keys_numbered,
}
