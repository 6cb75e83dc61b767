//! Rows that go, and what becomes of those that refer to them: every `on_delete`, through several levels.

use super::filled;
use nuages::{Db, ErrorKind, Integrity, query};
use odd::models::{self, Twig};

/// Three roots and twigs on them; the first root is what the others turn to.
async fn planted() -> (nuages_devdb::Database, Db) {
    let (keep, db) = filled().await;
    query!(Root.bulk_create(for name in ["first", "second", "third"] => name = name)).run(&db).await.unwrap();
    (keep, db)
}

async fn names(db: &Db) -> Vec<String> {
    query!(Twig.order_by(name).values_list(name, flat)).run(db).await.unwrap()
}

#[tokio::test]
async fn each_rule_does_what_it_says() {
    let (_keep, db) = planted().await;
    query!(Twig.create(name = "falls", falls = 2)).run(&db).await.unwrap();
    query!(Twig.create(name = "loses", loses = 2)).run(&db).await.unwrap();
    query!(Twig.create(name = "turns", turns = 2)).run(&db).await.unwrap();
    let tied: Twig = query!(Twig.create(name = "tied")).run(&db).await.unwrap();
    query!(Twig(&tied).knots.add([2, 3])).run(&db).await.unwrap();
    assert_eq!(query!(Root(2).delete()).run(&db).await.unwrap(), 1);
    assert_eq!(names(&db).await, ["loses", "tied", "turns"]);
    let rows = query!(Twig.order_by(name).values_list(loses, turns)).run(&db).await.unwrap();
    assert_eq!(rows, [(None, 1), (None, 1), (None, 1)]);
    assert_eq!(query!(Twig(&tied).knots.values_list(id, flat)).run(&db).await.unwrap(), [3]);
    // What all turn to is not there to turn to.
    let error = query!(Root(1).delete()).run(&db).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Integrity(Integrity::ForeignKey | Integrity::Restrict)), "{error:?}");
    assert_eq!(error.constraint(), Some(Twig::TURNS_ID_FKEY));
}

#[tokio::test]
async fn what_is_referred_to_stays_and_the_error_says_where_from() {
    let (_keep, db) = planted().await;
    let twig = query!(Twig.create(name = "holds", holds = 2)).run(&db).await.unwrap();
    for (constraint, field) in
        [(Twig::HOLDS_ID_FKEY, "holds"), (Twig::KEEPS_ID_FKEY, "keeps"), (Twig::STAYS_ID_FKEY, "stays")]
    {
        match field {
            "holds" => 1,
            "keeps" => query!(Twig(&twig).update(holds = None, keeps = 2)).run(&db).await.unwrap(),
            _ => query!(Twig(&twig).update(keeps = None, stays = 2)).run(&db).await.unwrap(),
        };
        let error = query!(Root.filter(name = "second").delete()).run(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Restrict));
        assert_eq!((error.constraint(), error.table()), (Some(constraint), Some("twig")));
        assert_eq!(error.columns(), ["id"]);
        let found = models::CONSTRAINTS.of(&error).unwrap();
        assert_eq!((found.model, found.fields.as_slice(), found.target), ("Twig", [field].as_slice(), Some("Root")));
        assert_eq!(found.to_string(), format!("`Twig.{field}` refers to `Root`"));
    }
    query!(Twig(&twig).update(stays = None)).run(&db).await.unwrap();
    assert_eq!(query!(Root.filter(name = "second").delete()).run(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn a_chain_goes_as_one_or_not_at_all() {
    let (_keep, db) = planted().await;
    let mut above: Option<i64> = None;
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let twig = query!(Twig.create(name = name, falls = 2, parent = above)).run(&db).await.unwrap();
        above = Some(twig.id);
        ids.push(twig.id);
    }
    query!(Twig.create(name = "friend", friend = ids[3])).run(&db).await.unwrap();
    // A ring of two.
    query!(Twig(ids[0]).update(friend = ids[1])).run(&db).await.unwrap();
    query!(Twig(ids[1]).update(friend = ids[0])).run(&db).await.unwrap();
    assert_eq!(query!(Twig(ids[1]).delete()).run(&db).await.unwrap(), 1);
    assert_eq!(names(&db).await, ["a", "friend"]);
    assert_eq!(query!(Twig.filter(friend.isnull = false).count()).run(&db).await.unwrap(), 0);
    // A city keeps its halls, and with them their seats, whose key is of two columns.
    let error = query!(City.filter(zip = "75001").delete()).run(&db).await.unwrap_err();
    let found = models::CONSTRAINTS.of(&error).unwrap();
    assert_eq!((found.model, found.fields.as_slice()), ("Hall", ["city"].as_slice()));
    assert_eq!(error.columns(), ["zip"]);
    assert_eq!(query!(Hall.filter(city.zip = "75001").delete()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Seat.count()).run(&db).await.unwrap() + query!(Locker.count()).run(&db).await.unwrap(), 0);
    assert_eq!(query!(City.filter(zip = "75001").delete()).run(&db).await.unwrap(), 1);
    // Both sides of a table between go with a row, and the row that a key of one column is.
    assert_eq!(query!(Person(1).delete()).run(&db).await.unwrap(), 1);
    assert_eq!(query!(Passport.filter(owner = 1).count()).run(&db).await.unwrap(), 0);
    assert_eq!(query!(Keeping.filter(person = 1).count()).run(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn every_constraint_is_told_by_its_fields() {
    let (_keep, db) = planted().await;
    let at = "2024-01-01T00:00:00Z".parse::<nuages::chrono::DateTime<nuages::chrono::Utc>>().unwrap();
    let error = query!(Person.create(name = "x", nickname = "a", born_at = at)).run(&db).await.unwrap_err();
    let found = models::CONSTRAINTS.of(&error).unwrap();
    assert_eq!((found.name, found.kind, found.table), ("person_nickname_key", Integrity::Unique, "person"));
    assert_eq!(found.to_string(), "`Person.nickname` is unique");
    let error = query!(Seat.create(hall = "big", number = 1)).run(&db).await.unwrap_err();
    assert_eq!(models::CONSTRAINTS.of(&error).unwrap().to_string(), "`Seat.hall`, `Seat.number` are unique");
    let error = query!(Animal(1).friends.add([999])).run(&db).await.unwrap_err();
    assert_eq!(models::CONSTRAINTS.of(&error).unwrap().target, Some("Animal"));
    let error = query!(Person.get(pk = 999)).run(&db).await.unwrap_err();
    assert_eq!(models::CONSTRAINTS.of(&error), None);
    // The names are those of the database.
    let sql = "SELECT count(*) FROM pg_class c JOIN pg_constraint n ON n.conrelid = c.oid \
               WHERE c.relname = $1 AND n.conname = $2 AND n.contype <> 'n'";
    let client = db.client().await.unwrap();
    let mut count = 0;
    for constraint in models::CONSTRAINTS.iter() {
        let there: i64 = client.query_one(sql, &[&constraint.table, &constraint.name]).await.unwrap().get(0);
        assert_eq!(there, 1, "{constraint:?}");
        count += 1;
    }
    assert!(count > 60, "{count}");
}
