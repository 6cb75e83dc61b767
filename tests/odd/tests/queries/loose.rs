//! Keys of which equal ones may have other bytes, that sessions write as other texts, or that the driver does not know.

use std::time::Duration;

use nuages::tokio_postgres::{Client, NoTls, connect};
use nuages::{Error, query};
use nuages_devdb::Database;
use odd::Fails;
use tokio::time::timeout;

use super::filled;

/// Rows of the models of these tests.
const ROWS: &str = "
    INSERT INTO moment (at, name) VALUES ('2024-01-13 10:00:00.123456+00', 'a'), ('2024-07-14 23:30:00+00', 'b'),
        ('1850-03-02 00:00:00+00', 'c');
    INSERT INTO memo (moment_id) SELECT at FROM moment;
    INSERT INTO gauge (level, name) VALUES (0.1::float8 + 0.2, 'a'), (1e300, 'b'), (4.94e-324, 'c'), ('Infinity', 'd'),
        ('NaN', 'e'), (0, 'f');
    INSERT INTO notch (gauge_id) SELECT level FROM gauge UNION ALL SELECT '-0';
    INSERT INTO heft (heft, name) VALUES (1.5, 'light'), (20, 'heavy');
    INSERT INTO chest (name, heft_id) VALUES ('a', 1.5), ('b', 1.50), ('c', 20.000), ('d', NULL), ('e', 1.500);
    INSERT INTO bag (name) VALUES ('Red'), ('blue');
    INSERT INTO item (bag_id, name, text) VALUES ('red', 'x', '1'), ('RED', 'y', '2'), ('Blue', 'Z', '3');
    INSERT INTO ticket (name) VALUES ('a'), ('b');
    INSERT INTO stub (ticket_id) VALUES (1), (1), (2);
    INSERT INTO shaky (name) VALUES ('a');
    INSERT INTO shaken (shaky_id) SELECT id FROM shaky;
    INSERT INTO splinter (shaken_id) SELECT id FROM shaken;
";

async fn plain(database: &Database) -> Client {
    let (client, connection) = connect(&database.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Runs a chain apart and pipelined and compares what comes.
macro_rules! same {
    ($on:expr, $($chain:tt)*) => {{
        let apart = query!($($chain)*).run($on).await.unwrap();
        let together = query!($($chain)* .pipelined()).run($on).await.unwrap();
        assert_eq!(format!("{together:?}"), format!("{apart:?}"));
        apart
    }};
}

#[tokio::test]
async fn in_sessions_with_settings_of_their_own() {
    let (database, db) = filled().await;
    db.execute_script(ROWS).await.unwrap();
    let mut client = plain(&database).await;
    client
        .batch_execute("SET extra_float_digits = -15; SET array_nulls = off; SET bytea_output = escape")
        .await
        .unwrap();
    let zones = ["UTC", "Asia/Kolkata", "Asia/Shanghai", "Europe/Dublin", "America/Havana", "Africa/Monrovia"];
    for zone in zones {
        for style in ["ISO, DMY", "SQL, DMY", "SQL, MDY", "German", "Postgres, DMY"] {
            client.batch_execute(&format!("SET TimeZone = '{zone}'; SET DateStyle = '{style}'")).await.unwrap();
            let tx = client.transaction().await.unwrap();
            let moments = same!(&tx, Moment.order_by(name).prefetch_related(memos.moment, last = memos[..1]));
            assert!(moments.iter().all(|moment| moment.memos.len() == 1 && moment.last.len() == 1), "{zone} {style}");
        }
    }
    let tx = client.transaction().await.unwrap();
    let gauges = same!(&tx, Gauge.order_by(name).prefetch_related(notches.gauge, last = notches.order_by(id)[..1]));
    assert_eq!(gauges.iter().map(|gauge| gauge.notches.len()).collect::<Vec<_>>(), [1, 1, 1, 1, 1, 2]);
    assert!(gauges.iter().all(|gauge| gauge.last.len() == 1));
    // Keys that are NULL.
    same!(&tx, Match.order_by(id).prefetch_related(referee, home.visits.order_by(id)));
    let chests = same!(&tx, Chest.prefetch_related(heft, same = heft[..1]));
    assert!(chests[3].heft.is_none() && chests[3].same.is_none());
}

#[tokio::test]
async fn equal_keys_of_other_bytes() {
    let (_database, db) = filled().await;
    db.execute_script(ROWS).await.unwrap();
    let chests = same!(&db, Chest.prefetch_related(heft.prefetch_related(chests), same = heft[..1]));
    for chest in &chests {
        let heft = chest.heft.as_ref();
        assert_eq!(heft.map(|heft| heft.heft), chest.heft_id, "{chest:?}");
        assert_eq!(chest.same.as_ref().map(|heft| heft.heft), chest.heft_id, "{chest:?}");
        assert_eq!(
            heft.map_or(0, |heft| heft.chests.len()),
            [3, 3, 1, 0, 3][usize::from(chest.name.as_bytes()[0] - b'a')]
        );
    }
    let hefts = same!(&db, Heft.order_by(name).prefetch_related(chests, last = chests.order_by(-name)[..2]));
    let names: Vec<Vec<&str>> =
        hefts.iter().map(|heft| heft.last.iter().map(|chest| chest.name.as_str()).collect()).collect();
    assert_eq!(names, [vec!["c"], vec!["e", "b"]]);
    assert_eq!(hefts[1].chests.iter().map(|chest| chest.name.as_str()).collect::<Vec<_>>(), ["a", "b", "e"]);
    let items = same!(&db, Item.prefetch_related(bag.prefetch_related(items.order_by(-text)), same = bag[..1]));
    let bags: Vec<(&str, usize)> = items.iter().map(|item| (item.bag.name.as_str(), item.bag.items.len())).collect();
    assert_eq!(bags, [("Red", 2), ("Red", 2), ("blue", 1)]);
    let bags = same!(&db, Bag.order_by(name).prefetch_related(items, first = items[..1]));
    assert_eq!(bags.iter().map(|bag| (bag.items.len(), bag.first.len())).collect::<Vec<_>>(), [(1, 1), (2, 1)]);
}

#[tokio::test]
async fn keys_with_a_sequence() {
    let (_database, db) = filled().await;
    db.execute_script(ROWS).await.unwrap();
    let tickets = same!(&db, Ticket.order_by(id).prefetch_related(stubs, last = stubs.order_by(-id)[..1]));
    assert_eq!(tickets.iter().map(|t| (t.stubs.len(), t.last[0].id)).collect::<Vec<_>>(), [(2, 2), (1, 3)]);
    let stubs = same!(&db, Stub.order_by(id).prefetch_related(ticket, same = ticket[..1]));
    assert_eq!(stubs[2].ticket.name, "b");
    assert!(stubs.iter().all(|stub| stub.same.is_some()));
}

/// More rows than wait to be read before the server's next answer comes.
const MANY: &str = "
    INSERT INTO bag (name) VALUES ('red');
    INSERT INTO item (bag_id, name, text) SELECT 'red', 'item ' || i, repeat('x', 200) FROM generate_series(1, 6000) AS i;
";

#[tokio::test]
async fn of_types_that_the_driver_asks_for() {
    let (database, db) = filled().await;
    db.execute_script(MANY).await.unwrap();
    // Whatever waits for an answer that rows are in the way of waits for ever.
    let ever = Duration::from_mins(1);
    let client = plain(&database).await;
    assert_eq!(timeout(ever, query!(Item.all()).run(&client)).await.unwrap().unwrap().len(), 6000);
    let client = plain(&database).await;
    let names = query!(Item.annotate(known = Coalesce(name, bag.name)).values_list(known, flat));
    assert_eq!(timeout(ever, names.run(&client)).await.unwrap().unwrap().len(), 6000);
    let client = plain(&database).await;
    let bags = query!(Bag.values_list(pk).union_all(Item.values_list(name)));
    assert_eq!(timeout(ever, bags.run(&client)).await.unwrap().unwrap().len(), 6001);
    let client = plain(&database).await;
    let bags = query!(Bag.only(name).prefetch_related(items.only(text)));
    assert_eq!(timeout(ever, bags.run(&client)).await.unwrap().unwrap()[0].items.len(), 6000);
    let mut client = plain(&database).await;
    let tx = client.transaction().await.unwrap();
    let bags = query!(Bag.prefetch_related(items).pipelined());
    assert_eq!(timeout(ever, bags.run(&tx)).await.unwrap().unwrap()[0].items.len(), 6000);
}

#[tokio::test]
async fn a_flight_on_a_plain_transaction_asks_for_types_that_the_schema_does_not_know_of() {
    let (database, db) = filled().await;
    let rows = "ALTER TABLE person ALTER name TYPE citext; INSERT INTO person (name, born_at) \
        SELECT repeat('x', 80), now() FROM generate_series(1, 9000)";
    db.execute_script(rows).await.unwrap();
    let mut client = plain(&database).await;
    let tx = client.transaction().await.unwrap();
    let people = query!(Person.order_by(id).prefetch_related(home_matches).pipelined());
    let people = timeout(Duration::from_mins(1), people.run(&tx)).await.unwrap().unwrap();
    assert_eq!(people.len(), 9004);
}

#[tokio::test]
async fn a_value_that_cannot_be_sent_spoils_no_transaction() {
    let (database, db) = filled().await;
    db.execute_script(ROWS).await.unwrap();
    let apart = query!(Shaky.prefetch_related(shaken.filter(load = Fails(1)).prefetch_related(splinters)));
    let together =
        query!(Shaky.prefetch_related(shaken.filter(load = Fails(1)).prefetch_related(splinters)).pipelined());
    let mut client = plain(&database).await;
    let tx = client.transaction().await.unwrap();
    let expected = apart.run(&tx).await.unwrap_err().to_string();
    for _ in 0..2 {
        assert_eq!(together.run(&tx).await.unwrap_err().to_string(), expected);
        assert_eq!(query!(Splinter.count()).run(&tx).await.unwrap(), 1);
    }
    db.atomic(async |tx| {
        for _ in 0..2 {
            assert_eq!(together.run(tx).await.unwrap_err().to_string(), expected);
            assert_eq!(query!(Splinter.count()).run(tx).await?, 1);
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(together.run(&db).await.unwrap_err().to_string(), expected);
    let good = query!(Shaky.prefetch_related(shaken.prefetch_related(splinters)).pipelined()).run(&db).await.unwrap();
    assert_eq!(good[0].shaken[0].splinters.len(), 1);
}
