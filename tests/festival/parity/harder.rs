//! Several things at once: what stands alone elsewhere, put together.

use crate::harness::Found;
use nuages::{Db, query};
use std::collections::HashMap;

async fn composite_object_by_key(db: Db) -> Found {
    let found = query!(Stage(("fr", 2i16))).run(&db).await?;
    Ok(json!((found.country_id, found.seats)))
}

async fn composite_object_not_there(db: Db) -> Found {
    let found = query!(Stage(("fr", 9i16))).run(&db).await?;
    Ok(json!(found.seats))
}

async fn composite_first(db: Db) -> Found {
    let found = query!(Stage.first()).run(&db).await?;
    Ok(json!(found.as_ref().map(|s| json!((s.country_id.clone(), s.number)))))
}

async fn composite_in_bulk(db: Db) -> Found {
    let found = query!(Ticket.in_bulk([(1i64, 2i32), (6, 1), (9, 9)])).run(&db).await?;
    Ok(json!(found.into_iter().map(|(key, t)| (format!("{key:?}"), t.paid)).collect::<HashMap<_, _>>()))
}

async fn composite_behind_many_and_back(db: Db) -> Found {
    let found = query!(
        Person
            .filter(tickets.show.country = "be")
            .annotate(n = Count(tickets), paid = Sum(tickets.paid))
            .order_by(id)
            .values_list(id, n, paid)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn composite_excluded_behind_many(db: Db) -> Found {
    let found = query!(Person.exclude(tickets.number.gt = 1).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn composite_rows_through_many(db: Db) -> Found {
    let found =
        query!(Show.filter(id.lte = 2).order_by(id).values(id, tickets.number, tickets.holder.name)).run(&db).await?;
    Ok(json!(found.iter().map(|row| json!({"id": row.id, "tickets__number": row.tickets__number, "tickets__holder__name": row.tickets__holder__name}))))
}

async fn composite_in_a_subquery(db: Db) -> Found {
    let found = query!(
        Show.annotate(best = Subquery(tickets.order_by(-paid, number).values(holder.name)[..1]))
            .order_by(id)
            .values_list(id, best)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn composite_prefetched_in_part(db: Db) -> Found {
    let found =
        query!(Show.filter(id.lte = 2).order_by(id).prefetch_related(tickets.order_by(-number)[..1])).run(&db).await?;
    Ok(json!(found.iter().map(|s| json!([s.id, s.tickets.iter().map(|t| t.number)]))))
}

async fn composite_counted_distinct(db: Db) -> Found {
    let found = query!(
        Country
            .annotate(n = Count(shows.tickets), holders = Count(shows.tickets.holder, distinct = true))
            .order_by(code)
            .values_list(code, n, holders)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn one_person_many_ways(db: Db) -> Found {
    let found = query!(
        Person
            .filter(Q(acts.size = "solo") | Q(tickets.isnull = false) | Q(pupils.home = "jp"))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn one_person_many_numbers(db: Db) -> Found {
    let found = query!(
        Person
            .annotate(
                a = Count(acts),
                t = Count(tickets),
                p = Sum(tickets.paid, default = 0),
                m = Min(memberships.since),
                s = Count(pupils)
            )
            .order_by(id)
            .values_list(id, a, t, p, m, s)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn groups_through_a_model(db: Db) -> Found {
    let found = query!(
        Membership
            .values(act.size, person.home)
            .annotate(n = Count(), first = Min(since))
            .order_by(act.size, F(person.home).asc(nulls_first))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(
        |row| json!({"act__size": row.act__size, "person__home": row.person__home, "n": row.n, "first": row.first})
    )))
}

async fn groups_by_a_symmetrical_relation(db: Db) -> Found {
    let found = query!(Act.values(friends.size).annotate(n = Count()).order_by(F(friends.size).asc(nulls_last)))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|row| json!({"friends__size": row.friends__size, "n": row.n}))))
}

async fn groups_of_an_array_position(db: Db) -> Found {
    let found = query!(Act.values(first = F(genres.0)).annotate(n = Count()).order_by(F(first).asc(nulls_last)))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|row| json!({"first": row.first, "n": row.n}))))
}

async fn groups_of_a_range_end(db: Db) -> Found {
    let found = query!(
        Show.filter(ages.isnull = false)
            .values(from = F(ages.startswith))
            .annotate(n = Count())
            .order_by(F(from).asc(nulls_last))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|row| json!({"from": row.from, "n": row.n}))))
}

async fn documents_beside_aggregates(db: Db) -> Found {
    let found = query!(
        Act.annotate(n = Count(headlined), doc = JSONObject(name = name, genres = genres, size = size))
            .filter(n.gt = 1)
            .order_by(name)
            .values_list(doc, n)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn json_aggregated_of_related(db: Db) -> Found {
    let found =
        query!(Country.annotate(all = JSONBAgg(shows.extra, order_by(shows.id))).order_by(code).values_list(code, all))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn arrays_of_uuids_and_ranges(db: Db) -> Found {
    let found = query!(
        Country
            .annotate(
                keys = ArrayAgg(shows.headliner, order_by(shows.id)),
                ages = ArrayAgg(shows.ages, order_by(shows.id))
            )
            .filter(keys.isnull = false)
            .order_by(code)
            .values_list(code, keys, ages)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn texts_of_related_filtered(db: Db) -> Found {
    let found = query!(
        Act.annotate(
            who = StringAgg(members.name, ", ", filter = Q(members.home.isnull = false), order_by(members.name))
        )
        .order_by(name)
        .values_list(name, who)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn branches_over_types(db: Db) -> Found {
    let found = query!(
        Show.annotate(
            kind = Case(
                When(ages.contains = 17, then = "young"),
                When(ages.isempty = true, then = "nobody"),
                When(extra.has_key = "note", then = "noted"),
                default = "other"
            )
        )
        .order_by(id)
        .values_list(id, kind)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn bound_by_a_document_behind_many(db: Db) -> Found {
    let found = query!(
        Person
            .filter(acts.info.tags.contains = serde_json::json!(["loud"]))
            .annotate(n = Count(acts), names = StringAgg(acts.name, "|", order_by(acts.name)))
            .order_by(id)
            .values_list(id, n, names)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn bound_by_an_array_behind_many(db: Db) -> Found {
    let found = query!(
        Person
            .filter(acts.genres.overlap = ["jazz"])
            .annotate(n = Count(acts), all = Count(tickets))
            .order_by(id)
            .values_list(id, n, all)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn existence_along_itself(db: Db) -> Found {
    let found = query!(
        Act.filter(Exists(influences.filter(Exists(headlined.filter(country = "fr")))))
            .order_by(name)
            .values_list(name, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn existence_of_a_pair(db: Db) -> Found {
    let found = query!(
        Person
            .filter(Exists(Membership.filter(person = OuterRef(mentor), act.size = "band")))
            .order_by(id)
            .values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn not_a_pair_of_nullables(db: Db) -> Found {
    let found = query!(Person.exclude(mentor.home = F(home)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn not_in_nullable_keys(db: Db) -> Found {
    let found =
        query!(Person.exclude(id.in = Person.values(mentor)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn sliced_many_to_many_of_itself(db: Db) -> Found {
    let found =
        query!(Act.order_by(name).prefetch_related(few = friends.order_by(-name)[..1], influenced.order_by(name)[..2]))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|a| json!([
        a.name,
        a.few.iter().map(|x| &x.name),
        a.influenced.iter().map(|x| &x.name)
    ]))))
}

async fn distinct_documents(db: Db) -> Found {
    let found = query!(Show.values_list(extra, flat).distinct().count()).run(&db).await?;
    Ok(json!(found))
}

async fn union_of_texts_and_keys(db: Db) -> Found {
    let found = query!(
        Country
            .values_list(code, name)
            .union(Person.filter(home.isnull = false).values_list(home, name))
            .order_by(code, name)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn latest_of_tickets(db: Db) -> Found {
    let found = query!(Ticket.filter(bought_at.isnull = false).latest(bought_at)).run(&db).await?;
    Ok(json!(found.as_ref().map(|t| json!((t.show_id, t.number)))))
}

async fn earliest_backwards(db: Db) -> Found {
    let found = query!(Ticket.earliest(-paid, pk)).run(&db).await?;
    Ok(json!(found.as_ref().map(|t| json!((t.show_id, t.number)))))
}

async fn latest_backwards(db: Db) -> Found {
    let found = query!(Ticket.latest(-paid, number, show_id)).run(&db).await?;
    Ok(json!(found.as_ref().map(|t| json!((t.show_id, t.number)))))
}

async fn latest_by_an_expression(db: Db) -> Found {
    let found = query!(Ticket.filter(bought_at.isnull = false).latest(F(bought_at).desc(), -number)).run(&db).await?;
    Ok(json!(found.as_ref().map(|t| json!((t.show_id, t.number)))))
}

async fn all_deferred(db: Db) -> Found {
    let found = query!(Stage.defer(country, number, name, seats).order_by(pk)).run(&db).await?;
    Ok(json!(found.iter().map(|s| json!((s.country_id.clone(), s.number)))))
}

cases! {
    composite_object_by_key,
    composite_object_not_there,
    composite_first,
    composite_in_bulk,
    composite_behind_many_and_back,
    composite_excluded_behind_many,
    composite_rows_through_many,
    composite_in_a_subquery,
    composite_prefetched_in_part,
    composite_counted_distinct,
    one_person_many_ways,
    one_person_many_numbers,
    groups_through_a_model,
    groups_by_a_symmetrical_relation,
    groups_of_an_array_position,
    groups_of_a_range_end,
    documents_beside_aggregates,
    json_aggregated_of_related,
    arrays_of_uuids_and_ranges,
    texts_of_related_filtered,
    branches_over_types,
    bound_by_a_document_behind_many,
    bound_by_an_array_behind_many,
    existence_along_itself,
    existence_of_a_pair,
    not_a_pair_of_nullables,
    not_in_nullable_keys,
    sliced_many_to_many_of_itself,
    distinct_documents,
    union_of_texts_and_keys,
    latest_of_tickets,
    earliest_backwards,
    latest_backwards,
    latest_by_an_expression,
    all_deferred,
}
