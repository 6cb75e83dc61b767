//! Rows that borrow: bytes, text of custom names, and as JSON.

use super::filled;
use nuages::serde_json::{json, to_value};
use nuages::{query, uuid::Uuid};
use odd::models::Kind;

struct Blob<'r> {
    key: Uuid,
    bytes: Option<&'r [u8]>,
    words: Vec<String>,
}

query! { fn animals() -> Vec<Short<'_>> { Animal.filter(id.gte = 4).order_by(id).values(id, name, kind) } }

query! {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "UPPERCASE")]
    fn loud() -> Vec<Loud<'_>> { Animal.filter(id = 4).values(id, name) }
}

#[tokio::test]
async fn bytes_are_borrowed() {
    let (_database, db) = filled().await;
    for bytes in [None, Some(vec![]), Some((0..=255).collect::<Vec<u8>>())] {
        let made = query!(Thing.create(small = 1, words = ["a"], bytes = bytes.as_deref())).run(&db).await.unwrap();
        let query = query!(Thing.filter(key = made.key).values(key, bytes, words) as Blob<'_>);
        let blobs = query.run(&db).await.unwrap();
        let blob = blobs.get(0).unwrap().unwrap();
        assert_eq!((blob.key, blob.bytes, blob.words.as_slice()), (made.key, bytes.as_deref(), &["a".to_owned()][..]));
    }
}

#[tokio::test]
async fn records_that_borrow_are_written() {
    let (_database, db) = filled().await;
    let rows = animals().run(&db).await.unwrap();
    let kit = rows.get(0).unwrap().unwrap();
    assert_eq!((kit.name, kit.kind), ("Kit", Kind::Cat));
    assert_eq!(to_value(kit).unwrap(), json!({ "id": 4, "name": "Kit", "kind": "cat" }));
    let rows = loud().run(&db).await.unwrap();
    assert_eq!(to_value(rows.get(0).unwrap().unwrap()).unwrap(), json!({ "ID": 4, "NAME": "Kit" }));
}
