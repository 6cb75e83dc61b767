//! Rare keys that the server passes on: the same as when they are sent.

use super::filled;
use nuages::query;
use nuages::testing::assert_num_queries;
use odd::models::Kind;

/// Runs a chain both ways and compares what comes.
macro_rules! same {
    ($db:expr, $($chain:tt)*) => {{
        let apart = query!($($chain)*).run(&$db).await.unwrap();
        let query = query!($($chain)* .pipelined());
        let together = assert_num_queries(query.round_trips() + 2, query.run(&$db)).await.unwrap();
        assert_eq!(format!("{together:?}"), format!("{apart:?}"));
    }};
}

#[tokio::test]
async fn keys_that_are_texts_relations_and_unique_fields() {
    let (_database, db) = filled().await;
    same!(db, City.order_by(zip).prefetch_related(halls.order_by(code).prefetch_related(seats.order_by(number))));
    same!(db, Hall.order_by(code).prefetch_related(city, lockers.order_by(number).prefetch_related(holder.passport)));
    same!(db, Person.order_by(id).prefetch_related(passport, locker, home_matches.referee.clubs, visits.order_by(id)));
    same!(db, Club.order_by(id).prefetch_related(guests.order_by(id), last = guests.order_by(-name)[..1]));
    same!(db, Animal.order_by(id).prefetch_related(friends.order_by(id), enemies, enemy_of, children, keepers));
    // A list that is no array: its values are parameters of their own.
    let kinds = [Kind::Dog, Kind::Cat];
    same!(db, Animal.order_by(id).prefetch_related(friends.filter(kind.in = kinds).order_by(id)));
}

#[tokio::test]
async fn keys_that_are_custom_types_and_native_enums() {
    let (_database, db) = filled().await;
    same!(db, Device.order_by(name).prefetch_related(ports.order_by(number), habit));
    same!(db, Port.order_by(number).prefetch_related(device.prefetch_related(ports, habit)));
    same!(db, Device.order_by(name).prefetch_related(last = ports.order_by(-number)[..1]));
    same!(db, Habit.order_by(text).prefetch_related(first = device_set.order_by(name)[..1]));
    same!(db, Habit.order_by(text).prefetch_related(device_set.order_by(name).prefetch_related(ports)));
    let devices = query!(Device.order_by(name).prefetch_related(ports)).run(&db).await.unwrap();
    let ports: Vec<Vec<i32>> = devices.iter().map(|d| d.ports.iter().map(|port| port.number).collect()).collect();
    assert_eq!(ports, [vec![1, 4], vec![], vec![2]]);
    let habits = query!(Habit.order_by(text).prefetch_related(device_set)).run(&db).await.unwrap();
    let names: Vec<Vec<&str>> = habits.iter().map(|h| h.device_set.iter().map(|d| d.name.as_str()).collect()).collect();
    assert_eq!(names, [vec![], vec!["c"], vec!["a"]]);
}

#[tokio::test]
async fn keys_of_exact_types_that_no_index_finds() {
    let (_database, db) = filled().await;
    let query = query!(Depot.order_by(code).prefetch_related(parcels.order_by(id), weighed.order_by(id)).pipelined());
    assert_eq!(query.sql().matches(" IN (SELECT UNNEST(").count(), 2);
    let depots = query.run(&db).await.unwrap();
    let ids: Vec<(&str, Vec<i64>, Vec<i64>)> = depots
        .iter()
        .map(|d| (d.code.trim(), d.parcels.iter().map(|p| p.id).collect(), d.weighed.iter().map(|p| p.id).collect()))
        .collect();
    assert_eq!(ids, [("east", vec![1, 3], vec![3, 4]), ("idle", vec![], vec![]), ("w", vec![2, 4], vec![1])]);
    same!(db, Parcel.order_by(id).prefetch_related(depot, scale.weighed.order_by(id)));
    same!(db, Depot.order_by(code).prefetch_related(last = parcels.order_by(-id)[..1], weighed.order_by(label)));
}
