//! Conditions through relations: joins along foreign keys, semi-joins along what leads to many.

use crate::harness::Found;
use nuages::{Db, query};

async fn to_one(db: Db) -> Found {
    let found = query!(Product.filter(category.slug = "laptops").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_one_by_key(db: Db) -> Found {
    let found = query!(Product.filter(category = 10).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_one_key_column(db: Db) -> Found {
    let found = query!(Product.filter(category_id.in = [9, 10]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_one_by_object(db: Db) -> Found {
    let books = query!(Category.get(slug = "books")).run(&db).await?;
    let found = query!(Product.filter(category = &books).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_one_twice_nullable(db: Db) -> Found {
    let found = query!(Product.filter(category.parent.slug = "electronics").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn to_one_thrice(db: Db) -> Found {
    let found = query!(OrderItem.filter(product.category.parent.name = "Books").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn exclude_to_one_nullable_keeps_null(db: Db) -> Found {
    let found = query!(Product.exclude(category.parent.slug = "electronics").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn exclude_two_to_one_conditions(db: Db) -> Found {
    let found = query!(
        Product
            .exclude(category.parent.slug = "electronics", category.is_active = true)
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn to_one_isnull(db: Db) -> Found {
    let found =
        query!(Product.filter(category.parent.isnull = true, status = "active").order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn to_one_field_isnull_wants_a_row(db: Db) -> Found {
    let found =
        query!(User.filter(referred_by.phone.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_to_one_field_isnull_keeps_what_has_no_row(db: Db) -> Found {
    let found = query!(User.exclude(referred_by.phone = None).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_one_or_own(db: Db) -> Found {
    let found =
        query!(Order.filter(Q(address.city = "Paris") | Q(note = "Leave at door")).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn to_one_compared_with_to_one(db: Db) -> Found {
    let found = query!(OrderItem.filter(order.placed_at.lt = F(product.created_at)).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn one_to_one_backwards(db: Db) -> Found {
    let found =
        query!(Order.filter(shipment.carrier.iexact = "dhl").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn one_to_one_backwards_missing(db: Db) -> Found {
    let found = query!(Order.filter(shipment.isnull = true, status.in = ["paid", "pending"]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_many_never_duplicates(db: Db) -> Found {
    let found = query!(Product.filter(reviews.rating = 5).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_many_count(db: Db) -> Found {
    let found = query!(Product.filter(reviews.rating.gte = 4).count()).run(&db).await?;
    Ok(json!(found))
}

async fn to_many_conditions_of_one_filter_speak_of_one_row(db: Db) -> Found {
    let found =
        query!(Product.filter(reviews.rating = 5, reviews.is_approved = false).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn to_many_conditions_of_two_filters_speak_of_any_two(db: Db) -> Found {
    let found = query!(
        Product.filter(reviews.rating = 5).filter(reviews.is_approved = false).order_by(id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn to_many_conditions_of_one_group_speak_of_one_row(db: Db) -> Found {
    let found = query!(
        Product
            .filter(Q(reviews.rating = 5, reviews.is_approved = false) | Q(stock = 1))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn to_many_either(db: Db) -> Found {
    let found =
        query!(Product.filter(Q(reviews.rating = 1) | Q(reviews.rating = 2)).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn to_many_or_own(db: Db) -> Found {
    let found = query!(Product.filter(Q(tags.name = "gift") | Q(price.gte = 900)).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn exclude_to_many(db: Db) -> Found {
    let found = query!(Product.exclude(reviews.rating = 5).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_to_many_conditions_speak_of_one_row(db: Db) -> Found {
    let found =
        query!(Product.exclude(reviews.rating = 5, reviews.is_approved = false).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn exclude_to_many_and_own(db: Db) -> Found {
    let found = query!(Product.exclude(reviews.rating.gte = 4, stock.gt = 5).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn not_to_many(db: Db) -> Found {
    let found = query!(Product.filter(!Q(tags.name = "sale"), status = "active").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn not_to_many_beside_to_many(db: Db) -> Found {
    let found =
        query!(Product.filter(reviews.rating = 4, !Q(reviews.is_approved = false)).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn not_to_many_nullable_field(db: Db) -> Found {
    let found = query!(Product.exclude(tags.color = "red").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_many_missing(db: Db) -> Found {
    let found = query!(Product.filter(reviews.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_many_present(db: Db) -> Found {
    let found = query!(Order.filter(items.isnull = false).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exclude_to_many_missing(db: Db) -> Found {
    let found = query!(Category.exclude(products.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_many_field_isnull_wants_a_row(db: Db) -> Found {
    let found = query!(Product.filter(reviews.title.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_many_field_none_wants_a_row(db: Db) -> Found {
    let found = query!(Product.filter(tags.color = None).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_many_field_not_null(db: Db) -> Found {
    let found = query!(Product.filter(tags.color.isnull = false).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn many_to_many(db: Db) -> Found {
    let found =
        query!(Product.filter(tags.name.in = ["new", "eco"]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn many_to_many_both(db: Db) -> Found {
    let found = query!(Product.filter(tags.name = "new").filter(tags.name = "sale").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn many_to_many_by_object(db: Db) -> Found {
    let tag = query!(Tag.get(name = "50%_off")).run(&db).await?;
    let found = query!(Product.filter(tags = &tag).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn many_to_many_backwards(db: Db) -> Found {
    let found = query!(Tag.filter(products.status = "draft").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_many_after_to_one(db: Db) -> Found {
    let found =
        query!(Order.filter(user.addresses.city = "Boston").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_one_after_to_many(db: Db) -> Found {
    let found = query!(Order.filter(items.product.category.slug = "laptops").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn to_many_twice(db: Db) -> Found {
    let found =
        query!(Category.filter(products.reviews.rating = 1).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn to_many_shared_beginning(db: Db) -> Found {
    let found =
        query!(Category.filter(products.stock = 0, products.reviews.rating = 1).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn to_many_four_times(db: Db) -> Found {
    let found = query!(
        User.filter(orders.items.product.tags.name = "eco", orders.status = "delivered")
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn tree_downwards(db: Db) -> Found {
    let found =
        query!(Category.filter(children.products.stock.gte = 100).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn tree_without_children(db: Db) -> Found {
    let found =
        query!(Category.roots().filter(children.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn related_column_compared(db: Db) -> Found {
    let found = query!(Product.filter(order_items.unit_price.lt = F(price)).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn exists(db: Db) -> Found {
    let found = query!(
        Product.filter(Exists(reviews.filter(rating.gte = 4, is_approved = true))).order_by(id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn not_exists(db: Db) -> Found {
    let found = query!(Product.filter(!Exists(order_items), status = "active").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn exists_of_a_model(db: Db) -> Found {
    let found = query!(
        User.filter(Exists(Order.filter(user = OuterRef(id), placed_at.gte = OuterRef(last_seen_at))))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn chain_of_one_object(db: Db) -> Found {
    let found =
        query!(Product(1).reviews.filter(is_approved = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn chain_of_one_object_many_to_many(db: Db) -> Found {
    let found = query!(Product(1).tags.order_by(-name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn chain_of_an_object_that_is_not_there(db: Db) -> Found {
    let found = query!(Product(999).reviews.count()).run(&db).await?;
    Ok(json!(found))
}

cases! {
    to_one,
    to_one_by_key,
    to_one_key_column,
    to_one_by_object,
    to_one_twice_nullable,
    to_one_thrice,
    exclude_to_one_nullable_keeps_null,
    exclude_two_to_one_conditions,
    to_one_isnull,
    to_one_field_isnull_wants_a_row,
    exclude_to_one_field_isnull_keeps_what_has_no_row,
    to_one_or_own,
    to_one_compared_with_to_one,
    one_to_one_backwards,
    one_to_one_backwards_missing,
    to_many_never_duplicates,
    to_many_count,
    to_many_conditions_of_one_filter_speak_of_one_row,
    to_many_conditions_of_two_filters_speak_of_any_two,
    to_many_conditions_of_one_group_speak_of_one_row,
    to_many_either,
    to_many_or_own,
    exclude_to_many,
    exclude_to_many_conditions_speak_of_one_row,
    exclude_to_many_and_own,
    not_to_many,
    not_to_many_beside_to_many,
    not_to_many_nullable_field,
    to_many_missing,
    to_many_present,
    exclude_to_many_missing,
    to_many_field_isnull_wants_a_row,
    to_many_field_none_wants_a_row,
    to_many_field_not_null,
    many_to_many,
    many_to_many_both,
    many_to_many_by_object,
    many_to_many_backwards,
    to_many_after_to_one,
    to_one_after_to_many,
    to_many_twice,
    to_many_shared_beginning,
    to_many_four_times,
    tree_downwards,
    tree_without_children,
    related_column_compared,
    exists,
    not_exists,
    exists_of_a_model,
    chain_of_one_object,
    chain_of_one_object_many_to_many,
    chain_of_an_object_that_is_not_there,
}
