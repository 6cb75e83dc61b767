//! Optional conditions: which text is sent, with which values.

use nuages::private::{Frag, Key, Param, Pattern, Plan, Statement, build, ty};
use nuages::{ErrorKind, Query, Read, Write};

use crate::support::{INT8, INT8_ARRAY, ITEMS, TEXT, TEXT_ARRAY, Value, database, fixed, number, param};

const NOTHING: Frag = Frag::Text("");

/// `id >= $1` if bit 0, `name = $2` or `name IS NULL` by bit 1, `name LIKE $3` if bit 2.
static FILTER: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>(
    "Row",
    Statement {
        sql: Frag::Seq(&[
            Frag::Text("SELECT id FROM nullable"),
            Frag::List {
                open: " WHERE ",
                separator: " AND ",
                close: "",
                items: &[
                    Frag::When { any: 1, then: &Frag::Text("id >= $1"), otherwise: &NOTHING },
                    Frag::When { any: 2, then: &Frag::Text("name = $2"), otherwise: &Frag::Text("name IS NULL") },
                    Frag::When { any: 4, then: &Frag::Text("name LIKE $3"), otherwise: &NOTHING },
                ],
            },
            Frag::Text(" ORDER BY id"),
        ]),
        params: &[param(0, INT8), param(1, TEXT), param(2, TEXT)],
    },
    &[],
);

const NULLABLE: &str = "
    CREATE TABLE nullable (id bigint PRIMARY KEY, name text);
    INSERT INTO nullable VALUES (1, 'a%b'), (2, NULL), (3, 'a%b'), (4, NULL), (5, 'axb');
";

fn filter(id: Option<i64>, name: Option<&str>, like: Option<&str>) -> Query<Vec<i64>, Read> {
    build()
        .bind_some(0, ty::<i64>(), id)
        .bind_nullable(1, ty::<String>(), name)
        .bind_pattern_some(2, Pattern::StartsWith, like)
        .finish(&FILTER)
}

#[tokio::test]
async fn masks_choose_the_variant() {
    let (_keep, db) = database(NULLABLE).await;
    let cases: [(Query<Vec<i64>, Read>, &[i64]); 5] = [
        (filter(None, None, None), &[2, 4]),
        (filter(Some(3), None, None), &[4]),
        (filter(None, Some("a%b"), None), &[1, 3]),
        (filter(Some(2), Some("a%b"), Some("a%")), &[3]),
        (filter(None, Some("axb"), Some("a%")), &[]),
    ];
    for (query, expected) in cases {
        assert_eq!(query.run(&db).await.unwrap(), expected, "{}", query.sql());
    }
    assert_eq!(filter(None, None, None).sql(), "SELECT id FROM nullable WHERE name IS NULL ORDER BY id");
}

#[tokio::test]
async fn lists_and_ranges() {
    static LIST: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>(
        "Row",
        Statement {
            sql: Frag::Seq(&[
                Frag::Text("SELECT id FROM item"),
                Frag::When { any: 1, then: &Frag::Text(" WHERE id = ANY ($1)"), otherwise: &NOTHING },
                Frag::Text(" ORDER BY id"),
            ]),
            params: &[param(0, INT8_ARRAY)],
        },
        &[],
    );
    static RANGE: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>(
        "Row",
        fixed("SELECT id FROM item WHERE id BETWEEN $1 AND $2 ORDER BY id", &[param(0, INT8), param(1, INT8)]),
        &[],
    );
    static TEXTS: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>(
        "Row",
        fixed("SELECT id FROM item WHERE name = ANY ($1) ORDER BY id", &[param(0, TEXT_ARRAY)]),
        &[],
    );
    let (_keep, db) = database(ITEMS).await;
    let list = |query: Query<Vec<i64>, Read>| {
        let db = db.clone();
        async move { query.run(&db).await.unwrap() }
    };
    let ids = vec![3, 1];
    let ty64 = ty::<i64>;
    assert_eq!(list(build().bind_list(ty64(), &ids).switch(0, true).finish(&LIST)).await, [1, 3]);
    assert_eq!(list(build().bind_list(ty64(), ids).switch(0, true).finish(&LIST)).await, [1, 3]);
    assert_eq!(list(build().bind_list(ty64(), [2]).switch(0, true).finish(&LIST)).await, [2]);
    assert_eq!(list(build().bind_list(ty64(), [Some(2), None]).switch(0, true).finish(&LIST)).await, [2]);
    let nothing: Vec<i64> = build()
        .bind_list(ty64(), std::iter::empty::<i64>())
        .switch(0, true)
        .finish::<_, Read>(&LIST)
        .run(&db)
        .await
        .unwrap();
    assert_eq!(nothing, [0_i64; 0]);
    assert_eq!(list(build().bind_list_some(0, ty64(), None::<Vec<i64>>).finish(&LIST)).await, [1, 2, 3]);
    assert_eq!(list(build().bind_list_some(0, ty64(), Some([1, 9])).finish(&LIST)).await, [1]);
    struct Thing;
    assert_eq!(list(build().bind_list(ty::<Key<Thing, i64>>(), [2]).switch(0, true).finish(&LIST)).await, [2]);

    assert_eq!(list(build().bind_range(ty64(), 2..=3).finish(&RANGE)).await, [2, 3]);
    assert_eq!(list(build().bind_range(ty64(), (&1, 2)).finish(&RANGE)).await, [1, 2]);
    let none: Option<(i64, i64)> = None;
    assert_eq!(list(build().bind_range_some(0, ty64(), none).finish(&RANGE)).await, [0_i64; 0]);
    assert_eq!(list(build().bind_range_some(0, ty64(), Some((3, 4))).finish(&RANGE)).await, [3]);

    let owned = String::from("a");
    let names = [owned.as_str(), "c", "\" ,{}\\"];
    assert_eq!(list(build().bind_list(ty::<String>(), names).finish(&TEXTS)).await, [1, 3]);
    assert_eq!(list(build().bind_list(ty::<String>(), names.iter().rev()).finish(&TEXTS)).await, [1, 3]);
}

#[tokio::test]
async fn a_list_of_a_native_enum_is_inferred() {
    struct Rating(&'static str);
    impl nuages::private::SqlType for Rating {
        const OID: u32 = 0;
        const ARRAY_OID: u32 = 0;
    }
    impl nuages::private::Accepts<Rating> for Rating {
        fn encode(self, out: &mut Vec<u8>) {
            out.extend_from_slice(self.0.as_bytes());
        }
    }
    static ANY: Plan<Vec<String>> = Plan::<Vec<String>>::rows::<Value<String>>(
        "Film",
        fixed(
            "SELECT rating FROM film WHERE rating = ANY ($1) AND rating >= $2 ORDER BY rating",
            &[param(0, 0), param(1, 0)],
        ),
        &[],
    );
    let (keep, db) = database(
        "CREATE TYPE rating AS ENUM ('G', 'PG, \"13\"', 'R\\');
         CREATE TABLE film (rating rating);
         INSERT INTO film VALUES ('R\\'), ('G'), ('PG, \"13\"'), (NULL)",
    )
    .await;
    let query: Query<_, Read> = build()
        .bind_list(ty::<Rating>(), [Rating("PG, \"13\""), Rating("R\\")])
        .bind(ty::<Rating>(), Rating("G"))
        .finish(&ANY);
    assert_eq!(query.run(&db).await.unwrap(), ["PG, \"13\"", "R\\"]);
    // A plain client has no statement to learn the types from.
    let (plain, connection) =
        nuages::tokio_postgres::connect(keep.url().as_ref(), nuages::tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    assert_eq!(query.run(&plain).await.unwrap().len(), 2);
}

#[tokio::test]
async fn patterns_find_what_was_given() {
    static LIKE: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>(
        "Row",
        fixed("SELECT id FROM nullable WHERE name LIKE $1 ORDER BY id", &[param(0, TEXT)]),
        &[],
    );
    let (_keep, db) = database(NULLABLE).await;
    for (pattern, text, expected) in [
        (Pattern::Contains, "%", vec![1, 3]),
        (Pattern::StartsWith, "a", vec![1, 3, 5]),
        (Pattern::EndsWith, "xb", vec![5]),
        (Pattern::Contains, "_", vec![]),
        (Pattern::Contains, "", vec![1, 3, 5]),
    ] {
        let query: Query<_, Read> = build().bind_pattern(pattern, text).finish(&LIKE);
        assert_eq!(query.run(&db).await.unwrap(), expected, "{pattern:?} {text}");
    }
}

#[tokio::test]
async fn an_update_with_nothing_left_sends_nothing() {
    const SET: Statement = Statement {
        sql: Frag::Seq(&[
            Frag::Text("UPDATE item"),
            Frag::List {
                open: " SET ",
                separator: ", ",
                close: "",
                items: &[Frag::When { any: 2, then: &Frag::Text("name = $2"), otherwise: &NOTHING }],
            },
            Frag::Text(" WHERE id >= $1"),
        ]),
        params: &[param(0, INT8), param(1, TEXT)],
    };
    static UPDATE: Plan<u64> = Plan::<u64>::affected("Item", SET);
    let (_keep, db) = database(ITEMS).await;
    let update = |name: Option<&str>| -> Query<u64, Write> {
        build().bind(ty::<i64>(), 2).bind_some(1, ty::<String>(), name).finish_unless_empty(0b10, &UPDATE)
    };
    assert_eq!(update(None).run(&db).await.unwrap(), 0);
    assert_eq!(update(None).round_trips(), 0);
    assert_eq!(update(Some("z")).run(&db).await.unwrap(), 2);
    assert_eq!(number(&db, "SELECT count(*) FROM item WHERE name = 'z'").await, 2);
}

#[tokio::test]
async fn arguments_are_evaluated_in_order_and_may_leave() {
    static ONE: Plan<Vec<i64>> =
        Plan::<Vec<i64>>::rows::<Value<i64>>("Row", fixed("SELECT $1 + $2", &[param(0, INT8), param(1, INT8)]), &[]);
    async fn late(value: i64) -> Result<i64, std::io::Error> {
        tokio::task::yield_now().await;
        if value < 0 { Err(std::io::Error::other("negative")) } else { Ok(value) }
    }
    #[expect(unused_parens, reason = "as emitted")]
    async fn query(a: i64, b: i64) -> Result<Query<Vec<i64>, Read>, std::io::Error> {
        Ok(build().bind(ty::<i64>(), (late(a).await?)).bind(ty::<i64>(), (late(b).await?)).finish(&ONE))
    }
    let (_keep, db) = database("").await;
    let sum = tokio::spawn(async move { query(1, 2).await.unwrap().run(&db).await }).await.unwrap();
    assert_eq!(sum.unwrap(), [3]);
    assert!(query(1, -2).await.is_err());
}

#[tokio::test]
async fn a_slot_that_is_missing_is_an_error() {
    const ONE: &[Param] = &[param(7, INT8)];
    static PLAN: Plan<Vec<i64>> = Plan::<Vec<i64>>::rows::<Value<i64>>("Row", fixed("SELECT $1", ONE), &[]);
    let (_keep, db) = database("").await;
    let error = build().finish::<_, Read>(&PLAN).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
