//! Rare keys in one statement for all levels: the same as in several.

use super::filled;
use nuages::query;
use nuages::testing::assert_num_queries;
use odd::models::Kind;

/// Runs a chain both ways and compares what comes.
macro_rules! same {
    ($db:expr, $($chain:tt)*) => {{
        let apart = query!($($chain)*).run(&$db).await.unwrap();
        let together = assert_num_queries(1, query!($($chain)* .single_query()).run(&$db)).await.unwrap();
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
    same!(db, Habit.order_by(text).prefetch_related(device_set.order_by(name).prefetch_related(ports)));
    let devices = query!(Device.order_by(name).prefetch_related(ports)).run(&db).await.unwrap();
    let ports: Vec<Vec<i32>> = devices.iter().map(|d| d.ports.iter().map(|port| port.number).collect()).collect();
    assert_eq!(ports, [vec![1, 4], vec![], vec![2]]);
    let habits = query!(Habit.order_by(text).prefetch_related(device_set)).run(&db).await.unwrap();
    let names: Vec<Vec<&str>> = habits.iter().map(|h| h.device_set.iter().map(|d| d.name.as_str()).collect()).collect();
    assert_eq!(names, [vec![], vec!["c"], vec!["a"]]);
}
