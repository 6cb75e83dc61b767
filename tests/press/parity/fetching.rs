//! What comes with rows: relations of the same statement, of further statements, orders along relations, sets of rows.

use crate::harness::Found;
use nuages::{Db, query};
use std::collections::HashMap;

async fn joined_deeply(db: Db) -> Found {
    let found = query!(Cover.select_related(item.note.tag.parent, item.creator).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|c| json!([
        c.title,
        c.item.name,
        c.item.creator.name,
        c.item.note.tag.as_ref().map(|t| (&t.name, t.parent.as_ref().map(|p| &p.name)))
    ]))))
}

async fn joined_nullable_chain(db: Db) -> Found {
    let found = query!(Extra.select_related(note.tag.topic).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|e| json!([
        e.info,
        e.note.as_ref().map(|n| &n.text),
        e.note.as_ref().and_then(|n| n.tag.as_ref()).and_then(|t| t.topic.as_ref()).map(|t| &t.name)
    ]))))
}

async fn joined_itself_twice(db: Db) -> Found {
    let found = query!(Employee.select_related(boss.boss).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|e| json!([
        e.id,
        e.boss.as_ref().map(|b| b.id),
        e.boss.as_ref().and_then(|b| b.boss.as_ref()).map(|b| b.id)
    ]))))
}

async fn joined_two_ways_to_one_model(db: Db) -> Found {
    let found = query!(Company.select_related(head, contact.boss).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|c| json!([
        c.name,
        c.head.last,
        c.contact.as_ref().map(|e| &e.last),
        c.contact.as_ref().and_then(|e| e.boss.as_ref()).map(|e| &e.last)
    ]))))
}

async fn joined_one_to_one_both_ways(db: Db) -> Found {
    let found = query!(Book.select_related(follows, followed_by).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|b| json!([
        b.id,
        b.follows.as_ref().map(|x| x.id),
        b.followed_by.as_ref().map(|x| x.id)
    ]))))
}

async fn joined_and_filtered_and_cut(db: Db) -> Found {
    let found =
        query!(Book.filter(publisher.awards.gt = 2).select_related(publisher).order_by(-publisher.awards, title)[..3])
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|b| json!([b.title, b.publisher.name]))))
}

async fn joined_with_annotations(db: Db) -> Found {
    let found = query!(Book.annotate(n = Count(authors)).select_related(contact).filter(n.gt = 1).order_by(id))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|b| json!([b.id, b.n, b.contact.name]))))
}

async fn prefetched_many_to_many(db: Db) -> Found {
    let found = query!(Book.order_by(id).prefetch_related(authors.order_by(id))).run(&db).await?;
    Ok(json!(found.iter().map(|b| json!([b.id, b.authors.iter().map(|a| a.id)]))))
}

async fn prefetched_many_to_many_backwards(db: Db) -> Found {
    let found = query!(Author.order_by(id).prefetch_related(books.order_by(-pages, id))).run(&db).await?;
    Ok(json!(found.iter().map(|a| json!([a.id, a.books.iter().map(|b| b.id)]))))
}

async fn prefetched_three_levels(db: Db) -> Found {
    let found = query!(Publisher.filter(id.lte = 3).order_by(id).prefetch_related(
        books.order_by(id).prefetch_related(authors.order_by(id).prefetch_related(friends.order_by(id)))
    ))
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|p| json!([
        p.id,
        p.books.iter().map(|b| json!([b.id, b.authors.iter().map(|a| json!([a.id, a.friends.iter().map(|f| f.id)]))]))
    ]))))
}

async fn prefetched_by_bare_paths(db: Db) -> Found {
    let found = query!(Item.order_by(id).prefetch_related(tags.children, tags.notes, note.extras)).run(&db).await?;
    Ok(json!(found.iter().map(|i| json!([
        i.id,
        i.tags.iter().map(|t| json!([t.name, t.children.iter().map(|c| &c.name), t.notes.iter().map(|n| &n.text)])),
        i.note.extras.iter().map(|e| &e.info)
    ]))))
}

async fn prefetched_to_one(db: Db) -> Found {
    let found = query!(Note.order_by(id).prefetch_related(tag.topic)).run(&db).await?;
    Ok(json!(found.iter().map(|n| json!([
        n.id,
        n.tag.as_ref().map(|t| &t.name),
        n.tag.as_ref().and_then(|t| t.topic.as_ref()).map(|t| &t.name)
    ]))))
}

async fn prefetched_one_to_one_backwards(db: Db) -> Found {
    let found = query!(Book.order_by(id).prefetch_related(followed_by)).run(&db).await?;
    Ok(json!(found.iter().map(|b| json!([b.id, b.followed_by.as_ref().map(|x| x.id)]))))
}

async fn prefetched_under_another_name(db: Db) -> Found {
    let found = query!(
        Author.order_by(id).prefetch_related(books.order_by(id), long = books.filter(pages.gt = 400).order_by(-pages))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|a| json!([a.id, a.books.iter().map(|b| b.id), a.long.iter().map(|b| b.id)]))))
}

async fn prefetched_cut_for_each(db: Db) -> Found {
    let found = query!(Store.order_by(id).prefetch_related(books.order_by(-price, id)[..2])).run(&db).await?;
    Ok(json!(found.iter().map(|s| json!([s.id, s.books.iter().map(|b| b.id)]))))
}

async fn prefetched_cut_in_the_middle(db: Db) -> Found {
    let found = query!(Publisher.order_by(id).prefetch_related(books.order_by(pages, id)[1..3])).run(&db).await?;
    Ok(json!(found.iter().map(|p| json!([p.id, p.books.iter().map(|b| b.id)]))))
}

async fn prefetched_with_numbers(db: Db) -> Found {
    let found = query!(
        Publisher.order_by(id).prefetch_related(books.annotate(n = Count(authors)).filter(n.gt = 0).order_by(-n, id))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|p| json!([p.id, p.books.iter().map(|b| (b.id, b.n))]))))
}

async fn prefetched_with_joined_rows(db: Db) -> Found {
    let found = query!(
        Author.filter(id.lte = 5).order_by(id).prefetch_related(contacted.select_related(publisher).order_by(id))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|a| json!([a.id, a.contacted.iter().map(|b| (b.id, &b.publisher.name))]))))
}

async fn prefetched_itself(db: Db) -> Found {
    let found = query!(
        Employee
            .filter(boss.isnull = true)
            .order_by(id)
            .prefetch_related(reports.order_by(id).prefetch_related(reports.order_by(id)))
    )
    .run(&db)
    .await?;
    Ok(json!(
        found.iter().map(|e| json!([e.id, e.reports.iter().map(|r| json!([r.id, r.reports.iter().map(|s| s.id)]))]))
    ))
}

async fn ordered_by_the_order_of_a_relation(db: Db) -> Found {
    let found = query!(Item.values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn ordered_by_orders_of_orders(db: Db) -> Found {
    let found = query!(Cover.order_by(item, title, id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn ordered_by_a_key_column(db: Db) -> Found {
    let found = query!(Cover.order_by(item_id, -title).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn ordered_by_a_nullable_relation(db: Db) -> Found {
    let found = query!(Note.order_by(tag.name, id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn ordered_by_a_relation_to_itself(db: Db) -> Found {
    let found = query!(Tag.order_by(-parent.name, name).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn ordered_with_nulls_placed(db: Db) -> Found {
    let found =
        query!(Author.order_by(F(rating).asc(nulls_first), F(pen_name).desc(nulls_last), id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn ordered_backwards(db: Db) -> Found {
    let found = query!(Employee.order_by(department, -salary, id).reverse().values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn ordered_backwards_of_the_model(db: Db) -> Found {
    let found = query!(Note.reverse().values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn ordered_by_an_expression_of_two_fields(db: Db) -> Found {
    let found = query!(Company.order_by((F(workers) - F(chairs)).desc(), id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn ordered_by_a_count(db: Db) -> Found {
    let found = query!(Publisher.order_by(Count(books).desc(), id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn ordered_by_two_counts(db: Db) -> Found {
    let found = query!(Author.order_by(Count(books).desc(), Count(friends), id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn first_of_an_order_by_a_relation(db: Db) -> Found {
    let found = query!(Cover.first()).run(&db).await?;
    Ok(json!(found.as_ref().map(|c| json!(c.title))))
}

async fn map_of_rows(db: Db) -> Found {
    let found = query!(Tag.in_bulk([1i64, 3, 99])).run(&db).await?;
    Ok(json!(found.iter().map(|(key, tag)| (key.to_string(), tag.name.clone())).collect::<HashMap<_, _>>()))
}

async fn map_of_rows_by_a_unique_field(db: Db) -> Found {
    let found = query!(Company.in_bulk(["Example Inc.", "nobody"], name)).run(&db).await?;
    Ok(json!(found.iter().map(|(key, company)| (key.clone(), company.id)).collect::<HashMap<_, _>>()))
}

async fn dates_by_month(db: Db) -> Found {
    let found = query!(Book.dates(published_on, month)).run(&db).await?;
    Ok(json!(found))
}

async fn dates_by_year_backwards(db: Db) -> Found {
    let found = query!(Book.filter(pages.lt = 900).dates(published_on, year, desc)).run(&db).await?;
    Ok(json!(found))
}

async fn instants_by_hour(db: Db) -> Found {
    let found = query!(Reading.datetimes(taken_at, hour)).run(&db).await?;
    Ok(json!(found))
}

async fn instants_by_day_of_nullable(db: Db) -> Found {
    let found = query!(Item.datetimes(modified, day, desc)).run(&db).await?;
    Ok(json!(found))
}

cases! {
    joined_deeply,
    joined_nullable_chain,
    joined_itself_twice,
    joined_two_ways_to_one_model,
    joined_one_to_one_both_ways,
    joined_and_filtered_and_cut,
    joined_with_annotations,
    prefetched_many_to_many,
    prefetched_many_to_many_backwards,
    prefetched_three_levels,
    prefetched_by_bare_paths,
    prefetched_to_one,
    prefetched_one_to_one_backwards,
    prefetched_under_another_name,
    prefetched_cut_for_each,
    prefetched_cut_in_the_middle,
    prefetched_with_numbers,
    prefetched_with_joined_rows,
    prefetched_itself,
    ordered_by_the_order_of_a_relation,
    ordered_by_orders_of_orders,
    ordered_by_a_key_column,
    ordered_by_a_nullable_relation,
    ordered_by_a_relation_to_itself,
    ordered_with_nulls_placed,
    ordered_backwards,
    ordered_backwards_of_the_model,
    ordered_by_an_expression_of_two_fields,
    ordered_by_a_count,
    ordered_by_two_counts,
    first_of_an_order_by_a_relation,
    map_of_rows,
    map_of_rows_by_a_unique_field,
    dates_by_month,
    dates_by_year_backwards,
    instants_by_hour,
    instants_by_day_of_nullable,
}
