//! Relations: composite keys, relations of a model to itself, through a model, two ways to one model, one-to-one.

use crate::harness::Found;
use nuages::uuid::Uuid;
use nuages::{Db, query};

async fn composite_filter_by_parts(db: Db) -> Found {
    let found = query!(Ticket.filter(show = 1, number.gt = 1).values_list(show, number, holder)).run(&db).await?;
    Ok(json!(found))
}

async fn composite_order_by_key(db: Db) -> Found {
    let found = query!(Ticket.order_by(pk).values_list(show, number)).run(&db).await?;
    Ok(json!(found))
}

async fn composite_order_by_key_backwards(db: Db) -> Found {
    let found = query!(Stage.order_by(-pk).values_list(country, number)).run(&db).await?;
    Ok(json!(found))
}

async fn composite_key_equal(db: Db) -> Found {
    let found = query!(Stage.filter(pk = ("fr", 1i16)).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn composite_key_in(db: Db) -> Found {
    let found = query!(Ticket.filter(pk.in = [(1i64, 2i32), (6, 1), (9, 9)]).order_by(pk).values_list(show, number))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn composite_key_excluded(db: Db) -> Found {
    let found =
        query!(Ticket.exclude(pk.in = [(1i64, 2i32), (6, 1)]).order_by(pk).values_list(show, number)).run(&db).await?;
    Ok(json!(found))
}

async fn composite_counted(db: Db) -> Found {
    let found = query!(
        Show.annotate(n = Count(tickets), sum = Sum(tickets.paid), last = Max(tickets.bought_at))
            .order_by(id)
            .values_list(id, n, sum, last)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn composite_counted_in_all(db: Db) -> Found {
    let found = query!(Ticket.aggregate(n = Count(), holders = Count(holder, distinct = true), sum = Sum(paid)))
        .run(&db)
        .await?;
    Ok(json!({"n": found.n, "holders": found.holders, "sum": found.sum}))
}

async fn composite_behind_to_many(db: Db) -> Found {
    let found = query!(Country.filter(stages.seats.gte = 1000).order_by(code).values_list(code, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn composite_missing(db: Db) -> Found {
    let found = query!(Country.filter(stages.isnull = true).order_by(code).values_list(code, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn composite_slice_goes_on_by_key(db: Db) -> Found {
    let found = query!(Ticket.order_by(-paid).values_list(show, number)[..5]).run(&db).await?;
    Ok(json!(found))
}

async fn composite_prefetched(db: Db) -> Found {
    let found =
        query!(Show.filter(id.lte = 3).order_by(id).prefetch_related(tickets.order_by(-number))).run(&db).await?;
    Ok(json!(found.iter().map(|s| json!([s.id, s.tickets.iter().map(|t| (t.number, t.holder_id))]))))
}

async fn composite_joined(db: Db) -> Found {
    let found =
        query!(Ticket.filter(holder.home = "de").select_related(show.headliner, holder).order_by(pk)).run(&db).await?;
    Ok(json!(found.iter().map(|t| json!([t.show.headliner.name, t.number, t.holder.as_ref().map(|p| &p.name)]))))
}

async fn composite_exists_of_another_row(db: Db) -> Found {
    let found = query!(
        Ticket
            .filter(Exists(Ticket.filter(show = OuterRef(show), number.gt = OuterRef(number))))
            .order_by(pk)
            .values_list(show, number)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn composite_grouped(db: Db) -> Found {
    let found = query!(Ticket.values(show).annotate(n = Count(), most = Max(number)).filter(n.gt = 1).order_by(show))
        .run(&db)
        .await?;
    Ok(json!(found.iter().map(|row| json!({"show": row.show, "n": row.n, "most": row.most}))))
}

async fn composite_distinct(db: Db) -> Found {
    let found = query!(Ticket.values_list(holder, flat).distinct().order_by(holder)).run(&db).await?;
    Ok(json!(found))
}

async fn itself_symmetrical(db: Db) -> Found {
    let found = query!(Act.filter(friends.name = "elan").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn itself_symmetrical_counted(db: Db) -> Found {
    let found = query!(Act.annotate(n = Count(friends)).order_by(name).values_list(name, n)).run(&db).await?;
    Ok(json!(found))
}

async fn itself_friends_of_friends(db: Db) -> Found {
    let found =
        query!(Act.filter(friends.friends.name = "The Élan").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn itself_in_one_direction(db: Db) -> Found {
    let found =
        query!(Act.filter(influences.size = "orchestra").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn itself_the_other_way(db: Db) -> Found {
    let found = query!(Act.filter(influenced.size = "band").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn itself_both_ways_counted(db: Db) -> Found {
    let found = query!(
        Act.annotate(a = Count(influences), b = Count(influenced), c = Count(friends))
            .order_by(name)
            .values_list(name, a, b, c)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn itself_prefetched(db: Db) -> Found {
    let found =
        query!(Act.order_by(name).prefetch_related(friends, influences, influenced.order_by(-name))).run(&db).await?;
    Ok(json!(found.iter().map(|a| json!([
        a.name,
        a.friends.iter().map(|x| &x.name),
        a.influences.iter().map(|x| &x.name),
        a.influenced.iter().map(|x| &x.name)
    ]))))
}

async fn itself_its_own_influence(db: Db) -> Found {
    let found = query!(Act.filter(influences.key = F(key)).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn itself_up_and_down(db: Db) -> Found {
    let found = query!(Person.filter(mentor.mentor.name = "Zoé Müller").order_by(id).values_list(id, mentor.name))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn itself_pupils_counted(db: Db) -> Found {
    let found = query!(Person.annotate(n = Count(pupils), m = Count(pupils.pupils)).order_by(id).values_list(id, n, m))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn itself_without_pupils(db: Db) -> Found {
    let found = query!(Person.filter(pupils.isnull = true).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn itself_excluded_by_pupils(db: Db) -> Found {
    let found = query!(Person.exclude(pupils.born_on.year = 1990).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn itself_excluded_by_the_mentor(db: Db) -> Found {
    let found = query!(Person.exclude(mentor.name = "José Núñez").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn two_ways_either(db: Db) -> Found {
    let found = query!(
        Show.filter(Q(headliner.name = "The Élan") | Q(support.name = "The Élan")).order_by(id).values_list(id, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn two_ways_neither(db: Db) -> Found {
    let found =
        query!(Show.exclude(Q(headliner.size = "band") | Q(support.size = "band")).order_by(id).values_list(id, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn two_ways_the_same(db: Db) -> Found {
    let found = query!(Show.filter(headliner = F(support)).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn two_ways_not_the_same_keeps_null(db: Db) -> Found {
    let found = query!(Show.exclude(headliner = F(support)).order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn two_ways_joined(db: Db) -> Found {
    let found = query!(Show.select_related(headliner.manager, support).order_by(id)).run(&db).await?;
    Ok(json!(found.iter().map(|s| json!([
        s.id,
        s.headliner.name,
        s.headliner.manager.as_ref().map(|m| &m.name),
        s.support.as_ref().map(|a| &a.name)
    ]))))
}

async fn two_ways_counted(db: Db) -> Found {
    let found = query!(
        Act.annotate(a = Count(headlined), b = Count(supported), sum = Sum(headlined.price, default = 0))
            .order_by(name)
            .values_list(name, a, b, sum)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn two_ways_prefetched(db: Db) -> Found {
    let found =
        query!(Act.filter(size = "duo").prefetch_related(headlined.select_related(country), supported.order_by(-id)))
            .run(&db)
            .await?;
    Ok(json!(found.iter().map(|a| json!([
        a.name,
        a.headlined.iter().map(|s| (s.id, &s.country.name)),
        a.supported.iter().map(|s| s.id)
    ]))))
}

async fn through_a_model(db: Db) -> Found {
    let found =
        query!(Act.filter(members.name.icontains = "zo").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn through_a_model_one_row(db: Db) -> Found {
    let found = query!(Act.filter(memberships.role = "voice", memberships.since.year = 2020).values_list(name, flat))
        .run(&db)
        .await?;
    Ok(json!(found))
}

async fn through_a_model_and_beyond_one_row(db: Db) -> Found {
    let found =
        query!(Act.filter(members.name = "北野 恵", memberships.role = "voice").order_by(name).values_list(name, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn through_a_model_and_beyond_two_rows(db: Db) -> Found {
    let found = query!(
        Act.filter(members.name = "北野 恵").filter(memberships.role = "voice").order_by(name).values_list(name, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn through_a_model_and_beyond_counted(db: Db) -> Found {
    let found = query!(
        Person
            .filter(acts.friends.isnull = false, memberships.since.year.gte = 2001)
            .annotate(n = Count(acts), first = Min(memberships.since))
            .order_by(id)
            .values_list(id, n, first)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn through_a_model_excluded(db: Db) -> Found {
    let found = query!(
        Act.exclude(memberships.role = "voice", memberships.since.year = 2020).order_by(name).values_list(name, flat)
    )
    .run(&db)
    .await?;
    Ok(json!(found))
}

async fn through_a_model_both_named(db: Db) -> Found {
    let found =
        query!(Act.filter(memberships.role = "drums", memberships.person.name = "北野 恵").values_list(name, flat))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn through_a_model_prefetched(db: Db) -> Found {
    let found = query!(
        Act.order_by(name)
            .prefetch_related(members.order_by(name), memberships.select_related(person).order_by(-since, -id))
    )
    .run(&db)
    .await?;
    Ok(json!(found.iter().map(|a| json!([
        a.name,
        a.members.iter().map(|p| &p.name),
        a.memberships.iter().map(|m| (&m.person.name, &m.role))
    ]))))
}

async fn through_a_model_of_one_object(db: Db) -> Found {
    let key: Uuid = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let found =
        query!(Act(key).members.filter(home.isnull = false).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn one_to_one_there(db: Db) -> Found {
    let found =
        query!(Act.filter(manager.name = "Ada").order_by(name).values_list(name, manager.name)).run(&db).await?;
    Ok(json!(found))
}

async fn one_to_one_not_there(db: Db) -> Found {
    let found = query!(Act.filter(manager.isnull = true).order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn one_to_one_excluded(db: Db) -> Found {
    let found = query!(Act.exclude(manager.name = "Ada").order_by(name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn one_to_one_of_itself(db: Db) -> Found {
    let found =
        query!(Manager.filter(deputy.isnull = false).order_by(name).values_list(name, deputy.name, deputy.act.name))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn one_to_one_of_itself_backwards(db: Db) -> Found {
    let found = query!(Manager.order_by(act.name).values_list(act.name, deputy_of.act.name)).run(&db).await?;
    Ok(json!(found))
}

async fn one_to_one_in_an_order(db: Db) -> Found {
    let found = query!(Act.order_by(F(manager.name).desc(nulls_first), name).values_list(name, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn one_to_one_prefetched(db: Db) -> Found {
    let found = query!(Act.filter(size = "band").order_by(name).prefetch_related(manager.deputy)).run(&db).await?;
    Ok(json!(found.iter().map(|a| json!([
        a.name,
        a.manager.as_ref().map(|m| &m.name),
        a.manager.as_ref().and_then(|m| m.deputy.as_ref()).map(|d| &d.name)
    ]))))
}

async fn text_key_of_a_relation(db: Db) -> Found {
    let found =
        query!(Show.filter(country = "fr", country.languages.contains = ["br"]).order_by(id).values_list(id, country))
            .run(&db)
            .await?;
    Ok(json!(found))
}

async fn text_key_in(db: Db) -> Found {
    let found = query!(Person.filter(home.in = ["be", "de"]).order_by(id).values_list(id, home.name)).run(&db).await?;
    Ok(json!(found))
}

async fn text_key_excluded_keeps_null(db: Db) -> Found {
    let found = query!(Person.exclude(home = "be").order_by(id).values_list(id, flat)).run(&db).await?;
    Ok(json!(found))
}

async fn text_key_prefetched(db: Db) -> Found {
    let found =
        query!(Country.order_by(code).prefetch_related(people.order_by(id), stages.order_by(number))).run(&db).await?;
    Ok(json!(found.iter().map(|c| json!([c.code, c.people.iter().map(|p| p.id), c.stages.iter().map(|s| s.number)]))))
}

cases! {
    composite_filter_by_parts,
    composite_order_by_key,
    composite_order_by_key_backwards,
    composite_key_equal,
    composite_key_in,
    composite_key_excluded,
    composite_counted,
    composite_counted_in_all,
    composite_behind_to_many,
    composite_missing,
    composite_slice_goes_on_by_key,
    composite_prefetched,
    composite_joined,
    composite_exists_of_another_row,
    composite_grouped,
    composite_distinct,
    itself_symmetrical,
    itself_symmetrical_counted,
    itself_friends_of_friends,
    itself_in_one_direction,
    itself_the_other_way,
    itself_both_ways_counted,
    itself_prefetched,
    itself_its_own_influence,
    itself_up_and_down,
    itself_pupils_counted,
    itself_without_pupils,
    itself_excluded_by_pupils,
    itself_excluded_by_the_mentor,
    two_ways_either,
    two_ways_neither,
    two_ways_the_same,
    two_ways_not_the_same_keeps_null,
    two_ways_joined,
    two_ways_counted,
    two_ways_prefetched,
    through_a_model,
    through_a_model_one_row,
    through_a_model_excluded,
    through_a_model_both_named,
    through_a_model_prefetched,
    through_a_model_and_beyond_one_row,
    through_a_model_and_beyond_two_rows,
    through_a_model_and_beyond_counted,
    through_a_model_of_one_object,
    one_to_one_there,
    one_to_one_not_there,
    one_to_one_excluded,
    one_to_one_of_itself,
    one_to_one_of_itself_backwards,
    one_to_one_in_an_order,
    one_to_one_prefetched,
    text_key_of_a_relation,
    text_key_in,
    text_key_excluded_keeps_null,
    text_key_prefetched,
}
