//! Pieces of a result, with bounds from Rust.

use crate::shop::shop;
use nuages::{ErrorKind, query};

#[tokio::test]
async fn bounds_of_every_kind() {
    let (_keep, db) = shop().await;
    let ids = async |a: i64, b: i64| query!(Product.order_by(id).values_list(id, flat)[a..b]).run(&db).await;
    assert_eq!(ids(0, 2).await.unwrap(), [1, 2]);
    assert_eq!(ids(1, 4).await.unwrap(), [2, 3, 4]);
    assert_eq!(ids(4, 100).await.unwrap(), [5]);
    assert_eq!(ids(5, 6).await.unwrap(), [0; 0]);
    assert_eq!(ids(2, 2).await.unwrap(), [0; 0]);
    // The end before the start is nothing, not an error.
    assert_eq!(ids(3, 1).await.unwrap(), [0; 0]);
    assert_eq!(ids(3, i64::MAX).await.unwrap(), [4, 5]);
    assert_eq!(ids(i64::MAX - 1, i64::MAX).await.unwrap(), [0; 0]);
    for (a, b) in [(-1, 2), (0, -1), (-3, -1), (i64::MIN, i64::MAX)] {
        assert_eq!(ids(a, b).await.unwrap_err().kind(), ErrorKind::InvalidInput, "{a}..{b}");
    }
}

#[tokio::test]
async fn open_and_inclusive_ends_and_all_integers() {
    let (_keep, db) = shop().await;
    let (small, word, size) = (2_u8, 3_u32, 1_usize);
    assert_eq!(query!(Product.order_by(id).values_list(id, flat)[..small]).run(&db).await.unwrap(), [1, 2]);
    assert_eq!(query!(Product.order_by(id).values_list(id, flat)[word..]).run(&db).await.unwrap(), [4, 5]);
    assert_eq!(query!(Product.order_by(id).values_list(id, flat)[..=size]).run(&db).await.unwrap(), [1, 2]);
    assert_eq!(query!(Product.order_by(id).values_list(id, flat)[size..=3]).run(&db).await.unwrap(), [2, 3, 4]);
    let most = u64::MAX;
    assert_eq!(query!(Product.order_by(id)[..most].count()).run(&db).await.unwrap(), 5);
    assert_eq!(query!(Product.order_by(id)[..=most].count()).run(&db).await.unwrap(), 5);
    let least = -1_i32;
    let negative = query!(Product.order_by(id)[least..]);
    // What cannot be sent is not sent.
    assert_eq!(negative.round_trips(), 0);
    let error = negative.run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("-1"), "{error}");
}

#[tokio::test]
async fn a_slice_of_a_slice_stays_within_it() {
    let (_keep, db) = shop().await;
    let ids = query!(Product.order_by(id).values_list(id, flat)[1..4][..2]).run(&db).await.unwrap();
    assert_eq!(ids, [2, 3]);
    let ids = query!(Product.order_by(id).values_list(id, flat)[1..4][1..100]).run(&db).await.unwrap();
    assert_eq!(ids, [3, 4]);
    let ids = query!(Product.order_by(id).values_list(id, flat)[1..4][3..5]).run(&db).await.unwrap();
    assert_eq!(ids, [0; 0]);
    let first = query!(Product.order_by(-id)[1..3].first()).run(&db).await.unwrap();
    assert_eq!(first.map(|p| p.id), Some(4));
    let nothing = query!(Product.order_by(-id)[9..].first()).run(&db).await.unwrap();
    assert_eq!(nothing, None);
}
