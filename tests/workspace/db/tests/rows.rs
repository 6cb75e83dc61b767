//! Every shape of a row, made by the expansion and filled by a server.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use nuages::rust_decimal::Decimal;
use nuages::{Db, query};
use workspace_db::models::{self, Category, Product, Rating, Review, Status, Tag};

/// A database with the shop's tables and a few rows.
async fn shop() -> (nuages_devdb::Database, Db) {
    let database = nuages_devdb::shared().unwrap();
    let db = Db::connect(&database.url()).await.unwrap();
    models::create_all(&db).await.unwrap();
    let toys = query!(Category.create(name = "Toys", slug = "toys")).run(&db).await.unwrap();
    let balls = query!(Category.create(name = "Balls", slug = "balls", parent = &toys)).run(&db).await.unwrap();
    let products = [("Ball", &balls, "9.90", Some(Rating::Good)), ("Kite", &toys, "24.50", None)];
    let rows = query!(Product.bulk_create(for (name, category, price, rating) in products =>
        name = name, slug = name.to_lowercase(), category = category, price = price.parse::<Decimal>().unwrap(),
        status = Status::Active, stock = 3, rating = rating))
    .run(&db)
    .await
    .unwrap();
    assert_eq!(rows.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Ball", "Kite"]);
    assert_eq!(rows[0].rating, Some(Rating::Good));
    let reviews = [(&rows[0], 5), (&rows[0], 3), (&rows[1], 4)];
    let n = query!(Review.bulk_create(for (product, rating) in reviews => product = product, rating = rating).no_returning())
        .run(&db)
        .await
        .unwrap();
    assert_eq!(n, 3);
    (database, db)
}

#[tokio::test]
async fn records_deref_to_their_model_and_hold_what_was_asked_for() {
    let (_keep, db) = shop().await;
    let rows = query!(
        Product
            .select_related(category.parent)
            .prefetch_related(reviews, best = reviews.filter(rating.gte = 4).order_by(-rating)[..1])
            .annotate(average = Avg(reviews.rating), n = Count(reviews))
            .order_by(name)
    )
    .run(&db)
    .await
    .unwrap();
    let ball = &rows[0];
    assert_eq!((ball.name.as_str(), ball.category.name.as_str()), ("Ball", "Balls"));
    assert_eq!(ball.category.parent.as_ref().map(|c| c.name.as_str()), Some("Toys"));
    assert!(rows[1].category.parent.is_none());
    assert_eq!((ball.average, ball.n), (Some(4.0), 2));
    assert_eq!(ball.reviews.len(), 2);
    assert_eq!(ball.best.iter().map(|r| r.rating).collect::<Vec<_>>(), [5]);
    let category: Category = ball.category.category.clone();
    assert_eq!(category.slug, "balls");
    // A row is a key, as the model is.
    assert_eq!(query!(Review.filter(product = ball).count()).run(&db).await.unwrap(), 2);
    assert_eq!(query!(Product(ball)).run(&db).await.unwrap(), ball.product);
    assert!(format!("{ball:?}").contains("average: Some(4.0)"));
    let _: Vec<_> = rows.clone();
}

/// Fields as the query has them.
#[derive(Debug, PartialEq)]
struct Listed {
    product: Product,
    category: Category,
    reviews: Vec<Opinion>,
    n: i64,
}

#[derive(Debug, PartialEq)]
struct Opinion {
    review: Review,
    product: Product,
}

#[derive(Debug, PartialEq)]
struct Rated {
    rating: i32,
    text: String,
}

#[tokio::test]
async fn the_user_s_structs_are_filled_at_every_level() {
    let (_keep, db) = shop().await;
    let listed = query!(
        Product
            .select_related(category)
            .prefetch_related(reviews = reviews.order_by(-rating).select_related(product) as Opinion)
            .annotate(n = Count(reviews))
            .get(name = "Ball") as Listed
    )
    .run(&db)
    .await
    .unwrap();
    assert_eq!(listed.product.name, "Ball");
    assert_eq!(listed.category.name, "Balls");
    assert_eq!((listed.reviews[0].review.rating, &listed.reviews[1].product), (5, &listed.product));
    assert_eq!(listed.n, 2);
    let rated: Vec<Rated> = query!(Review.order_by(-rating).values(rating, text) as Rated).run(&db).await.unwrap();
    assert_eq!(rated[0], Rated { rating: 5, text: String::new() });
}

#[tokio::test]
async fn values_tuples_and_bare_values() {
    let (_keep, db) = shop().await;
    let rows = query!(Product.order_by(id).values(name, category.name, category.parent.name, n = Count(reviews)))
        .run(&db)
        .await
        .unwrap();
    assert_eq!(rows[0].category__name, "Balls");
    assert_eq!((rows[1].category__parent__name.as_deref(), rows[1].n), (None, 1));
    let pairs: Vec<(String, Decimal)> =
        query!(Product.order_by(price).values_list(name, price)).run(&db).await.unwrap();
    assert_eq!(pairs[0], ("Ball".to_owned(), "9.90".parse().unwrap()));
    let names: Vec<String> = query!(Product.order_by(-name).values_list(name, flat)).run(&db).await.unwrap();
    assert_eq!(names, ["Kite", "Ball"]);
    let grouped = query!(Product.values(category.slug).annotate(total = Sum(stock)).order_by(category.slug))
        .run(&db)
        .await
        .unwrap();
    assert_eq!(
        grouped.iter().map(|g| (g.category__slug.as_str(), g.total)).collect::<Vec<_>>(),
        [("balls", Some(3)), ("toys", Some(3))]
    );
    let some = query!(Product.only(id, name).select_related(category).order_by(id)).run(&db).await.unwrap();
    assert_eq!((some[0].id, some[0].category.slug.as_str()), (1, "balls"));
}

#[tokio::test]
async fn every_ending_has_its_type() {
    let (_keep, db) = shop().await;
    let all: Vec<Product> = query!(Product).run(&db).await.unwrap();
    assert_eq!(all.len(), 2);
    let one: Product = query!(Product(all[0].id)).run(&db).await.unwrap();
    assert_eq!(one, all[0]);
    assert!(query!(Product.get(name = "Nothing")).run(&db).await.unwrap_err().is_does_not_exist());
    let first: Option<Product> = query!(Product.order_by(-price).first()).run(&db).await.unwrap();
    assert_eq!(first.map(|p| p.name), Some("Kite".to_owned()));
    let last: Option<Product> = query!(Product.filter(price.lt = Decimal::ONE).last()).run(&db).await.unwrap();
    assert_eq!(last, None);
    let n: i64 = query!(Product.filter(name.contains = "i").count()).run(&db).await.unwrap();
    let yes: bool = query!(Product.filter(reviews.rating.gte = 5).exists()).run(&db).await.unwrap();
    assert_eq!((n, yes), (1, true));
    let totals = query!(Product.aggregate(most = Max(price), n = Count())).run(&db).await.unwrap();
    assert_eq!((totals.most, totals.n), (Some("24.50".parse().unwrap()), 2));
    let (number, size) = (2, 1);
    let page = query!(Product.order_by(name).page(number, size)).run(&db).await.unwrap();
    assert_eq!((page.items[0].name.as_str(), page.total, page.pages), ("Kite", 2, 2));
}

#[tokio::test]
async fn an_argument_of_a_scope_is_evaluated_once() {
    let (_keep, db) = shop().await;
    let mut times = 0;
    let mut text = || {
        times += 1;
        String::from("all")
    };
    let n = query!(Product.filter(stock.gt = 0).called(text()).exclude(name = "Kite").count()).run(&db).await.unwrap();
    assert_eq!((n, times), (1, 1));
    let category = query!(Category.get(slug = "balls")).run(&db).await.unwrap();
    for (text, expected) in [(Some("b"), 0), (Some("all"), 0), (None, 1)] {
        let n = query!(Product.like(text, &category).count()).run(&db).await.unwrap();
        assert_eq!(n, expected, "{text:?}");
    }
}

#[tokio::test]
async fn writes_give_rows_or_counts() {
    let (_keep, db) = shop().await;
    let tag: Tag = query!(Tag.create(name = "new")).run(&db).await.unwrap();
    assert_eq!(tag.name, "new");
    let n: u64 = query!(Product.filter(name = "Ball").update(stock = F(stock) - 1)).run(&db).await.unwrap();
    assert_eq!(n, 1);
    let name: Option<String> = None;
    let kind: Option<&str> = Some("toy");
    let n = query!(Product(1).update(name? = &name, type = kind)).run(&db).await.unwrap();
    assert_eq!(n, 1);
    let ball = query!(Product(1)).run(&db).await.unwrap();
    assert_eq!((ball.stock, ball.r#type.as_deref()), (2, Some("toy")));
    let n = query!(Product(1).update(name? = name)).run(&db).await.unwrap();
    assert_eq!(n, 0);
    let n: u64 = query!(Review.filter(rating.lt = 4).delete()).run(&db).await.unwrap();
    assert_eq!(n, 1);
    let review = query!(Product(&ball).reviews.create(rating = 2)).run(&db).await.unwrap();
    assert_eq!(review.product_id, ball.id);
    let referred = [&ball];
    let n = query!(Review.filter(product.in = referred.iter()).count()).run(&db).await.unwrap();
    assert_eq!(n, 2);
    assert_eq!(query!(Review.none()).run(&db).await.unwrap(), []);
}

#[tokio::test]
async fn awkward_names_and_types() {
    let (_keep, db) = shop().await;
    let vec = query!(Vec.create(name = "v")).run(&db).await.unwrap();
    query!(Option.create(vec = &vec, string = "s")).run(&db).await.unwrap();
    let row = query!(Option.select_related(vec).get(vec = &vec)).run(&db).await.unwrap();
    assert_eq!((row.string.as_str(), row.vec.as_ref().map(|v| v.name.as_str())), ("s", Some("v")));
    query!(Box.create(hall = 1, row = "a")).run(&db).await.unwrap();
    let seat = query!(Box((1, "a"))).run(&db).await.unwrap();
    assert_eq!(query!(Box(&seat)).run(&db).await.unwrap(), seat);
    let meta = workspace_db::documents::Meta { size: 3 };
    let result = query!(Result.create(meta = &meta, tags = ["a", "b"])).run(&db).await.unwrap();
    assert_eq!((result.meta, result.tags), (Some(meta), vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!("good".parse::<Rating>().map(|r| r.to_string()), Ok("good".to_owned()));
    assert_eq!("no".parse::<Status>().unwrap_err().to_string(), "\"no\" is no value of `Status`");
}
