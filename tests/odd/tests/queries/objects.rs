//! Objects with rare keys and values, saved, deleted and read again.

use super::filled;
use nuages::chrono::TimeDelta;
use nuages::query;
use nuages::serde_json::json;
use odd::models::{Animal, Kind, Passport, Seat, Thing};

#[tokio::test]
async fn keys_of_several_columns_and_of_relations() {
    let (_keep, db) = filled().await;
    let mut seat: Seat = query!(Seat(("big", 2))).run(&db).await.unwrap();
    seat.taken = true;
    seat.save(&db).await.unwrap();
    assert!(query!(Seat(("big", 2))).run(&db).await.unwrap().taken);
    assert_eq!(query!(Seat.filter(taken = true).count()).run(&db).await.unwrap(), 3);
    assert_eq!(seat.delete(&db).await.unwrap(), 1);
    assert!(seat.refresh_from_db(&db).await.unwrap_err().is_does_not_exist());
    let mut passport: Passport = query!(Passport(1)).run(&db).await.unwrap();
    passport.number = "P9".to_owned();
    passport.save(&db).await.unwrap();
    passport.refresh_from_db(&db).await.unwrap();
    assert_eq!(passport.number, "P9");
}

#[tokio::test]
async fn what_the_database_generates_comes_back() {
    let (_keep, db) = filled().await;
    // The scope that is always there does not hide an object from itself.
    let mut maya: Animal = query!(Animal(3).unscoped()).run(&db).await.unwrap();
    maya.name = "MAJA".to_owned();
    maya.kind = Kind::Cat;
    maya.save(&db).await.unwrap();
    assert_eq!((maya.label.as_str(), maya.kind), ("maja", Kind::Cat));
    let mut select = query!(Select(1)).run(&db).await.unwrap();
    select.r#where = Some("now".to_owned());
    select.from = 7;
    select.save(&db).await.unwrap();
    assert_eq!(query!(Select(1)).run(&db).await.unwrap(), select);
}

#[tokio::test]
async fn values_of_all_sorts_go_and_come_back() {
    let (_keep, db) = filled().await;
    let mut thing: Thing = query!(Thing.create(small = 1, words = ["a"])).run(&db).await.unwrap();
    thing.words = vec!["b, c".to_owned(), "{}".to_owned(), String::new()];
    thing.data = Some(json!({"a": [1, null]}));
    thing.bytes = Some(vec![0, 1, 255]);
    thing.address = Some("::1".parse().unwrap());
    thing.lasts = Some(TimeDelta::microseconds(-1));
    thing.big = Some(i64::MIN);
    thing.real = Some(0.25);
    thing.exact = Some("0.100".parse().unwrap());
    thing.save(&db).await.unwrap();
    let again: Thing = query!(Thing(thing.key)).run(&db).await.unwrap();
    assert_eq!(again, thing);
    let mut wide = query!(Wide.create()).run(&db).await.unwrap();
    wide.c139 = -1;
    wide.save(&db).await.unwrap();
    assert_eq!(query!(Wide(wide.id)).run(&db).await.unwrap().c139, -1);
}
