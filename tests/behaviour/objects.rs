//! What an object does by itself.

use crate::shop::{number, price, shop};
use nuages::{Error, ErrorKind, Integrity, query};
use nuages_tests::models::{Category, ProductTag, Status};

#[tokio::test]
async fn an_object_is_saved_and_is_then_as_its_row_is() {
    let (_keep, db) = shop().await;
    let mut atlas = query!(Product(1)).run(&db).await.unwrap();
    let before = atlas.clone();
    atlas.price = price("12.5");
    atlas.status = Status::Archived;
    atlas.description = Some("maps, and \"more\"".to_owned());
    atlas.save(&db).await.unwrap();
    assert!(atlas.updated_at > before.updated_at);
    assert_eq!((atlas.created_at, atlas.price.to_string()), (before.created_at, "12.50".to_owned()));
    assert_eq!(query!(Product(1)).run(&db).await.unwrap(), atlas);
    atlas.description = None;
    atlas.save(&db).await.unwrap();
    assert_eq!(query!(Product(1)).run(&db).await.unwrap().description, None);
    // Others are as they were.
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_product WHERE status = 'archived'").await, 2);
}

#[tokio::test]
async fn what_has_no_row_is_not_saved() {
    let (_keep, db) = shop().await;
    let mut tag = query!(Tag(4)).run(&db).await.unwrap();
    assert_eq!(tag.delete(&db).await.unwrap(), 1);
    assert_eq!(tag.delete(&db).await.unwrap(), 0);
    tag.color = Some("red".to_owned());
    let error = tag.save(&db).await.unwrap_err();
    assert!(error.is_does_not_exist());
    assert_eq!(tag.color.as_deref(), Some("red"));
    assert!(tag.refresh_from_db(&db).await.unwrap_err().is_does_not_exist());
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag").await, 3);
}

#[tokio::test]
async fn constraints_speak_of_objects_too() {
    let (_keep, db) = shop().await;
    let mut tag = query!(Tag(1)).run(&db).await.unwrap();
    tag.name = "sql".to_owned();
    let error = tag.save(&db).await.unwrap_err();
    assert_eq!((error.is_unique_violation(), error.columns()), (true, &["name".to_owned()][..]));
    tag.refresh_from_db(&db).await.unwrap();
    assert_eq!(tag.name, "rust");
    let books: Category = query!(Category(1)).run(&db).await.unwrap();
    let error = books.delete(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity(Integrity::Restrict));
}

#[tokio::test]
async fn objects_in_transactions() {
    let (_keep, db) = shop().await;
    let mut dice = query!(Product(4)).run(&db).await.unwrap();
    let rolled_back: Result<(), Error> = db
        .atomic(async |tx| {
            let mut dice = query!(Product(4)).run(tx).await?;
            dice.stock = 0;
            dice.save(tx).await?;
            let link: ProductTag = query!(ProductTag.filter(product = &dice).first()).run(tx).await?.unwrap();
            link.delete(tx).await?;
            dice.refresh_from_db(tx).await?;
            assert_eq!(dice.stock, 0);
            dice.stock = -1;
            dice.save(tx).await
        })
        .await;
    assert_eq!(rolled_back.unwrap_err().kind(), ErrorKind::Integrity(Integrity::Check));
    dice.refresh_from_db(&db).await.unwrap();
    assert_eq!(dice.stock, 100);
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_product_tags WHERE product_id = 4").await, 2);
}
