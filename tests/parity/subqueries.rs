//! Chains inside chains: after `in`, in `Exists`, below `prefetch_related`, from one object on.

use crate::harness::Found;
use nuages::{Db, query};

async fn in_values_of_a_chain(db: Db) -> Found {
    let found = query!(Product.filter(id.in = OrderItem.filter(quantity.gte = 5).values_list(product, flat)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn not_in_values_of_a_chain(db: Db) -> Found {
    let found = query!(User.exclude(id.in = Order.filter(status = "delivered").values_list(user, flat)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn not_in_nullable_values_of_a_chain(db: Db) -> Found {
    let found = query!(User.exclude(id.in = User.values_list(referred_by, flat)).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn in_a_slice(db: Db) -> Found {
    let found =
        query!(OrderItem.filter(product.in = Product.order_by(-price, id)[..3]).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn in_a_chain_with_a_number(db: Db) -> Found {
    let found = query!(Review.filter(product.in = Product.annotate(n = Count(tags)).filter(n.gte = 3)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn in_a_scope(db: Db) -> Found {
    let found =
        query!(OrderItem.filter(product.category.in = Category.active().roots()).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn exists_in_exists(db: Db) -> Found {
    let found = query!(
        User.filter(Exists(orders.filter(Exists(items.filter(quantity.gte = 5))))).order_by(id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn exists_or_own(db: Db) -> Found {
    let found = query!(
        Product.filter(Q(Exists(reviews.filter(rating = 1))) | Q(stock.gt = 500)).order_by(id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn exists_excluded(db: Db) -> Found {
    let found = query!(Category.exclude(Exists(products.filter(stock = 0))).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn exists_of_many_to_many(db: Db) -> Found {
    let found =
        query!(Product.filter(Exists(tags.filter(color = None))).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn exists_compared_with_a_column_of_a_relation(db: Db) -> Found {
    let found = query!(
        Order
            .filter(Exists(Address.filter(user = OuterRef(user), city = OuterRef(address.city), is_default = false)))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn prefetch_two_steps(db: Db) -> Found {
    let found = query!(User.filter(id.lte = 3).order_by(id).prefetch_related(orders.items)).run(&db).await?;
    Ok(json!(found.iter().map(|u| json!([u.id, u.orders.iter().map(|o| json!([o.id, o.items.iter().map(|i| i.id)]))]))))
}

async fn prefetch_through_to_one(db: Db) -> Found {
    let found =
        query!(Review.filter(id.lte = 5).order_by(id).prefetch_related(user.addresses.order_by(id))).run(&db).await?;
    Ok(json!(found.iter().map(|r| json!([r.id, r.user.name, r.user.addresses.iter().map(|a| a.id)]))))
}

async fn prefetch_two_branches_of_one_path(db: Db) -> Found {
    let found =
        query!(Order.filter(id.lte = 4).order_by(id).prefetch_related(items.product.category, items.product.tags))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|o| json!([
        o.id,
        o.items.iter().map(|i| json!([i.product.category.name, i.product.tags.iter().map(|t| &t.name)]))
    ]))))
}

async fn prefetch_of_a_slice(db: Db) -> Found {
    let found = query!(Product.order_by(-price).prefetch_related(reviews.order_by(-rating, id))[..4]).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!([p.id, p.reviews.iter().map(|r| r.id)]))))
}

async fn prefetch_on_a_page(db: Db) -> Found {
    let page =
        query!(Product.filter(status = "active").prefetch_related(tags).order_by(name).page(2, 4)).run(&db).await?;
    Ok(
        json!({"items": page.items.iter().map(|p| json!([p.name, p.tags.iter().map(|t| &t.name)])), "total": page.total}),
    )
}

async fn prefetch_of_the_first(db: Db) -> Found {
    let o = query!(Order.order_by(-placed_at).prefetch_related(items, user.addresses.order_by(id)).first())
        .run(&db)
        .await?;
    Ok(json!(o.map(|o| json!([o.id, o.items.iter().map(|i| i.id), o.user.addresses.iter().map(|a| a.id)]))))
}

async fn prefetch_a_scope(db: Db) -> Found {
    let found = query!(
        Category.filter(id.lte = 5).order_by(id).prefetch_related(products.active().priced(None, None).order_by(id))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|c| json!([c.id, c.products.iter().map(|p| p.id)]))))
}

async fn prefetch_sliced_many_to_many(db: Db) -> Found {
    let found =
        query!(Tag.order_by(id).prefetch_related(dearest = products.order_by(-price, id)[..2])).run(&db).await?;
    Ok(json!(found.iter().map(|t| json!([t.name, t.dearest.iter().map(|p| p.id)]))))
}

async fn prefetch_sliced_below_prefetch(db: Db) -> Found {
    let found = query!(
        Category
            .filter(id.lte = 4)
            .order_by(id)
            .prefetch_related(products.order_by(id).prefetch_related(latest = reviews.order_by(-created_at, id)[..1]))
    )
    .run(&db)
    .await?;
    Ok(json!(
        found.iter().map(|c| json!([c.id, c.products.iter().map(|p| json!([p.id, p.latest.iter().map(|r| r.id)]))]))
    ))
}

async fn prefetch_filtered_by_a_deeper_path(db: Db) -> Found {
    let found = query!(
        User.filter(id.lte = 5)
            .order_by(id)
            .prefetch_related(orders.filter(items.product.category.slug = "laptops").order_by(id))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|u| json!([u.id, u.orders.iter().map(|o| o.id)]))))
}

async fn prefetch_backwards_one_to_one(db: Db) -> Found {
    let found = query!(Order.filter(id.lte = 6).order_by(id).prefetch_related(shipment)).run(&db).await?;
    Ok(json!(found.iter().map(|o| json!([o.id, o.shipment.as_ref().map(|s| &s.carrier)]))))
}

async fn prefetch_through_to_one_only(db: Db) -> Found {
    let found = query!(OrderItem.filter(id.lte = 6).order_by(id).prefetch_related(product.tags)).run(&db).await?;
    Ok(json!(found.iter().map(|i| json!([i.id, i.product.name, i.product.tags.iter().map(|t| &t.name)]))))
}

async fn one_object_and_two_relations(db: Db) -> Found {
    let found =
        query!(User(1).orders.filter(items.quantity.gte = 2).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn one_object_with_a_number(db: Db) -> Found {
    let found =
        query!(Category(4).products.annotate(n = Count(reviews)).order_by(id).values_list(id, n)).run(&db).await?;
    Ok(json!(found))
}

async fn one_object_joined(db: Db) -> Found {
    let o = query!(Order(2).select_related(user, address).prefetch_related(items)).run(&db).await?;
    Ok(json!([o.number, o.user.name, o.address.as_ref().map(|a| &a.city), o.items.iter().map(|i| i.id)]))
}

async fn one_object_by_reference(db: Db) -> Found {
    let tag = query!(Tag.get(name = "eco")).run(&db).await?;
    let found = query!(Tag(&tag).products.filter(stock.gt = 0).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn relation_of_a_relation_of_one_object(db: Db) -> Found {
    let found = query!(Category(1).children.filter(products.stock.gt = 5).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

cases! {
    in_values_of_a_chain,
    not_in_values_of_a_chain,
    not_in_nullable_values_of_a_chain,
    in_a_slice,
    in_a_chain_with_a_number,
    in_a_scope,
    exists_in_exists,
    exists_or_own,
    exists_excluded,
    exists_of_many_to_many,
    exists_compared_with_a_column_of_a_relation,
    prefetch_two_steps,
    prefetch_through_to_one,
    prefetch_two_branches_of_one_path,
    prefetch_of_a_slice,
    prefetch_on_a_page,
    prefetch_of_the_first,
    prefetch_a_scope,
    prefetch_sliced_many_to_many,
    prefetch_sliced_below_prefetch,
    prefetch_filtered_by_a_deeper_path,
    prefetch_backwards_one_to_one,
    prefetch_through_to_one_only,
    one_object_and_two_relations,
    one_object_with_a_number,
    one_object_joined,
    one_object_by_reference,
    relation_of_a_relation_of_one_object,
}
