//! Rows that are made, saved and linked: what writes give, and what has become of the rows.

use crate::harness::Found;
use crate::written::{attempted, begin};
use nuages::{Db, query};
use serde_json::Value;

async fn create_a_row(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.create(name = "fresh", color = "blue")).run(&tx).await?;
    before.finish(&tx, json!([found.id, found.name, found.color])).await
}

async fn create_with_defaults(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product.create(name = "New", slug = "new", category = 1, price = 5)).run(&tx).await?;
    before.finish(&tx, json!([found.id, found.stock, found.status, found.description])).await
}

async fn create_with_null(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.create(name = "plain", color = None)).run(&tx).await?;
    before.finish(&tx, json!([found.color])).await
}

async fn create_with_an_object(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let parent = query!(Category(5)).run(&tx).await?;
    let found = query!(Category.create(name = "Sub", slug = "sub", parent = &parent)).run(&tx).await?;
    before.finish(&tx, json!([found.parent_id])).await
}

async fn create_on_a_reverse_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Order(3).items.create(product = 1, quantity = 2, unit_price = 7)).run(&tx).await?;
    before.finish(&tx, json!([found.id, found.order_id])).await
}

async fn create_over_a_many_to_many(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product(2).tags.create(name = "fresh")).run(&tx).await?;
    before.finish(&tx, json!([found.id, found.name])).await
}

async fn create_over_a_many_to_many_backwards(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag(7).products.create(name = "New", slug = "new", category = 1, price = 5)).run(&tx).await?;
    before.finish(&tx, json!([found.id])).await
}

async fn create_twice_what_is_unique(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = attempted(&tx, query!(Tag.create(name = "sale"))).await?;
    before.finish(&tx, json!([found])).await
}

async fn create_against_a_check(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = attempted(&tx, query!(Product.create(name = "New", slug = "new", category = 1, price = -1))).await?;
    before.finish(&tx, json!([found])).await
}

async fn bulk_create_rows(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let rows = [("z", Some("red")), ("a", None), ("ü", Some(""))];
    let found = query!(Tag.bulk_create(for (name, color) in rows => name = name, color = color)).run(&tx).await?;
    before
        .finish(
            &tx,
            json!([
                found.iter().map(|t| t.id).collect::<Vec<_>>(),
                found.iter().map(|t| t.name.clone()).collect::<Vec<_>>()
            ]),
        )
        .await
}

async fn bulk_create_no_rows(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.bulk_create(for name in Vec::<String>::new() => name = name)).run(&tx).await?;
    before.finish(&tx, json!([i64::try_from(found.len()).unwrap()])).await
}

async fn bulk_create_ignoring_conflicts(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    query!(Tag.bulk_create(for name in ["new", "fresh", "sale"] => name = name).ignore_conflicts().no_returning())
        .run(&tx)
        .await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn bulk_create_updating_conflicts(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.bulk_create(for name in ["new", "fresh"] => name = name, color = "pink")
.update_conflicts(unique_fields(name), update_fields(color)))
    .run(&tx)
    .await?;
    before.finish(&tx, json!([found.iter().map(|t| t.id).collect::<Vec<_>>()])).await
}

async fn bulk_create_updating_conflicts_of_a_pair(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    query!(Review.bulk_create(for (user, rating) in [(1, 2), (2, 3)] => product = 1, user = user, rating = rating, is_approved = false)
.update_conflicts(unique_fields(product, user), update_fields(rating, is_approved))
.no_returning()).run(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn bulk_create_on_a_reverse_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found =
        query!(Order(3).items.bulk_create(for product in [1, 2] => product = product, quantity = 1, unit_price = 2))
            .run(&tx)
            .await?;
    before.finish(&tx, json!([found.iter().map(|i| i.order_id).collect::<Vec<_>>()])).await
}

async fn bulk_create_by_copy(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.bulk_create(for name in ["x", "y"] => name = name, color = None).copy()).run(&tx).await?;
    before.finish(&tx, json!([i64::try_from(found).unwrap()])).await
}

async fn bulk_create_with_a_conflict(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = attempted(&tx, query!(Tag.bulk_create(for name in ["fresh", "sale"] => name = name))).await?;
    before.finish(&tx, json!([found])).await
}

async fn bulk_update_rows(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.bulk_update(for (id, color) in [(1, Some("a")), (2, None), (3, Some("c"))] => pk = id, color = color)).run(&tx).await?;
    before.finish(&tx, json!([found])).await
}

async fn bulk_update_with_f(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found =
        query!(OrderItem.bulk_update(for (id, more) in [(1, 5), (2, 6)] => pk = id, quantity = F(quantity) + more))
            .run(&tx)
            .await?;
    before.finish(&tx, json!([found])).await
}

async fn bulk_update_filtered(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.filter(color = "red").bulk_update(for id in [1, 2, 3] => pk = id, name = format!("t{id}")))
        .run(&tx)
        .await?;
    before.finish(&tx, json!([found])).await
}

async fn get_or_create_gets(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.get_or_create(name = "sale", defaults(color = "other"))).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.0.color, found.1])).await
}

async fn get_or_create_makes(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.get_or_create(name = "fresh", defaults(color = "other"))).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.0.color, found.1])).await
}

async fn get_or_create_by_a_pair(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Review.get_or_create(product = 1, user = 8, defaults(rating = 2))).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.1])).await
}

async fn get_or_create_on_a_reverse_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product(1).reviews.get_or_create(user = 1, defaults(rating = 2))).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.1])).await
}

async fn get_or_create_over_a_many_to_many(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product(1).tags.get_or_create(name = "sale")).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.1])).await
}

async fn get_or_create_over_a_many_to_many_makes(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product(1).tags.get_or_create(name = "fresh", defaults(color = "red"))).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.1])).await
}

async fn update_or_create_updates(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.update_or_create(name = "sale", defaults(color = "other"))).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.0.color, found.1])).await
}

async fn update_or_create_makes(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag.update_or_create(name = "fresh", defaults(color = "other"))).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.0.color, found.1])).await
}

async fn update_or_create_makes_otherwise(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found =
        query!(Tag.update_or_create(name = "fresh", defaults(color = "other"), create_defaults(color = "first")))
            .run(&tx)
            .await?;
    before.finish(&tx, json!([found.0.color, found.1])).await
}

async fn update_or_create_on_a_reverse_relation(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product(1).reviews.update_or_create(user = 1, defaults(rating = 2))).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.0.rating, found.1])).await
}

async fn update_or_create_over_a_many_to_many(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product(1).tags.update_or_create(name = "sale", defaults(color = "other"))).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.1])).await
}

async fn links_added(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    query!(Product(1).tags.add([2, 3, 7])).run(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn links_added_by_object(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let tag = query!(Tag(7)).run(&tx).await?;
    query!(Product(1).tags.add([&tag])).run(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn links_added_backwards(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    query!(Tag(7).products.add([1, 2])).run(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn links_added_of_a_chain(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    query!(Product(1).tags.add(Tag.filter(color = "red"))).run(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn links_removed(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    query!(Product(1).tags.remove([1, 7])).run(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn links_set(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    query!(Product(1).tags.set([1, 7])).run(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn links_set_to_nothing(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    query!(Product(1).tags.set([])).run(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn links_cleared(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    query!(Product(1).tags.clear()).run(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn saved_object(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product(1)).run(&tx).await?;
    let mut changed = found;
    changed.name = "Changed".into();
    changed.stock = 77;
    changed.description = None;
    changed.save(&tx).await?;
    before.finish(&tx, json!([Value::Null])).await
}

async fn refreshed_object(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Tag(1)).run(&tx).await?;
    let mut found = found;
    query!(Tag.filter(pk = 1).update(color = "grey")).run(&tx).await?;
    found.name = "lost".into();
    found.refresh_from_db(&tx).await?;
    before.finish(&tx, json!([found.name, found.color])).await
}

async fn get_or_create_links_what_is_there(db: Db) -> Found {
    let (tx, before) = begin(&db).await?;
    let found = query!(Product(2).tags.get_or_create(name = "unused")).run(&tx).await?;
    before.finish(&tx, json!([found.0.id, found.1])).await
}

cases! {
    create_a_row,
    create_with_defaults,
    create_with_null,
    create_with_an_object,
    create_on_a_reverse_relation,
    create_over_a_many_to_many,
    create_over_a_many_to_many_backwards,
    create_twice_what_is_unique,
    create_against_a_check,
    bulk_create_rows,
    bulk_create_no_rows,
    bulk_create_ignoring_conflicts,
    bulk_create_updating_conflicts,
    bulk_create_updating_conflicts_of_a_pair,
    bulk_create_on_a_reverse_relation,
    bulk_create_by_copy,
    bulk_create_with_a_conflict,
    bulk_update_rows,
    bulk_update_with_f,
    bulk_update_filtered,
    get_or_create_gets,
    get_or_create_makes,
    get_or_create_by_a_pair,
    get_or_create_on_a_reverse_relation,
    get_or_create_over_a_many_to_many,
    get_or_create_over_a_many_to_many_makes,
    update_or_create_updates,
    update_or_create_makes,
    update_or_create_makes_otherwise,
    update_or_create_on_a_reverse_relation,
    update_or_create_over_a_many_to_many,
    links_added,
    links_added_by_object,
    links_added_backwards,
    links_added_of_a_chain,
    links_removed,
    links_set,
    links_set_to_nothing,
    links_cleared,
    saved_object,
    refreshed_object,
    get_or_create_links_what_is_there,
}
