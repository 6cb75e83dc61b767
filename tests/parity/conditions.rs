//! How conditions are joined, left out, negated, and compared with other columns; and the scopes of the schema.

use crate::harness::Found;
use nuages::chrono::{DateTime, Utc};
use nuages::rust_decimal::Decimal;
use nuages::{Db, query};

async fn all_of_several(db: Db) -> Found {
    let found = query!(Product.filter(status = "active", stock = 0, price.lt = 900).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn filters_one_after_another(db: Db) -> Found {
    let found = query!(
        Product
            .filter(status = "active")
            .filter(stock.gt = 100)
            .exclude(price.lt = 5)
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn exclude_several_is_not_all_of_them(db: Db) -> Found {
    let found =
        query!(Product.exclude(status = "active", stock.gt = 0).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn either(db: Db) -> Found {
    let found = query!(Product.filter(Q(status = "draft") | Q(price.gte = 1000)).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn and_binds_closer_than_or(db: Db) -> Found {
    let found =
        query!(Product.filter(Q(status = "draft") | Q(price = 0) & Q(stock.gt = 0)).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn group_of_several(db: Db) -> Found {
    let found = query!(
        Product
            .filter(Q(status = "archived", stock.gt = 0) | Q(name.startswith = "Wool", price.lt = 10))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn not_a_group(db: Db) -> Found {
    let found =
        query!(Product.filter(!Q(status = "active"), stock.gt = 0).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn not_either(db: Db) -> Found {
    let found = query!(Product.filter(!(Q(status = "active") | Q(weight.gt = 0.5))).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn not_not(db: Db) -> Found {
    let found = query!(Tag.exclude(!Q(color = "red")).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn one_or_the_other_but_not_both(db: Db) -> Found {
    let found =
        query!(Product.filter(Q(status = "active") ^ Q(stock = 0)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_keeps_null(db: Db) -> Found {
    let found = query!(Product.exclude(weight.gt = 0.2).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_text_keeps_null(db: Db) -> Found {
    let found =
        query!(Product.exclude(description.icontains = "a").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_equal_keeps_null(db: Db) -> Found {
    let found = query!(User.exclude(phone = "").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_two_with_null(db: Db) -> Found {
    let found =
        query!(Product.exclude(weight.lt = 0.2, description.contains = "wool").order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn none_is_null(db: Db) -> Found {
    let found = query!(Category.filter(parent = None).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_none(db: Db) -> Found {
    let found = query!(Category.exclude(parent = None).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn optional_present(db: Db) -> Found {
    let (min, max) = (Some(Decimal::new(2000, 2)), None::<Decimal>);
    let found = query!(
        Product.filter(price.gte? = min, price.lte? = max, status = "active").order_by(id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn optional_absent(db: Db) -> Found {
    let (min, max) = (None::<Decimal>, None::<Decimal>);
    let found = query!(Product.filter(price.gte? = min, price.lte? = max).count()).run(&db).await?;
    Ok(json!(found))
}

async fn optional_absent_under_or(db: Db) -> Found {
    let name: Option<&str> = None;
    let found =
        query!(Product.filter(Q(name? = name) | Q(stock = 1)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn optional_absent_under_not(db: Db) -> Found {
    let name: Option<&str> = None;
    let found = query!(Product.exclude(name? = name).count()).run(&db).await?;
    Ok(json!(found))
}

async fn columns_compared(db: Db) -> Found {
    let found = query!(Order.filter(F(updated_at) > F(created_at)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn column_on_the_right(db: Db) -> Found {
    let found =
        query!(OrderItem.filter(unit_price.lt = F(product.price)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn arithmetic_on_the_left(db: Db) -> Found {
    let found = query!(OrderItem.filter(F(quantity) * F(unit_price) >= 500).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn arithmetic_on_the_right(db: Db) -> Found {
    let more = 4;
    let found = query!(OrderItem.filter(product.stock.lt = F(quantity) + more).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn columns_compared_with_null(db: Db) -> Found {
    let found =
        query!(User.filter(last_seen_at.lt = F(created_at)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_columns_compared_keeps_null(db: Db) -> Found {
    let found =
        query!(Shipment.exclude(shipped_at.lt = F(delivered_at)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn unequal_keeps_null(db: Db) -> Found {
    let found =
        query!(Shipment.filter(F(shipped_at) != F(delivered_at)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn scope(db: Db) -> Found {
    let found = query!(Product.active().order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn scope_with_a_parameter(db: Db) -> Found {
    let slug = "laptops";
    let found = query!(Product.by_category(slug).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn scopes_and_filters(db: Db) -> Found {
    let (min, max) = (None::<Decimal>, Some(Decimal::from(50)));
    let found =
        query!(Product.active().priced(min, max).exclude(name.startswith = "W").order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn scope_made_of_scopes_with_an_order(db: Db) -> Found {
    let found = query!(Product.cheapest().values_list(name, flat)[..6]).run(&db).await?;
    Ok(json!(found))
}

async fn scope_of_instants(db: Db) -> Found {
    let start: DateTime<Utc> = "2024-02-29T00:00:00Z".parse().unwrap();
    let end: DateTime<Utc> = "2024-03-31T01:30:00Z".parse().unwrap();
    let found = query!(Order.valid().placed_between(start, end).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn control_flow(db: Db) -> Found {
    let cheap = false;
    let found = query!(
        Product
            .filter(status = "active", if cheap { price.lt = 10 } else { Q(price.gte = 500, stock.gt = 0) })
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

cases! {
    all_of_several,
    filters_one_after_another,
    exclude_several_is_not_all_of_them,
    either,
    and_binds_closer_than_or,
    group_of_several,
    not_a_group,
    not_either,
    not_not,
    one_or_the_other_but_not_both,
    exclude_keeps_null,
    exclude_text_keeps_null,
    exclude_equal_keeps_null,
    exclude_two_with_null,
    none_is_null,
    exclude_none,
    optional_present,
    optional_absent,
    optional_absent_under_or,
    optional_absent_under_not,
    columns_compared,
    column_on_the_right,
    arithmetic_on_the_left,
    arithmetic_on_the_right,
    columns_compared_with_null,
    exclude_columns_compared_keeps_null,
    unequal_keeps_null,
    scope,
    scope_with_a_parameter,
    scopes_and_filters,
    scope_made_of_scopes_with_an_order,
    scope_of_instants,
    control_flow,
}
