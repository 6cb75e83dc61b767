//! Writes of rare things: keys of several columns, relations of a model to itself, native enums, arrays, documents.

use super::filled;
use nuages::chrono::{DateTime, TimeDelta, Utc};
use nuages::rust_decimal::Decimal;
use nuages::uuid::Uuid;
use nuages::{Db, query, serde_json};
use odd::models::{Animal, Hall, Kind, Thing};

/// Who is linked to an animal over its table, both ways.
async fn pairs(db: &Db, table: &str) -> Vec<(i64, i64)> {
    let sql = format!("SELECT from_animal_id, to_animal_id FROM {table} ORDER BY 1, 2");
    let rows = db.client().await.unwrap().query(&sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn symmetrical_links_stand_both_ways() {
    let (_keep, db) = filled().await;
    // (1, 2), (2, 4), (1, 5) are friends.
    assert_eq!(query!(Animal(1).friends.add([2, 4])).run(&db).await.unwrap(), 2);
    let all = [(1, 2), (1, 4), (1, 5), (2, 1), (2, 4), (4, 1), (4, 2), (5, 1)];
    assert_eq!(pairs(&db, "animal_friends").await, all);
    assert_eq!(query!(Animal(4).friends.remove([1])).run(&db).await.unwrap(), 2);
    let ids = vec![4_i64, 5];
    assert_eq!(query!(Animal(2).friends.set(&ids)).run(&db).await.unwrap(), 4);
    assert_eq!(pairs(&db, "animal_friends").await, [(1, 5), (2, 4), (2, 5), (4, 2), (5, 1), (5, 2)]);
    assert_eq!(query!(Animal(5).friends.clear()).run(&db).await.unwrap(), 4);
    // One is a friend of oneself once.
    assert_eq!(query!(Animal(1).friends.add([1])).run(&db).await.unwrap(), 1);
    assert_eq!(pairs(&db, "animal_friends").await, [(1, 1), (2, 4), (4, 2)]);
}

#[tokio::test]
async fn other_links_go_one_way() {
    let (_keep, db) = filled().await;
    assert_eq!(query!(Animal(2).enemy_of.add([1])).run(&db).await.unwrap(), 1);
    assert_eq!(pairs(&db, "animal_enemies").await, [(1, 2), (1, 4), (4, 2)]);
    assert_eq!(query!(Animal(1).enemies.set(Animal.filter(kind = "dog"))).run(&db).await.unwrap(), 3);
    assert_eq!(pairs(&db, "animal_enemies").await, [(1, 1), (4, 2)]);
    assert_eq!(query!(Animal(2).keepers.remove([1, 3])).run(&db).await.unwrap(), 1);
    assert_eq!(query!(Person(1).animals.clear()).run(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn rows_made_over_links_are_linked_as_these_are() {
    let (_keep, db) = filled().await;
    let puss: Animal = query!(Animal(1).friends.create(name = "Puss")).run(&db).await.unwrap();
    assert_eq!((puss.id, puss.label.as_str(), puss.kind), (100, "puss", Kind::Cat));
    let made = query!(Animal(4).friends.bulk_create(for kind in [Kind::Dog, Kind::Bee] => name = "x", kind = kind));
    assert_eq!(made.run(&db).await.unwrap().iter().map(|a| a.kind).collect::<Vec<_>>(), [Kind::Dog, Kind::Bee]);
    let all = pairs(&db, "animal_friends").await;
    for (a, b) in [(1, 100), (4, 101), (4, 102)] {
        assert!(all.contains(&(a, b)) && all.contains(&(b, a)), "{all:?}");
    }
    assert_eq!(all.len(), 12);
    query!(Animal(2).enemy_of.create(name = "Fang", kind = "dog")).run(&db).await.unwrap();
    assert_eq!(pairs(&db, "animal_enemies").await, [(1, 4), (4, 2), (103, 2)]);
    // Nothing keeps these links single, and they go by another field than the key.
    let at = "2024-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let eve = query!(Club(3).guests.create(name = "Eve", nickname = "e", born_at = at)).run(&db).await.unwrap();
    let links = query!(Visit.filter(club = 3).values_list(guest, tip)).run(&db).await.unwrap();
    assert_eq!((links, eve.id), (vec![(Some("e".to_owned()), 0)], 100));
    let club = query!(Person(2).clubs.create(name = "Bob's")).run(&db).await.unwrap();
    // He has no nickname to be linked by.
    assert_eq!(query!(Visit.filter(club = club.id).values_list(guest, flat)).run(&db).await.unwrap(), [None]);
}

#[tokio::test]
async fn rows_take_what_they_refer_to_by_another_field() {
    let (_keep, db) = filled().await;
    let n = query!(Visit.all().update(tip = Coalesce(Length(guest.name), 0) + Coalesce(Length(club.name), 0)));
    assert_eq!(n.run(&db).await.unwrap(), 6);
    let tips = query!(Visit.order_by(id).values_list(tip, flat)).run(&db).await.unwrap();
    assert_eq!(tips, [8, 8, 5, 3, 5, 0]);
    query!(Person.all().update(name = Concat(F(passport.number), " ", F(locker.hall.city.name))))
        .run(&db)
        .await
        .unwrap();
    let names = query!(Person.order_by(id).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(names, ["P1 Paris", " Paris", "P3 ", " "]);
}

#[tokio::test]
async fn keys_of_several_columns_say_which_row_is_changed() {
    let (_keep, db) = filled().await;
    let seats = [("big", 1, false), ("small", 2, true), ("old", 1, true)];
    let n = query!(Seat.bulk_update(for (hall, n, taken) in seats => pk = (hall, n), taken = taken))
        .run(&db)
        .await
        .unwrap();
    assert_eq!(n, 2);
    let big: Hall = query!(Hall("big")).run(&db).await.unwrap();
    let n = query!(Seat.bulk_update(for n in 1..=3 => hall = &big, number = n, taken = n == 3)).run(&db).await.unwrap();
    assert_eq!(n, 3);
    let taken =
        query!(Seat.filter(taken = true).order_by(hall, number).values_list(hall, number)).run(&db).await.unwrap();
    assert_eq!(taken, [("big".to_owned(), 3), ("small".to_owned(), 2)]);
    let (seat, created) =
        query!(Seat.get_or_create(hall = &big, number = 9, defaults(taken = true))).run(&db).await.unwrap();
    assert_eq!((seat.hall_id.as_str(), seat.number, seat.taken, created), ("big", 9, true, true));
    let (seat, created) =
        query!(Hall("big").seats.update_or_create(number = 9, defaults(taken = false))).run(&db).await.unwrap();
    assert_eq!((seat.taken, created), (false, false));
    // A one-to-one that is the key, and one that is not.
    let n =
        query!(Passport.bulk_update(for (owner, number) in [(1, "X1"), (3, "X3")] => owner = owner, number = number));
    assert_eq!(n.run(&db).await.unwrap(), 2);
    let (passport, created) = query!(Person(2).passport.get_or_create(defaults(number = "X2"))).run(&db).await.unwrap();
    assert_eq!((passport.owner_id, created), (2, true));
    // The relation goes by a field that is not the key.
    let hall = query!(City(20).halls.create(code = "new")).run(&db).await.unwrap();
    assert_eq!(hall.city_id, "69001");
    let halls = query!(City(10).halls.bulk_create(for code in ["x", "y"] => code = code)).run(&db).await.unwrap();
    assert!(halls.iter().all(|hall| hall.city_id == "75001"));
}

#[tokio::test]
async fn a_key_that_may_be_null_is_given_without() {
    let (_keep, db) = filled().await;
    let born = "2000-01-01T00:00:00Z".parse::<nuages::chrono::DateTime<nuages::chrono::Utc>>().unwrap();
    let get = |nickname: &'static str| {
        query!(Person.get_or_create(nickname = nickname, defaults(name = "New", born_at = born)))
    };
    assert_eq!(get("a").run(&db).await.unwrap().0.id, 1);
    assert!(get("z").run(&db).await.unwrap().1);
}

#[tokio::test]
async fn native_enums_and_scopes_that_are_always_there() {
    let (_keep, db) = filled().await;
    let kinds = [(1, Kind::Bee), (2, Kind::Dog), (3, Kind::Dog)];
    // The third is gone, and nobody speaks of it.
    let n = query!(Animal.bulk_update(for (id, kind) in kinds => pk = id, kind = kind)).run(&db).await.unwrap();
    assert_eq!(n, 2);
    let n =
        query!(Animal.unscoped().bulk_update(for (id, kind) in kinds => pk = id, kind = kind)).run(&db).await.unwrap();
    assert_eq!(n, 3);
    let (rex, created): (Animal, bool) =
        query!(Animal.update_or_create(pk = 1, defaults(kind = Kind::Cat, name = "Rexi"))).run(&db).await.unwrap();
    assert_eq!((rex.kind, rex.label.as_str(), created), (Kind::Cat, "rexi", false));
    // Found though it is gone: what is single is so among all.
    let (maya, created) = query!(Animal.get_or_create(pk = 3, defaults(name = "x"))).run(&db).await.unwrap();
    assert_eq!((maya.name.as_str(), maya.is_gone, created), ("Maya", true, false));
}

#[tokio::test]
async fn values_of_all_sorts_are_streamed() {
    let (_keep, db) = filled().await;
    let exact: Decimal = "-1234567890.123456789".parse().unwrap();
    let keys = [Uuid::from_u128(1), Uuid::from_u128(2)];
    let n = query!(Thing.bulk_create(for (n, key) in keys.iter().enumerate() =>
        key = *key, small = 7, big = (n > 0).then_some(i64::MAX), real = 0.5_f32, exact = exact,
        naive = "2024-02-29T23:59:59".parse::<nuages::chrono::NaiveDateTime>().unwrap(),
        at = "12:30:00".parse::<nuages::chrono::NaiveTime>().unwrap(), lasts = TimeDelta::seconds(-1),
        words = vec!["a".to_owned(), String::new(), "\u{e9}".to_owned()], data = serde_json::json!({"n": n}),
        bytes = vec![0_u8, 10, 255], address = "10.0.0.1".parse::<std::net::IpAddr>().unwrap()).copy())
    .run(&db)
    .await
    .unwrap();
    assert_eq!(n, 2);
    let rows: Vec<Thing> = query!(Thing.order_by(key)).run(&db).await.unwrap();
    assert!(rows.iter().map(|t| t.big).eq([None, Some(i64::MAX)]));
    for (n, thing) in rows.into_iter().enumerate() {
        assert_eq!((thing.key, thing.small, thing.exact), (keys[n], 7, Some(exact)));
        assert_eq!(
            (thing.words, thing.data),
            (vec!["a".into(), String::new(), "\u{e9}".into()], Some(serde_json::json!({"n": n})))
        );
        assert_eq!((thing.bytes, thing.lasts), (Some(vec![0, 10, 255]), Some(TimeDelta::seconds(-1))));
        assert_eq!(thing.naive.unwrap().to_string(), "2024-02-29 23:59:59");
    }
    let n = query!(Animal.bulk_create(for (name, kind) in [("Bo", Kind::Dog), ("Zum", Kind::Bee)] =>
        name = name, kind = kind, parent = 2).copy());
    assert_eq!(n.run(&db).await.unwrap(), 2);
    let labels =
        query!(Animal.filter(parent = 2, id.gte = 100).order_by(id).values_list(label, kind)).run(&db).await.unwrap();
    assert_eq!(labels, [("bo".to_owned(), Kind::Dog), ("zum".to_owned(), Kind::Bee)]);
    let n = query!(Seat.bulk_create(for n in 5..8 => hall = "big", number = n, taken = true).copy())
        .run(&db)
        .await
        .unwrap();
    assert_eq!(n, 3);
}

#[tokio::test]
async fn values_of_all_sorts_are_changed_row_by_row() {
    let (_keep, db) = filled().await;
    let words = |n: usize| (0..n).map(|i| format!("w{i}, \"{i}\" {{}}")).collect::<Vec<_>>();
    let made: Vec<Thing> =
        query!(Thing.bulk_create(for n in 0..3_i16 => small = n, words = words(0))).run(&db).await.unwrap();
    let keys: Vec<(usize, Uuid)> = made.iter().map(|thing| thing.key).enumerate().collect();
    let exact: Decimal = "1234567890.123456789".parse().unwrap();
    let n = query!(Thing.bulk_update(for (n, key) in &keys =>
        pk = *key, words = words(*n), data = serde_json::json!({"n": n}), bytes = vec![0_u8, 255],
        exact = (*n > 0).then_some(exact), lasts = TimeDelta::milliseconds(1500), real = 0.5_f32,
        address = "10.0.0.1".parse::<std::net::IpAddr>().unwrap()))
    .run(&db)
    .await
    .unwrap();
    assert_eq!(n, 3);
    for (n, key) in &keys {
        let thing = query!(Thing(*key)).run(&db).await.unwrap();
        assert_eq!((thing.words, thing.exact), (words(*n), (*n > 0).then_some(exact)));
        assert_eq!((thing.data, thing.bytes), (Some(serde_json::json!({"n": n})), Some(vec![0, 255])));
        assert_eq!((thing.lasts, thing.real), (Some(TimeDelta::milliseconds(1500)), Some(0.5)));
    }
}
