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

#[tokio::test]
async fn a_slice_of_a_slice_with_bounds_from_rust() {
    let (_keep, db) = shop().await;
    let ids = async |a: i64, b: i64, c: i64, d: i64| {
        query!(Product.order_by(id).values_list(id, flat)[a..b][c..d]).run(&db).await
    };
    let all = [1, 2, 3, 4, 5];
    for (a, b, c, d) in
        [(0, 5, 0, 5), (1, 4, 1, 2), (1, 4, 1, 9), (1, 4, 3, 5), (2, 9, 1, 2), (4, 2, 0, 3), (0, 3, 2, 1)]
    {
        let cut = |rows: &[i64], from: i64, to: i64| -> Vec<i64> {
            let (from, to) = (usize::try_from(from).unwrap(), usize::try_from(to).unwrap());
            rows.iter().copied().take(to).skip(from).collect()
        };
        assert_eq!(ids(a, b, c, d).await.unwrap(), cut(&cut(&all, a, b), c, d), "[{a}..{b}][{c}..{d}]");
    }
    // Nothing overflows.
    assert_eq!(ids(i64::MAX, i64::MAX, i64::MAX, i64::MAX).await.unwrap(), [0; 0]);
    assert_eq!(ids(0, i64::MAX, 3, i64::MAX).await.unwrap(), [4, 5]);
    for (a, b, c, d) in [(-1, 2, 0, 1), (0, -1, 0, 1), (0, 1, -1, 1), (0, 1, 0, -1)] {
        assert_eq!(ids(a, b, c, d).await.unwrap_err().kind(), ErrorKind::InvalidInput, "[{a}..{b}][{c}..{d}]");
    }
    let (n, most) = (2_usize, u64::MAX);
    let open = query!(Product.order_by(id).values_list(id, flat)[1..][n..]).run(&db).await.unwrap();
    assert_eq!(open, [4, 5]);
    let three = query!(Product.order_by(id).values_list(id, flat)[..4][1..=n][..1]).run(&db).await.unwrap();
    assert_eq!(three, [2]);
    let beyond = query!(Product.order_by(id).values_list(id, flat)[most..][1..]).run(&db).await.unwrap();
    assert_eq!(beyond, [0; 0]);
    // What a condition binds before it keeps its place.
    let some = query!(Product.filter(id.gte = 2_i64).order_by(id).values_list(id, flat)[..n][1..]).run(&db).await;
    assert_eq!(some.unwrap(), [3]);
}

#[tokio::test]
async fn a_slice_of_a_slice_for_each_parent_and_inside_a_condition() {
    let (_keep, db) = shop().await;
    let n = 2_i64;
    let sliced =
        query!(Category.order_by(id).prefetch_related(products.order_by(-id)[..n][1..])).run(&db).await.unwrap();
    let whole = query!(Category.order_by(id).prefetch_related(products.order_by(-id))).run(&db).await.unwrap();
    for (sliced, whole) in sliced.iter().zip(&whole) {
        let expected: Vec<i64> = whole.products.iter().map(|p| p.id).take(2).skip(1).collect();
        assert_eq!(sliced.products.iter().map(|p| p.id).collect::<Vec<_>>(), expected);
    }
    assert!(sliced.iter().any(|category| !category.products.is_empty()));
    let ids = query!(Product.filter(id.in = Product.order_by(-id)[1..][..n]).order_by(id).values_list(id, flat));
    assert_eq!(ids.run(&db).await.unwrap(), [3, 4]);
}

#[tokio::test]
async fn endings_after_a_slice() {
    let (_keep, db) = shop().await;
    let id = |p: Option<nuages_tests::models::Product>| p.map(|p| p.id);
    let n = 3_i64;
    assert_eq!(id(query!(Product.order_by(id)[1..3].last()).run(&db).await.unwrap()), Some(3));
    assert_eq!(id(query!(Product.order_by(id)[1..n].last()).run(&db).await.unwrap()), Some(3));
    assert_eq!(id(query!(Product.order_by(-id)[3..].last()).run(&db).await.unwrap()), Some(1));
    assert_eq!(id(query!(Product.order_by(-id)[..100].last()).run(&db).await.unwrap()), Some(1));
    assert_eq!(id(query!(Product.order_by(id)[7..].last()).run(&db).await.unwrap()), None);
    assert_eq!(id(query!(Product.order_by(id)[n..].first()).run(&db).await.unwrap()), Some(4));
    assert_eq!(id(query!(Product.order_by(id)[..n][3..].first()).run(&db).await.unwrap()), None);
    assert_eq!(query!(Product.order_by(id)[n..=n].get()).run(&db).await.unwrap().id, 4);
    let two = query!(Product.order_by(id)[..n].get()).run(&db).await.unwrap_err();
    assert_eq!(two.kind(), ErrorKind::MultipleObjectsReturned);
    let none = query!(Product.order_by(id)[n..3].get()).run(&db).await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::DoesNotExist);
    assert_eq!(query!(Product.all()[n..][1..].count()).run(&db).await.unwrap(), 1);
    assert!(!query!(Product.all()[n..][2..].exists()).run(&db).await.unwrap());
    let name = query!(Product.values_list(name, flat).distinct().order_by(-name)[..n].last()).run(&db).await.unwrap();
    let names = query!(Product.values_list(name, flat).distinct().order_by(-name)[..n]).run(&db).await.unwrap();
    assert_eq!(name.as_ref(), names.last());
}

#[tokio::test]
async fn pages_of_a_slice() {
    let (_keep, db) = shop().await;
    let (from, to) = (1_i64, 4_i64);
    for number in 1..4 {
        let page = query!(Product.order_by(id).values_list(id, flat)[from..to].page(number, 2)).run(&db).await.unwrap();
        let expected: &[i64] = match number {
            1 => &[2, 3],
            2 => &[4],
            _ => &[],
        };
        assert_eq!((page.items.as_slice(), page.total, page.pages), (expected, 3, 2));
        let constant = query!(Product.order_by(id).values_list(id, flat)[1..4].page(number, 2)).run(&db).await.unwrap();
        assert_eq!((constant.items.as_slice(), constant.total), (expected, 3));
    }
}
