//! Aggregates: over the whole chain, and for each of its rows along one or several paths.

use crate::harness::Found;
use nuages::{Db, query};

async fn aggregate_of_own_fields(db: Db) -> Found {
    let found = query!(Product.filter(status = "active", price.lt = 1000).aggregate(
        n = Count(),
        least = Min(price),
        most = Max(price),
        sum = Sum(price),
        mean = Avg(price),
        stock = Sum(stock)
    ))
    .run(&db)
    .await?;
    Ok(
        json!({"n": found.n, "least": found.least, "most": found.most, "sum": found.sum, "mean": found.mean, "stock": found.stock}),
    )
}

async fn aggregate_of_nullable_fields(db: Db) -> Found {
    let found = query!(Product.aggregate(
        n = Count(weight),
        rows = Count(),
        mean = Avg(weight),
        first = Min(released_on),
        last = Max(released_on),
        text = Max(description)
    ))
    .run(&db)
    .await?;
    Ok(
        json!({"n": found.n, "rows": found.rows, "mean": found.mean, "first": found.first, "last": found.last, "text": found.text}),
    )
}

async fn aggregate_of_nothing(db: Db) -> Found {
    let found = query!(Product.filter(price.lt = 0).aggregate(
        n = Count(),
        sum = Sum(stock),
        mean = Avg(price),
        least = Min(name)
    ))
    .run(&db)
    .await?;
    Ok(json!({"n": found.n, "sum": found.sum, "mean": found.mean, "least": found.least}))
}

async fn aggregate_of_nothing_with_defaults(db: Db) -> Found {
    let found = query!(Product.filter(price.lt = 0).aggregate(
        sum = Sum(stock, default = 0),
        mean = Avg(price, default = 1.5),
        least = Coalesce(Min(name), "none")
    ))
    .run(&db)
    .await?;
    Ok(json!({"sum": found.sum, "mean": found.mean, "least": found.least}))
}

async fn aggregate_of_integers(db: Db) -> Found {
    let found =
        query!(Review.aggregate(sum = Sum(rating), mean = Avg(rating), least = Min(rating), most = Max(rating)))
            .run(&db)
            .await?;
    Ok(json!({"sum": found.sum, "mean": found.mean, "least": found.least, "most": found.most}))
}

async fn aggregate_of_instants(db: Db) -> Found {
    let found = query!(User.aggregate(first = Min(created_at), last = Max(last_seen_at), seen = Count(last_seen_at)))
        .run(&db)
        .await?;
    Ok(json!({"first": found.first, "last": found.last, "seen": found.seen}))
}

async fn aggregate_distinct(db: Db) -> Found {
    let found = query!(Order.aggregate(
        buyers = Count(user, distinct = true),
        orders = Count(user),
        addresses = Count(address, distinct = true)
    ))
    .run(&db)
    .await?;
    Ok(json!({"buyers": found.buyers, "orders": found.orders, "addresses": found.addresses}))
}

async fn aggregate_distinct_sum(db: Db) -> Found {
    let found = query!(Review.aggregate(sum = Sum(rating, distinct = true), mean = Avg(rating, distinct = true)))
        .run(&db)
        .await?;
    Ok(json!({"sum": found.sum, "mean": found.mean}))
}

async fn aggregate_with_filters(db: Db) -> Found {
    let found = query!(Product.aggregate(
        n = Count(),
        out = Count(filter = Q(stock = 0)),
        cheap = Sum(stock, filter = Q(price.lt = 10, status = "active")),
        none = Avg(price, filter = Q(price.lt = 0))
    ))
    .run(&db)
    .await?;
    Ok(json!({"n": found.n, "out": found.out, "cheap": found.cheap, "none": found.none}))
}

async fn aggregate_of_an_expression(db: Db) -> Found {
    let found = query!(
        OrderItem
            .filter(order.status = "delivered")
            .aggregate(revenue = Sum(quantity * unit_price), pieces = Sum(quantity))
    )
    .run(&db)
    .await?;
    Ok(json!({"revenue": found.revenue, "pieces": found.pieces}))
}

async fn aggregate_along_to_one(db: Db) -> Found {
    let found = query!(OrderItem.aggregate(
        most = Max(product.price),
        parents = Count(product.category.parent),
        named = Max(product.category.parent.name)
    ))
    .run(&db)
    .await?;
    Ok(json!({"most": found.most, "parents": found.parents, "named": found.named}))
}

async fn aggregate_along_to_many(db: Db) -> Found {
    let found =
        query!(Product.filter(category.slug = "laptops").aggregate(n = Count(reviews), mean = Avg(reviews.rating)))
            .run(&db)
            .await?;
    Ok(json!({"n": found.n, "mean": found.mean}))
}

async fn aggregate_own_fields_beside_to_many(db: Db) -> Found {
    let found = query!(Product.aggregate(
        stock = Sum(stock),
        n_products = Count(),
        n_reviews = Count(reviews),
        sold = Sum(order_items.quantity)
    ))
    .run(&db)
    .await?;
    Ok(json!({"stock": found.stock, "n_products": found.n_products, "n_reviews": found.n_reviews, "sold": found.sold}))
}

async fn aggregate_of_bound_rows(db: Db) -> Found {
    let found = query!(Product.filter(reviews.is_approved = true).aggregate(
        n_products = Count(),
        n_reviews = Count(reviews),
        mean = Avg(reviews.rating)
    ))
    .run(&db)
    .await?;
    Ok(json!({"n_products": found.n_products, "n_reviews": found.n_reviews, "mean": found.mean}))
}

async fn aggregate_of_an_annotation(db: Db) -> Found {
    let found =
        query!(Order.annotate(total = Sum(items.quantity * items.unit_price)).filter(total.isnull = false).aggregate(
            n = Count(),
            most = Max(total),
            least = Min(total),
            sum = Sum(total)
        ))
        .run(&db)
        .await?;
    Ok(json!({"n": found.n, "most": found.most, "least": found.least, "sum": found.sum}))
}

async fn count_of_related(db: Db) -> Found {
    let found = query!(Product.annotate(n = Count(reviews)).order_by(id).values_list(id, n)).run(&db).await?;
    Ok(json!(found))
}

async fn count_of_many_to_many(db: Db) -> Found {
    let found =
        query!(Tag.annotate(n = Count(products), worth = Sum(products.price)).order_by(name).values(name, n, worth))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|row| json!({"name": row.name, "n": row.n, "worth": row.worth}))))
}

async fn several_aggregates_of_one_path(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(
                n = Count(reviews),
                mean = Avg(reviews.rating),
                least = Min(reviews.rating),
                most = Max(reviews.rating),
                last = Max(reviews.created_at)
            )
            .order_by(id)
            .values_list(id, n, mean, least, most, last)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn several_paths_do_not_multiply(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(tagged = Count(tags), n = Count(reviews), sold = Sum(order_items.quantity))
            .order_by(id)
            .values_list(id, tagged, n, sold)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn two_depths_of_one_path_do_not_multiply(db: Db) -> Found {
    let found = query!(
        User.annotate(
            n = Count(orders),
            spent = Sum(orders.items.quantity * orders.items.unit_price),
            pieces = Sum(orders.items.quantity)
        )
        .order_by(id)
        .values_list(id, n, spent, pieces)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn aggregate_with_a_filter_on_its_path(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(
                n = Count(reviews, filter = Q(reviews.is_approved = true)),
                mean = Avg(reviews.rating, filter = Q(reviews.is_approved = true))
            )
            .order_by(id)
            .values_list(id, n, mean)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn aggregate_with_a_filter_beyond_its_path(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(sold = Sum(order_items.quantity, filter = Q(order_items.order.status = "delivered"), default = 0))
            .filter(sold.gt = 0)
            .order_by(-sold, id)
            .values_list(id, sold)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn aggregate_of_related_with_default(db: Db) -> Found {
    let found = query!(
        Order.annotate(total = Sum(items.quantity * items.unit_price, default = 0)).order_by(id).values_list(id, total)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn aggregate_of_related_coalesced(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(mean = Coalesce(Avg(reviews.rating), 0.0))
            .filter(mean.lt = 3)
            .order_by(mean, id)
            .values_list(id, mean)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn aggregate_of_related_distinct(db: Db) -> Found {
    let found = query!(
        Order
            .annotate(kinds = Count(items.product, distinct = true), lines = Count(items))
            .order_by(id)
            .values_list(id, kinds, lines)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn every_way_to_a_row_counts(db: Db) -> Found {
    let found = query!(
        Category
            .annotate(ways = Count(products.tags), kinds = Count(products.tags, distinct = true))
            .order_by(id)
            .values_list(id, ways, kinds)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn aggregate_through_a_tree(db: Db) -> Found {
    let found = query!(
        Category
            .annotate(n = Count(children), stock = Sum(children.products.stock))
            .order_by(id)
            .values_list(id, n, stock)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn annotation_filtered(db: Db) -> Found {
    let found = query!(Product.annotate(n = Count(reviews)).filter(n.gte = 3).order_by(-n, id).values_list(id, n))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn annotation_excluded_keeps_null(db: Db) -> Found {
    let found =
        query!(Product.annotate(mean = Avg(reviews.rating)).exclude(mean.lt = 4).order_by(id).values_list(id, mean))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn alias_is_not_selected(db: Db) -> Found {
    let found = query!(User.alias(n = Count(orders)).filter(n = 0).order_by(id).values(id, name)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"id": row.id, "name": row.name}))))
}

async fn filter_before_binds(db: Db) -> Found {
    let found = query!(
        Product
            .filter(reviews.is_approved = true)
            .annotate(n = Count(reviews), mean = Avg(reviews.rating))
            .order_by(id)
            .values_list(id, n, mean)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn filter_after_does_not_bind(db: Db) -> Found {
    let found =
        query!(Product.annotate(n = Count(reviews)).filter(reviews.is_approved = true).order_by(id).values_list(id, n))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn filters_before_all_bind(db: Db) -> Found {
    let found = query!(
        Product
            .filter(reviews.is_approved = true)
            .filter(reviews.rating.gte = 4)
            .annotate(n = Count(reviews))
            .order_by(id)
            .values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn conditions_of_one_filter_bind_together(db: Db) -> Found {
    let found = query!(
        Product
            .filter(reviews.is_approved = true, reviews.rating.gte = 4)
            .annotate(n = Count(reviews))
            .order_by(id)
            .values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn either_on_one_path_binds(db: Db) -> Found {
    let found = query!(
        Product
            .filter(Q(reviews.rating = 1) | Q(reviews.rating = 5))
            .annotate(n = Count(reviews))
            .order_by(id)
            .values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn either_with_another_path_does_not_bind(db: Db) -> Found {
    let found = query!(
        Product
            .filter(Q(reviews.rating = 5) | Q(stock = 0))
            .annotate(n = Count(reviews))
            .order_by(id)
            .values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn exclude_does_not_bind(db: Db) -> Found {
    let found =
        query!(Product.exclude(reviews.rating = 1).annotate(n = Count(reviews)).order_by(id).values_list(id, n))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn one_path_binds_the_other_does_not(db: Db) -> Found {
    let found = query!(
        Product
            .filter(tags.color = "red")
            .annotate(red = Count(tags), n = Count(reviews))
            .order_by(id)
            .values_list(id, red, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn deeper_condition_binds_every_step(db: Db) -> Found {
    let found = query!(
        Category
            .filter(products.reviews.rating = 5)
            .annotate(n_products = Count(products), n = Count(products.reviews))
            .order_by(id)
            .values_list(id, n_products, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn through_to_one_then_to_many(db: Db) -> Found {
    let found = query!(Order.annotate(n = Count(user.reviews)).order_by(id).values_list(id, n)[..12]).run(&db).await?;
    Ok(json!(found))
}

async fn best_sellers(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(revenue = Sum(order_items.quantity * order_items.unit_price))
            .order_by(F(revenue).desc(nulls_last), id)
            .values_list(name, revenue)[..8]
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn annotation_of_an_annotation(db: Db) -> Found {
    let found = query!(
        User.annotate(n = Count(orders))
            .annotate(more = F(n) + 1)
            .filter(more.gt = 3)
            .order_by(id)
            .values_list(id, n, more)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn annotated_rows(db: Db) -> Found {
    let found = query!(Category.annotate(n = Count(products)).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|c| json!({"id": c.id, "slug": c.slug, "parent_id": c.parent_id, "n": c.n}))))
}

async fn compared_with_a_related_aggregate(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(most = Max(order_items.unit_price))
            .filter(F(most) < F(price))
            .order_by(id)
            .values_list(id, most)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

cases! {
    aggregate_of_own_fields,
    aggregate_of_nullable_fields,
    aggregate_of_nothing,
    aggregate_of_nothing_with_defaults,
    aggregate_of_integers,
    aggregate_of_instants,
    aggregate_distinct,
    aggregate_distinct_sum,
    aggregate_with_filters,
    aggregate_of_an_expression,
    aggregate_along_to_one,
    aggregate_along_to_many,
    aggregate_own_fields_beside_to_many,
    aggregate_of_bound_rows,
    aggregate_of_an_annotation,
    count_of_related,
    count_of_many_to_many,
    several_aggregates_of_one_path,
    several_paths_do_not_multiply,
    two_depths_of_one_path_do_not_multiply,
    aggregate_with_a_filter_on_its_path,
    aggregate_with_a_filter_beyond_its_path,
    aggregate_of_related_with_default,
    aggregate_of_related_coalesced,
    aggregate_of_related_distinct,
    every_way_to_a_row_counts,
    aggregate_through_a_tree,
    annotation_filtered,
    annotation_excluded_keeps_null,
    alias_is_not_selected,
    filter_before_binds,
    filter_after_does_not_bind,
    filters_before_all_bind,
    conditions_of_one_filter_bind_together,
    either_on_one_path_binds,
    either_with_another_path_does_not_bind,
    exclude_does_not_bind,
    one_path_binds_the_other_does_not,
    deeper_condition_binds_every_step,
    through_to_one_then_to_many,
    best_sellers,
    annotation_of_an_annotation,
    annotated_rows,
    compared_with_a_related_aggregate,
}
