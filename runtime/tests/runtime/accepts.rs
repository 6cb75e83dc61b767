//! Which Rust values fit which fields. That they compile is most of the test; what does not is in `ui-tests`.

use std::collections::{BTreeSet, HashSet};
use std::ops::Deref;

use nuages::private::{Accepts, Key, Plan, build, ty};
use nuages::{Model, Query, Read};

use crate::support::{INT8, TEXT, Value, database, fixed, param};

struct Category {
    id: i64,
}

impl Model for Category {
    type Key = i64;
    type Parts = (i64,);
    const NAME: &'static str = "Category";
    const FIELDS: &'static str = "id";

    fn pk(&self) -> i64 {
        self.id
    }

    fn __new((id,): (i64,)) -> Self {
        Self { id }
    }

    fn __parts(&self) -> (&i64,) {
        (&self.id,)
    }
}

/// A record of a query, as emitted code makes it.
struct Row {
    category: Category,
}

impl Deref for Row {
    type Target = Category;

    fn deref(&self) -> &Category {
        &self.category
    }
}

impl Accepts<Key<Category, i64>> for &Row {
    fn encode(self, out: &mut Vec<u8>) {
        Accepts::<Key<Category, i64>>::encode(&**self, out);
    }
}

struct Line {
    order: i64,
    sku: String,
}

impl Model for Line {
    type Key = (i64, String);
    type Parts = (i64, String);
    const NAME: &'static str = "Line";
    const FIELDS: &'static str = "order,sku";

    fn pk(&self) -> Self::Key {
        (self.order, self.sku.clone())
    }

    fn __new((order, sku): (i64, String)) -> Self {
        Self { order, sku }
    }

    fn __parts(&self) -> (&i64, &String) {
        (&self.order, &self.sku)
    }
}

#[tokio::test]
async fn keys() {
    static KEY: Plan<Vec<i64>> =
        Plan::<Vec<i64>>::rows::<Value<i64>>("Row", fixed("SELECT $1", &[param(0, INT8)]), &[]);
    static PAIR: Plan<Vec<String>> = Plan::<Vec<String>>::rows::<Value<String>>(
        "Row",
        fixed("SELECT $1 || $2", &[param(0, INT8), param(1, TEXT)]),
        &[],
    );
    let (_keep, db) = database("").await;
    let key = ty::<Key<Category, i64>>;
    let category = Category { id: 7 };
    let queries: [Query<Vec<i64>, Read>; 6] = [
        build().bind(key(), &category).finish(&KEY),
        build().bind(key(), category.id).finish(&KEY),
        build().bind(key(), 7).finish(&KEY),
        build().bind_value(key(), Some(&category)).finish(&KEY),
        build().bind_nullable(0, key(), &Some(7)).finish(&KEY),
        build().bind(key(), &Row { category: Category { id: 7 } }).finish(&KEY),
    ];
    for query in queries {
        assert_eq!(query.run(&db).await.unwrap(), [7]);
    }
    let line = Line { order: 3, sku: "x".into() };
    let pair = ty::<(i64, String)>;
    let queries: [Query<Vec<String>, Read>; 4] = [
        build().bind_key(pair(), (3, "x")).finish(&PAIR),
        build().bind_key(pair(), (&3, String::from("x"))).finish(&PAIR),
        build().bind_key(pair(), &line).finish(&PAIR),
        build().bind_key(pair(), line.pk()).finish(&PAIR),
    ];
    for query in queries {
        assert_eq!(query.run(&db).await.unwrap(), ["3x"]);
    }
}

#[tokio::test]
async fn anything_that_iterates() {
    static ANY: Plan<Vec<bool>> =
        Plan::<Vec<bool>>::rows::<Value<bool>>("Row", fixed("SELECT 7::int8 = ANY ($1)", &[param(0, 1016)]), &[]);
    let (_keep, db) = database("").await;
    let (hash, tree) = (HashSet::from([7_i64]), BTreeSet::from([7_i64]));
    let categories = [Category { id: 7 }];
    let id = ty::<i64>;
    let queries: [Query<Vec<bool>, Read>; 9] = [
        build().bind_list(id(), &hash).finish(&ANY),
        build().bind_list(id(), tree).finish(&ANY),
        build().bind_list(id(), vec![7]).finish(&ANY),
        build().bind_list(id(), &[7][..]).finish(&ANY),
        build().bind_list(id(), 5..9).finish(&ANY),
        build().bind_list(id(), Some(7)).finish(&ANY),
        build().bind_list(id(), hash.iter().filter(|id| **id > 1)).finish(&ANY),
        build().bind_list(id(), [None, Some(&7)]).finish(&ANY),
        build().bind_list(ty::<Key<Category, i64>>(), &categories).finish(&ANY),
    ];
    for query in queries {
        assert_eq!(query.run(&db).await.unwrap(), [true]);
    }
}

#[tokio::test]
async fn optional_and_nullable() {
    static IS: Plan<Vec<Option<String>>> =
        Plan::<Vec<Option<String>>>::rows::<Value<Option<String>>>("Row", fixed("SELECT $1", &[param(0, TEXT)]), &[]);
    let (_keep, db) = database("").await;
    let text = ty::<String>;
    let (owned, none): (Option<String>, Option<&str>) = (Some("x".into()), None);
    let some: [Query<Vec<Option<String>>, Read>; 8] = [
        build().bind_some(0, text(), &owned).finish(&IS),
        build().bind_some(0, text(), owned.clone()).finish(&IS),
        build().bind_some(0, text(), owned.as_deref()).finish(&IS),
        build().bind_nullable(0, text(), &owned).finish(&IS),
        build().bind_nullable(0, text(), owned.clone()).finish(&IS),
        build().bind_nullable(0, text(), "x").finish(&IS),
        build().bind_value(text(), &String::from("x")).finish(&IS),
        build().bind_value(text(), owned.as_ref()).finish(&IS),
    ];
    for query in some {
        assert_eq!(query.run(&db).await.unwrap(), [Some("x".to_owned())]);
    }
    let nothing: [Query<Vec<Option<String>>, Read>; 4] = [
        build().bind_some(0, text(), none).finish(&IS),
        build().bind_some(0, text(), &none).finish(&IS),
        build().bind_nullable(0, text(), none).finish(&IS),
        build().bind_value(text(), &none).finish(&IS),
    ];
    for query in nothing {
        assert_eq!(query.run(&db).await.unwrap(), [None]);
    }
}
