//! Queries on rare things give what they should.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "queries/between.rs"]
mod between;
#[path = "queries/borrowed.rs"]
mod borrowed;
#[path = "queries/derived.rs"]
mod derived;
#[path = "queries/gone.rs"]
mod gone;
#[path = "queries/keys.rs"]
mod keys;
#[path = "queries/loose.rs"]
mod loose;
#[path = "queries/objects.rs"]
mod objects;
#[path = "queries/pipelined.rs"]
mod pipelined;
#[path = "queries/plenty.rs"]
mod plenty;
#[path = "queries/raw.rs"]
mod raw;
#[path = "queries/scopes.rs"]
mod scopes;
#[path = "queries/serial.rs"]
mod serial;
#[path = "queries/writes.rs"]
mod writes;

use nuages::chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use nuages::rust_decimal::Decimal;
use nuages::uuid::Uuid;
use nuages::{Db, query, serde_json};
use nuages_devdb::Database;
use odd::models::{self, Kind, Person};

/// Some of each.
const ROWS: &str = "
    INSERT INTO person (id, name, nickname, born_at) OVERRIDING SYSTEM VALUE VALUES
        (1, 'Ada', 'a', '2024-03-31 00:30:00+00'), (2, 'Bob', NULL, '2023-12-31 23:30:00+00'),
        (3, 'Cyd', 'c', '2024-06-30 22:00:00+00'), (4, 'Dan', NULL, '2024-06-30 21:59:59.999999+00');
    INSERT INTO match (id, home_id, away_id, referee_id, score) OVERRIDING SYSTEM VALUE VALUES
        (1, 1, 2, 3, 5), (2, 2, 1, NULL, 7), (3, 1, 3, 2, 7), (4, 3, 1, 1, 0);
    INSERT INTO city (id, zip, name) OVERRIDING SYSTEM VALUE VALUES (10, '75001', 'Paris'), (20, '69001', 'Lyon');
    INSERT INTO hall (code, city_id) VALUES ('big', '75001'), ('small', '75001'), ('old', '69001');
    INSERT INTO seat (hall_id, number, taken) VALUES
        ('big', 1, true), ('big', 2, false), ('big', 3, true), ('small', 1, false), ('small', 2, false);
    INSERT INTO locker (hall_id, number, holder_id) VALUES ('big', 1, 1), ('big', 7, NULL), ('small', 2, 2);
    INSERT INTO passport (owner_id, number) VALUES (1, 'P1'), (3, 'P3');
    INSERT INTO \"select\" (id, \"order\", \"group\", \"where\", user_id, \"desc\") OVERRIDING SYSTEM VALUE VALUES
        (1, 3, 'x', NULL, 1, 30), (2, 1, 'y', 'here', NULL, 10), (3, 2, 'x', 'there', 1, 20);
    INSERT INTO animal (id, name, kind, parent_id, is_gone) OVERRIDING SYSTEM VALUE VALUES
        (1, 'Rex', 'dog', NULL, false), (2, 'Tom', 'cat', NULL, false), (3, 'Maya', 'bee', NULL, true),
        (4, 'Kit', 'cat', 2, false), (5, 'Ghost', 'cat', 2, true);
    INSERT INTO animal_friends (from_animal_id, to_animal_id) VALUES (1, 2), (2, 1), (2, 4), (4, 2), (1, 5), (5, 1);
    INSERT INTO animal_enemies (from_animal_id, to_animal_id) VALUES (1, 4), (4, 2);
    INSERT INTO keeping (animal_id, person_id, since) VALUES
        (1, 1, '2020-01-01'), (2, 1, '2021-01-01'), (2, 2, '2019-01-01'), (5, 3, '2018-01-01');
    INSERT INTO club (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'Chess'), (2, 'Dance'), (3, 'Empty');
    INSERT INTO visit (club_id, guest_id, tip) VALUES
        (1, 'a', 1), (1, 'c', 2), (1, NULL, 4), (NULL, 'a', 8), (2, NULL, 16), (NULL, NULL, 32);
    INSERT INTO habit (kind, text) VALUES ('cat', 'sleeps'), ('dog', 'runs'), ('bee', 'hums');
    INSERT INTO device (mac, name, habit_id) VALUES
        ('08:00:2b:01:02:03', 'a', 'cat'), ('08:00:2b:01:02:04', 'b', NULL), ('08:00:2b:01:02:05', 'c', 'dog');
    INSERT INTO port (number, device_id) VALUES (1, '08:00:2b:01:02:03'), (2, '08:00:2b:01:02:05'), (3, NULL),
        (4, '08:00:2b:01:02:03');
    INSERT INTO depot (code, weight, rank) VALUES ('east', 1.50, 'a'), ('w', 22.75, NULL), ('idle', 3, 'b');
    INSERT INTO parcel (id, depot_id, scale_id, label) OVERRIDING SYSTEM VALUE VALUES
        (1, 'east', 22.75, 'one'), (2, 'w', NULL, 'two'), (3, 'east', 1.5, 'three'), (4, 'w', 1.5, 'four');
    ALTER TABLE \"select\" ALTER COLUMN id RESTART WITH 100;
    ALTER TABLE animal ALTER COLUMN id RESTART WITH 100;
    ALTER TABLE person ALTER COLUMN id RESTART WITH 100;
    ALTER TABLE club ALTER COLUMN id RESTART WITH 100;
";

async fn filled() -> (Database, Db) {
    let database = nuages_devdb::shared_from_template(concat!("odd ", include_str!("../schema.nuages")), |url| {
        let url = url.to_owned();
        let make = async move {
            let db = Db::connect(&url).await?;
            models::create_all(&db).await?;
            db.execute_script(ROWS).await
        };
        // The closure is not async, and a runtime cannot wait inside another.
        std::thread::spawn(|| tokio::runtime::Runtime::new().unwrap().block_on(make)).join().unwrap()
    });
    let database = database.expect("a server for tests");
    let db = Db::connect(&database.url()).await.unwrap();
    (database, db)
}

#[tokio::test]
async fn two_ways_to_one_model() {
    let (_database, db) = filled().await;
    let home = query!(Match.filter(home.name = "Ada").values_list(id, flat)).run(&db).await.unwrap();
    assert_eq!(home, [3, 1]);
    let either = query!(Match.filter(Q(home.name = "Ada") | Q(away.name = "Ada")).order_by(id).values_list(id, flat));
    assert_eq!(either.run(&db).await.unwrap(), [1, 2, 3, 4]);
    let counts = query!(
        Person
            .annotate(home = Count(home_matches), away = Count(away_matches), best = Max(home_matches.score))
            .values_list(name, home, away, best)
    );
    let expected = [("Ada", 2, 2, Some(7)), ("Bob", 1, 1, Some(7)), ("Cyd", 1, 1, Some(0)), ("Dan", 0, 0, None)];
    assert_eq!(counts.run(&db).await.unwrap(), expected.map(|(name, h, a, b)| (name.to_owned(), h, a, b)));
    let joined = query!(Match.select_related(home, away, referee).order_by(id)).run(&db).await.unwrap();
    let names: Vec<_> = joined
        .iter()
        .map(|m| (m.home.name.as_str(), m.away.name.as_str(), m.referee.as_ref().map(|r| r.name.as_str())))
        .collect();
    let expected =
        [("Ada", "Bob", Some("Cyd")), ("Bob", "Ada", None), ("Ada", "Cyd", Some("Bob")), ("Cyd", "Ada", Some("Ada"))];
    assert_eq!(names, expected);
    let people =
        query!(Person.filter(id.in = [1, 4]).prefetch_related(home_matches.select_related(away), away_matches));
    let people = people.run(&db).await.unwrap();
    assert_eq!(people[0].home_matches.iter().map(|m| m.away.name.as_str()).collect::<Vec<_>>(), ["Cyd", "Bob"]);
    assert_eq!(people[0].away_matches.iter().map(|m| m.id).collect::<Vec<_>>(), [2, 4]);
    assert!(people[1].home_matches.is_empty());
}

#[tokio::test]
async fn keys_of_two_columns() {
    let (_database, db) = filled().await;
    let seat = query!(Seat(("big", 3))).run(&db).await.unwrap();
    assert_eq!((seat.hall_id.as_str(), seat.number, seat.taken), ("big", 3, true));
    let again = query!(Seat(&seat)).run(&db).await.unwrap();
    assert_eq!(again, seat);
    let ordered = query!(Seat.order_by(-pk)[1..3]).run(&db).await.unwrap();
    assert_eq!(ordered.iter().map(|s| (s.hall_id.as_str(), s.number)).collect::<Vec<_>>(), [("small", 1), ("big", 3)]);
    let first = query!(Seat.filter(taken = false).first()).run(&db).await.unwrap().unwrap();
    assert_eq!((first.hall_id.as_str(), first.number), ("big", 2));
    let page = query!(Seat.page(2, 2)).run(&db).await.unwrap();
    assert_eq!(page.items.iter().map(|s| s.number).collect::<Vec<_>>(), [3, 1]);
    assert_eq!((page.total, page.pages), (5, 3));
    assert_eq!(query!(Seat.aggregate(n = Count(), most = Max(number))).run(&db).await.unwrap().n, 5);
    let changed = query!(Seat(("small", 2)).update(taken = true)).run(&db).await.unwrap();
    assert_eq!(changed, 1);
    assert_eq!(query!(Seat.filter(taken = true).count()).run(&db).await.unwrap(), 3);
    let seats =
        query!(Hall.order_by(code).annotate(n = Count(seats), free = Count(seats, filter = Q(seats.taken = false))));
    let seats: Vec<_> = seats.run(&db).await.unwrap().iter().map(|h| (h.code.clone(), h.n, h.free)).collect();
    assert_eq!(seats, [("big".to_owned(), 3, 1), ("old".to_owned(), 0, 0), ("small".to_owned(), 2, 1)]);
}

#[tokio::test]
async fn relations_to_what_is_no_key() {
    let (_database, db) = filled().await;
    let halls = query!(Hall.filter(city.name = "Paris").order_by(code).values_list(code, city)).run(&db).await.unwrap();
    assert_eq!(halls, [("big".to_owned(), "75001".to_owned()), ("small".to_owned(), "75001".to_owned())]);
    let paris = query!(City.get(name = "Paris")).run(&db).await.unwrap();
    assert_eq!(query!(Hall.filter(city = &paris).count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Hall.filter(city = "69001").count()).run(&db).await.unwrap(), 1);
    assert_eq!(query!(Hall.filter(city_id.in = ["69001", "x"]).count()).run(&db).await.unwrap(), 1);
    let of_city = query!(City(&paris).halls.order_by(-code).values_list(code, flat)).run(&db).await.unwrap();
    assert_eq!(of_city, ["small", "big"]);
    let cities =
        query!(City.order_by(zip).prefetch_related(halls.order_by(code).prefetch_related(seats.order_by(number))));
    let cities = cities.run(&db).await.unwrap();
    let tree: Vec<_> = cities
        .iter()
        .map(|c| (c.name.as_str(), c.halls.iter().map(|h| (h.code.as_str(), h.seats.len())).collect::<Vec<_>>()))
        .collect();
    assert_eq!(tree, [("Lyon", vec![("old", 0)]), ("Paris", vec![("big", 3), ("small", 2)])]);
    let joined = query!(Seat.select_related(hall.city).filter(hall.city.zip = "75001", taken = true).order_by(pk));
    let joined = joined.run(&db).await.unwrap();
    assert_eq!(joined.iter().map(|s| s.hall.city.name.as_str()).collect::<Vec<_>>(), ["Paris", "Paris"]);
    let counts =
        query!(City.annotate(n = Count(halls), seats = Count(halls.seats)).order_by(zip).values_list(n, seats));
    assert_eq!(counts.run(&db).await.unwrap(), [(1, 0), (2, 5)]);
    let sub = query!(City.filter(zip.in = Hall.filter(code = "old").values_list(city, flat)).values_list(name, flat));
    assert_eq!(sub.run(&db).await.unwrap(), ["Lyon"]);
    assert_eq!(query!(City.filter(Exists(halls.filter(code = "old"))).count()).run(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn a_relation_that_is_the_key() {
    let (_database, db) = filled().await;
    let ada: Person = query!(Person(1)).run(&db).await.unwrap();
    let passport = query!(Passport.select_related(owner).get(owner = &ada)).run(&db).await.unwrap();
    assert_eq!((passport.number.as_str(), passport.owner.name.as_str()), ("P1", "Ada"));
    assert_eq!(query!(Passport(3)).run(&db).await.unwrap().number, "P3");
    let without = query!(Person.filter(passport.isnull = true).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(without, ["Bob", "Dan"]);
    let numbers = query!(Person.values_list(name, passport.number)).run(&db).await.unwrap();
    assert_eq!(numbers[0], ("Ada".to_owned(), Some("P1".to_owned())));
    assert_eq!(numbers[1], ("Bob".to_owned(), None));
    let fetched = query!(Person.prefetch_related(passport)).run(&db).await.unwrap();
    let fetched: Vec<_> = fetched.iter().map(|p| p.passport.as_ref().map(|p| p.number.as_str())).collect();
    assert_eq!(fetched, [Some("P1"), None, Some("P3"), None]);
    let made = query!(Passport.create(owner = 2, number = "P2")).run(&db).await.unwrap();
    assert_eq!(made.owner_id, 2);
}

#[tokio::test]
async fn names_of_sql() {
    let (_database, db) = filled().await;
    let rows = query!(Select.from(3).values(order, group, where, from)).run(&db).await.unwrap();
    let rows: Vec<_> = rows.into_iter().map(|r| (r.order, r.group, r.r#where, r.from)).collect();
    assert_eq!(
        rows,
        [(1, "y".to_owned(), Some("here".to_owned()), 10), (2, "x".to_owned(), Some("there".to_owned()), 20)]
    );
    let groups = query!(Select.values(group).annotate(n = Count(), most = Max(from)).order_by(-n, group)).run(&db);
    let groups: Vec<_> = groups.await.unwrap().into_iter().map(|g| (g.group, g.n, g.most)).collect();
    assert_eq!(groups, [("x".to_owned(), 2, Some(30)), ("y".to_owned(), 1, Some(10))]);
    assert_eq!(query!(Select.filter(where = None, user.name = "Ada").count()).run(&db).await.unwrap(), 1);
    let made = query!(Select.create(order = 9, group = "z", from = 1)).run(&db).await.unwrap();
    assert_eq!((made.order, made.user_id), (9, None));
    let changed =
        query!(Select.filter(order = 9).update(from = F(from) + F(order), where = "w")).run(&db).await.unwrap();
    assert_eq!(changed, 1);
    assert_eq!(query!(Select.get(group = "z")).run(&db).await.unwrap().from, 10);
    assert_eq!(query!(Select.filter(group = "z").delete()).run(&db).await.unwrap(), 1);
    let people = query!(Person.annotate(sum = Sum(selects.order, default = 0)).values_list(sum, flat)).run(&db).await;
    assert_eq!(people.unwrap(), [5, 0, 0, 0]);
}

#[tokio::test]
async fn relations_to_itself_and_a_scope_that_is_always_there() {
    let (_database, db) = filled().await;
    let names = query!(Animal.order_by(id).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(names, ["Rex", "Tom", "Kit"]);
    let all = query!(Animal.unscoped().order_by(kind, -id).values_list(id, kind)).run(&db).await.unwrap();
    assert_eq!(all, [(1, Kind::Dog), (5, Kind::Cat), (4, Kind::Cat), (2, Kind::Cat), (3, Kind::Bee)]);
    let cats = query!(Animal.of_kind(Kind::Cat).order_by(id).values_list(id, flat)).run(&db).await.unwrap();
    assert_eq!(cats, [2, 4]);
    let some = query!(Animal.filter(kind.in = [Kind::Dog, Kind::Bee]).values_list(id, flat)).run(&db).await.unwrap();
    assert_eq!(some, [1]);
    assert_eq!(query!(Animal.filter(kind.gt = "dog").count()).run(&db).await.unwrap(), 2);
    // Along a path the scope does not apply.
    let friends = query!(Animal.filter(friends.name = "Ghost").values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(friends, ["Rex"]);
    let counts = query!(Animal.annotate(n = Count(friends), bad = Count(enemies), by = Count(enemy_of)).order_by(id));
    let counts: Vec<_> = counts.run(&db).await.unwrap().iter().map(|a| (a.id, a.n, a.bad, a.by)).collect();
    assert_eq!(counts, [(1, 2, 1, 0), (2, 2, 0, 1), (4, 1, 1, 1)]);
    // In what is fetched beside it does.
    let fetched = query!(Animal.order_by(id).prefetch_related(friends.order_by(id), enemies, enemy_of, children));
    let fetched = fetched.run(&db).await.unwrap();
    let fetched: Vec<_> = fetched
        .iter()
        .map(|a| (a.id, a.friends.iter().map(|f| f.id).collect::<Vec<_>>(), a.enemies.len(), a.children.len()))
        .collect();
    assert_eq!(fetched, [(1, vec![2], 1, 0), (2, vec![1, 4], 0, 1), (4, vec![2], 1, 0)]);
    let one = query!(Animal(1).friends.order_by(id).values_list(id, flat)).run(&db).await.unwrap();
    assert_eq!(one, [2]);
    let through = query!(Person.prefetch_related(animals.order_by(name), keepings.select_related(animal)).order_by(id));
    let through = through.run(&db).await.unwrap();
    assert_eq!(through[0].animals.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["Rex", "Tom"]);
    assert!(through[2].animals.is_empty(), "the only one is gone");
    assert_eq!(through[2].keepings[0].animal.name, "Ghost");
    let keepers = query!(Animal.filter(keepers.name = "Ada", keepings.since.year = 2021).values_list(id, flat));
    assert_eq!(keepers.run(&db).await.unwrap(), [2]);
    let labels = query!(Animal.filter(label.startswith = "r", parent = None).values_list(label, flat)).run(&db).await;
    assert_eq!(labels.unwrap(), ["rex"]);
    let parents = query!(Animal.filter(parent.name = "Tom").select_related(parent.parent)).run(&db).await.unwrap();
    assert_eq!(parents[0].parent.as_ref().map(|p| (p.name.as_str(), p.parent.is_none())), Some(("Tom", true)));
    assert_eq!(query!(Animal.all().update(name = Upper(name))).run(&db).await.unwrap(), 3);
    let made = query!(Animal.create(name = "Zed")).run(&db).await.unwrap();
    assert_eq!((made.kind, made.label.as_str()), (Kind::Cat, "zed"));
}

#[tokio::test]
async fn days_of_a_zone_with_summer_time() {
    let (_database, db) = filled().await;
    // Ada was born at 1:30 on the day when the clocks went forward.
    let day = NaiveDate::from_ymd_opt(2024, 3, 31).unwrap();
    assert_eq!(query!(Person.filter(born_at.date = day).values_list(id, flat)).run(&db).await.unwrap(), [1]);
    assert_eq!(query!(Person.filter(born_at.year = 2024).count()).run(&db).await.unwrap(), 4);
    assert_eq!(query!(Person.filter(born_at.month = 7).values_list(id, flat)).run(&db).await.unwrap(), [3]);
    assert_eq!(query!(Person.filter(born_at.day = 1).values_list(id, flat)).run(&db).await.unwrap(), [2, 3]);
    assert_eq!(query!(Person.filter(born_at.date.lt = "2024-01-01").count()).run(&db).await.unwrap(), 0);
    let months = query!(Person.values(month = TruncMonth(born_at)).annotate(n = Count()).order_by(month));
    let months: Vec<_> = months.run(&db).await.unwrap().into_iter().map(|m| (m.month, m.n)).collect();
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let expected = ["2023-12-31T23:00:00Z", "2024-02-29T23:00:00Z", "2024-05-31T22:00:00Z", "2024-06-30T22:00:00Z"];
    assert_eq!(months, expected.map(|text| (at(text), 1)));
}

#[tokio::test]
async fn values_of_all_sorts() {
    let (_database, db) = filled().await;
    let naive = NaiveDateTime::parse_from_str("2024-02-29 12:00:00.5", "%Y-%m-%d %H:%M:%S%.f").unwrap();
    let exact: Decimal = "-12345678901234567890.12345".parse().unwrap();
    let made = query!(Thing.create(
        small = -5,
        big = i64::MIN,
        real = 0.5,
        exact = exact,
        naive = naive,
        at = NaiveTime::from_hms_opt(23, 59, 59).unwrap(),
        lasts = TimeDelta::milliseconds(-1500),
        words = ["a", "b,\"c\"", ""],
        data = serde_json::json!({"a": [1, null]}),
        bytes = vec![0_u8, 255],
        address = "10.0.0.1".parse::<std::net::IpAddr>().unwrap()
    ));
    let made = made.run(&db).await.unwrap();
    let found = query!(Thing(made.key)).run(&db).await.unwrap();
    assert_eq!(found, made);
    assert_eq!((found.small, found.big, found.real, found.exact), (-5, Some(i64::MIN), Some(0.5), Some(exact)));
    assert_eq!(found.words, ["a", "b,\"c\"", ""]);
    assert_eq!((found.naive, found.lasts), (Some(naive), Some(TimeDelta::milliseconds(-1500))));
    assert_eq!(
        query!(Thing.filter(naive.date = "2024-02-29", exact.lt = 0, small = -5).count()).run(&db).await.unwrap(),
        1
    );
    assert_eq!(query!(Thing.filter(key.in = [made.key, Uuid::nil()]).count()).run(&db).await.unwrap(), 1);
    let sums = query!(Thing.aggregate(small = Sum(small), exact = Avg(exact), real = Max(real), lasts = Sum(lasts)));
    let sums = sums.run(&db).await.unwrap();
    assert_eq!((sums.small, sums.exact, sums.real), (Some(-5), Some(exact), Some(0.5)));
    assert_eq!(sums.lasts, Some(TimeDelta::milliseconds(-1500)));
    let rows = [(1_i16, vec!["x"], Some(2_i64)), (2, vec![], None)];
    let many = query!(Thing.bulk_create(for (small, words, big) in &rows => small = *small, words = words, big = *big));
    let many = many.run(&db).await.unwrap();
    assert_eq!(
        many.iter().map(|t| (t.small, t.words.len(), t.big)).collect::<Vec<_>>(),
        [(1, 1, Some(2)), (2, 0, None)]
    );
}

#[tokio::test]
async fn lists_of_keys_of_several_columns() {
    let (_database, db) = filled().await;
    let keys = vec![("big".to_owned(), 1), ("big".to_owned(), 9), ("small".to_owned(), 2)];
    let found = query!(Seat.filter(pk.in = &keys).order_by(-pk)).run(&db).await.unwrap();
    let found: Vec<(&str, i32)> = found.iter().map(|s| (s.hall_id.as_str(), s.number)).collect();
    assert_eq!(found, [("small", 2), ("big", 1)]);
    assert_eq!(query!(Seat.exclude(pk.in = keys.clone()).count()).run(&db).await.unwrap(), 3);
    let literal = query!(Seat.filter(pk.in = [("big", 2), ("old", 1)]).count());
    assert_eq!(literal.run(&db).await.unwrap(), 1);
    let iterated = query!(Seat.filter(pk.in = (1..=3).map(|n| ("big", n))).count());
    assert_eq!(iterated.run(&db).await.unwrap(), 3);
    let none: Vec<(&str, i32)> = Vec::new();
    assert_eq!(query!(Seat.filter(pk.in = &none).count()).run(&db).await.unwrap(), 0);
    assert_eq!(query!(Seat.exclude(pk.in = none).count()).run(&db).await.unwrap(), 5);
    // Rows are keys too.
    let taken = query!(Seat.filter(taken = true)).run(&db).await.unwrap();
    assert_eq!(query!(Seat.filter(pk.in = &taken).count()).run(&db).await.unwrap(), 2);
    for (given, expected) in [(Some(&taken), 2), (None, 5)] {
        assert_eq!(query!(Seat.filter(pk.in? = given).count()).run(&db).await.unwrap(), expected);
    }
    for (given, expected) in [(Some(("big", 1)), 1), (None, 5)] {
        assert_eq!(query!(Seat.filter(pk? = given).count()).run(&db).await.unwrap(), expected);
    }
    let halls = query!(Hall.filter(seats.in = [("big", 1), ("big", 2)]).values_list(code, flat));
    assert_eq!(halls.run(&db).await.unwrap(), ["big"]);
    let halls = query!(Hall.exclude(seats.in = &taken).order_by(code).values_list(code, flat));
    assert_eq!(halls.run(&db).await.unwrap(), ["old", "small"]);
    assert_eq!(query!(Seat.filter(pk.in = Seat.filter(taken = true)).count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Seat.exclude(pk.in = Seat.filter(taken = true)).count()).run(&db).await.unwrap(), 3);
    let pairs = query!(Seat.filter(pk.in = Seat.filter(taken = false).values_list(hall, number)).count());
    assert_eq!(pairs.run(&db).await.unwrap(), 3);
    assert!(query!(Seat.contains(&taken[0])).run(&db).await.unwrap());
    assert!(!query!(Seat.filter(taken = false).contains(("big", 1))).run(&db).await.unwrap());
}

#[tokio::test]
async fn maps_by_keys_of_all_sorts() {
    let (_database, db) = filled().await;
    let seats = query!(Seat.in_bulk([("big", 1), ("small", 7)])).run(&db).await.unwrap();
    assert_eq!(seats.keys().collect::<Vec<_>>(), [&("big".to_owned(), 1)]);
    assert!(seats[&("big".to_owned(), 1)].taken);
    let keys: Vec<(String, i32)> = seats.into_keys().collect();
    assert_eq!(query!(Seat.select_related(hall).in_bulk(&keys)).run(&db).await.unwrap().len(), 1);
    assert_eq!(query!(Seat.only(taken).in_bulk()).run(&db).await.unwrap().len(), 5);
    let people = query!(Person.in_bulk([1, 2])).run(&db).await.unwrap();
    let passports = query!(Passport.in_bulk(people.values(), owner)).run(&db).await.unwrap();
    assert_eq!(passports[&1].number, "P1");
    let named = query!(Person.in_bulk(["a", "c", "x"], nickname)).run(&db).await.unwrap();
    assert_eq!((named.len(), named["c"].name.as_str()), (2, "Cyd"));
    let cities = query!(City.prefetch_related(halls).in_bulk(["75001"], zip)).run(&db).await.unwrap();
    assert_eq!(cities["75001"].halls.len(), 2);
}

#[tokio::test]
async fn lists_of_arrays() {
    let (_database, db) = filled().await;
    for words in [&["a", "b"][..], &["it's", "{x}", "NULL"], &[]] {
        query!(Thing.create(small = 1, words = words)).run(&db).await.unwrap();
    }
    let lists = vec![vec!["a", "b"], vec!["b", "a"], vec!["it's", "{x}", "NULL"]];
    assert_eq!(query!(Thing.filter(words.in = &lists).count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Thing.exclude(words.in = lists).count()).run(&db).await.unwrap(), 1);
    let empty: Vec<Vec<String>> = vec![vec![]];
    assert_eq!(query!(Thing.filter(words.in = empty).count()).run(&db).await.unwrap(), 1);
}

#[tokio::test]
async fn native_enums_go_by_their_declaration() {
    let (_database, db) = filled().await;
    let kinds = query!(Animal.unscoped().values_list(kind, flat).distinct().order_by(kind));
    assert_eq!(
        kinds.sql(),
        "SELECT CAST(t1.\"c0\" AS text) FROM (SELECT DISTINCT t0.\"kind\" AS \"c0\" FROM \"animal\" AS t0) AS t1 ORDER BY t1.\"c0\""
    );
    assert_eq!(kinds.run(&db).await.unwrap(), [Kind::Dog, Kind::Cat, Kind::Bee]);
    let two = query!(Animal.unscoped().values(is_gone, kind).distinct().order_by(-kind, is_gone)[1..3]);
    let two: Vec<_> = two.run(&db).await.unwrap().into_iter().map(|row| (row.kind, row.is_gone)).collect();
    assert_eq!(two, [(Kind::Cat, false), (Kind::Cat, true)]);
    let last = query!(Animal.unscoped().values_list(kind, flat).distinct().order_by(kind).last());
    assert_eq!(last.run(&db).await.unwrap(), Some(Kind::Bee));
    let rest = query!(Animal.unscoped().values(kind).distinct().order_by(kind).after(Kind::Dog));
    assert_eq!(
        rest.run(&db).await.unwrap().into_iter().map(|row| row.kind).collect::<Vec<_>>(),
        [Kind::Cat, Kind::Bee]
    );
    let before = query!(Animal.unscoped().values(kind).distinct().order_by(kind).before(Kind::Bee)[..2]);
    let before: Vec<_> = before.run(&db).await.unwrap().into_iter().map(|row| row.kind).collect();
    assert_eq!(before, [Kind::Dog, Kind::Cat]);
    let kept =
        query!(Person.order_by(id).prefetch_related(kinds = animals.values_list(kind, flat).distinct().order_by(kind)));
    let kept: Vec<_> = kept.run(&db).await.unwrap().into_iter().map(|person| person.kinds).collect();
    assert_eq!(kept, [vec![Kind::Dog, Kind::Cat], vec![Kind::Cat], vec![], vec![]]);
    let first = query!(
        Person.order_by(id).prefetch_related(kinds = animals.values_list(kind, flat).distinct().order_by(-kind)[..1])
    );
    let first: Vec<_> = first.run(&db).await.unwrap().into_iter().map(|person| person.kinds).collect();
    assert_eq!(first, [vec![Kind::Cat], vec![Kind::Cat], vec![], vec![]]);
    let joined = query!(
        Animal
            .values_list(kind, flat)
            .filter(id = 1)
            .union(Animal.unscoped().filter(id = 3).values_list(kind, flat))
            .order_by(kind)
    );
    assert_eq!(joined.run(&db).await.unwrap(), [Kind::Dog, Kind::Bee]);

    let alike = query!(Animal.filter(kind.in = Animal.filter(name = "Tom").values_list(kind, flat)).order_by(id));
    assert_eq!(alike.run(&db).await.unwrap().iter().map(|a| a.id).collect::<Vec<_>>(), [2, 4]);
    let first = query!(
        Animal.filter(kind.in = Animal.values(kind).distinct().order_by(kind)[..1]).values_list(id, flat)
    );
    assert_eq!(first.run(&db).await.unwrap(), [1]);
    let kinds = query!(
        Animal
            .annotate(of_first = Subquery(Animal.unscoped().order_by(-id).values(kind)[..1]))
            .filter(of_first = Kind::Cat)
            .order_by(of_first, id)
            .values_list(id, of_first)
    );
    assert_eq!(kinds.run(&db).await.unwrap(), [(1, Some(Kind::Cat)), (2, Some(Kind::Cat)), (4, Some(Kind::Cat))]);
}

#[tokio::test]
async fn relations_behind_relations_of_one_object() {
    let (_database, db) = filled().await;
    // Twice a keeper of what Bob keeps: once in the answer.
    let keepers = query!(Person(2).animals.keepers.order_by(id).values_list(name, flat));
    assert_eq!(keepers.run(&db).await.unwrap(), ["Ada", "Bob"]);
    let siblings = query!(Animal(4).parent.children.values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(siblings, ["Kit"]);
    // What has no parent has no siblings.
    assert_eq!(query!(Animal(1).parent.children.count()).run(&db).await.unwrap(), 0);
    assert_eq!(query!(Animal(1).parent.parent.first()).run(&db).await.unwrap(), None);
    let all = query!(Animal(4).parent.children.unscoped().order_by(id).values_list(id, flat)).run(&db).await.unwrap();
    assert_eq!(all, [4, 5]);
    // Keys of two columns on the way, and a relation to what is no key.
    let next_door = query!(Seat(("big", 1)).hall.city.halls.order_by(code).values_list(code, flat));
    assert_eq!(next_door.run(&db).await.unwrap(), ["big", "small"]);
    let city = query!(Seat(("old", 1)).hall.city).run(&db).await.unwrap_err();
    assert!(city.is_does_not_exist(), "{city}");
    assert_eq!(query!(Seat(("big", 1)).hall.city).run(&db).await.unwrap().name, "Paris");
    let seats = query!(City(10).halls.seats.filter(number.lte = 2).order_by(pk)).run(&db).await.unwrap();
    let seats: Vec<_> = seats.iter().map(|seat| (seat.hall_id.as_str(), seat.number)).collect();
    assert_eq!(seats, [("big", 1), ("big", 2), ("small", 1), ("small", 2)]);
    let free = query!(Seat(("big", 1)).hall.seats.filter(taken = false).update(taken = true)).run(&db).await.unwrap();
    assert_eq!(free, 1);
    let with_many =
        query!(City.filter(Exists(City(OuterRef(id)).halls.seats.filter(taken = true))).values_list(name, flat));
    assert_eq!(with_many.run(&db).await.unwrap(), ["Paris"]);
}
