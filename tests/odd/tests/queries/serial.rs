//! Models, records and pages as JSON.

use super::filled;
use nuages::serde_json::{Value, from_value, json, to_value};
use nuages::{Interval, Page, Range, SearchVector, query};
use odd::models::{Animal, Kind, Sign, Thing, Wide};

query! {
    /// What is said of an animal.
    #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    fn told(kind: Kind) -> Vec<Told> {
        Animal.of_kind(kind).annotate(long_name = Concat(name, " the animal")).prefetch_related(keepers.only(name))
    }
}

query! {
    /// Without attributes it is as other records are.
    #[cfg(not(any()))]
    fn plain() -> Page<Plain> { Animal.select_related(parent).order_by(id).page(1, 2) }
}

query! {
    #[cfg(any())]
    fn never() -> Page<Never> { Animal.select_related(parent).order_by(id).page(1, 2) }
}

#[tokio::test]
async fn models_there_and_back() {
    let (_database, db) = filled().await;
    let animal = query!(Animal(4)).run(&db).await.unwrap();
    let there = to_value(&animal).unwrap();
    let expected = json!({ "id": 4, "name": "Kit", "kind": "cat", "parent_id": 2, "label": "kit", "is_gone": false });
    assert_eq!(there, expected);
    assert_eq!(from_value::<Animal>(there).unwrap(), animal);
    let odd = from_value::<Animal>(json!({ "id": 4, "name": "Kit", "kind": "cow", "label": "", "is_gone": false }));
    assert!(odd.unwrap_err().to_string().contains("\"cow\" is no value of `Kind`"));
    // A reserved word is its plain name.
    let rows = query!(Select.filter(id = 2)).run(&db).await.unwrap();
    let row = to_value(&rows).unwrap();
    assert_eq!((&row[0]["order"], &row[0]["where"], &row[0]["from"]), (&json!(1), &json!("here"), &json!(10)));
    let thing = query!(Thing.create(
        small = 1,
        words = ["a"],
        data = json!({ "k": [1] }),
        bytes = vec![1, 2],
        exact = 1.50,
        lasts = nuages::chrono::TimeDelta::seconds(90),
        span = 1..5
    ));
    let thing = thing.run(&db).await.unwrap();
    let there = to_value(&thing).unwrap();
    assert_eq!((&there["words"], &there["data"], &there["big"]), (&json!(["a"]), &json!({ "k": [1] }), &Value::Null));
    assert_eq!(from_value::<Thing>(there).unwrap(), thing);
}

#[tokio::test]
async fn records_are_their_model_and_more() {
    let (_database, db) = filled().await;
    let rows = query!(
        Animal
            .select_related(parent)
            .annotate(n = Count(keepings))
            .prefetch_related(friends.only(name), since = keepings.values_list(since, flat))
            .order_by(id)
    );
    let rows = rows.run(&db).await.unwrap();
    let there = to_value(&rows).unwrap();
    let kit = json!({
        "id": 4, "name": "Kit", "kind": "cat", "parent_id": 2, "label": "kit", "is_gone": false,
        "parent": { "id": 2, "name": "Tom", "kind": "cat", "parent_id": null, "label": "tom", "is_gone": false },
        "n": 0, "friends": [{ "name": "Tom" }], "since": [],
    });
    assert_eq!(there[2], kit);
    assert_eq!((&there[1]["parent"], &there[1]["since"]), (&Value::Null, &json!(["2019-01-01", "2021-01-01"])));
    assert_eq!(rows[2], rows[2].clone());
    assert!(rows[1] != rows[2]);
    let values =
        query!(Animal.order_by(id).values(name, parent.name, upper = Upper(name))[..1]).run(&db).await.unwrap();
    assert_eq!(to_value(&values).unwrap(), json!([{ "name": "Rex", "parent__name": null, "upper": "REX" }]));
    let totals = query!(Animal.aggregate(n = Count(), last = Max(id))).run(&db).await.unwrap();
    assert_eq!(to_value(&totals).unwrap(), json!({ "n": 3, "last": 4 }));
}

#[tokio::test]
async fn named_records_say_it_themselves() {
    let (_database, db) = filled().await;
    let told = told(Kind::Dog).run(&db).await.unwrap();
    let there = to_value(&told).unwrap();
    let rex = json!([{
        "id": 1, "name": "Rex", "kind": "dog", "parent_id": null, "label": "rex", "is_gone": false,
        "longName": "Rex the animal", "keepers": [{ "name": "Ada" }],
    }]);
    assert_eq!(there, rex);
    assert_eq!(from_value::<Vec<Told>>(there).unwrap(), told);
    let page: Page<Plain> = plain().run(&db).await.unwrap();
    let there = to_value(&page).unwrap();
    assert_eq!((&there["total"], &there["pages"], &there["items"][1]["name"]), (&json!(3), &json!(2), &json!("Tom")));
    assert_eq!(page, page.clone());
}

#[tokio::test]
async fn names_that_clash_and_wide_rows() {
    let (_database, db) = filled().await;
    let first = query!(Sign.create(sign = "up")).run(&db).await.unwrap();
    let second = query!(Sign.create(sign = "down", next = &first)).run(&db).await.unwrap();
    // `row.sign` is the field, so the base is not called so.
    let row = query!(Sign.select_related(next).get(pk = &second)).run(&db).await.unwrap();
    assert_eq!((row.sign.as_str(), row.next.as_ref().map(|n| n.sign.as_str())), ("down", Some("up")));
    let own: Sign = row.self_;
    assert_eq!(own, second);
    let taken = query!(Sign.annotate(self_ = Length(sign)).get(pk = second.id)).run(&db).await.unwrap();
    assert_eq!((taken.self_, taken.self__.id), (4, second.id));
    let wide = query!(Wide.create(sign = &second, c007 = -7)).run(&db).await.unwrap();
    let rows = query!(Wide.select_related(sign.next).prefetch_related(sign.before).annotate(sum = F(c007) + F(c199)));
    let rows = rows.run(&db).await.unwrap();
    assert_eq!((rows[0].c007, rows[0].c199, rows[0].sum), (-7, 199, 192));
    let sign = rows[0].sign.as_ref().unwrap();
    assert_eq!((sign.before.len(), sign.next.as_ref().map(|n| n.id)), (0, Some(first.id)));
    let there = to_value(&rows[0]).unwrap();
    assert_eq!(there.as_object().map(nuages::serde_json::Map::len), Some(204));
    assert_eq!(from_value::<Wide>(there).unwrap(), wide);
    let some = query!(Wide.defer(c000, c001, sign).get()).run(&db).await.unwrap();
    assert_eq!((some.id, some.c002, some.c198), (wide.id, 2, 198));
}

#[test]
fn types_of_our_own() {
    let values = (Interval::new(1, 2, 3), Range::from(1..5), Range::<i32>::empty(), SearchVector::from("'a':1"));
    let there = to_value(&values).unwrap();
    let expected = json!([
        { "months": 1, "days": 2, "microseconds": 3 },
        [{ "Included": 1 }, { "Excluded": 5 }],
        null,
        "'a':1",
    ]);
    assert_eq!(there, expected);
    assert_eq!(from_value::<(Interval, Range<i32>, Range<i32>, SearchVector)>(there).unwrap(), values);
}
