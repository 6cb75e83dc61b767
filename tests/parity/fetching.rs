//! Related rows in one go: joined by `select_related`, or fetched beside by `prefetch_related`.

use crate::harness::Found;
use nuages::{Db, query};

async fn select_related(db: Db) -> Found {
    let found = query!(Product.filter(price.gte = 500).order_by(id).select_related(category)).run(&db).await?;
    Ok(json!(
        found
            .iter()
            .map(|p| json!({"id": p.id, "name": p.name, "category": p.category.slug, "category_id": p.category_id}))
    ))
}

async fn select_related_nullable(db: Db) -> Found {
    let found = query!(Order.order_by(id).select_related(user, address)).run(&db).await?;
    Ok(json!(found.iter().map(|o| json!([o.number, o.user.email, o.address.as_ref().map(|a| &a.city)]))))
}

async fn select_related_nested_nullable(db: Db) -> Found {
    let found = query!(Product.filter(id.lte = 18).order_by(id).select_related(category.parent)).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!([p.id, p.category.name, p.category.parent.as_ref().map(|c| &c.name)]))))
}

async fn select_related_nullable_twice(db: Db) -> Found {
    let found = query!(User.order_by(id).select_related(referred_by.referred_by)).run(&db).await?;
    Ok(json!(found.iter().map(|u| json!([
        u.id,
        u.referred_by.as_ref().map(|r| r.id),
        u.referred_by.as_ref().and_then(|r| r.referred_by.as_ref()).map(|r| r.id)
    ]))))
}

async fn select_related_one_to_one_backwards(db: Db) -> Found {
    let found = query!(Order.order_by(id).select_related(shipment)).run(&db).await?;
    Ok(json!(found.iter().map(|o| json!([
        o.id,
        o.shipment.as_ref().map(|s| &s.carrier),
        o.shipment.as_ref().and_then(|s| s.delivered_at)
    ]))))
}

async fn select_related_filtered_and_sliced(db: Db) -> Found {
    let found =
        query!(Review.filter(user.is_active = true).select_related(product.category, user).order_by(-rating, id)[..6])
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|r| json!([r.id, r.rating, r.user.name, r.product.name, r.product.category.name]))))
}

async fn prefetch_many_to_many(db: Db) -> Found {
    let found = query!(Product.order_by(id).prefetch_related(tags)).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!([p.id, p.tags.iter().map(|t| &t.name)]))))
}

async fn prefetch_backwards(db: Db) -> Found {
    let found = query!(Tag.prefetch_related(products.order_by(id))).run(&db).await?;
    Ok(json!(found.iter().map(|t| json!([t.name, t.products.iter().map(|p| p.id)]))))
}

async fn prefetch_reverse_foreign_key(db: Db) -> Found {
    let found = query!(Order.order_by(id).prefetch_related(items)).run(&db).await?;
    Ok(json!(found.iter().map(|o| json!([o.id, o.items.iter().map(|i| json!([i.product_id, i.quantity]))]))))
}

async fn prefetch_nested(db: Db) -> Found {
    let found = query!(Order.filter(user = 3).order_by(id).prefetch_related(items.product.category)).run(&db).await?;
    Ok(json!(found.iter().map(|o| json!([
        o.id,
        o.items.iter().map(|i| json!([i.product.name, i.product.category.name, i.unit_price]))
    ]))))
}

async fn prefetch_filtered_and_ordered(db: Db) -> Found {
    let found = query!(Product.filter(id.in = [1, 2, 3, 34, 32]).order_by(id).prefetch_related(reviews.filter(is_approved = true).order_by(-rating, id))).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!([p.id, p.reviews.iter().map(|r| json!([r.id, r.rating]))]))))
}

async fn prefetch_in_the_order_of_the_model(db: Db) -> Found {
    let found = query!(User.prefetch_related(orders)).run(&db).await?;
    Ok(json!(found.iter().map(|u| json!([u.email, u.orders.iter().map(|o| o.placed_at)]))))
}

async fn prefetch_named_twice(db: Db) -> Found {
    let found = query!(Product.filter(category = 4).order_by(id).prefetch_related(
        good = reviews.filter(rating.gte = 4).order_by(id),
        bad = reviews.filter(rating.lt = 4).order_by(id)
    ))
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|p| json!([p.id, p.good.iter().map(|r| r.id), p.bad.iter().map(|r| r.id)]))))
}

async fn prefetch_inside_prefetch(db: Db) -> Found {
    let found = query!(Category.filter(parent = 1).prefetch_related(
        products.filter(stock.gt = 0).order_by(-price).prefetch_related(reviews.order_by(id).select_related(user))
    ))
    .run(&db)
    .await?;
    Ok(json!(
        found.iter().map(|c| json!([
            c.name,
            c.products.iter().map(|p| json!([p.name, p.reviews.iter().map(|r| &r.user.name)]))
        ]))
    ))
}

async fn prefetch_with_select_related(db: Db) -> Found {
    let found = query!(
        Order
            .filter(user = 1)
            .order_by(-placed_at)
            .select_related(user, address)
            .prefetch_related(lines = items.select_related(product))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|o| json!([
        o.number,
        o.user.name,
        o.address.as_ref().map(|a| &a.label),
        o.lines.iter().map(|i| json!([i.product.name, i.quantity]))
    ]))))
}

async fn prefetch_beside_annotations(db: Db) -> Found {
    let found = query!(
        User.annotate(n = Count(orders)).filter(n.gte = 2).order_by(-n, id).prefetch_related(addresses.order_by(id))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|u| json!([u.name, u.n, u.addresses.iter().map(|a| &a.city)]))))
}

async fn prefetch_annotated(db: Db) -> Found {
    let found = query!(Category.filter(id.in = [4, 5]).prefetch_related(products.annotate(n = Count(reviews)).order_by(-n, id))).run(&db).await?;
    Ok(json!(found.iter().map(|c| json!([c.name, c.products.iter().map(|p| json!([p.id, p.n]))]))))
}

async fn prefetch_never_sees_bindings(db: Db) -> Found {
    let found =
        query!(Product.filter(reviews.rating = 1).order_by(id).prefetch_related(reviews.order_by(id))).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!([p.id, p.reviews.iter().map(|r| r.rating)]))))
}

async fn prefetch_to_one(db: Db) -> Found {
    let found = query!(Order.filter(id.lte = 10).order_by(id).prefetch_related(user, address)).run(&db).await?;
    Ok(json!(found.iter().map(|o| json!([o.id, o.user.name, o.address.as_ref().map(|a| &a.street)]))))
}

async fn prefetch_sliced_per_parent(db: Db) -> Found {
    let found =
        query!(Product.filter(category = 4).order_by(id).prefetch_related(best = reviews.order_by(-rating, id)[..2]))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|p| json!([p.id, p.best.iter().map(|r| json!([r.id, r.rating]))]))))
}

async fn prefetch_for_no_rows(db: Db) -> Found {
    let found = query!(Order.filter(number = "none").prefetch_related(items.product, user)).run(&db).await?;
    Ok(json!(found.iter().map(|o| o.id)))
}

async fn prefetch_a_tree(db: Db) -> Found {
    let found =
        query!(Category.filter(parent = None).prefetch_related(children.prefetch_related(children))).run(&db).await?;
    Ok(json!(
        found
            .iter()
            .map(|c| json!([c.name, c.children.iter().map(|c| json!([c.name, c.children.iter().map(|c| &c.name)]))]))
    ))
}

async fn prefetch_of_one(db: Db) -> Found {
    let o = query!(Order.prefetch_related(items.select_related(product)).get(number = "ORD-00001")).run(&db).await?;
    Ok(json!({"number": o.number, "items": o.items.iter().map(|i| &i.product.name)}))
}

cases! {
    select_related,
    select_related_nullable,
    select_related_nested_nullable,
    select_related_nullable_twice,
    select_related_one_to_one_backwards,
    select_related_filtered_and_sliced,
    prefetch_many_to_many,
    prefetch_backwards,
    prefetch_reverse_foreign_key,
    prefetch_nested,
    prefetch_filtered_and_ordered,
    prefetch_in_the_order_of_the_model,
    prefetch_named_twice,
    prefetch_inside_prefetch,
    prefetch_with_select_related,
    prefetch_beside_annotations,
    prefetch_annotated,
    prefetch_never_sees_bindings,
    prefetch_to_one,
    prefetch_sliced_per_parent,
    prefetch_for_no_rows,
    prefetch_a_tree,
    prefetch_of_one,
}
