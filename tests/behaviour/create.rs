//! One new row.

use crate::shop::{may, number, price, shop};
use nuages::chrono::{NaiveDate, Utc};
use nuages::{ErrorKind, Integrity, query};
use nuages_tests::models::{Address, Category, Order, OrderStatus, Product, Review, Status};

#[tokio::test]
async fn every_field_comes_back_as_it_was_given() {
    let (_keep, db) = shop().await;
    let released = NaiveDate::from_ymd_opt(1999, 12, 31).unwrap();
    let made = query!(Product.create(
        name = "Kite",
        slug = String::from("kite"),
        category = 4,
        price = price("12.34"),
        stock = i32::MAX,
        status = Status::Archived,
        description = Some("flies"),
        weight = 0.1 + 0.2,
        released_on = released,
        created_at = may(7, 7),
        updated_at = may(8, 8)
    ))
    .run(&db)
    .await
    .unwrap();
    let expected = Product {
        id: 6,
        name: "Kite".into(),
        slug: "kite".into(),
        category_id: 4,
        price: price("12.34"),
        stock: i32::MAX,
        status: Status::Archived,
        description: Some("flies".into()),
        weight: Some(0.1 + 0.2),
        released_on: Some(released),
        created_at: may(7, 7),
        updated_at: may(8, 8),
    };
    assert_eq!(made, expected);
    assert_eq!(query!(Product(6)).run(&db).await.unwrap(), expected);
}

#[tokio::test]
async fn what_is_not_given_has_its_default_or_is_null() {
    let (_keep, db) = shop().await;
    let before = Utc::now();
    let product: Product =
        query!(Product.create(name = "Kite", slug = "kite", category = 4, price = 1)).run(&db).await.unwrap();
    assert_eq!((product.stock, product.status, product.price), (0, Status::Draft, price("1.00")));
    assert_eq!((product.description, product.weight, product.released_on), (None, None, None));
    let server = number(&db, "SELECT extract(epoch FROM now())::bigint").await;
    assert!((product.created_at.timestamp() - server).abs() < 60, "{} {before}", product.created_at);
    assert_eq!(product.created_at, product.updated_at);
    let order: Order = query!(Order.create(number = "C-1", user = 1)).run(&db).await.unwrap();
    assert_eq!((order.status, order.address_id, order.note), (OrderStatus::Pending, None, None));
    let address: Address =
        query!(Address.create(user = 3, street = "s", city = "c", country = "FR")).run(&db).await.unwrap();
    assert_eq!((address.label.as_str(), address.is_default), ("home", false));
    let review: Review = query!(Review.create(product = 5, user = 3, rating = 1)).run(&db).await.unwrap();
    assert_eq!((review.body.as_str(), review.is_approved), ("", false));
}

#[tokio::test]
async fn a_field_left_out_by_none_has_its_default_and_null_is_null() {
    let (_keep, db) = shop().await;
    for (stock, weight, description) in [(None, None, None), (Some(3), Some(1.5), Some("d"))] {
        let slug = format!("kite-{}", stock.is_some());
        let made = query!(Product.create(
            name = "Kite",
            slug = slug,
            category = 4,
            price = 1,
            stock? = stock,
            weight = weight,
            description? = description,
            released_on = None
        ))
        .run(&db)
        .await
        .unwrap();
        assert_eq!((made.stock, made.weight), (stock.unwrap_or(0), weight));
        assert_eq!((made.description.as_deref(), made.released_on), (description, None));
    }
}

#[tokio::test]
async fn a_relation_takes_a_key_an_object_or_a_row_of_it() {
    let (_keep, db) = shop().await;
    let games: Category = query!(Category.get(name = "Games")).run(&db).await.unwrap();
    let novels = query!(Category.annotate(n = Count(products)).get(name = "Novels")).run(&db).await.unwrap();
    let of_object =
        query!(Product.create(name = "a", slug = "a", category = &games, price = 1)).run(&db).await.unwrap();
    let of_row = query!(Product.create(name = "b", slug = "b", category = &novels, price = 1)).run(&db).await.unwrap();
    let of_key =
        query!(Product.create(name = "c", slug = "c", category_id = novels.id, price = 1)).run(&db).await.unwrap();
    assert_eq!([of_object.category_id, of_row.category_id, of_key.category_id], [4, 2, 2]);
    for parent in [None, Some(&games)] {
        let name = format!("Under {parent:?}");
        let name = &name[..8.min(name.len())];
        let made = query!(Category.create(name = name, slug = name, parent = parent)).run(&db).await.unwrap();
        assert_eq!(made.parent_id, parent.map(|p| p.id));
    }
    let item = query!(Order(2).items.create(product = &of_row, quantity = 4, unit_price = of_row.price));
    let item = item.run(&db).await.unwrap();
    assert_eq!((item.order_id, item.product_id, item.quantity), (2, of_row.id, 4));
}

#[tokio::test]
async fn what_a_constraint_refuses_says_which_and_leaves_nothing() {
    let (_keep, db) = shop().await;
    let twice = query!(Tag.create(name = "rust")).run(&db).await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Integrity(Integrity::Unique));
    assert!(twice.is_unique_violation());
    assert_eq!((twice.constraint(), twice.table()), (Some("catalog_tag_name_key"), Some("catalog_tag")));
    assert_eq!((twice.columns(), twice.sqlstate()), (&["name".to_owned()][..], Some("23505")));

    let both = query!(Review.create(product = 1, user = 1, rating = 1)).run(&db).await.unwrap_err();
    assert_eq!(both.columns(), ["product_id", "user_id"]);

    let nobody = query!(Order.create(number = "C-1", user = 77)).run(&db).await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::Integrity(Integrity::ForeignKey));
    assert_eq!(
        (nobody.constraint(), nobody.columns()),
        (Some("sales_order_user_id_fkey"), &["user_id".to_owned()][..])
    );

    let rating = 6;
    let check = query!(Review.create(product = 2, user = 1, rating = rating)).run(&db).await.unwrap_err();
    assert_eq!(check.kind(), ErrorKind::Integrity(Integrity::Check));
    assert_eq!((check.constraint(), check.table()), (Some("rating_from_one_to_five"), Some("catalog_review")));

    let long = "x".repeat(51);
    let long = query!(Tag.create(name = long)).run(&db).await.unwrap_err();
    assert_eq!((long.kind(), long.sqlstate()), (ErrorKind::Database, Some("22001")));

    // A second default address of Ada; Cyd may have one.
    let second = query!(Address.create(user = 1, street = "s", city = "c", country = "FR", is_default = true));
    assert!(second.run(&db).await.unwrap_err().is_unique_violation());
    let counts = number(&db, "SELECT (SELECT count(*) FROM catalog_tag) * 100 + (SELECT count(*) FROM catalog_review)");
    assert_eq!(counts.await, 403);
}
