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
