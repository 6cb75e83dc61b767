//! Paths that come back, keys of relations, and conditions made of many.

use crate::harness::Found;
use nuages::{Db, query};

async fn keys_of_many_to_many(db: Db) -> Found {
    let found = query!(Product.filter(tags.in = [1, 2]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn keys_of_many_to_many_excluded(db: Db) -> Found {
    let found = query!(Product.exclude(tags.in = vec![1_i64, 2]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn keys_of_a_reverse_relation(db: Db) -> Found {
    let found = query!(Category.filter(products = 5).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn values_of_many_to_many_keys(db: Db) -> Found {
    let found = query!(Product.filter(id.lte = 4).order_by(id).values_list(id, tags)[..50]).run(&db).await?;
    Ok(json!(found))
}

async fn values_of_a_key_column(db: Db) -> Found {
    let found = query!(Order.order_by(id).values(id, user_id, address_id)[..5]).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"id": row.id, "user_id": row.user_id, "address_id": row.address_id}))))
}

async fn there_and_back(db: Db) -> Found {
    let found =
        query!(Product.filter(category.products.price.gt = 2000).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn count_there_and_back(db: Db) -> Found {
    let found =
        query!(Product.annotate(siblings = Count(category.products)).order_by(id).values_list(id, siblings)[..10])
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn siblings_of_tags(db: Db) -> Found {
    let found = query!(Tag.annotate(n = Count(products.tags, distinct = true)).order_by(id).values_list(id, n))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn isnull_from_rust(db: Db) -> Found {
    let missing = true;
    let found = query!(Category.filter(parent.isnull = missing).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn either_of_three_but_an_odd_number(db: Db) -> Found {
    let found = query!(
        Product.filter(Q(status = "active") ^ Q(stock.gt = 10) ^ Q(price.lt = 50)).order_by(id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn groups_in_groups(db: Db) -> Found {
    let found = query!(
        Product
            .filter(
                Q(Q(status = "draft") | Q(stock = 0), price.gt = 20)
                    | !(Q(weight = None) | Q(description.icontains = "a"))
            )
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn excluded_or(db: Db) -> Found {
    let found =
        query!(Order.exclude(Q(note = None) | Q(status = "paid")).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn excluded_to_many_twice(db: Db) -> Found {
    let found = query!(
        User.exclude(orders.items.product.slug = "laptop")
            .exclude(orders.isnull = true)
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn several_filters_with_numbers_between(db: Db) -> Found {
    let found = query!(
        Order
            .filter(items.quantity.gte = 2)
            .annotate(n = Count(items))
            .filter(items.unit_price.lt = 20)
            .annotate(low = Count(items))
            .order_by(id)
            .values_list(id, n, low)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn distinct_numbers_of_a_filtered_path(db: Db) -> Found {
    let found = query!(
        User.filter(orders.status = "delivered")
            .annotate(
                kinds = Count(orders.items.product, distinct = true),
                spent = Sum(orders.items.quantity * orders.items.unit_price)
            )
            .order_by(id)
            .values_list(id, kinds, spent)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn groups_of_a_filtered_to_many_path(db: Db) -> Found {
    let found = query!(
        Order
            .filter(items.quantity.gte = 2)
            .values(items.product.status)
            .annotate(orders = Count(), pieces = Sum(items.quantity))
            .order_by(items.product.status)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(
        |row| json!({"items__product__status": row.items__product__status, "orders": row.orders, "pieces": row.pieces})
    )))
}

async fn rows_through_two_steps_to_many(db: Db) -> Found {
    let found = query!(User.filter(id.lte = 3).order_by(id).values_list(id, orders.id, orders.items.id)[..100])
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn alias_in_an_order(db: Db) -> Found {
    let found = query!(
        Product.alias(mean = Avg(reviews.rating)).filter(mean.isnull = false).order_by(-mean, id).values_list(id, flat)
            [..6]
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn latest_of_each(db: Db) -> Found {
    let found = query!(
        User.annotate(last = Max(orders.placed_at))
            .filter(last.gte = "2025-01-01T00:00:00Z")
            .order_by(id)
            .values_list(id, last)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

cases! {
    keys_of_many_to_many,
    keys_of_many_to_many_excluded,
    keys_of_a_reverse_relation,
    values_of_many_to_many_keys,
    values_of_a_key_column,
    there_and_back,
    count_there_and_back,
    siblings_of_tags,
    isnull_from_rust,
    either_of_three_but_an_odd_number,
    groups_in_groups,
    excluded_or,
    excluded_to_many_twice,
    several_filters_with_numbers_between,
    distinct_numbers_of_a_filtered_path,
    groups_of_a_filtered_to_many_path,
    rows_through_two_steps_to_many,
    alias_in_an_order,
    latest_of_each,
}
