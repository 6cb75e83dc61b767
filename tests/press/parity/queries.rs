//! Conditions on trees of tags and notes: negation, NULL, conditions joined, paths of many kinds.

use crate::harness::Found;
use nuages::{Db, query};

async fn negated_path_of_nullable_relations(db: Db) -> Found {
    let found = query!(Note.exclude(tag.parent.name = "t1").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_nullable_key(db: Db) -> Found {
    let found = query!(Tag.exclude(parent = 1).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_to_many(db: Db) -> Found {
    let found = query!(Item.exclude(tags.name = "t4").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_to_many_list(db: Db) -> Found {
    let found = query!(Item.exclude(tags.name.in = ["t1", "t4"]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_to_many_nullable_end(db: Db) -> Found {
    let found = query!(Note.exclude(extras.value = 42).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_to_many_is_null(db: Db) -> Found {
    let found = query!(Note.exclude(extras.value.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_both_at_once(db: Db) -> Found {
    let found =
        query!(Item.exclude(tags.name = "t1", creator.age.gt = 34).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_twice(db: Db) -> Found {
    let found = query!(Tag.filter(!Q(!Q(name = "t1"))).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_either(db: Db) -> Found {
    let found = query!(Note.filter(!(Q(misc = "foo") | Q(tag.isnull = true))).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn negated_and_kept(db: Db) -> Found {
    let found =
        query!(Note.filter(!Q(misc = "foo"), misc.isnull = false).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_chain_of_filters(db: Db) -> Found {
    let found = query!(
        Tag.exclude(parent.name = "t1")
            .exclude(topic.name = "Special")
            .filter(children.isnull = true)
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn negated_comparison_of_fields(db: Db) -> Found {
    let found = query!(Extra.exclude(value.gt = F(id)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_boolean(db: Db) -> Found {
    let found = query!(Note.exclude(negate = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_nullable_boolean(db: Db) -> Found {
    let found = query!(Number.exclude(flag = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn negated_subquery(db: Db) -> Found {
    let found = query!(Tag.exclude(pk.in = Item.filter(creator.name.startswith = "Ada").values(tags)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn null_equal_is_null(db: Db) -> Found {
    let found = query!(Extra.filter(note = None, value.isnull = false).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn null_relation_backwards(db: Db) -> Found {
    let found = query!(Note.filter(extras = None).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn null_relation_backwards_excluded(db: Db) -> Found {
    let found = query!(Note.exclude(extras.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn null_relation_behind_a_relation(db: Db) -> Found {
    let found = query!(Extra.filter(note.tag.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn null_one_to_one(db: Db) -> Found {
    let found = query!(Book.filter(followed_by.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn null_one_to_one_excluded(db: Db) -> Found {
    let found = query!(Book.exclude(follows.isnull = true).order_by(id).values_list(id, follows)).run(&db).await?;
    Ok(json!(found))
}

async fn null_in_a_list_is_ignored(db: Db) -> Found {
    let found = query!(Note.filter(misc.in = [Some("foo"), None]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn null_alone_in_a_list(db: Db) -> Found {
    let found = query!(Extra.filter(value.in = [None::<i32>]).count()).run(&db).await?;
    Ok(json!(found))
}

async fn null_excluded_list(db: Db) -> Found {
    let found = query!(Note.exclude(misc.in = [Some("foo"), None]).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn either_over_nullable_relations(db: Db) -> Found {
    let found = query!(Extra.filter(Q(note.tag.name = "t1") | Q(value = 7)).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn either_of_two_to_many(db: Db) -> Found {
    let found = query!(
        Tag.filter(Q(items.name = "one") | Q(notes.text = "n5") | Q(children.name = "t5"))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn both_of_two_items(db: Db) -> Found {
    let found = query!(Item.filter(tags = 1).filter(tags = 2).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn both_of_one_item(db: Db) -> Found {
    let found = query!(Item.filter(tags = 1, tags.name = "t2").count()).run(&db).await?;
    Ok(json!(found))
}

async fn one_or_other_of_conditions(db: Db) -> Found {
    let found =
        query!(Note.filter(Q(misc = "foo") ^ Q(negate = true)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn one_or_other_of_three(db: Db) -> Found {
    let found = query!(
        Tag.filter(Q(name.startswith = "t") ^ Q(parent.isnull = true) ^ Q(topic = 1))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn rows_once_through_many(db: Db) -> Found {
    let found =
        query!(Author.filter(items.tags.name.startswith = "t").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn rows_once_counted(db: Db) -> Found {
    let found = query!(Author.filter(items.tags.name.startswith = "t").count()).run(&db).await?;
    Ok(json!(found))
}

async fn tree_two_steps_up(db: Db) -> Found {
    let found = query!(Tag.filter(parent.parent.name = "t1").order_by(id).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn tree_two_steps_down(db: Db) -> Found {
    let found = query!(Tag.filter(children.children.name = "t5").values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn tree_up_and_down_is_siblings(db: Db) -> Found {
    let found = query!(Tag.filter(parent.children.name = "t4").order_by(id).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn object_as_a_value(db: Db) -> Found {
    let tag = query!(Tag.get(name = "t1")).run(&db).await?;
    let found = query!(Note.filter(tag = &tag).values_list(text, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn objects_in_a_list(db: Db) -> Found {
    let found = query!(Item.filter(creator.in = Author.filter(age.lt = 35)).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn subquery_of_a_relations_key(db: Db) -> Found {
    let found = query!(Item.filter(tags.in = Tag.filter(topic.name = "Generic")).order_by(id).values_list(id, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn contains_an_object(db: Db) -> Found {
    let tag = query!(Tag.get(name = "t2")).run(&db).await?;
    let found = query!(Tag.filter(parent = 1).contains(&tag)).run(&db).await?;
    Ok(json!(found))
}

async fn contains_not_an_object(db: Db) -> Found {
    let tag = query!(Tag.get(name = "t1")).run(&db).await?;
    let found = query!(Tag.filter(parent = 1).contains(&tag)).run(&db).await?;
    Ok(json!(found))
}

async fn nothing_at_all(db: Db) -> Found {
    let found = query!(Tag.filter(name = "t1").none()).run(&db).await?;
    Ok(json!(found.iter().map(|t| json!(t.id))))
}

async fn everything(db: Db) -> Found {
    let found = query!(Tag.all().order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn latest_of_a_nullable_field(db: Db) -> Found {
    let found = query!(Item.filter(modified.isnull = false).latest(modified)).run(&db).await?;
    Ok(json!(found.as_ref().map(|i| json!(i.name))))
}

async fn earliest_by_two_fields(db: Db) -> Found {
    let found = query!(Employee.earliest(hired_on, id)).run(&db).await?;
    Ok(json!(found.as_ref().map(|e| json!(e.last))))
}

async fn scope_of_a_relation(db: Db) -> Found {
    let found = query!(Author.grown().filter(books.rating.gte = 4).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn scope_with_an_object(db: Db) -> Found {
    let publisher = query!(Publisher.get(name = "Cornerstone")).run(&db).await?;
    let found = query!(Book.of(&publisher).long().order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn branches_in_conditions(db: Db) -> Found {
    let wanted = Some(40);
    let found = query!(
        Author
            .filter(if let Some(age) = wanted { Q(age.gte = age) } else { Q(age.lt = 30) })
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn branches_of_a_match(db: Db) -> Found {
    let kind = "young";
    let found = query!(
        Author
            .filter(match kind {
                "young" => age.lt = 30,
                "old" => age.gt = 50,
                _ => Q(),
            })
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

cases! {
    negated_path_of_nullable_relations,
    negated_nullable_key,
    negated_to_many,
    negated_to_many_list,
    negated_to_many_nullable_end,
    negated_to_many_is_null,
    negated_both_at_once,
    negated_twice,
    negated_either,
    negated_and_kept,
    negated_chain_of_filters,
    negated_comparison_of_fields,
    negated_boolean,
    negated_nullable_boolean,
    negated_subquery,
    null_equal_is_null,
    null_relation_backwards,
    null_relation_backwards_excluded,
    null_relation_behind_a_relation,
    null_one_to_one,
    null_one_to_one_excluded,
    null_in_a_list_is_ignored,
    null_alone_in_a_list,
    null_excluded_list,
    either_over_nullable_relations,
    either_of_two_to_many,
    both_of_two_items,
    both_of_one_item,
    one_or_other_of_conditions,
    one_or_other_of_three,
    rows_once_through_many,
    rows_once_counted,
    tree_two_steps_up,
    tree_two_steps_down,
    tree_up_and_down_is_siblings,
    object_as_a_value,
    objects_in_a_list,
    subquery_of_a_relations_key,
    contains_an_object,
    contains_not_an_object,
    nothing_at_all,
    everything,
    latest_of_a_nullable_field,
    earliest_by_two_fields,
    scope_of_a_relation,
    scope_with_an_object,
    branches_in_conditions,
    branches_of_a_match,
}
