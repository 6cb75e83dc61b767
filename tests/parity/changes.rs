//! Rows that are changed and deleted: what writes give, and what has become of the rows.

use crate::harness::Found;
use crate::written::{attempted, begin};
use nuages::{Db, query};
use serde_json::Value;

/// In ascending order: a write says nothing of the order of what it gives back.
fn sorted(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids
}

async fn update_constants(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(color = "red").update(color = "crimson")).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_to_null(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(color.isnull = false).update(color = None)).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_nothing_matches(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(name = "none such").update(color = "x")).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_all_rows(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Shipment.all().update(tracking = None)).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_with_f(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found =
        query!(OrderItem.filter(quantity.gte = 3).update(quantity = F(quantity) - 1, unit_price = F(unit_price) * 2))
            .run(&tx)
            .await?;
    before.finish(&tx, json!([found])).await
}

async fn update_swaps_fields(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(pk = 1).update(name = F(color), color = F(name))).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_with_a_function(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(pk.in = [1, 2, 4]).update(name = Concat(Upper(name), "-", Coalesce(color, "none"))))
        .run(&tx)
        .await?;
    before.finish(&tx, json!([found])).await
}

async fn update_with_case(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(OrderItem.filter(order = 1).update(
        quantity =
            Case(When(unit_price.lt = 10, then = 9), When(product = 3, then = F(quantity) + 1), default = F(quantity))
    ))
    .run(&tx)
    .await?;
    before.finish(&tx, json!([found])).await
}

async fn update_with_a_subquery(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(
        OrderItem
            .filter(order.lte = 3)
            .update(unit_price = Subquery(Product.filter(pk = OuterRef(product)).values(price)[..1]))
    )
    .run(&tx)
    .await?;
    before.finish(&tx, json!([found])).await
}

async fn update_with_a_related_field(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(OrderItem.filter(order.lte = 3).update(unit_price = F(product.price))).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_with_a_field_two_relations_away(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found =
        query!(Shipment.filter(order.address.isnull = false).update(tracking = F(order.address.city))).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_through_a_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(OrderItem.filter(order.user.name = "Bob").update(quantity = 7)).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_through_a_to_many_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(products.price.gt = 500).update(color = "dear")).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_excluded(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.exclude(color = "red").update(color = "other")).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_a_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let user = query!(User(8)).run(&tx).await?;
    let found = query!(Review.filter(pk.in = [1, 7]).update(user = &user)).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_on_a_reverse_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Order(1).items.update(quantity = 4)).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_over_a_many_to_many(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product(1).tags.all().update(color = "mine")).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_with_an_annotation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(
        OrderItem.annotate(line = F(quantity) * F(unit_price)).filter(line.gt = 1000).update(unit_price = F(line))
    )
    .run(&tx)
    .await?;
    before.finish(&tx, json!([found])).await
}

async fn update_of_the_first_rows(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(pk.in = Tag.order_by(-name)[..2]).update(color = "last")).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_against_a_unique_constraint(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = attempted(&tx, query!(Tag.filter(pk.lte = 2).update(name = "same"))).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_of_the_time_of_change(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Category.filter(pk = 1).update(is_active = false)).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn update_returning_rows(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(color = "red").update(color = "crimson").returning()).run(&tx).await?;
    before.finish(&tx, json!([sorted(found.iter().map(|t| t.id))])).await
}

async fn delete_rows(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(color = "red").delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_nothing(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(name = "none such").delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_all_rows(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Shipment.all().delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_cascades(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Order.filter(status = "cancelled").delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_sets_null(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Address.filter(country = "US").delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_cascades_down_a_tree(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let trunk = query!(Category.create(name = "Trunk", slug = "trunk")).run(&tx).await?;
    let branch = query!(Category.create(name = "Branch", slug = "branch", parent = &trunk)).run(&tx).await?;
    query!(Category.create(name = "Leaf", slug = "leaf", parent = &branch)).run(&tx).await?;
    let found = query!(Category.filter(name = "Trunk").delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_through_a_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(OrderItem.filter(order.user.name = "Bob").delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_through_a_to_many_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Order.filter(items.quantity.gte = 3).delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_on_a_reverse_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Order(1).items.filter(quantity = 2).delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_over_a_many_to_many(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product(1).tags.filter(color = "red").delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_one_object(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Order(1).delete()).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_what_is_protected(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = attempted(&tx, query!(Category.filter(name = "Laptops").delete())).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_what_is_protected_below_a_cascade(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = attempted(&tx, query!(Category.filter(pk = 1).delete())).await?;
    before.finish(&tx, json!([found])).await
}

async fn delete_returning_rows(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(color = "red").delete().returning(id, name)).run(&tx).await?;
    before.finish(&tx, json!([sorted(found.iter().map(|t| t.id))])).await
}

async fn deleted_object(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Order(1)).run(&tx).await?;
    found.delete(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn update_of_the_time_of_change_differs(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Category.filter(pk = 2).update(is_active = false)).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

cases! {
    update_constants,
    update_to_null,
    update_nothing_matches,
    update_all_rows,
    update_with_f,
    update_swaps_fields,
    update_with_a_function,
    update_with_case,
    update_with_a_subquery,
    update_with_a_related_field,
    update_with_a_field_two_relations_away,
    update_through_a_relation,
    update_through_a_to_many_relation,
    update_excluded,
    update_a_relation,
    update_on_a_reverse_relation,
    update_over_a_many_to_many,
    update_with_an_annotation,
    update_of_the_first_rows,
    update_against_a_unique_constraint,
    update_of_the_time_of_change,
    update_returning_rows,
    delete_rows,
    delete_nothing,
    delete_all_rows,
    delete_cascades,
    delete_sets_null,
    delete_cascades_down_a_tree,
    delete_through_a_relation,
    delete_through_a_to_many_relation,
    delete_on_a_reverse_relation,
    delete_over_a_many_to_many,
    delete_one_object,
    delete_what_is_protected,
    delete_what_is_protected_below_a_cascade,
    delete_returning_rows,
    deleted_object,
    update_of_the_time_of_change_differs,
}
