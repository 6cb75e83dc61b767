//! What models have without `derive`: they are shown, cloned and compared as if they were derived.

use super::filled;
use nuages::query;
use nuages::serde_json::json;
use odd::Mac;
use odd::models::{Kind, Plenty, Select};

/// The same struct as rustc's own derives have it.
mod twin {
    use odd::models;

    #[derive(Debug, Clone, PartialEq)]
    pub(super) struct Select {
        pub(super) id: i64,
        pub(super) order: i32,
        pub(super) group: String,
        pub(super) r#where: Option<String>,
        pub(super) user_id: Option<i64>,
        pub(super) from: i32,
    }

    impl From<models::Select> for Select {
        fn from(row: models::Select) -> Self {
            let models::Select { id, order, group, r#where, user_id, from } = row;
            Self { id, order, group, r#where, user_id, from }
        }
    }
}

fn select(order: i32, text: Option<&str>) -> Select {
    Select { id: 1, order, group: "a \"b\"\n".into(), r#where: text.map(Into::into), user_id: None, from: -2 }
}

#[test]
fn shown_as_derived() {
    for row in [select(255, None), select(-1, Some("ü"))] {
        let twin = twin::Select::from(row.clone());
        assert_eq!(format!("{row:?}"), format!("{twin:?}"));
        assert_eq!(format!("{row:#?}"), format!("{twin:#?}"));
        assert_eq!(format!("{row:08x?}"), format!("{twin:08x?}"));
        assert_eq!(format!("{:#?}", [Some(&row)]), format!("{:#?}", [Some(&twin)]));
    }
}

#[test]
fn compared_as_derived() {
    let rows = [select(1, None), select(2, None), select(1, Some("")), Select { from: 0, ..select(1, None) }];
    for (i, one) in rows.iter().enumerate() {
        assert_eq!(one.clone(), *one);
        for (j, other) in rows.iter().enumerate() {
            assert_eq!(one == other, i == j, "{one:?} {other:?}");
            assert_eq!(one != other, i != j, "{one:?} {other:?}");
        }
    }
}

#[tokio::test]
async fn of_any_width() {
    let (_keep, db) = filled().await;
    let row = query!(Wide.create(c007 = 70, c199 = 1990)).run(&db).await.unwrap();
    let shown = format!("{row:?}");
    assert!(shown.starts_with(&format!("Wide {{ id: {}, sign_id: None, c000: 0, c001: 1, ", row.id)), "{shown}");
    assert!(shown.contains(", c006: 6, c007: 70, c008: 8, ") && shown.ends_with(", c199: 1990 }"), "{shown}");
    let mut other = row.clone();
    assert_eq!(other, row);
    other.c199 = 0;
    assert_ne!(other, row);
    assert_eq!(other.c198, row.c198);
    other.save(&db).await.unwrap();
    assert_eq!((other.c007, other.c199), (70, 0));
}

#[tokio::test]
async fn of_any_type() {
    let (_keep, db) = filled().await;
    let mac = Mac([1, 2, 3, 4, 5, 6]);
    let data = json!({ "a": [1] });
    let row = query!(Plenty.create(slot = 1, code = "abc", kind = Kind::Bee, mac = mac, json = &data))
        .run(&db)
        .await
        .unwrap();
    let shown = format!("{row:?}");
    for part in
        ["kind: Some(Bee), ", "mac: Some(Mac([1, 2, 3, 4, 5, 6])), ", "json: Some(Object {\"a\": Array [Number(1)]}), "]
    {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert_eq!(row.clone(), row);
    assert_ne!(Plenty { mac: None, ..row.clone() }, row);
}
