//! Keys of two columns are tuples wherever they are read.

use super::filled;
use nuages::query;
use nuages::serde_json::{json, to_value};
use odd::models::Seat;

query! {
    /// Seats of a hall.
    #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
    fn seats_of(hall: &str) -> Vec<SeatKey> {
        Seat.filter(hall = hall).order_by(number).values(pk, taken)
    }
}

query! {
    fn keys_of(hall: &str) -> Vec<(String, i32)> {
        Seat.filter(hall = hall).order_by(pk).values_list(pk, flat)
    }
}

/// What a query fills.
#[derive(Debug, PartialEq)]
struct Place {
    key: Option<(String, i32)>,
    name: String,
}

fn key(hall: &str, number: i32) -> (String, i32) {
    (hall.to_owned(), number)
}

#[tokio::test]
async fn as_values_of_their_own_model() {
    let (_database, db) = filled().await;
    let rows = query!(Seat.filter(taken = true).order_by(-pk).values(pk, taken)).run(&db).await.unwrap();
    assert_eq!((rows[0].pk.clone(), rows[0].taken), (key("big", 3), true));
    let tuples = query!(Seat.filter(hall = "small").order_by(pk).values_list(pk, taken)).run(&db).await.unwrap();
    assert_eq!(tuples, [(key("small", 1), false), (key("small", 2), false)]);
    let single: Vec<((String, i32),)> = query!(Seat.order_by(pk).values_list(pk)[..1]).run(&db).await.unwrap();
    assert_eq!(single, [(key("big", 1),)]);
    let flat = query!(Seat.order_by(pk).values_list(pk, flat)[1..3]).run(&db).await.unwrap();
    assert_eq!(flat, [key("big", 2), key("big", 3)]);
    let last = query!(Seat.values_list(pk, flat).last()).run(&db).await.unwrap();
    assert_eq!(last, Some(key("small", 2)));
    let one = query!(Seat(("big", 2)).values_list(pk, flat)).run(&db).await.unwrap();
    // What is read can be given back.
    assert_eq!(query!(Seat(one.clone())).run(&db).await.unwrap().number, 2);
    let again = query!(Seat.filter(pk.in = &flat).order_by(pk).values_list(pk, flat)).run(&db).await.unwrap();
    assert_eq!(again, flat);
    let page = query!(Seat.order_by(pk).values_list(pk, flat).page(2, 2)).run(&db).await.unwrap();
    assert_eq!((page.total, page.items), (5, vec![key("big", 3), key("small", 1)]));
    assert_eq!(keys_of("small").run(&db).await.unwrap(), [key("small", 1), key("small", 2)]);
}

#[tokio::test]
async fn behind_relations_that_may_lead_nowhere() {
    let (_database, db) = filled().await;
    let lockers = query!(Person.values_list(name, locker.pk)).run(&db).await.unwrap();
    let expected = [("Ada", Some(key("big", 1))), ("Bob", Some(key("small", 2))), ("Cyd", None), ("Dan", None)];
    assert_eq!(lockers, expected.map(|(name, locker)| (name.to_owned(), locker)));
    let known = query!(Person.filter(locker.isnull = false).order_by(-locker).values_list(locker, flat));
    assert_eq!(known.run(&db).await.unwrap(), [key("small", 2), key("big", 1)]);
    let structs = query!(Person.order_by(-name).values(name, key = F(locker.pk))[..3] as Place).run(&db).await.unwrap();
    assert_eq!(structs[2], Place { key: Some(key("small", 2)), name: "Bob".into() });
    assert_eq!(structs[0].key, None);
    let seats = query!(Hall.order_by(code, -seats.pk).values_list(code, seats.pk)).run(&db).await.unwrap();
    let old: Vec<_> = seats.iter().filter(|(code, _)| code != "big").map(|(_, seat)| seat.clone()).collect();
    assert_eq!(old, [None, Some(key("small", 2)), Some(key("small", 1))]);
    assert_eq!(query!(Hall.values_list(code, seats.pk).count()).run(&db).await.unwrap(), 6);
    let taken = query!(Hall.filter(seats.taken = true).order_by(seats.pk).values_list(seats, flat));
    assert_eq!(taken.run(&db).await.unwrap(), [Some(key("big", 1)), Some(key("big", 3))]);
}

#[tokio::test]
async fn combined_distinct_and_in_subqueries() {
    let (_database, db) = filled().await;
    let all = query!(Seat.values_list(pk, flat).union(Locker.values_list(pk, flat)).order_by(-pk)[..4]);
    let expected = [key("small", 2), key("small", 1), key("big", 7), key("big", 3)];
    assert_eq!(all.run(&db).await.unwrap(), expected);
    let both = query!(Seat.values(pk).intersection(Locker.values(pk)).order_by(pk)).run(&db).await.unwrap();
    let both: Vec<_> = both.into_iter().map(|row| row.pk).collect();
    assert_eq!(both, [key("big", 1), key("small", 2)]);
    let nullable = query!(
        Person
            .values_list(locker.pk, flat)
            .union_all(Person.filter(locker.isnull = false).values_list(locker.pk, flat))
    );
    let nullable = nullable.run(&db).await.unwrap();
    assert_eq!((nullable.len(), nullable.iter().flatten().count()), (6, 4));
    let named = query!(Seat.values(taken, key = F(pk)).union(Seat.values(key = F(pk), taken)).order_by(-key).first());
    assert_eq!(named.run(&db).await.unwrap().unwrap().key, key("small", 2));
    let distinct = query!(Person.values_list(locker.pk, flat).distinct().order_by(locker.pk)).run(&db).await.unwrap();
    assert_eq!(distinct, [Some(key("big", 1)), Some(key("small", 2)), None]);
    assert_eq!(query!(Person.values(locker.pk).distinct().count()).run(&db).await.unwrap(), 3);
    let free = query!(Seat.exclude(pk.in = Locker.values_list(pk)).order_by(pk).values_list(number, flat));
    assert_eq!(free.run(&db).await.unwrap(), [2, 3, 1]);
    let halls = query!(Hall.filter(seats.in = Locker.filter(holder = None).values(pk))).run(&db).await.unwrap();
    assert!(halls.is_empty());
    let halls =
        query!(Hall.filter(lockers.in = Seat.values_list(pk, flat).union(Locker.values_list(pk, flat))).count());
    assert_eq!(halls.run(&db).await.unwrap(), 2);
    let none = query!(Seat.values_list(pk, flat).none()).run(&db).await.unwrap();
    assert_eq!(none, Vec::<(String, i32)>::new());
}

#[tokio::test]
async fn in_groups_and_numbers() {
    let (_database, db) = filled().await;
    let groups = query!(Hall.values(lockers.pk).annotate(n = Count()).order_by(lockers.pk)).run(&db).await.unwrap();
    let groups: Vec<_> = groups.into_iter().map(|row| (row.lockers__pk, row.n)).collect();
    assert_eq!(groups, [(Some(key("big", 1)), 1), (Some(key("big", 7)), 1), (Some(key("small", 2)), 1), (None, 1)]);
    let halls = query!(Seat.values_list(pk).annotate(n = Count(hall.lockers)).filter(n.gt = 1).order_by(-pk));
    let expected = [(key("big", 3), 2), (key("big", 2), 2), (key("big", 1), 2)];
    assert_eq!(halls.run(&db).await.unwrap(), expected);
    let counted = query!(Hall.annotate(n = Count(seats.pk), m = Count(lockers.pk, distinct)).order_by(code));
    let counted: Vec<_> = counted.run(&db).await.unwrap().iter().map(|h| (h.n, h.m)).collect();
    assert_eq!(counted, [(3, 2), (0, 0), (2, 1)]);
    let total = query!(Person.aggregate(n = Count(locker.pk), m = Count(locker.pk, distinct), all = Count())).run(&db);
    let total = total.await.unwrap();
    assert_eq!((total.n, total.m, total.all), (2, 2, 4));
}

#[tokio::test]
async fn prefetched_in_pages_and_as_json() {
    let (_database, db) = filled().await;
    let halls = query!(
        Hall.order_by(code).prefetch_related(seats.values_list(pk, flat)[..2], kept = lockers.order_by(-pk).values(pk))
    );
    let halls = halls.run(&db).await.unwrap();
    assert_eq!(halls[0].seats, [key("big", 1), key("big", 2)]);
    assert_eq!(halls[0].kept.iter().map(|row| row.pk.1).collect::<Vec<_>>(), [7, 1]);
    assert_eq!((halls[1].seats.len(), halls[2].seats.len()), (0, 2));
    let first = query!(Seat.order_by(pk).after(None).values(pk, taken)[..2]).run(&db).await.unwrap();
    let next = query!(Seat.order_by(pk).after(first[1].cursor()).values(pk, taken)[..2]).run(&db).await.unwrap();
    assert_eq!(next.iter().map(|row| row.pk.clone()).collect::<Vec<_>>(), [key("big", 3), key("small", 1)]);
    let rows = seats_of("small").run(&db).await.unwrap();
    let expected = json!([{ "pk": ["small", 1], "taken": false }, { "pk": ["small", 2], "taken": false }]);
    assert_eq!(to_value(&rows).unwrap(), expected);
    let plain = query!(Person.filter(name = "Dan").values(locker.pk)).run(&db).await.unwrap();
    assert_eq!(to_value(&plain).unwrap(), json!([{ "locker__pk": null }]));
    let seats = query!(Seat.filter(pk = rows[0].pk.clone())).run(&db).await.unwrap();
    assert_eq!(seats, [Seat { hall_id: "small".into(), number: 1, taken: false }]);
}
