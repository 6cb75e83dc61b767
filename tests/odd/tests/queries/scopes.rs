//! Arguments of scopes: each is evaluated once, in the order written, whatever the scope does with it.

use super::filled;
use nuages::query;
use odd::models::Layout;
use std::cell::{Cell, RefCell};

/// Says what was evaluated, and when.
#[derive(Default)]
struct Log(RefCell<Vec<&'static str>>);

impl Log {
    /// Notes the name and gives the value.
    fn saw<T>(&self, name: &'static str, value: T) -> T {
        self.0.borrow_mut().push(name);
        value
    }

    /// What was noted since the last time.
    fn take(&self) -> Vec<&'static str> {
        self.0.take()
    }
}

query! {
    /// The arguments of the function are those of the scope.
    fn turned(a: i32, b: i32, group: &str) -> Vec<i32> {
        Select.turned(a, b).filter(group = group).values_list(order, flat)
    }
}

#[tokio::test]
async fn arguments_are_evaluated_in_the_order_written() {
    let (_database, db) = filled().await;
    let log = Log::default();
    // `turned` uses its second parameter first.
    let query = query!(
        Select
            .filter(group = log.saw("group", "x"))
            .turned(log.saw("a", 4), log.saw("b", 10))
            .exclude(order = log.saw("order", 100))
            .values_list(order, flat)
    );
    assert_eq!(log.take(), ["group", "a", "b", "order"]);
    assert_eq!(query.run(&db).await.unwrap(), [2, 3]);
    let query = query!(
        Select
            .nested(log.saw("a", Some(2)), log.saw("b", 4), log.saw("c", 10))
            .turned(log.saw("d", 3), log.saw("e", 5))
            .count()
    );
    assert_eq!(log.take(), ["a", "b", "c", "d", "e"]);
    let _: nuages::Query<i64, nuages::Read> = query;
    let query = query!(Select.among(log.saw("a", 3), log.saw("b", 1)).values_list(order, flat));
    assert_eq!(log.take(), ["a", "b"]);
    assert_eq!(query.run(&db).await.unwrap(), [1, 3]);
    let (first, second) = (log.saw("first", 4), log.saw("second", 10));
    assert_eq!(turned(first, second, "x").run(&db).await.unwrap(), [2, 3]);
}

#[tokio::test]
async fn arguments_that_a_scope_does_not_use_are_evaluated_too() {
    let (_database, db) = filled().await;
    let calls = Cell::new(0);
    let next = || {
        calls.set(calls.get() + 1);
        Some(calls.get())
    };
    let query = query!(Select.lenient(next(), "x").lenient(next(), String::from("x")).values_list(order, flat));
    assert_eq!(calls.get(), 2);
    assert_eq!(query.run(&db).await.unwrap(), [2, 3]);
    let query = query!(Select.lenient("7".parse::<i32>().ok(), &String::from("y")).count());
    assert_eq!(query.run(&db).await.unwrap(), 1);
    let failed: Result<nuages::Query<i64, nuages::Read>, std::num::ParseIntError> =
        (|| Ok(query!(Select.lenient(Some("seven".parse::<i32>()?), "y").count())))();
    assert!(failed.is_err());
}

#[tokio::test]
async fn a_left_out_argument_is_evaluated_once() {
    let (_database, db) = filled().await;
    let log = Log::default();
    for (least, found) in [(None, vec![1, 2, 3]), (Some(2), vec![2, 3]), (Some(3), vec![3])] {
        let query =
            query!(Select.nested(log.saw("a", least), log.saw("b", 4), log.saw("c", 5)).values_list(order, flat));
        assert_eq!(log.take(), ["a", "b", "c"]);
        assert_eq!(query.run(&db).await.unwrap(), found, "{least:?}");
    }
}

#[tokio::test]
async fn an_argument_of_a_branch_is_evaluated_if_it_is_taken() {
    let (_database, db) = filled().await;
    let log = Log::default();
    for (up, seen, found) in [(true, vec!["a", "b", "z"], 2), (false, vec!["c", "z"], 2)] {
        let query = query!(
            Select
                .filter(if up {
                    id.in = Select.turned(log.saw("a", 4), log.saw("b", 10)).values(id)
                } else {
                    id.in = Select.either(log.saw("c", String::from("x"))).values(id)
                })
                .exclude(order = log.saw("z", 9))
                .count()
        );
        assert_eq!(log.take(), seen);
        assert_eq!(query.run(&db).await.unwrap(), found);
    }
}

#[tokio::test]
async fn arguments_of_scopes_within_subqueries_and_prefetches() {
    let (_database, db) = filled().await;
    let log = Log::default();
    let query = query!(
        Person
            .filter(Q(name = log.saw("name", "Ada"), Exists(selects.turned(log.saw("a", 4), log.saw("b", 10)))))
            .annotate(n = Subquery(selects.turned(log.saw("c", 4), log.saw("d", 10)).values(order)[..1]))
            .prefetch_related(selects.turned(log.saw("e", 4), log.saw("f", 20)))
    );
    assert_eq!(log.take(), ["name", "a", "b", "c", "d", "e", "f"]);
    let rows = query.run(&db).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].n, Some(2));
    assert_eq!(rows[0].selects.iter().map(|s| s.order).collect::<Vec<_>>(), [3]);
}

/// What is no `Copy` can be used by a scope in two ways, and references live as long as the query is being built.
#[tokio::test]
async fn arguments_by_value_and_by_reference() {
    let (_database, db) = filled().await;
    let text = String::from("x");
    assert_eq!(query!(Select.either(&text).count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Select.either(text).count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Select.either(&String::from("here")).count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Select.either(format!("{}re", "he").as_str()).count()).run(&db).await.unwrap(), 2);
    let texts = [String::from("x"), String::from("y")];
    let found = texts.iter().map(|text| query!(Select.either(text).lenient(None::<i32>, text).count()));
    let mut counts = Vec::new();
    for query in found {
        counts.push(query.run(&db).await.unwrap());
    }
    assert_eq!(counts, [2, 1]);
}

#[tokio::test]
async fn parameters_are_numbers_of_any_type_and_objects_whatever_refers_to_them() {
    let (_database, db) = filled().await;
    let created = query!(Front.create(code = "a", opens = "08:30", day = "2026-01-02", price = 99, big = 200));
    let front = created.run(&db).await.unwrap();
    assert_eq!((front.shown.as_str(), front.layout), ("08:30:00", Layout::List));
    let many = query!(Front.cheap(100).large(150).both(150).count()).run(&db).await.unwrap();
    assert_eq!(many, 1);
    assert_eq!(query!(Front.both(100).late().count()).run(&db).await.unwrap(), 0);
    query!(Remark.create(front = &front)).run(&db).await.unwrap();
    assert_eq!(query!(Remark.on_front(&front).count()).run(&db).await.unwrap(), 1);
}
