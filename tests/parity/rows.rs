//! What rows hold: values, tuples, bare values, expressions, distinct rows, and rows through relations to many.

use crate::harness::Found;
use nuages::{Db, query};

async fn values_of_own_fields(db: Db) -> Found {
    let found =
        query!(Product.filter(category = 9).order_by(id).values(id, name, price, stock, status, weight, released_on))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|row| json!({"id": row.id, "name": row.name, "price": row.price, "stock": row.stock, "status": row.status, "weight": row.weight, "released_on": row.released_on}))))
}

async fn values_of_to_one(db: Db) -> Found {
    let found =
        query!(Product.filter(name.icontains = "phone").order_by(id).values(name, category.name, category.parent.name))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|row| json!({"name": row.name, "category__name": row.category__name, "category__parent__name": row.category__parent__name}))))
}

async fn values_of_a_nullable_relation(db: Db) -> Found {
    let found =
        query!(Order.order_by(id).values(number, address.city, address.postal_code, user.name)[..12]).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"number": row.number, "address__city": row.address__city, "address__postal_code": row.address__postal_code, "user__name": row.user__name}))))
}

async fn values_of_a_foreign_key(db: Db) -> Found {
    let found = query!(Category.order_by(id).values(id, parent)[..4]).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"id": row.id, "parent": row.parent}))))
}

async fn values_of_an_instant(db: Db) -> Found {
    let found = query!(Order.order_by(id).values(placed_at, updated_at)[..4]).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"placed_at": row.placed_at, "updated_at": row.updated_at}))))
}

async fn values_of_expressions(db: Db) -> Found {
    let found = query!(OrderItem.filter(order = 1).order_by(id).values(
        id,
        total = F(quantity) * F(unit_price),
        what = Lower(product.name)
    ))
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"id": row.id, "total": row.total, "what": row.what}))))
}

async fn values_of_an_annotation(db: Db) -> Found {
    let found = query!(
        Product
            .annotate(text = Coalesce(description, "none"))
            .filter(text.startswith = "n")
            .order_by(id)
            .values(id, text)
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"id": row.id, "text": row.text}))))
}

async fn values_list_of_several(db: Db) -> Found {
    let found = query!(User.order_by(id).values_list(name, phone, referred_by.name)).run(&db).await?;
    Ok(json!(found))
}

async fn values_list_flat_nullable(db: Db) -> Found {
    let found = query!(Tag.order_by(id).values_list(color, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn values_list_flat_through_one_to_one(db: Db) -> Found {
    let found = query!(Order.order_by(id).values_list(shipment.tracking, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn values_list_of_an_expression(db: Db) -> Found {
    let found = query!(Order.order_by(id).values_list(id, TruncMonth(placed_at))[..8]).run(&db).await?;
    Ok(json!(found))
}

async fn trunc_month_of_a_date(db: Db) -> Found {
    let found = query!(User.order_by(id).values_list(id, TruncMonth(birth_date))).run(&db).await?;
    Ok(json!(found))
}

async fn coalesce_columns(db: Db) -> Found {
    let found = query!(User.order_by(id).values_list(Coalesce(phone, referred_by.phone, name), flat)).run(&db).await?;
    Ok(json!(found))
}

async fn distinct_values(db: Db) -> Found {
    let found = query!(Product.values(status, category.parent.name).distinct().order_by(status, category.parent.name))
        .run(&db)
        .await?;
    Ok(json!(
        found.iter().map(|row| json!({"status": row.status, "category__parent__name": row.category__parent__name}))
    ))
}

async fn distinct_forgets_the_order_of_the_model(db: Db) -> Found {
    let found = query!(Category.values_list(is_active, flat).distinct()).run(&db).await?;
    Ok(json!(found))
}

async fn distinct_count(db: Db) -> Found {
    let found = query!(Order.values(user).distinct().count()).run(&db).await?;
    Ok(json!(found))
}

async fn rows_through_to_many(db: Db) -> Found {
    let found = query!(Product.filter(category.in = [4, 9]).order_by(id).values(id, tags.name)[..100]).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"id": row.id, "tags__name": row.tags__name}))))
}

async fn rows_through_to_many_of_a_foreign_key(db: Db) -> Found {
    let found =
        query!(Order.filter(id.gte = 24).order_by(id).values_list(id, items.product.name, items.quantity)[..50])
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn rows_through_to_many_in_no_order(db: Db) -> Found {
    let found = query!(Category.order_by().values_list(slug, products.name)).run(&db).await?;
    Ok(json!(found))
}

async fn count_of_rows_through_to_many(db: Db) -> Found {
    let found = query!(Product.values(id, tags.name).count()).run(&db).await?;
    Ok(json!(found))
}

async fn rows_through_to_many_are_bound(db: Db) -> Found {
    let found =
        query!(Product.filter(tags.color = "red").order_by(id).values_list(id, tags.name)[..100]).run(&db).await?;
    Ok(json!(found))
}

async fn rows_through_to_many_are_bound_by_every_filter(db: Db) -> Found {
    let found = query!(
        Product.filter(reviews.is_approved = true).filter(reviews.rating.gte = 4).order_by(id).values_list(
            id,
            reviews.rating,
            reviews.user.name
        )[..100]
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn none_of_the_rows(db: Db) -> Found {
    let found = query!(Product.filter(id.in = []).values(id, name)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"id": row.id, "name": row.name}))))
}

async fn filter_makes_values_not_null(db: Db) -> Found {
    let found =
        query!(Review.filter(title.isnull = false, product = 1).order_by(id).values_list(title, flat)).run(&db).await?;
    Ok(json!(found))
}

cases! {
    values_of_own_fields,
    values_of_to_one,
    values_of_a_nullable_relation,
    values_of_a_foreign_key,
    values_of_an_instant,
    values_of_expressions,
    values_of_an_annotation,
    values_list_of_several,
    values_list_flat_nullable,
    values_list_flat_through_one_to_one,
    values_list_of_an_expression,
    trunc_month_of_a_date,
    coalesce_columns,
    distinct_values,
    distinct_forgets_the_order_of_the_model,
    distinct_count,
    rows_through_to_many,
    rows_through_to_many_of_a_foreign_key,
    rows_through_to_many_in_no_order,
    count_of_rows_through_to_many,
    rows_through_to_many_are_bound,
    rows_through_to_many_are_bound_by_every_filter,
    none_of_the_rows,
    filter_makes_values_not_null,
}
