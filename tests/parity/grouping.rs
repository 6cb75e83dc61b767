//! `values()` before an aggregate: groups, their keys, and their numbers.

use crate::harness::Found;
use nuages::{Db, query};

async fn group_by_own_field(db: Db) -> Found {
    let found =
        query!(Product.values(status).annotate(n = Count(), mean = Avg(price), in_stock = Sum(stock)).order_by(status))
            .run(&db)
            .await?;
    Ok(json!(
        found.iter().map(|row| json!({"status": row.status, "n": row.n, "mean": row.mean, "in_stock": row.in_stock}))
    ))
}

async fn group_by_nullable_field(db: Db) -> Found {
    let found = query!(Tag.values(color).annotate(n = Count()).order_by(color)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"color": row.color, "n": row.n}))))
}

async fn group_forgets_the_order_of_the_model(db: Db) -> Found {
    let found = query!(Order.values(status).annotate(n = Count()).order_by(status)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"status": row.status, "n": row.n}))))
}

async fn group_by_two(db: Db) -> Found {
    let found =
        query!(Product.values(status, category.is_active).annotate(n = Count()).order_by(status, category.is_active))
            .run(&db)
            .await?;
    Ok(json!(
        found
            .iter()
            .map(|row| json!({"status": row.status, "category__is_active": row.category__is_active, "n": row.n}))
    ))
}

async fn group_by_to_one(db: Db) -> Found {
    let found =
        query!(Product.values(category.name).annotate(n = Count(), dearest = Max(price)).order_by(category.name))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|row| json!({"category__name": row.category__name, "n": row.n, "dearest": row.dearest}))))
}

async fn group_by_nullable_to_one(db: Db) -> Found {
    let found = query!(Product.values(category.parent.name).annotate(n = Count()).order_by(-n, category.parent.name))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|row| json!({"category__parent__name": row.category__parent__name, "n": row.n}))))
}

async fn group_by_foreign_key(db: Db) -> Found {
    let found =
        query!(Order.values(user).annotate(n = Count(), last = Max(placed_at)).order_by(-n, user)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"user": row.user, "n": row.n, "last": row.last}))))
}

async fn group_as_tuples(db: Db) -> Found {
    let found =
        query!(Order.values(status).annotate(n = Count()).order_by(status).values_list(status, n)).run(&db).await?;
    Ok(json!(found))
}

async fn group_with_having(db: Db) -> Found {
    let found = query!(
        Product
            .values(category)
            .annotate(n = Count(), in_stock = Sum(stock))
            .filter(n.gte = 3, in_stock.gt = 100)
            .order_by(category)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"category": row.category, "n": row.n, "in_stock": row.in_stock}))))
}

async fn group_with_where(db: Db) -> Found {
    let found = query!(OrderItem.filter(order.status.in = ["paid", "shipped", "delivered"]).values(product.category.name).annotate(revenue = Sum(quantity * unit_price), pieces = Sum(quantity)).order_by(-revenue, product.category.name)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"product__category__name": row.product__category__name, "revenue": row.revenue, "pieces": row.pieces}))))
}

async fn group_with_filtered_counts(db: Db) -> Found {
    let found = query!(
        Review
            .values(rating)
            .annotate(n = Count(), shown = Count(filter = Q(is_approved = true)), titled = Count(title))
            .order_by(rating)
    )
    .run(&db)
    .await?;
    Ok(json!(
        found.iter().map(|row| json!({"rating": row.rating, "n": row.n, "shown": row.shown, "titled": row.titled}))
    ))
}

async fn group_by_month(db: Db) -> Found {
    let found = query!(
        Order
            .annotate(month = TruncMonth(placed_at))
            .values(month)
            .annotate(n = Count(), buyers = Count(user, distinct = true))
            .order_by(month)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"month": row.month, "n": row.n, "buyers": row.buyers}))))
}

async fn group_by_month_named_in_values(db: Db) -> Found {
    let found =
        query!(Product.values(month = TruncMonth(released_on)).annotate(n = Count()).filter(n.gt = 1).order_by(month))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|row| json!({"month": row.month, "n": row.n}))))
}

async fn group_by_month_of_a_related_instant(db: Db) -> Found {
    let found = query!(
        OrderItem
            .exclude(order.status = "cancelled")
            .values(month = TruncMonth(order.placed_at))
            .annotate(revenue = Sum(quantity * unit_price), orders = Count(order, distinct = true))
            .order_by(month)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"month": row.month, "revenue": row.revenue, "orders": row.orders}))))
}

async fn group_with_a_path_to_many(db: Db) -> Found {
    let found = query!(
        Order
            .values(status)
            .annotate(n = Count(), pieces = Sum(items.quantity), revenue = Sum(items.quantity * items.unit_price))
            .order_by(status)
    )
    .run(&db)
    .await?;
    Ok(json!(
        found.iter().map(|row| json!({"status": row.status, "n": row.n, "pieces": row.pieces, "revenue": row.revenue}))
    ))
}

async fn group_with_two_paths_to_many(db: Db) -> Found {
    let found = query!(
        Product
            .values(status)
            .annotate(
                n = Count(),
                in_stock = Sum(stock),
                n_reviews = Count(reviews),
                mean = Avg(reviews.rating),
                sold = Sum(order_items.quantity)
            )
            .order_by(status)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"status": row.status, "n": row.n, "in_stock": row.in_stock, "n_reviews": row.n_reviews, "mean": row.mean, "sold": row.sold}))))
}

async fn group_by_nullable_to_one_with_a_path_to_many(db: Db) -> Found {
    let found = query!(
        Product
            .values(category.parent.slug)
            .annotate(n = Count(), sold = Sum(order_items.quantity), n_reviews = Count(reviews))
            .order_by(category.parent.slug)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"category__parent__slug": row.category__parent__slug, "n": row.n, "sold": row.sold, "n_reviews": row.n_reviews}))))
}

async fn group_by_to_many(db: Db) -> Found {
    let found = query!(Product.values(tags.name).annotate(n = Count(), in_stock = Sum(stock)).order_by(tags.name))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|row| json!({"tags__name": row.tags__name, "n": row.n, "in_stock": row.in_stock}))))
}

async fn group_by_to_many_value_counts_a_row_once(db: Db) -> Found {
    let found = query!(Product.values(reviews.rating).annotate(n = Count()).order_by(reviews.rating)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"reviews__rating": row.reviews__rating, "n": row.n}))))
}

async fn group_by_to_many_with_its_own_path(db: Db) -> Found {
    let found = query!(
        Product
            .values(reviews.rating)
            .annotate(n_reviews = Count(reviews), last = Max(reviews.created_at))
            .order_by(reviews.rating)
    )
    .run(&db)
    .await?;
    Ok(json!(
        found
            .iter()
            .map(|row| json!({"reviews__rating": row.reviews__rating, "n_reviews": row.n_reviews, "last": row.last}))
    ))
}

async fn group_by_to_many_with_another_path(db: Db) -> Found {
    let found =
        query!(Product.values(tags.name).annotate(n = Count(), sold = Sum(order_items.quantity)).order_by(tags.name))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|row| json!({"tags__name": row.tags__name, "n": row.n, "sold": row.sold}))))
}

async fn group_bound_by_a_filter(db: Db) -> Found {
    let found = query!(Product.filter(tags.color = "red").values(tags.name).annotate(n = Count()).order_by(tags.name))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|row| json!({"tags__name": row.tags__name, "n": row.n}))))
}

async fn group_sliced(db: Db) -> Found {
    let found = query!(User.values(referred_by.name).annotate(n = Count()).order_by(-n)[..3]).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"referred_by__name": row.referred_by__name, "n": row.n}))))
}

async fn group_of_nothing(db: Db) -> Found {
    let found =
        query!(Product.filter(price.lt = 0).values(status).annotate(n = Count()).order_by(status)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"status": row.status, "n": row.n}))))
}

async fn groups_counted(db: Db) -> Found {
    let found = query!(Category.values(parent).annotate(n = Count()).count()).run(&db).await?;
    Ok(json!(found))
}

cases! {
    group_by_own_field,
    group_by_nullable_field,
    group_forgets_the_order_of_the_model,
    group_by_two,
    group_by_to_one,
    group_by_nullable_to_one,
    group_by_foreign_key,
    group_as_tuples,
    group_with_having,
    group_with_where,
    group_with_filtered_counts,
    group_by_month,
    group_by_month_named_in_values,
    group_by_month_of_a_related_instant,
    group_with_a_path_to_many,
    group_with_two_paths_to_many,
    group_by_nullable_to_one_with_a_path_to_many,
    group_by_to_many,
    group_by_to_many_value_counts_a_row_once,
    group_by_to_many_with_its_own_path,
    group_by_to_many_with_another_path,
    group_bound_by_a_filter,
    group_sliced,
    group_of_nothing,
    groups_counted,
}
