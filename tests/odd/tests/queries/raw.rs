//! SQL of one's own with values and columns of every type.

use crate::filled;
use nuages::chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use nuages::rust_decimal::Decimal;
use nuages::uuid::Uuid;
use nuages::{Interval, Range, SearchVector, query, raw, serde_json};
use odd::Mac;
use odd::models::Kind;
use std::collections::HashMap;
use std::net::IpAddr;

/// All that a column can be.
#[derive(Debug, PartialEq)]
struct All {
    flag: bool,
    small: i16,
    int: i32,
    big: i64,
    real: f32,
    float: f64,
    exact: Decimal,
    text: String,
    date: NaiveDate,
    time: NaiveTime,
    instant: DateTime<Utc>,
    naive: NaiveDateTime,
    lasts: TimeDelta,
    interval: Interval,
    uuid: Uuid,
    bytes: Vec<u8>,
    json: serde_json::Value,
    address: IpAddr,
    kind: Kind,
    words: Vec<Option<String>>,
    numbers: Vec<i64>,
    kinds: Vec<Kind>,
    span: Range<i32>,
    vector: SearchVector,
    store: HashMap<String, Option<String>>,
}

#[tokio::test]
async fn values_of_every_type_go_and_come_back() {
    let (_keep, db) = filled().await;
    db.execute_script("CREATE EXTENSION IF NOT EXISTS hstore").await.unwrap();
    let all = || All {
        flag: true,
        small: -1,
        int: i32::MAX,
        big: i64::MIN,
        real: 1.5,
        float: f64::MIN_POSITIVE,
        exact: "12345678901234567890.123456789".parse().unwrap(),
        text: "naïve 'quoted' \"{}\" $1 \u{1F980}".into(),
        date: "2024-02-29".parse().unwrap(),
        time: "23:59:59.999999".parse().unwrap(),
        instant: "2024-05-01T12:00:00.000001Z".parse().unwrap(),
        naive: "2024-05-01T12:00:00".parse().unwrap(),
        lasts: TimeDelta::microseconds(-1),
        interval: Interval { months: 14, days: -3, microseconds: 5 },
        uuid: Uuid::from_u128(7),
        bytes: vec![0, 255, b'\''],
        json: serde_json::json!({"a": [1, null, "{x}"]}),
        address: "::1".parse().unwrap(),
        kind: Kind::Bee,
        words: vec![Some("a".into()), None, Some(String::new())],
        numbers: Vec::new(),
        kinds: vec![Kind::Dog, Kind::Cat],
        span: (1..5).into(),
        vector: SearchVector::from("'fat':2 'rat':3".to_owned()),
        store: HashMap::from([("k".into(), None), ("l".into(), Some("v".into()))]),
    };
    let a = all();
    let query = raw!(
        "SELECT {a.flag} AS flag, {a.small} AS small, {a.int} AS int, {a.big} AS big, {a.real} AS real, {a.float} AS float,
            {a.exact} AS exact, {&a.text} AS text, {a.date} AS date, {a.time} AS time, {a.instant} AS instant,
            {a.naive} AS naive, {a.lasts} AS lasts, {a.interval} AS interval, {a.uuid} AS uuid, {&a.bytes} AS bytes,
            {&a.json} AS json, {a.address} AS address, {a.kind}::\"kind of animal\" AS kind, {&a.numbers} AS numbers,
            {&a.kinds}::\"kind of animal\"[] AS kinds, ARRAY['a', NULL, ''] AS words, '[1,5)'::int4range AS span,
            '''fat'':2 ''rat'':3'::tsvector AS vector, {&a.store}::hstore AS store"
            as All
    );
    for _ in 0..2 {
        assert_eq!(query.run(&db).await.unwrap(), [all()]);
    }
    let mut rows = query.stream(&db);
    assert_eq!(rows.next().await.unwrap().unwrap(), all());
}

#[tokio::test]
async fn what_is_null_is_none() {
    let (_keep, db) = filled().await;
    let (none, some) = (None::<i64>, Some(String::from("x")));
    let rows = raw!(
        "SELECT {none}, {&some}, {none} IS NULL, NULL::\"kind of animal\", NULL::int[]"
            as (Option<i64>, Option<String>, bool, Option<Kind>, Option<Vec<i32>>)
    );
    assert_eq!(rows.run(&db).await.unwrap(), [(None, some.clone(), true, None, None)]);
}

#[tokio::test]
async fn models_of_every_sort_are_read() {
    let (_keep, db) = filled().await;
    query!(Thing.create(small = 1, words = ["a", "b"], span = 1..5, data = serde_json::json!({"a": 1})))
        .run(&db)
        .await
        .unwrap();
    let things = raw!("SELECT * FROM thing" as Thing).run(&db).await.unwrap();
    assert_eq!(things, query!(Thing).run(&db).await.unwrap());
    let animals = raw!("SELECT * FROM animal WHERE kind = {Kind::Cat} AND NOT is_gone ORDER BY id" as Animal);
    assert_eq!(
        animals.run(&db).await.unwrap(),
        query!(Animal.filter(kind = Kind::Cat).order_by(id)).run(&db).await.unwrap()
    );
    let lockers = raw!("SELECT * FROM locker ORDER BY hall_id, number" as Locker).run(&db).await.unwrap();
    assert_eq!(lockers, query!(Locker.order_by(pk)).run(&db).await.unwrap());
    // The field `from` is the column `desc`.
    let text = "x";
    let selects =
        raw!("SELECT * FROM \"select\" WHERE \"group\" = {text} ORDER BY \"order\"" as Select).run(&db).await.unwrap();
    assert_eq!(selects.iter().map(|s| s.from).collect::<Vec<_>>(), [20, 30]);
    query!(Wide.create()).run(&db).await.unwrap();
    assert_eq!(raw!("SELECT * FROM wide" as Wide).run(&db).await.unwrap(), query!(Wide).run(&db).await.unwrap());
}

#[tokio::test]
async fn a_model_is_read_with_types_of_one_s_own() {
    let (_keep, db) = filled().await;
    db.execute_script("CREATE EXTENSION IF NOT EXISTS hstore").await.unwrap();
    let macs = vec![Some(Mac([1, 2, 3, 4, 5, 6])), None];
    query!(Plenty.create(slot = 1, code = "a", mac = Mac([0, 0, 0, 0, 0, 7]), macs = &macs)).run(&db).await.unwrap();
    query!(Plenty.create(slot = 2, code = "b")).run(&db).await.unwrap();
    let expected = query!(Plenty.order_by(slot)).run(&db).await.unwrap();
    assert_eq!((expected[0].mac, expected[0].macs.as_ref()), (Some(Mac([0, 0, 0, 0, 0, 7])), Some(&macs)));
    let least = 1_i32;
    let all = raw!("SELECT * FROM plenty WHERE slot >= {least} ORDER BY slot" as Plenty);
    assert_eq!(all.run(&db).await.unwrap(), expected);
    let wrong = raw!("SELECT *, mac AS more FROM plenty" as Plenty).run(&db).await.unwrap_err();
    assert_eq!(wrong.to_string(), "the columns do not fit `Plenty`: `more` is not wanted");
}
