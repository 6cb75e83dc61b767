//! Documents: keys by path, lookups on them, and stores of texts by key.

use crate::harness::Found;
use nuages::{Db, query};
use std::collections::HashMap;

async fn document_as_it_is(db: Db) -> Found {
    let found = query!(Act.order_by(name).values_list(name, info, traits)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_equal(db: Db) -> Found {
    let found =
        query!(Act.filter(info.label.name = "Ärger Records").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_of_a_number(db: Db) -> Found {
    let found = query!(Act.filter(info.rating = 3).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_compared(db: Db) -> Found {
    let found = query!(Act.filter(info.label.since.gt = 2000).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_compared_up_to(db: Db) -> Found {
    let found = query!(Act.filter(info.rating.lte = 4.5).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_is_json_null(db: Db) -> Found {
    let found = query!(Act.filter(info.label = None).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_missing(db: Db) -> Found {
    let found = query!(Act.filter(info.label.isnull = true).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_there(db: Db) -> Found {
    let found = query!(Act.filter(info.manager.isnull = false).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_excluded_keeps_null(db: Db) -> Found {
    let found = query!(Act.exclude(info.active = true).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_texts(db: Db) -> Found {
    let found = query!(
        Act.filter(
            info.label.name.icontains = "RECORDS",
            info.label.name.startswith = "Ä",
            info.label.name.endswith = "s"
        )
        .order_by(name)
        .values_list(name, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn document_key_texts_without_case(db: Db) -> Found {
    let found = query!(
        Act.filter(
            info.label.name.iexact = "Blue NOTE",
            info.label.name.istartswith = "BL",
            info.label.name.iendswith = "TE"
        )
        .values_list(name, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn document_key_regex(db: Db) -> Found {
    let found =
        query!(Act.filter(info.label.name.regex = "^blue", info.label.name.iregex = "NOTE$").values_list(name, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn document_key_in(db: Db) -> Found {
    let found =
        query!(Act.filter(info.label.since.in = [1999, 2005]).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_odd_key(db: Db) -> Found {
    let found = query!(Act.filter(info["odd key"]["a.b"] = 1).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_position_in_a_list(db: Db) -> Found {
    let found = query!(Act.filter(Q(info.tags.0 = "loud") | Q(info.1.0 = 2)).order_by(name).values_list(name, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn document_contains(db: Db) -> Found {
    let found = query!(
        Act.filter(info.contains = serde_json::json!({"tags": ["loud"]})).order_by(name).values_list(name, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn document_contained_by(db: Db) -> Found {
    let found = query!(
        Show.filter(extra.contained_by = serde_json::json!({"sold": 120, "vip": true, "bands": ["a", "b", "c"]}))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn document_key_contains(db: Db) -> Found {
    let found =
        query!(Act.filter(info.tags.contains = serde_json::json!(["live"])).order_by(name).values_list(name, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn document_has_keys(db: Db) -> Found {
    let found = query!(Show.filter(extra.has_key = "vip").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_has_all_keys(db: Db) -> Found {
    let found =
        query!(Show.filter(extra.has_keys = ["vip", "bands"]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_has_one_of_keys(db: Db) -> Found {
    let found = query!(Show.filter(extra.has_any_keys = ["note", "nested"]).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn document_deep_has_key(db: Db) -> Found {
    let found =
        query!(Show.filter(extra.nested.deep.has_key = "er").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_equal(db: Db) -> Found {
    let found = query!(Show.filter(extra = serde_json::json!({})).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_is_null(db: Db) -> Found {
    let found = query!(Act.filter(info.isnull = true).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_of_a_relation(db: Db) -> Found {
    let found = query!(Show.filter(headliner.info.label.name = "Ärger Records").order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn document_key_behind_many(db: Db) -> Found {
    let found = query!(Person.filter(acts.info.active = false).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_as_a_value(db: Db) -> Found {
    let found = query!(Show.order_by(id).values_list(id, F(extra.sold), F(extra.nested.deep.er))).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_in_an_order(db: Db) -> Found {
    let found = query!(Show.order_by(extra.sold, id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn document_key_selected(db: Db) -> Found {
    let found = query!(Show.order_by(id).values(id, extra.vip)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"id": row.id, "extra__vip": row.extra__vip}))))
}

async fn document_key_grouped(db: Db) -> Found {
    let found = query!(Show.values(extra.sold).annotate(n = Count()).order_by(extra.sold)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"extra__sold": row.extra__sold, "n": row.n}))))
}

async fn document_key_of_the_other_side(db: Db) -> Found {
    let found =
        query!(Act.filter(info.rating = F(info.rating)).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn store_key_equal(db: Db) -> Found {
    let found = query!(Act.filter(traits.crew = "3").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn store_key_texts(db: Db) -> Found {
    let found = query!(Act.filter(traits.van.icontains = "E").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn store_key_missing(db: Db) -> Found {
    let found = query!(Act.filter(traits.van.isnull = true).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn store_key_in(db: Db) -> Found {
    let found = query!(Act.filter(traits.crew.in = ["3", "4"]).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn store_odd_key(db: Db) -> Found {
    let found = query!(Act.filter(traits["odd key"] = "x y").values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn store_has_keys(db: Db) -> Found {
    let found = query!(
        Act.filter(traits.has_key = "van")
            .exclude(traits.has_keys = ["van", "crew"])
            .order_by(name)
            .values_list(name, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn store_has_one_of_keys(db: Db) -> Found {
    let found = query!(Act.filter(traits.has_any_keys = ["odd key", "crew"]).order_by(name).values_list(name, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn store_contains(db: Db) -> Found {
    let red = HashMap::from([("van".to_owned(), Some("red".to_owned()))]);
    let found = query!(Act.filter(traits.contains = &red).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn store_contained_by(db: Db) -> Found {
    let much = HashMap::from([("van".to_owned(), None), ("crew".to_owned(), Some("3".to_owned()))]);
    let found = query!(Act.filter(traits.contained_by = &much).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

cases! {
    document_as_it_is,
    document_key_equal,
    document_key_of_a_number,
    document_key_compared,
    document_key_compared_up_to,
    document_key_is_json_null,
    document_key_missing,
    document_key_there,
    document_key_excluded_keeps_null,
    document_key_texts,
    document_key_texts_without_case,
    document_key_regex,
    document_key_in,
    document_odd_key,
    document_position_in_a_list,
    document_contains,
    document_contained_by,
    document_key_contains,
    document_has_keys,
    document_has_all_keys,
    document_has_one_of_keys,
    document_deep_has_key,
    document_equal,
    document_is_null,
    document_key_of_a_relation,
    document_key_behind_many,
    document_key_as_a_value,
    document_key_in_an_order,
    document_key_selected,
    document_key_grouped,
    document_key_of_the_other_side,
    store_key_equal,
    store_key_texts,
    store_key_missing,
    store_key_in,
    store_odd_key,
    store_has_keys,
    store_has_one_of_keys,
    store_contains,
    store_contained_by,
}
