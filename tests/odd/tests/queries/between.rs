//! Rows between two models that have lost one of their ends, or both, link nothing.

use super::filled;
use nuages::query;

#[tokio::test]
async fn conditions_find_no_row_at_a_lost_end() {
    let (_database, db) = filled().await;
    let chess = query!(Club.filter(guests.name = "Ada").values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(chess, ["Chess"]);
    let others = query!(Club.exclude(guests.name = "Ada").values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(others, ["Dance", "Empty"]);
    let none = query!(Club.filter(guests.isnull = true).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(none, ["Dance", "Empty"]);
    let some = query!(Club.filter(guests.isnull = false).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(some, ["Chess"]);
    let unnamed = query!(Club.filter(guests.nickname.isnull = true).count()).run(&db).await.unwrap();
    assert_eq!(unnamed, 0);
    let all = query!(Club.filter(!Q(guests.name = "Zoe")).count()).run(&db).await.unwrap();
    assert_eq!(all, 3);
    let there = query!(Club.filter(Exists(guests)).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(there, ["Chess"]);
    let not = query!(Club.filter(!Exists(guests.exclude(name = "Ada"))).values_list(name, flat));
    assert_eq!(not.run(&db).await.unwrap(), ["Dance", "Empty"]);
    let visited = query!(Person.filter(clubs.isnull = false).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(visited, ["Ada", "Cyd"]);
    let not = query!(Person.filter(clubs.isnull = true).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(not, ["Bob", "Dan"], "who has no nickname is no guest without one");
    let elsewhere = query!(Person.exclude(clubs.in = [1, 2]).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(elsewhere, ["Bob", "Dan"]);
    let tipped = query!(Club.filter(visits.tip = 4).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(tipped, ["Chess"], "the row between is there all the same");
}

#[tokio::test]
async fn numbers_leave_them_out() {
    let (_database, db) = filled().await;
    let clubs = query!(
        Club.annotate(n = Count(guests), named = Count(guests.nickname), rows = Count(visits), sum = Sum(guests.id))
            .values_list(name, n, named, rows, sum)
    );
    let expected = [("Chess", 2, 2, 3, Some(4)), ("Dance", 0, 0, 1, None), ("Empty", 0, 0, 0, None)];
    assert_eq!(clubs.run(&db).await.unwrap(), expected.map(|(name, a, b, c, d)| (name.to_owned(), a, b, c, d)));
    let names = query!(Club.annotate(names = ArrayAgg(guests.name, order_by(-guests.name))).values_list(names, flat));
    let expected = [Some(vec!["Cyd".to_owned(), "Ada".to_owned()]), None, None];
    assert_eq!(names.run(&db).await.unwrap(), expected);
    let people = query!(Person.annotate(n = Count(clubs)).values_list(name, n)).run(&db).await.unwrap();
    assert_eq!(people, [("Ada", 1), ("Bob", 0), ("Cyd", 1), ("Dan", 0)].map(|(name, n)| (name.to_owned(), n)));
    let total = query!(Club.aggregate(n = Count(guests), clubs = Count(), last = Max(guests.name))).run(&db).await;
    let total = total.unwrap();
    assert_eq!((total.n, total.clubs, total.last.as_deref()), (2, 3, Some("Cyd")));
    let groups = query!(Club.values(guests.name).annotate(n = Count()).order_by(guests.name)).run(&db).await.unwrap();
    let groups: Vec<_> = groups.iter().map(|g| (g.guests__name.as_deref(), g.n)).collect();
    assert_eq!(groups, [(Some("Ada"), 1), (Some("Cyd"), 1), (None, 2)]);
    let bound = query!(Club.filter(guests.name = "Cyd").annotate(n = Count(guests)).values_list(name, n));
    assert_eq!(bound.run(&db).await.unwrap(), [("Chess".to_owned(), 1)]);
    let ordered = query!(Club.order_by(Min(guests.name).desc(nulls_last), -name).values_list(name, flat));
    assert_eq!(ordered.run(&db).await.unwrap(), ["Chess", "Empty", "Dance"]);
}

#[tokio::test]
async fn rows_are_read_without_them() {
    let (_database, db) = filled().await;
    let rows = query!(Club.values_list(name, guests.name, guests.pk)).run(&db).await.unwrap();
    let mut rows: Vec<_> = rows.iter().map(|(club, guest, key)| (club.as_str(), guest.as_deref(), *key)).collect();
    rows.sort_unstable();
    let expected = [
        ("Chess", Some("Ada"), Some(1)),
        ("Chess", Some("Cyd"), Some(3)),
        ("Dance", None, None),
        ("Empty", None, None),
    ];
    assert_eq!(rows, expected);
    let nicknames = query!(Club.filter(id = 1).values_list(guests.nickname, flat)).run(&db).await.unwrap();
    assert_eq!(nicknames.len(), 2, "{nicknames:?}");
    let clubs = query!(Club.prefetch_related(guests, last = guests.order_by(-name)[..1])).run(&db).await.unwrap();
    let names = |people: &[odd::models::Person]| people.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&clubs[0].guests), ["Ada", "Cyd"]);
    assert_eq!(names(&clubs[0].last), ["Cyd"]);
    assert!(clubs[1..].iter().all(|club| club.guests.is_empty() && club.last.is_empty()));
    let people = query!(Person.prefetch_related(clubs.prefetch_related(guests))).run(&db).await.unwrap();
    let each: Vec<Vec<usize>> = people.iter().map(|p| p.clubs.iter().map(|c| c.guests.len()).collect()).collect();
    assert_eq!(each, [vec![2], vec![], vec![2], vec![]]);
    assert_eq!(query!(Club(1).guests.values_list(name, flat)).run(&db).await.unwrap(), ["Ada", "Cyd"]);
    assert_eq!(query!(Club(2).guests.count()).run(&db).await.unwrap(), 0);
    assert_eq!(query!(Person(1).clubs.values_list(name, flat)).run(&db).await.unwrap(), ["Chess"]);
    assert_eq!(query!(Person(2).clubs.count()).run(&db).await.unwrap(), 0);
    let first =
        query!(Club.annotate(first = Subquery(guests.order_by(name).values(name)[..1])).values_list(name, first));
    let first: Vec<_> = first.run(&db).await.unwrap();
    let first: Vec<_> = first.iter().map(|(club, guest)| (club.as_str(), guest.as_deref())).collect();
    assert_eq!(first, [("Chess", Some("Ada")), ("Dance", None), ("Empty", None)]);
    assert_eq!(query!(Club(1).guests.filter(name = "Cyd").delete()).run(&db).await.unwrap(), 1);
    assert_eq!(query!(Club(1).guests.values_list(name, flat)).run(&db).await.unwrap(), ["Ada"]);
}
