//! Numbers of numbers: arithmetic of aggregates, aggregates over slices, groups and annotated rows.

use crate::harness::Found;
use nuages::rust_decimal::Decimal;
use nuages::{Db, query};

async fn total_of_a_slice(db: Db) -> Found {
    let found = query!(Product.order_by(-price, id)[..5].aggregate(n = Count(), sum = Sum(price), least = Min(price)))
        .run(&db)
        .await?;
    Ok(json!({"n": found.n, "sum": found.sum, "least": found.least}))
}

async fn total_of_groups(db: Db) -> Found {
    let found = query!(Product.values(category).annotate(n = Count()).aggregate(most = Max(n), groups = Count()))
        .run(&db)
        .await?;
    Ok(json!({"most": found.most, "groups": found.groups}))
}

async fn total_of_counted_rows(db: Db) -> Found {
    let found = query!(Product.annotate(n = Count(reviews)).filter(n.gt = 1).aggregate(
        products = Count(),
        reviewed = Sum(n),
        mean = Avg(n)
    ))
    .run(&db)
    .await?;
    Ok(json!({"products": found.products, "reviewed": found.reviewed, "mean": found.mean}))
}

async fn counted_after_a_filter_on_a_number(db: Db) -> Found {
    let found = query!(Product.annotate(n = Count(reviews)).filter(n.gte = 3).count()).run(&db).await?;
    Ok(json!(found))
}

async fn counted_groups_after_having(db: Db) -> Found {
    let found = query!(Product.values(category).annotate(n = Count()).filter(n.gte = 3).count()).run(&db).await?;
    Ok(json!(found))
}

async fn exists_after_a_filter_on_a_number(db: Db) -> Found {
    let found = query!(Product.annotate(n = Count(reviews)).filter(n.gte = 100).exists()).run(&db).await?;
    Ok(json!(found))
}

async fn quotient_of_aggregates(db: Db) -> Found {
    let found = query!(
        Product
            .filter(order_items.isnull = false)
            .annotate(mean = Sum(order_items.unit_price) / Count(order_items))
            .order_by(id)
            .values_list(id, mean)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn difference_of_aggregates_of_two_paths(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(left = Coalesce(Sum(order_items.quantity), 0) - Count(reviews))
            .order_by(-left, id)
            .values_list(id, left)[..10]
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn number_with_own_field(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(after = F(stock) - Coalesce(Sum(order_items.quantity), 0))
            .filter(after.lt = 0)
            .order_by(id)
            .values_list(id, after)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn number_compared_with_own_field(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(sold = Sum(order_items.quantity))
            .filter(sold.gt = F(stock))
            .order_by(id)
            .values_list(id, stock, sold)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn two_numbers_compared(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(sold = Count(order_items), n = Count(reviews))
            .filter(F(sold) > F(n))
            .order_by(id)
            .values_list(id, sold, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn number_or_own_field(db: Db) -> Found {
    let found = query!(
        Product.annotate(n = Count(reviews)).filter(Q(n.gte = 4) | Q(stock.gt = 500)).order_by(id).values_list(id, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn number_excluded(db: Db) -> Found {
    let found =
        query!(Product.annotate(n = Count(reviews)).exclude(n = 0, stock = 0).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn number_in_a_range_of_numbers(db: Db) -> Found {
    let found = query!(User.annotate(n = Count(orders)).filter(n.range = (2, 3)).order_by(id).values_list(id, n))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn number_in_a_list(db: Db) -> Found {
    let found =
        query!(User.annotate(n = Count(orders)).filter(n.in = [1, 6]).order_by(id).values_list(id, n)).run(&db).await?;
    Ok(json!(found))
}

async fn numbers_of_one_object(db: Db) -> Found {
    let found =
        query!(Order(1).items.aggregate(lines = Count(), pieces = Sum(quantity), total = Sum(quantity * unit_price)))
            .run(&db)
            .await?;
    Ok(json!({"lines": found.lines, "pieces": found.pieces, "total": found.total}))
}

async fn number_of_one_row(db: Db) -> Found {
    let o = query!(Order.annotate(total = Sum(items.quantity * items.unit_price)).get(number = "ORD-00001"))
        .run(&db)
        .await?;
    Ok(json!([o.id, o.number, o.total]))
}

async fn number_of_the_first_row(db: Db) -> Found {
    let c = query!(Category.annotate(n = Count(products)).order_by(-n, id).first()).run(&db).await?;
    Ok(json!(c.map(|c| json!([c.name, c.n]))))
}

async fn numbers_on_a_page(db: Db) -> Found {
    let page = query!(Product.annotate(n = Count(reviews)).filter(n.gt = 0).order_by(-n).page(2, 5)).run(&db).await?;
    Ok(json!({"items": page.items.iter().map(|p| json!([p.id, p.n])), "total": page.total, "pages": page.pages}))
}

async fn page_of_an_order_by_a_path(db: Db) -> Found {
    let page = query!(
        Order
            .filter(items.quantity.gte = 2)
            .select_related(user)
            .annotate(lines = Count(items))
            .order_by(user.name, -placed_at)
            .page(1, 6)
    )
    .run(&db)
    .await?;
    Ok(json!({"items": page.items.iter().map(|o| json!([o.id, o.user.name, o.lines])), "total": page.total}))
}

async fn least_and_most_of_texts(db: Db) -> Found {
    let found = query!(
        Category
            .annotate(first = Min(products.name), last = Max(products.name))
            .filter(first.isnull = false)
            .order_by(id)
            .values(name, first, last)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"name": row.name, "first": row.first, "last": row.last}))))
}

async fn number_beside_joined_rows(db: Db) -> Found {
    let found = query!(
        Product.select_related(category.parent).annotate(n = Count(tags), mean = Avg(reviews.rating)).order_by(-n, id)
            [..6]
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|p| json!([
        p.id,
        p.category.name,
        p.category.parent.as_ref().map(|c| &c.name),
        p.n,
        p.mean
    ]))))
}

async fn grouped_by_a_function(db: Db) -> Found {
    let found = query!(Tag.values(lowered = Lower(name)).annotate(n = Count()).order_by(lowered)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"lowered": row.lowered, "n": row.n}))))
}

async fn grouped_by_two_of_one_relation(db: Db) -> Found {
    let found = query!(
        OrderItem.values(product.category.name, product.status).annotate(pieces = Sum(quantity)).order_by(
            -pieces,
            product.category.name,
            product.status
        )[..8]
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"product__category__name": row.product__category__name, "product__status": row.product__status, "pieces": row.pieces}))))
}

async fn grouped_with_a_quotient(db: Db) -> Found {
    let found =
        query!(Order.values(status).annotate(per_order = Sum(items.quantity) / Count(), n = Count()).order_by(status))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|row| json!({"status": row.status, "per_order": row.per_order, "n": row.n}))))
}

async fn grouped_and_ordered_by_an_expression(db: Db) -> Found {
    let found = query!(
        Product
            .values(status)
            .annotate(n = Count(), dearest = Max(price))
            .order_by(F(dearest).asc(nulls_first), status)
            .values_list(status, dearest)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn grouped_by_an_annotation_of_a_related_field(db: Db) -> Found {
    let found = query!(
        Review.annotate(who = Lower(user.name)).values(who).annotate(n = Count(), mean = Avg(rating)).order_by(-n, who)
            [..5]
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"who": row.who, "n": row.n, "mean": row.mean}))))
}

async fn filtered_number_with_a_condition_in_two_parts(db: Db) -> Found {
    let found = query!(
        User.annotate(open = Count(orders, filter = Q(orders.status = "pending") | Q(orders.status = "paid")))
            .filter(open.gt = 0)
            .order_by(id)
            .values_list(id, open)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn filtered_number_with_a_negated_condition(db: Db) -> Found {
    let found = query!(
        User.annotate(kept = Count(orders, filter = !Q(orders.status = "cancelled")))
            .order_by(id)
            .values_list(id, kept)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn value_bound_into_an_expression(db: Db) -> Found {
    let rate = Decimal::new(12, 1);
    let found = query!(Product.filter(id.lte = 5).order_by(id).values_list(id, F(price) * { rate })).run(&db).await?;
    Ok(json!(found))
}

async fn mean_of_a_product_with_a_default(db: Db) -> Found {
    let found = query!(
        Order.annotate(mean = Avg(items.quantity * items.unit_price, default = 0)).order_by(id).values_list(id, mean)
            [..12]
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

cases! {
    total_of_a_slice,
    total_of_groups,
    total_of_counted_rows,
    counted_after_a_filter_on_a_number,
    counted_groups_after_having,
    exists_after_a_filter_on_a_number,
    quotient_of_aggregates,
    difference_of_aggregates_of_two_paths,
    number_with_own_field,
    number_compared_with_own_field,
    two_numbers_compared,
    number_or_own_field,
    number_excluded,
    number_in_a_range_of_numbers,
    number_in_a_list,
    numbers_of_one_object,
    number_of_one_row,
    number_of_the_first_row,
    numbers_on_a_page,
    page_of_an_order_by_a_path,
    least_and_most_of_texts,
    number_beside_joined_rows,
    grouped_by_a_function,
    grouped_by_two_of_one_relation,
    grouped_with_a_quotient,
    grouped_and_ordered_by_an_expression,
    grouped_by_an_annotation_of_a_related_field,
    filtered_number_with_a_condition_in_two_parts,
    filtered_number_with_a_negated_condition,
    value_bound_into_an_expression,
    mean_of_a_product_with_a_default,
}
