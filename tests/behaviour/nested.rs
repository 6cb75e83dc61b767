//! Prefetches of every shape, and below relations that are read in the same statement.

use crate::shop::{price, shop};
use nuages::query;
use nuages_tests::models::{Product, Tag};

#[tokio::test]
async fn below_relations_of_the_same_statement() {
    let (_keep, db) = shop().await;
    let items = query!(
        OrderItem
            .select_related(product.category.parent, order.user)
            .prefetch_related(product.tags, product.category.products, order.items, order.user.addresses)
            .order_by(id)
    );
    assert_eq!(items.round_trips(), 5);
    let items = items.run(&db).await.unwrap();
    let tags = |i: usize| items[i].product.tags.iter().map(|t| t.name.as_str()).collect::<Vec<_>>();
    assert_eq!([tags(0), tags(1), tags(2)], [vec!["rust", "sql"], vec!["fun"], vec!["rust", "sql"]]);
    assert_eq!(items.iter().map(|i| i.product.category.products.len()).collect::<Vec<_>>(), [1, 2, 1]);
    assert_eq!(items.iter().map(|i| i.order.items.len()).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(items.iter().map(|i| i.order.user.addresses.len()).collect::<Vec<_>>(), [2, 2, 1]);
    assert!(items[1].product.category.parent.is_none());
    // Each is a model, and moves out as one.
    let product: &Product = &items[1].product;
    assert_eq!(product.name, "Cubes");
    let own: Vec<Tag> = items.into_iter().next().unwrap().product.tags;
    assert_eq!(own.len(), 2);
}

#[tokio::test]
async fn below_a_relation_that_may_be_missing() {
    let (_keep, db) = shop().await;
    let users = query!(
        User.select_related(referred_by.referred_by)
            .prefetch_related(
                referred_by.orders.filter(number.startswith = "A"),
                orders,
                referred_by.referred_by.reviews
            )
            .order_by(id)
    );
    let users = users.run(&db).await.unwrap();
    assert!(users[0].referred_by.is_none());
    let ada = users[1].referred_by.as_ref().unwrap();
    assert_eq!((ada.name.as_str(), ada.orders.len(), ada.referred_by.is_none()), ("Ada", 2, true));
    let bob = users[2].referred_by.as_ref().unwrap();
    assert_eq!((bob.orders.len(), bob.referred_by.as_ref().map(|u| u.reviews.len())), (0, Some(2)));
    assert_eq!(users.iter().map(|u| u.orders.len()).collect::<Vec<_>>(), [2, 1, 0]);
    // Nobody was brought by anybody: there is nothing to ask for below.
    let none = query!(User.filter(id = 1).select_related(referred_by).prefetch_related(referred_by.orders).get());
    assert!(none.run(&db).await.unwrap().referred_by.is_none());
}

#[tokio::test]
async fn keys_are_read_in_addition() {
    let (_keep, db) = shop().await;
    let orders = query!(
        Order
            .select_related(user.referred_by, address)
            .only(number, user.name, user.referred_by.phone, address.city)
            .prefetch_related(items.only(quantity).prefetch_related(product.only(name)), user.referred_by.orders)
            .order_by(id)
    );
    let orders = orders.run(&db).await.unwrap();
    assert_eq!(orders.iter().map(|o| o.number.as_str()).collect::<Vec<_>>(), ["A-1", "A-2", "B-1"]);
    let items: Vec<_> = orders[0].items.iter().map(|i| (i.quantity, i.product.name.as_str())).collect();
    assert_eq!(items, [(2, "Atlas"), (1, "Cubes")]);
    assert!(orders[0].user.referred_by.is_none());
    // A related row of which all that is read is NULL is there all the same.
    let by = orders[2].user.referred_by.as_ref().unwrap();
    assert_eq!((by.phone.as_deref(), by.orders.len()), (None, 2));
    assert_eq!(orders[1].address.as_ref().map(|a| a.city.as_str()), None);
}

#[tokio::test]
async fn plain_values_of_each_parent() {
    let (_keep, db) = shop().await;
    let least = 3;
    let rows = query!(
        Product
            .prefetch_related(
                ratings = reviews.filter(rating.gte = least).order_by(-rating).values_list(rating, flat),
                by = reviews.order_by(id).values(user.name, double = F(rating) * 2),
                pairs = tags.values_list(name, color),
                best = reviews.order_by(-rating).values_list(rating, flat)[..1],
                category.values(name, parent.name),
            )
            .order_by(id)
    );
    let rows = rows.run(&db).await.unwrap();
    assert_eq!(
        rows.iter().map(|r| r.ratings.clone()).collect::<Vec<_>>(),
        [vec![5_i16, 3], vec![], vec![4], vec![], vec![]]
    );
    let by: Vec<_> = rows[0].by.iter().map(|r| (r.user__name.as_str(), r.double)).collect();
    assert_eq!(by, [("Ada", 10), ("Bob", 6)]);
    let pairs: &Vec<(String, Option<String>)> = &rows[0].pairs;
    assert_eq!(pairs, &[("rust".to_owned(), None), ("sql".to_owned(), None)]);
    assert_eq!((rows[0].best.as_slice(), rows[1].best.as_slice()), (&[5_i16][..], &[][..]));
    assert_eq!((rows[1].category.name.as_str(), rows[1].category.parent__name.as_deref()), ("Novels", Some("Books")));
}

#[tokio::test]
async fn groups_and_distinct_rows_are_each_parent_s() {
    let (_keep, db) = shop().await;
    let rows = query!(
        Category
            .prefetch_related(
                by = products
                    .values(status)
                    .annotate(n = Count(), dearest = Max(price), tagged = Count(tags))
                    .order_by(status),
                prices = products.values_list(price, flat).distinct().order_by(price),
                each = products.distinct(price).order_by(price, -id).values_list(price, name),
            )
            .order_by(id)
    );
    let rows = rows.run(&db).await.unwrap();
    let by = |i: usize| rows[i].by.iter().map(|g| (g.status.to_string(), g.n, g.dearest, g.tagged)).collect::<Vec<_>>();
    assert_eq!(by(1), [("active".into(), 1, Some(price("20")), 0), ("archived".into(), 1, Some(price("20")), 0)]);
    assert_eq!(by(3), [("active".into(), 1, Some(price("30")), 1), ("draft".into(), 1, Some(price("5.5")), 2)]);
    assert!(by(2).is_empty());
    assert_eq!(rows[1].prices, [price("20")]);
    assert_eq!(rows[3].prices, [price("5.5"), price("30")]);
    assert_eq!(rows[1].each, [(price("20"), "Epic".to_owned())]);
    // Books have a product at 10: it takes nothing from another shelf's.
    assert_eq!(rows[0].each, [(price("10"), "Atlas".to_owned())]);
}

/// What is seen of an item.
#[derive(Debug, PartialEq)]
struct Line {
    order_item: nuages_tests::models::OrderItem,
    product: Goods,
}

/// A product with its tags.
type Goods = Product;

/// Ratings of a product.
#[derive(Debug, PartialEq)]
struct Rated {
    product: Product,
    words: Vec<Plain<String>>,
}

/// A struct with a type in it.
#[derive(Debug, PartialEq)]
#[allow(non_snake_case, reason = "the names of a path's fields")]
struct Plain<T> {
    rating: i16,
    user__name: T,
}

#[tokio::test]
async fn structs_of_one_s_own_inside() {
    let (_keep, db) = shop().await;
    let orders = query!(Order.prefetch_related(lines = items.select_related(product) as Line).order_by(id));
    let orders = orders.run(&db).await.unwrap();
    assert_eq!(
        orders[0].lines.iter().map(|l| (l.order_item.quantity, l.product.stock)).collect::<Vec<_>>(),
        [(2, 5), (1, 7)]
    );
    let rated: Rated = query!(
        Product
            .prefetch_related(words = reviews.order_by(id).values(rating, user.name) as crate::nested::Plain<String>)
            .get(id = 1) as self::Rated
    )
    .run(&db)
    .await
    .unwrap();
    let words: Vec<_> = rated.words.iter().map(|w| (w.rating, w.user__name.as_str())).collect();
    assert_eq!((rated.product.name.as_str(), words), ("Atlas", vec![(5, "Ada"), (3, "Bob")]));
}

#[tokio::test]
async fn a_hundred_thousand_parents() {
    let (_keep, db) = shop().await;
    db.execute_script(
        "INSERT INTO catalog_tag (name) SELECT 'tag ' || n FROM generate_series(1, 100000) n;
         INSERT INTO catalog_product_tags (product_id, tag_id) SELECT 2, id FROM catalog_tag WHERE name LIKE 'tag %'",
    )
    .await
    .unwrap();
    let query = query!(Tag.filter(name.startswith = "tag ").prefetch_related(names = products.values_list(name, flat)));
    let tags = query.run(&db).await.unwrap();
    assert_eq!((tags.len(), query.round_trips()), (100_000, 2));
    assert!(tags.iter().all(|t| t.names == ["Ballad"]));
}
