//! Related rows: levels, siblings, shared children, keys that are NULL or of several columns.

use nuages::private::{Child, Context, Decode, Lists, Plan, build, ty};
use nuages::{Error, ErrorKind, Nested, Query};

use crate::support::{INT4, INT8, INT8_ARRAY, Item, TEXT, TEXT_ARRAY, database, fixed, param};

const SCRIPT: &str = "
    CREATE TABLE tag (id bigint PRIMARY KEY, name text NOT NULL);
    CREATE TABLE post (id bigint PRIMARY KEY, name text NOT NULL, author bigint);
    CREATE TABLE comment (id bigint PRIMARY KEY, name text NOT NULL, post bigint);
    CREATE TABLE post_tag (post bigint, tag bigint);
    CREATE TABLE author (id bigint PRIMARY KEY, name text NOT NULL);
    INSERT INTO author VALUES (1, 'ann'), (2, 'bob');
    INSERT INTO post VALUES (1, 'p1', 1), (2, 'p2', NULL), (3, 'p3', 1), (4, 'p4', 2);
    INSERT INTO comment VALUES (1, 'c1', 1), (2, 'c2', 1), (3, 'c3', 4), (4, 'c4', NULL);
    INSERT INTO tag VALUES (1, 'red'), (2, 'blue');
    INSERT INTO post_tag VALUES (1, 1), (1, 2), (3, 1);
";

#[derive(Debug, PartialEq)]
struct Post {
    name: String,
    author: Option<Author>,
    comments: Vec<String>,
    tags: Vec<Item>,
}

#[derive(Debug, PartialEq)]
struct Author {
    name: String,
    posts: Vec<i64>,
}

impl Decode for Post {
    type Row = Self;

    fn decode(cx: Context<'_>) -> Result<Self, Error> {
        let author = |cx: Context<'_>| -> Result<Author, Error> {
            Ok(Author { name: cx.get(1)?, posts: cx.many(0, |cx| cx.get(0))? })
        };
        Ok(Self {
            name: cx.get(1)?,
            author: cx.optional(0, author)?,
            comments: cx.all::<Name>(1)?,
            tags: cx.all::<Second>(2)?,
        })
    }
}

/// The text behind a key.
struct Name;

impl Decode for Name {
    type Row = String;

    fn decode(cx: Context<'_>) -> Result<String, Error> {
        cx.get(1)
    }
}

/// The item behind a key.
struct Second;

impl Decode for Second {
    type Row = Item;

    fn decode(cx: Context<'_>) -> Result<Item, Error> {
        cx.model::<Item>(1)
    }
}

const PARENTS: u16 = u16::MAX;

const CHILDREN: &[Child] = &[
    Child {
        statement: fixed("SELECT id, name FROM author WHERE id = ANY ($1)", &[param(PARENTS, INT8_ARRAY)]),
        parent: &[2],
        parent_types: &[INT8],
        key: &[0],
        children: &[Child {
            statement: fixed(
                "SELECT id, author FROM post WHERE author = ANY ($1) ORDER BY id DESC",
                &[param(PARENTS, INT8_ARRAY)],
            ),
            parent: &[0],
            parent_types: &[INT8],
            key: &[1],
            children: &[],
            lists: None,
        }],
        lists: None,
    },
    Child {
        statement: fixed(
            "SELECT post, name FROM comment WHERE name <> $1 AND post = ANY ($2) ORDER BY id",
            &[param(0, TEXT), param(PARENTS, INT8_ARRAY)],
        ),
        parent: &[0],
        parent_types: &[INT8],
        key: &[0],
        children: &[],
        lists: Some(Lists::of::<Name>),
    },
    Child {
        statement: fixed(
            "SELECT l.post, t.id, t.name FROM tag t JOIN post_tag l ON l.tag = t.id WHERE l.post = ANY ($1) \
             ORDER BY t.name",
            &[param(PARENTS, INT8_ARRAY)],
        ),
        parent: &[0],
        parent_types: &[INT8],
        key: &[0],
        children: &[],
        lists: Some(Lists::of::<Second>),
    },
];

fn posts(max: i64) -> Query<Vec<Post>, Nested> {
    static PLAN: Plan<Vec<Post>> = Plan::<Vec<Post>>::rows::<Post>(
        "Post",
        fixed("SELECT id, name, author FROM post WHERE id <= $1 ORDER BY id", &[param(1, INT8)]),
        CHILDREN,
    );
    build().bind(ty::<String>(), "c2").bind(ty::<i64>(), max).finish(&PLAN)
}

#[tokio::test]
async fn two_levels_siblings_and_shared_children() {
    let (_keep, db) = database(SCRIPT).await;
    let posts = posts(9).run(&db).await.unwrap();
    let ann = || Some(Author { name: "ann".into(), posts: vec![3, 1] });
    let tag = |id, name: &str| Item { id, name: name.into() };
    let expected = [
        Post {
            name: "p1".into(),
            author: ann(),
            comments: vec!["c1".into()],
            tags: vec![tag(2, "blue"), tag(1, "red")],
        },
        Post { name: "p2".into(), author: None, comments: vec![], tags: vec![] },
        Post { name: "p3".into(), author: ann(), comments: vec![], tags: vec![tag(1, "red")] },
        Post {
            name: "p4".into(),
            author: Some(Author { name: "bob".into(), posts: vec![4] }),
            comments: vec!["c3".into()],
            tags: vec![],
        },
    ];
    assert_eq!(posts, expected);
}

#[tokio::test]
async fn every_executor_prefetches() {
    let (_keep, db) = database(SCRIPT).await;
    let expected = posts(9).run(&db).await.unwrap();
    assert_eq!(db.atomic(async |tx| posts(9).run(tx).await).await.unwrap(), expected);
    let client = db.client().await.unwrap();
    // Behind the pool's wrapper there is a plain client: nothing is prepared.
    let plain: &nuages::tokio_postgres::Client = &client;
    assert_eq!(posts(9).run(plain).await.unwrap(), expected);
}

#[tokio::test]
async fn without_parents_nothing_is_sent() {
    let (_keep, db) = database(SCRIPT).await;
    assert_eq!(posts(9).round_trips(), 5);
    assert_eq!(posts(9).sql().matches(";\n").count(), 4);
    // The children's tables are not even there: their statements would fail.
    db.execute_script("DROP TABLE author, comment, tag").await.unwrap();
    assert_eq!(posts(0).run(&db).await.unwrap(), []);
    let error = posts(1).run(&db).await.unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Database, Some("42P01")));
    // Three siblings failed at once; the connection is clean, and the same one.
    assert_eq!(db.status().size, 1);
    assert_eq!(posts(0).run(&db).await.unwrap(), []);
    assert_eq!(db.status().size, 1);
}

#[tokio::test]
async fn a_required_row_that_is_gone_is_an_error() {
    struct Strict;
    impl Decode for Strict {
        type Row = (String, String);

        fn decode(cx: Context<'_>) -> Result<Self::Row, Error> {
            Ok((cx.get(1)?, cx.required(0, |cx| cx.get(1))?))
        }
    }
    static PLAN: Plan<Vec<(String, String)>> = Plan::<Vec<(String, String)>>::rows::<Strict>(
        "Post",
        fixed("SELECT id, name, author FROM post WHERE author IS NOT NULL ORDER BY id", &[]),
        &[Child {
            statement: fixed("SELECT id, name FROM author WHERE id = ANY ($1)", &[param(PARENTS, INT8_ARRAY)]),
            parent: &[2],
            parent_types: &[INT8],
            key: &[0],
            children: &[],
            lists: None,
        }],
    );
    let (_keep, db) = database(SCRIPT).await;
    let query: Query<_, Nested> = build().finish(&PLAN);
    assert_eq!(query.run(&db).await.unwrap()[2], ("p4".into(), "bob".into()));
    db.execute_script("DELETE FROM author WHERE id = 2").await.unwrap();
    let error = query.run(&db).await.unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::Decode, Some("author")));
    assert_eq!(error.to_string(), "cannot read column `author`: the related row is gone");
}

#[tokio::test]
async fn keys_of_several_columns() {
    struct Room;
    impl Decode for Room {
        type Row = (String, Vec<i64>);

        fn decode(cx: Context<'_>) -> Result<Self::Row, Error> {
            Ok((cx.get(2)?, cx.many(0, |cx| cx.get(0))?))
        }
    }
    static PLAN: Plan<Vec<(String, Vec<i64>)>> = Plan::<Vec<(String, Vec<i64>)>>::rows::<Room>(
        "Room",
        fixed("SELECT house, floor, name FROM room ORDER BY name", &[]),
        &[Child {
            statement: fixed(
                "SELECT b.id, b.house, b.floor FROM bed b JOIN unnest($1, $2) AS k (house, floor) \
                 ON k.house = b.house AND k.floor = b.floor ORDER BY b.id",
                &[param(PARENTS, TEXT_ARRAY), param(PARENTS - 1, 1007)],
            ),
            parent: &[0, 1],
            parent_types: &[TEXT, INT4],
            key: &[1, 2],
            children: &[],
            lists: None,
        }],
    );
    let (_keep, db) = database(
        "CREATE TABLE room (house text, floor int, name text);
         CREATE TABLE bed (id bigint, house text, floor int);
         INSERT INTO room VALUES ('a', 1, 'r1'), ('a', 2, 'r2'), ('a', NULL, 'r3'), ('a', 1, 'r4'), ('é,{\"', 1, 'r5');
         INSERT INTO bed VALUES (1, 'a', 1), (2, 'a', 2), (3, 'a', 1), (4, 'a', NULL), (5, 'é,{\"', 1);",
    )
    .await;
    let rooms = build().finish::<_, Nested>(&PLAN).run(&db).await.unwrap();
    let expected: [(&str, &[i64]); 5] = [("r1", &[1, 3]), ("r2", &[2]), ("r3", &[]), ("r4", &[1, 3]), ("r5", &[5])];
    assert_eq!(rooms.len(), expected.len());
    for ((name, beds), expected) in rooms.iter().zip(expected) {
        assert_eq!((name.as_str(), beds.as_slice()), expected);
    }
}

#[tokio::test]
async fn keys_of_a_native_enum_go_back_as_text() {
    struct Film;
    impl Decode for Film {
        type Row = Vec<i64>;

        fn decode(cx: Context<'_>) -> Result<Self::Row, Error> {
            cx.many(0, |cx| cx.get(1))
        }
    }
    static PLAN: Plan<Vec<Vec<i64>>> = Plan::<Vec<Vec<i64>>>::rows::<Film>(
        "Film",
        fixed("SELECT rating FROM film ORDER BY rating", &[]),
        &[Child {
            statement: fixed("SELECT rating, age FROM age WHERE rating = ANY ($1)", &[param(PARENTS, 0)]),
            parent: &[0],
            parent_types: &[0],
            key: &[0],
            children: &[],
            lists: None,
        }],
    );
    let (_keep, db) = database(
        "CREATE TYPE rating AS ENUM ('G', 'P G');
         CREATE TABLE film (rating rating);
         CREATE TABLE age (rating rating, age bigint);
         INSERT INTO film VALUES ('G'), ('P G');
         INSERT INTO age VALUES ('G', 0), ('P G', 13);",
    )
    .await;
    assert_eq!(build().finish::<_, Nested>(&PLAN).run(&db).await.unwrap(), [[0], [13]]);
}

#[tokio::test]
async fn siblings_are_sent_before_the_first_is_answered() {
    struct Pair;
    impl Decode for Pair {
        type Row = Vec<i64>;

        fn decode(cx: Context<'_>) -> Result<Self::Row, Error> {
            assert_eq!(cx.many(0, |cx| cx.get::<bool>(1))?, [false]);
            cx.many(1, |cx| cx.get(1))
        }
    }
    const KEYS: &[nuages::private::Param] = &[param(PARENTS, INT8_ARRAY)];
    const fn child(sql: &'static str) -> Child {
        Child {
            statement: fixed(sql, KEYS),
            parent: &[0],
            parent_types: &[INT8],
            key: &[0],
            children: &[],
            lists: None,
        }
    }
    static PLAN: Plan<Vec<Vec<i64>>> = Plan::<Vec<Vec<i64>>>::rows::<Pair>(
        "Id",
        fixed("SELECT 1::int8", &[]),
        &[
            child("SELECT k, pg_sleep(0.4) IS NULL FROM unnest($1) AS k"),
            child("SELECT k, nextval('turn') FROM unnest($1) AS k"),
        ],
    );
    let (_keep, db) = database("CREATE SEQUENCE turn").await;
    let query: Query<_, Nested> = build().finish(&PLAN);
    // Prepare all of them first: preparation takes round trips of its own.
    assert_eq!(query.run(&db).await.unwrap(), [[1]]);
    let client = db.client().await.unwrap();
    let late = client.prepare("SELECT nextval('turn')").await.unwrap();
    let meanwhile = async {
        // While the first sibling sleeps: whoever is sent now is answered after all that was sent before.
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        client.query_one(&late, &[]).await.unwrap().get::<_, i64>(0)
    };
    let (rows, meanwhile) = tokio::join!(query.run(&client), meanwhile);
    assert_eq!((rows.unwrap(), meanwhile), (vec![vec![2]], 3));
}
