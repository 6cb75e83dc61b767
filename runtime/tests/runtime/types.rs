//! Every type there and back, with what lies at its edges; and what does not fit is an error.

use std::collections::HashMap;
use std::fmt::Debug;
use std::net::IpAddr;

use nuages::chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use nuages::private::{Accepts, Column, Custom, Document, Frag, Param, Plan, SqlType, Statement, build, ty};
use nuages::rust_decimal::Decimal;
use nuages::serde_json::{Value as Json, json};
use nuages::uuid::Uuid;
use nuages::{Db, Error, ErrorKind, Interval, Query, Range, Read, SearchVector};

use crate::support::{TEXT, Value, database, fixed, param};

/// A plan made at run time: what emitted code has as a static.
fn plan<T: Column + Send + 'static>(sql: &str, params: Vec<Param>) -> &'static Plan<T> {
    let sql: &'static str = Box::leak(sql.to_owned().into_boxed_str());
    let params: &'static [Param] = Box::leak(params.into_boxed_slice());
    let statement = Statement { sql: Frag::Text(sql), params };
    Box::leak(Box::new(Plan::<T>::one::<Value<T>>("Row", statement, &[])))
}

async fn echo<T, V>(db: &Db, cast: &str, value: V) -> Result<T, Error>
where
    T: SqlType + Column + Send + 'static,
    V: Accepts<T>,
{
    let sql = format!("SELECT $1::{cast} AS value");
    let query: Query<T, Read> = build().bind(ty::<T>(), value).finish(plan::<T>(&sql, vec![param(0, T::OID)]));
    query.run(db).await
}

/// Alone, as NULL, and as elements of an array.
async fn round<T>(db: &Db, cast: &str, values: &[T])
where
    T: SqlType + Column + Clone + PartialEq + Debug + Send + Sync + 'static,
    T: Accepts<T>,
    for<'v> &'v T: Accepts<T>,
{
    for value in values {
        assert_eq!(echo::<T, _>(db, cast, value.clone()).await.unwrap(), *value, "{cast}");
        assert_eq!(echo::<T, _>(db, cast, value).await.unwrap(), *value, "&{cast}");
    }
    let sql = format!("SELECT $1::{cast} AS value");
    let null: Query<Option<T>, Read> =
        build().bind_value(ty::<T>(), None::<T>).finish(plan::<Option<T>>(&sql, vec![param(0, T::OID)]));
    assert_eq!(null.run(db).await.unwrap(), None, "{cast}");

    let array = format!("{cast}[]");
    assert_eq!(echo::<Vec<T>, _>(db, &array, values.to_vec()).await.unwrap(), values, "{array}");
    assert_eq!(echo::<Vec<T>, _>(db, &array, values).await.unwrap(), values, "{array}");
    assert_eq!(echo::<Vec<T>, _>(db, &array, Vec::<T>::new()).await.unwrap(), [], "{array}");
    let mut some: Vec<Option<T>> = values.iter().cloned().map(Some).collect();
    some.insert(0, None);
    assert_eq!(echo::<Vec<Option<T>>, _>(db, &array, &some).await.unwrap(), some, "{array}");
}

fn date(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

#[tokio::test]
async fn numbers() {
    let (_keep, db) = database("").await;
    round(&db, "bool", &[true, false]).await;
    round(&db, "int2", &[i16::MIN, -1, 0, i16::MAX]).await;
    round(&db, "int4", &[i32::MIN, -1, 0, i32::MAX]).await;
    round(&db, "int8", &[i64::MIN, -1, 0, i64::MAX]).await;
    round(&db, "float4", &[f32::MIN, f32::MIN_POSITIVE, 0.1, f32::INFINITY]).await;
    round(&db, "float8", &[f64::MIN, f64::MIN_POSITIVE, 0.1, f64::NEG_INFINITY, 1e-300]).await;
    assert!(echo::<f64, _>(&db, "float8", f64::NAN).await.unwrap().is_nan());
    let decimals = [
        "0",
        "-1",
        "0.0000000000000000000000000001",
        "-7.9228162514264337593543950335",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "10000",
        "1.10",
        "123456789012345678.0123456789",
        "0.00010000",
    ];
    let decimals: Vec<Decimal> = decimals.iter().map(|text| text.parse().unwrap()).collect();
    round(&db, "numeric", &decimals).await;
    let scaled = echo::<Decimal, _>(&db, "numeric", "1.10".parse::<Decimal>().unwrap()).await.unwrap();
    assert_eq!(scaled.to_string(), "1.10");
}

#[tokio::test]
async fn text_and_bytes() {
    let (_keep, db) = database("CREATE DOMAIN short AS varchar(5)").await;
    let texts = ["", "a", "naïve 🦀 \u{10ffff}", "%_\\'\"{},NULL", "two\nlines\ttab"].map(String::from);
    round(&db, "text", &texts).await;
    round(&db, "varchar", &texts).await;
    assert_eq!(echo::<String, _>(&db, "char(3)", "é").await.unwrap(), "é  ");
    assert_eq!(echo::<String, _>(&db, "short", "abc").await.unwrap(), "abc");
    assert_eq!(echo::<String, _>(&db, "name", "abc").await.unwrap(), "abc");
    // The server cannot hold it.
    let error = echo::<String, _>(&db, "text", "a\0b").await.unwrap_err();
    assert_eq!((error.kind(), error.sqlstate()), (ErrorKind::Database, Some("22021")));
    round(&db, "bytea", &[vec![], vec![0_u8, 255, 92, 39], vec![7; 70_000]]).await;
    assert_eq!(echo::<Vec<u8>, _>(&db, "bytea", &[1_u8, 2][..]).await.unwrap(), [1, 2]);
    assert_eq!(echo::<Vec<u8>, _>(&db, "bytea", b"ab").await.unwrap(), *b"ab");
    round(&db, "uuid", &[Uuid::nil(), Uuid::max(), Uuid::from_u128(42)]).await;
    let documents = [json!(null), json!({"a": [1, 2.5, "é\"", {"b": null}]}), json!(1e300), json!("")];
    round(&db, "jsonb", &documents).await;
    let addresses: [IpAddr; 4] = ["0.0.0.0", "192.168.1.1", "::", "2001:db8::ff"].map(|text| text.parse().unwrap());
    round(&db, "inet", &addresses).await;
}

#[tokio::test]
async fn times() {
    let (_keep, db) = database("").await;
    let micros = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap();
    let dates = [date(2000, 1, 1), date(1970, 1, 1), date(0, 2, 29), date(-4711, 1, 1), date(262_142, 12, 31)];
    round(&db, "date", &dates).await;
    round(&db, "time", &[NaiveTime::MIN, micros]).await;
    let instants = [
        date(2024, 2, 29).and_time(micros),
        date(1999, 12, 31).and_time(micros),
        date(-4711, 1, 2).and_time(NaiveTime::MIN),
        date(262_142, 12, 31).and_time(micros),
    ];
    round(&db, "timestamp", &instants).await;
    let zoned: Vec<DateTime<Utc>> = instants.iter().map(NaiveDateTime::and_utc).collect();
    round(&db, "timestamptz", &zoned).await;
    let spans = [
        TimeDelta::zero(),
        TimeDelta::microseconds(-1),
        TimeDelta::days(1000) + TimeDelta::microseconds(7),
        TimeDelta::microseconds(i64::MAX),
    ];
    round(&db, "interval", &spans).await;
    let intervals =
        [Interval::default(), Interval::new(14, -3, 5_000_000), Interval::new(i32::MIN, i32::MAX, i64::MIN)];
    round(&db, "interval", &intervals[..2]).await;
    assert_eq!(echo::<Interval, _>(&db, "interval", intervals[2]).await.unwrap(), intervals[2]);
}

#[tokio::test]
async fn ranges() {
    use std::ops::Bound;
    let (_keep, db) = database("").await;
    round(&db, "int4range", &[Range::from(1..5), Range::from(..5), Range::from(1..), Range::from(..), Range::empty()])
        .await;
    round(&db, "int8range", &[Range::from(i64::MIN..i64::MAX)]).await;
    assert_eq!(echo::<Range<i32>, _>(&db, "int4range", 1..=5).await.unwrap(), Range::from(1..6));
    assert_eq!(echo::<Range<i32>, _>(&db, "int4range", 5..5).await.unwrap(), Range::empty());
    assert_eq!(echo::<Range<i32>, _>(&db, "int4range", ..3).await.unwrap(), Range::from(..3));
    let (low, high) = ("0.5".parse::<Decimal>().unwrap(), "1.25".parse::<Decimal>().unwrap());
    round(
        &db,
        "numrange",
        &[Range::new(Bound::Excluded(low), Bound::Included(high)), Range::from(low..), Range::empty()],
    )
    .await;
    round(&db, "daterange", &[Range::from(date(2024, 1, 1)..date(2024, 2, 1))]).await;
    let noon = date(2024, 1, 1).and_hms_opt(12, 0, 0).unwrap();
    round(&db, "tsrange", &[Range::from(noon..), Range::from(..=noon)]).await;
    round(&db, "tstzrange", &[Range::from(noon.and_utc()..=noon.and_utc() + TimeDelta::days(1))]).await;
    let error =
        echo::<Range<i32>, _>(&db, "int4range", Range::new(Bound::Included(5), Bound::Excluded(1))).await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("22000"));
}

#[tokio::test]
async fn types_of_extensions_and_search() {
    let (_keep, db) = database("CREATE EXTENSION IF NOT EXISTS hstore").await;
    type Map = HashMap<String, Option<String>>;
    let maps: [Map; 3] = [
        Map::new(),
        [("a".to_owned(), None)].into(),
        [("k\"\\=>,é".to_owned(), Some("v\"\\ ,NULL".to_owned())), (String::new(), Some("NULL".to_owned()))].into(),
    ];
    round(&db, "hstore", &maps).await;
    let vectors = ["", "'cat':1A,3 'rat':2B 'the '' \\\\ end':4"].map(SearchVector::from);
    round(&db, "tsvector", &vectors).await;
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Settings {
    theme: String,
    sizes: Vec<u8>,
}

#[tokio::test]
async fn documents_and_custom_types() {
    struct Typed;
    impl nuages::private::Decode for Typed {
        type Row = (Settings, Option<Settings>, Option<String>, i64);

        fn decode(cx: nuages::private::Context<'_>) -> Result<Self::Row, Error> {
            assert!(cx.is_null(1) && !cx.is_null(0));
            Ok((cx.json(0)?, cx.json_opt(1)?, cx.at(1).custom_opt(1)?, cx.custom(3)?))
        }
    }
    static PLAN: Plan<<Typed as nuages::private::Decode>::Row> =
        Plan::<<Typed as nuages::private::Decode>::Row>::one::<Typed>(
            "Row",
            fixed("SELECT $1::jsonb, NULL::json, $2::varchar, $3::int8", &[param(0, 3802), param(1, 0), param(2, 0)]),
            &[],
        );
    let (_keep, db) = database("").await;
    let settings = Settings { theme: "é".into(), sizes: vec![1, 2] };
    let query = |text: &'static str| -> Query<_, Read> {
        build()
            .bind(ty::<Document<Settings>>(), &settings)
            .bind(ty::<Custom<&'static str>>(), text)
            .bind(ty::<Custom<i64>>(), &7_i64)
            .finish(&PLAN)
    };
    let expected = (settings.clone(), None, Some("text".to_owned()), 7);
    assert_eq!(query("text").run(&db).await.unwrap(), expected);
    let client = db.client().await.unwrap();
    let plain: &nuages::tokio_postgres::Client = &client;
    assert_eq!(query("text").run(plain).await.unwrap(), expected);

    static LIST: Plan<Vec<i64>> =
        Plan::<Vec<i64>>::rows::<Value<i64>>("Row", fixed("SELECT unnest($1::int8[])", &[param(0, 0)]), &[]);
    let list: Query<_, Read> = build().bind_list(ty::<Custom<i64>>(), [1_i64, 2]).finish(&LIST);
    assert_eq!(list.run(&db).await.unwrap(), [1, 2]);
    let list: Query<_, Read> = build().bind_list(ty::<Custom<i64>>(), Vec::<i64>::new()).finish(&LIST);
    assert_eq!(list.run(&db).await.unwrap(), [0_i64; 0]);

    // A document that json cannot hold.
    let odd: HashMap<Vec<u8>, u8> = [(vec![1], 1)].into();
    let query: Query<Vec<i64>, Read> = build().bind(ty::<Document<HashMap<Vec<u8>, u8>>>(), odd).finish(&LIST);
    assert_eq!(query.run(&db).await.unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn what_does_not_fit_is_an_error() {
    async fn read<T: Column + Debug + Send + 'static>(db: &Db, sql: &str) -> String {
        let sql = format!("SELECT {sql} AS value");
        let query: Query<T, Read> = build().finish(plan::<T>(&sql, vec![]));
        let error = query.run(db).await.expect_err(&sql);
        assert_eq!((error.kind(), error.column()), (ErrorKind::Decode, Some("value")), "{sql}");
        error.to_string().replace("cannot read column `value`: ", "")
    }
    let (_keep, db) = database("").await;
    let months = "found an interval of 1 months, expected one without";
    assert_eq!(read::<TimeDelta>(&db, "interval '1 month 2 days'").await, months);
    let infinity = "found infinity, which a date cannot hold";
    assert_eq!(read::<NaiveDate>(&db, "date 'infinity'").await, infinity);
    assert_eq!(read::<NaiveDate>(&db, "date '-infinity'").await, infinity);
    assert_eq!(read::<NaiveDateTime>(&db, "timestamp 'infinity'").await, infinity);
    assert_eq!(read::<DateTime<Utc>>(&db, "timestamptz '-infinity'").await, infinity);
    let beyond = "found a date that is too far away to be held";
    assert_eq!(read::<NaiveDate>(&db, "date '5874897-12-31'").await, beyond);
    assert_eq!(read::<NaiveDateTime>(&db, "timestamp '294276-12-31 23:59:59.999999'").await, beyond);
    assert_eq!(read::<DateTime<Utc>>(&db, "timestamptz '294276-12-31'").await, beyond);
    assert_eq!(read::<Vec<NaiveDate>>(&db, "ARRAY['2024-01-01', 'infinity']::date[]").await, infinity);
    assert_eq!(read::<Vec<DateTime<Utc>>>(&db, "ARRAY['294276-12-31']::timestamptz[]").await, beyond);
    assert_eq!(read::<Vec<Option<NaiveDateTime>>>(&db, "ARRAY[NULL, '-infinity']::timestamp[]").await, infinity);
    assert_eq!(read::<Range<NaiveDate>>(&db, "daterange('2024-01-01', 'infinity')").await, infinity);
    assert_eq!(read::<Range<DateTime<Utc>>>(&db, "tstzrange(NULL, '294276-12-31')").await, beyond);
    assert_eq!(read::<Option<NaiveDate>>(&db, "date 'infinity'").await, infinity);
    let endless = "interval '2147483647 months 2147483647 days 9223372036854775807 microseconds'";
    assert_eq!(read::<TimeDelta>(&db, endless).await, "found infinity, which a duration cannot hold");
    assert_eq!(read::<NaiveTime>(&db, "time '24:00'").await, "found a time of 24:00 or later");
    assert_eq!(read::<Decimal>(&db, "numeric 'NaN'").await, "found NaN, which a decimal cannot hold");
    assert_eq!(read::<Decimal>(&db, "numeric '-infinity'").await, "found infinity, which a decimal cannot hold");
    let digits = "found more digits than a decimal can hold";
    let long = [
        "1e40",
        "1e1000",
        "1e-1000",
        "79228162514264337593543950336",
        "-79228162514264337593543950336",
        "0.00000000000000000000000000001",
        "1.00000000000000000000000000005",
        "12345678901234567890.1234567890123",
    ];
    for number in long {
        assert_eq!(read::<Decimal>(&db, &format!("numeric '{number}'")).await, digits, "{number}");
    }
    assert_eq!(read::<Vec<Decimal>>(&db, "ARRAY[1, 1e40]::numeric[]").await, digits);
    assert_eq!(read::<Range<Decimal>>(&db, "numrange(1, 1e40)").await, digits);
    let network = "found the network 10.0.0.0/8, expected an address";
    assert_eq!(read::<IpAddr>(&db, "inet '10.0.0.0/8'").await, network);
    let dimensions = "found an array of 2 dimensions, expected 1";
    assert_eq!(read::<Vec<i32>>(&db, "array[[1, 2], [3, 4]]").await, dimensions);
    assert_eq!(read::<Vec<i32>>(&db, "array[1, NULL]").await, "found NULL, expected a value");
    assert_eq!(read::<i64>(&db, "1::int4").await, "found type `int4`, expected one that fits `i64`");
    assert_eq!(read::<i64>(&db, "'x'::name").await, "found type `name`, expected one that fits `i64`");
    read::<Vec<i64>>(&db, "array[1::int4]").await;
    read::<Vec<i64>>(&db, "1::int8").await;
    read::<Range<i64>>(&db, "int4range(1, 2)").await;
    read::<String>(&db, "1").await;
    read::<Json>(&db, "'1'::text").await;
    read::<bool>(&db, "NULL::bool").await;

    let error = echo::<TimeDelta, _>(&db, "interval", TimeDelta::MAX).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn what_just_fits_is_read() {
    async fn read<T: Column + Debug + Send + 'static>(db: &Db, sql: &str) -> T {
        let query: Query<T, Read> = build().finish(plan::<T>(&format!("SELECT {sql} AS value"), vec![]));
        query.run(db).await.expect(sql)
    }
    let (_keep, db) = database("").await;
    let first = NaiveDate::from_ymd_opt(-4712, 1, 1).unwrap();
    assert_eq!(read::<NaiveDate>(&db, "date '4713-01-01 BC'").await, first);
    assert_eq!(read::<NaiveDateTime>(&db, "timestamp '4713-01-01 BC'").await, first.into());
    assert_eq!(read::<DateTime<Utc>>(&db, "timestamptz '4713-01-01 00:00:00+00 BC'").await.naive_utc(), first.into());
    assert_eq!(read::<NaiveDate>(&db, "date '262142-12-31'").await, NaiveDate::MAX);
    // With the places that the server shows, as far as there is room for them.
    let numbers = [
        ("0", "0"),
        ("0.00", "0.00"),
        ("-0.0", "0.0"),
        ("1.50", "1.50"),
        ("-1.5", "-1.5"),
        ("10000", "10000"),
        ("120000000.0001", "120000000.0001"),
        ("0.00001", "0.00001"),
        ("1e28", "10000000000000000000000000000"),
        ("-79228162514264337593543950335", "-79228162514264337593543950335"),
        ("7.9228162514264337593543950335", "7.9228162514264337593543950335"),
        ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
        ("1.0000000000000000000000000000000000000000", "1.0000000000000000000000000000"),
        ("12345678901234567890.0000000000000", "12345678901234567890.000000000"),
    ];
    for (written, expected) in numbers {
        assert_eq!(read::<Decimal>(&db, &format!("numeric '{written}'")).await.to_string(), expected, "{written}");
    }
    assert_eq!(read::<Decimal>(&db, "1::numeric / 3").await.to_string(), "0.33333333333333333333");
}

#[tokio::test]
async fn a_span_of_days_is_read_as_hours() {
    let (_keep, db) = database("").await;
    let query: Query<TimeDelta, Read> = build().finish(plan("SELECT interval '2 days 3 hours -1 second'", vec![]));
    assert_eq!(query.run(&db).await.unwrap(), TimeDelta::hours(51) - TimeDelta::seconds(1));
}

#[tokio::test]
async fn text_of_every_sort() {
    static BOTH: Plan<Vec<bool>> =
        Plan::<Vec<bool>>::rows::<Value<bool>>("Row", fixed("SELECT $1 = 'é'", &[param(0, TEXT)]), &[]);
    let (_keep, db) = database("").await;
    let owned = String::from("é");
    let cow = std::borrow::Cow::Borrowed("é");
    let boxed: Box<str> = "é".into();
    let queries: [Query<Vec<bool>, Read>; 8] = [
        build().bind(ty::<String>(), "é").finish(&BOTH),
        build().bind(ty::<String>(), &"é").finish(&BOTH),
        build().bind(ty::<String>(), &owned).finish(&BOTH),
        build().bind(ty::<String>(), &&owned).finish(&BOTH),
        build().bind(ty::<String>(), owned.clone()).finish(&BOTH),
        build().bind(ty::<String>(), &cow).finish(&BOTH),
        build().bind(ty::<String>(), cow.clone()).finish(&BOTH),
        build().bind(ty::<String>(), boxed).finish(&BOTH),
    ];
    for query in queries {
        assert_eq!(query.run(&db).await.unwrap(), [true]);
    }
}
