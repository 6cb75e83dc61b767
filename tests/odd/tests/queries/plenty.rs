//! Every type of the schema language in every way rows are written: the same rows, given alike, are the same in the
//! database, and come back as they were given.

use super::filled;
use nuages::chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use nuages::rust_decimal::Decimal;
use nuages::uuid::Uuid;
use nuages::{Db, Interval, Range, query, serde_json};
use odd::Mac;
use odd::models::{Kind, Level, Plenty};
use std::collections::HashMap;
use std::ops::Bound::{Excluded, Included, Unbounded};

/// Defines a function for each way to write rows.
macro_rules! ways {
    ($($field:ident)*; but $($server:ident)*) => {
        async fn create(db: &Db, rows: &[Plenty]) {
            for row in rows {
                query!(Plenty.create(slot = row.slot, macs = &row.macs, $($field = &row.$field,)* $($server = &row.$server),*)).run(db).await.unwrap();
            }
        }

        async fn update(db: &Db, rows: &[Plenty]) {
            blank(db, rows).await;
            for row in rows {
                let n = query!(Plenty.filter(slot = row.slot).update(macs = &row.macs, $($field = &row.$field,)* $($server = &row.$server),*)).run(db).await.unwrap();
                assert_eq!(n, 1);
            }
        }

        async fn save(db: &Db, rows: &[Plenty]) {
            blank(db, rows).await;
            for row in rows {
                let id = query!(Plenty.filter(slot = row.slot).values_list(id, flat)).run(db).await.unwrap()[0];
                Plenty { id, ..row.clone() }.save(db).await.unwrap();
            }
        }

        async fn bulk_create(db: &Db, rows: &[Plenty]) {
            let made = query!(Plenty.bulk_create(for row in rows => slot = row.slot, $($field = &row.$field,)* $($server = &row.$server),*))
                .run(db)
                .await
                .unwrap();
            let slots: Vec<i32> = made.iter().map(|row| row.slot).collect();
            assert_eq!(slots, rows.iter().map(|row| row.slot).collect::<Vec<_>>());
            arrays(db, rows).await;
        }

        async fn copy(db: &Db, rows: &[Plenty]) {
            let n = query!(Plenty.bulk_create(for row in rows => slot = row.slot, $($field = &row.$field),*).copy())
                .run(db)
                .await
                .unwrap();
            assert_eq!(n, rows.len() as u64);
            // Only the server knows the form of the others.
            for row in rows {
                query!(Plenty.filter(slot = row.slot).update($($server = &row.$server),*)).run(db).await.unwrap();
            }
            arrays(db, rows).await;
        }

        async fn bulk_update(db: &Db, rows: &[Plenty]) {
            blank(db, rows).await;
            let ids = query!(Plenty.order_by(slot).values_list(id, flat)).run(db).await.unwrap();
            let n = query!(Plenty.bulk_update(for (id, row) in ids.into_iter().zip(rows) =>
                pk = id, $($field = &row.$field,)* $($server = &row.$server),*))
            .run(db)
            .await
            .unwrap();
            assert_eq!(n, rows.len() as u64);
            arrays(db, rows).await;
        }

        async fn update_conflicts(db: &Db, rows: &[Plenty]) {
            blank(db, rows).await;
            let n = query!(Plenty
                .bulk_create(for row in rows => slot = row.slot, $($field = &row.$field,)* $($server = &row.$server),*)
                .update_conflicts(unique_fields(slot), update_fields($($field,)* $($server),*))
                .no_returning())
            .run(db)
            .await
            .unwrap();
            assert_eq!(n, rows.len() as u64);
            arrays(db, rows).await;
        }

        async fn update_or_create(db: &Db, rows: &[Plenty]) {
            // Some are there and changed, the others are made.
            blank(db, &rows[..2]).await;
            for row in rows {
                let (_, made) = query!(Plenty.update_or_create(slot = row.slot, defaults(macs = &row.macs, $($field = &row.$field,)* $($server = &row.$server),*)))
                    .run(db)
                    .await
                    .unwrap();
                assert_eq!(made, row.slot >= 2);
            }
        }
    };
}

ways! {
    yes small int big real float exact any letters text code level kind day hour instant naive lasts span uuid bytes json
    inet ints bigs exacts days instants pairs yes_a int_a big_a float_a exact_a letters_a text_a level_a day_a instant_a
    lasts_a span_a uuid_a bytes_a json_a inet_a ints_a grid table_of must
    a_name_of_sixty_three_bytes_that_is_as_long_as_the_server_takes;
    but words mac kind_a kinds own
}

/// What can be written for one row at a time only.
async fn arrays(db: &Db, rows: &[Plenty]) {
    for row in rows {
        query!(Plenty.filter(slot = row.slot).update(macs = &row.macs)).run(db).await.unwrap();
    }
}

/// Rows with nothing in them, to be changed.
async fn blank(db: &Db, rows: &[Plenty]) {
    query!(Plenty.bulk_create(for row in rows => slot = row.slot, code = "-")).run(db).await.unwrap();
}

/// The rows as the server shows them.
async fn shown(db: &Db) -> Vec<String> {
    let sql = "SELECT (to_jsonb(p) - 'id')::text FROM plenty p ORDER BY slot";
    db.client().await.unwrap().query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn all_ways_to_write_are_the_same() {
    let (_keep, db) = filled().await;
    let rows = rows();
    create(&db, &rows).await;
    let expected = shown(&db).await;
    let back = query!(Plenty.order_by(slot)).run(&db).await.unwrap();
    for (found, given) in back.iter().zip(&rows) {
        assert_eq!(*found, Plenty { id: found.id, ..given.clone() });
    }
    macro_rules! same {
        ($($way:ident)*) => {$(
            query!(Plenty.all().delete()).run(&db).await.unwrap();
            $way(&db, &rows).await;
            let found = shown(&db).await;
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found, expected, "{}", stringify!($way));
            }
            assert_eq!(found.len(), expected.len());
        )*};
    }
    same!(update save bulk_create copy bulk_update update_conflicts update_or_create);
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Nothing, the least, the most, what is empty, and what has holes.
fn rows() -> [Plenty; 5] {
    let nothing = Plenty {
        id: 0,
        slot: 0,
        yes: None,
        small: None,
        int: None,
        big: None,
        real: None,
        float: None,
        exact: None,
        any: None,
        letters: None,
        text: None,
        code: "abc".to_owned(),
        level: None,
        kind: None,
        day: None,
        hour: None,
        instant: None,
        naive: None,
        lasts: None,
        span: None,
        uuid: None,
        bytes: None,
        json: None,
        inet: None,
        ints: None,
        bigs: None,
        exacts: None,
        days: None,
        instants: None,
        pairs: None,
        words: None,
        mac: None,
        yes_a: None,
        int_a: None,
        big_a: None,
        float_a: None,
        exact_a: None,
        letters_a: None,
        text_a: None,
        level_a: None,
        kind_a: None,
        day_a: None,
        instant_a: None,
        lasts_a: None,
        span_a: None,
        uuid_a: None,
        bytes_a: None,
        json_a: None,
        inet_a: None,
        ints_a: None,
        grid: None,
        table_of: None,
        macs: None,
        kinds: Vec::new(),
        must: HashMap::new(),
        own: Mac([0; 6]),
        a_name_of_sixty_three_bytes_that_is_as_long_as_the_server_takes: Interval::new(0, 0, 0),
    };
    let least = Plenty {
        slot: 1,
        yes: Some(false),
        small: Some(i16::MIN),
        int: Some(i32::MIN),
        big: Some(i64::MIN),
        real: Some(f32::NEG_INFINITY),
        float: Some(f64::NEG_INFINITY),
        exact: Some(decimal("-999999999.999")),
        any: Some(decimal("-0.0000000000000000000000000001")),
        letters: Some("a".to_owned()),
        text: Some("'".to_owned()),
        level: Some(Level::Low),
        kind: Some(Kind::Dog),
        day: Some(date("0001-01-01")),
        hour: Some(NaiveTime::MIN),
        instant: Some(at("0001-01-01T00:00:00Z")),
        naive: Some("0001-01-01T00:00:00".parse::<NaiveDateTime>().unwrap()),
        lasts: Some(TimeDelta::microseconds(-1)),
        span: Some(Interval::new(i32::MIN, i32::MIN, i64::MIN)),
        uuid: Some(Uuid::nil()),
        bytes: Some(vec![0]),
        json: Some(serde_json::json!(null)),
        inet: Some("0.0.0.0".parse().unwrap()),
        ints: Some(Range::new(Unbounded, Excluded(i32::MIN + 1))),
        bigs: Some(Range::new(Included(i64::MIN), Excluded(0))),
        exacts: Some(Range::new(Excluded(decimal("-1.5")), Included(decimal("1.50")))),
        days: Some(Range::new(Included(date("2024-02-28")), Excluded(date("2024-02-29")))),
        instants: Some(Range::new(Unbounded, Included(at("2024-01-01T00:00:00Z")))),
        pairs: Some(HashMap::from([("a".to_owned(), None)])),
        words: Some("'a':1".into()),
        mac: Some(Mac([0; 6])),
        yes_a: Some(vec![Some(false)]),
        int_a: Some(vec![Some(i32::MIN)]),
        big_a: Some(vec![i64::MIN]),
        float_a: Some(vec![f64::NEG_INFINITY]),
        exact_a: Some(vec![Some(decimal("-1.000"))]),
        letters_a: Some(vec![Some(String::new())]),
        text_a: Some(vec![Some(String::new())]),
        level_a: Some(vec![Some(Level::Low)]),
        kind_a: Some(vec![Some(Kind::Dog)]),
        day_a: Some(vec![date("0001-01-01")]),
        instant_a: Some(vec![Some(at("0001-01-01T00:00:00Z"))]),
        lasts_a: Some(vec![TimeDelta::zero()]),
        span_a: Some(vec![Some(Interval::new(-1, 1, -1))]),
        uuid_a: Some(vec![Uuid::nil()]),
        bytes_a: Some(vec![Some(Vec::new())]),
        json_a: Some(vec![Some(serde_json::json!(null))]),
        inet_a: Some(vec!["::".parse().unwrap()]),
        ints_a: Some(vec![Some(Range::empty())]),
        grid: Some(vec![vec![i32::MIN]]),
        table_of: Some(vec![vec![Some(String::new())]]),
        macs: Some(vec![Some(Mac([1; 6]))]),
        kinds: vec![Kind::Dog],
        own: Mac([1; 6]),
        ..nothing.clone()
    };
    let most = Plenty {
        slot: 2,
        yes: Some(true),
        small: Some(i16::MAX),
        int: Some(i32::MAX),
        big: Some(i64::MAX),
        real: Some(f32::INFINITY),
        float: Some(f64::INFINITY),
        exact: Some(decimal("999999999.999")),
        any: Some(Decimal::MAX),
        letters: Some("\u{1f980}é\u{10ffff}\"\\".to_owned()),
        text: Some("{\"a\",NULL} \\N \t\r\n".to_owned()),
        level: Some(Level::High),
        kind: Some(Kind::Bee),
        day: Some(date("9999-12-31")),
        hour: Some(NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap()),
        instant: Some(at("9999-12-31T23:59:59.999999Z")),
        naive: Some("9999-12-31T23:59:59.999999".parse::<NaiveDateTime>().unwrap()),
        lasts: Some(TimeDelta::microseconds(i64::MAX)),
        span: Some(Interval::new(i32::MAX, i32::MAX, i64::MAX - 1)),
        uuid: Some(Uuid::max()),
        bytes: Some((0..=255).collect()),
        json: Some(serde_json::json!({"a\"b": [1.5, null, {"ü": "\\"}]})),
        inet: Some("ffff::ffff".parse().unwrap()),
        ints: Some(Range::new(Included(i32::MAX - 1), Unbounded)),
        bigs: Some(Range::new(Unbounded, Unbounded)),
        exacts: Some(Range::empty()),
        days: Some(Range::new(Included(date("9999-12-31")), Unbounded)),
        instants: Some(Range::new(Excluded(at("9999-12-31T23:59:59.999999Z")), Unbounded)),
        pairs: Some(HashMap::from([
            ("a\"=>\\".to_owned(), Some("\"'\\ü".to_owned())),
            (String::new(), Some(String::new())),
            ("NULL".to_owned(), Some("NULL".to_owned())),
        ])),
        words: Some("'\\\\d ü':2B,3C 'a''b':1A,16383 'c'".into()),
        mac: Some(Mac([255; 6])),
        yes_a: Some(vec![Some(true); 3]),
        int_a: Some(vec![Some(i32::MAX), None]),
        big_a: Some((0..100).collect()),
        float_a: Some(vec![f64::INFINITY, f64::MIN_POSITIVE, -0.0, 1e300]),
        exact_a: Some(vec![Some(decimal("999999999.999")), None]),
        letters_a: Some(vec![Some("\"\\{},".to_owned()), Some("NULL".to_owned()), None]),
        text_a: Some(vec![Some("\"\\{},\u{1f980}".to_owned()), Some("NULL".to_owned()), None]),
        level_a: Some(vec![Some(Level::High), None, Some(Level::Low)]),
        kind_a: Some(vec![Some(Kind::Bee), None, Some(Kind::Cat)]),
        day_a: Some(vec![date("9999-12-31"); 2]),
        instant_a: Some(vec![None, Some(at("2024-03-31T00:59:59.999999Z"))]),
        lasts_a: Some(vec![TimeDelta::days(40), TimeDelta::microseconds(-1)]),
        span_a: Some(vec![None, Some(Interval::new(14, -3, 1_000_001))]),
        uuid_a: Some(vec![Uuid::max(), Uuid::nil()]),
        bytes_a: Some(vec![Some(vec![0, 92, 255]), None]),
        json_a: Some(vec![Some(serde_json::json!({"a": "\"\\,{}"})), None]),
        inet_a: Some(vec!["1.2.3.4".parse().unwrap(), "::1".parse().unwrap()]),
        ints_a: Some(vec![Some(Range::new(Included(1), Excluded(3))), None, Some(Range::empty())]),
        grid: Some(vec![vec![1, 2, 3], vec![4, 5, i32::MAX]]),
        table_of: Some(vec![
            vec![Some("\"\\{},".to_owned()), None],
            vec![Some("NULL".to_owned()), Some("ü".to_owned())],
        ]),
        macs: Some(vec![Some(Mac([1; 6])), None, Some(Mac([2; 6]))]),
        kinds: vec![Kind::Bee, Kind::Bee, Kind::Cat],
        must: HashMap::from([("a b".to_owned(), None), ("ü".to_owned(), Some("\"".to_owned()))]),
        own: Mac([1, 2, 3, 4, 5, 6]),
        a_name_of_sixty_three_bytes_that_is_as_long_as_the_server_takes: Interval::new(-1, 2, -3),
        ..nothing.clone()
    };
    let empty = Plenty {
        slot: 3,
        letters: Some(String::new()),
        text: Some(String::new()),
        bytes: Some(Vec::new()),
        json: Some(serde_json::json!({})),
        pairs: Some(HashMap::new()),
        words: Some("".into()),
        yes_a: Some(Vec::new()),
        int_a: Some(Vec::new()),
        big_a: Some(Vec::new()),
        float_a: Some(Vec::new()),
        exact_a: Some(Vec::new()),
        letters_a: Some(Vec::new()),
        text_a: Some(Vec::new()),
        level_a: Some(Vec::new()),
        kind_a: Some(Vec::new()),
        day_a: Some(Vec::new()),
        instant_a: Some(Vec::new()),
        lasts_a: Some(Vec::new()),
        span_a: Some(Vec::new()),
        uuid_a: Some(Vec::new()),
        bytes_a: Some(Vec::new()),
        json_a: Some(Vec::new()),
        inet_a: Some(Vec::new()),
        ints_a: Some(Vec::new()),
        grid: Some(Vec::new()),
        table_of: Some(Vec::new()),
        macs: Some(Vec::new()),
        ..nothing.clone()
    };
    let holes = Plenty {
        slot: 4,
        yes_a: Some(vec![None]),
        int_a: Some(vec![None, None]),
        exact_a: Some(vec![None]),
        letters_a: Some(vec![None]),
        text_a: Some(vec![None]),
        level_a: Some(vec![None]),
        kind_a: Some(vec![None]),
        instant_a: Some(vec![None]),
        span_a: Some(vec![None]),
        bytes_a: Some(vec![None]),
        json_a: Some(vec![None]),
        ints_a: Some(vec![None]),
        macs: Some(vec![None]),
        table_of: Some(vec![vec![None, None], vec![None, Some(String::new())]]),
        ..nothing.clone()
    };
    [nothing, least, most, empty, holes]
}

#[tokio::test]
async fn arrays_of_arrays_have_one_length_and_types_of_ones_own_are_told_apart() {
    let (_keep, db) = filled().await;
    let ragged = vec![vec![1], vec![2, 3]];
    let error = query!(Plenty.create(slot = 0, code = "a", grid = &ragged)).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), nuages::ErrorKind::InvalidInput);
    let error = query!(Plenty.bulk_create(for slot in 0..2 => slot = slot, code = "a", grid = &ragged)).run(&db).await;
    assert_eq!(error.unwrap_err().kind(), nuages::ErrorKind::InvalidInput);
    // Empty ones are an array that is empty.
    let made =
        query!(Plenty.create(slot = 0, code = "a", grid = vec![Vec::<i32>::new(), Vec::new()])).run(&db).await.unwrap();
    assert_eq!(made.grid, Some(Vec::new()));
    let macs = [Mac([0; 6]), Mac([7; 6])];
    query!(Plenty.bulk_create(for (slot, mac) in macs.iter().enumerate() =>
        slot = i32::try_from(slot).unwrap() + 1, code = "a", mac = *mac, own = mac))
    .run(&db)
    .await
    .unwrap();
    let found =
        query!(Plenty.filter(mac.in = macs, own.gt = Mac([1; 6])).values_list(own, flat)).run(&db).await.unwrap();
    assert_eq!(found, [Mac([7; 6])]);
}
