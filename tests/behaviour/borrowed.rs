//! Rows that borrow from the answer.

use crate::shop::{may, number, price, shop};
use nuages::chrono::{DateTime, NaiveDate, Utc};
use nuages::rust_decimal::Decimal;
use nuages::{Borrowed, BorrowedRow, Db, Error, ErrorKind, query};
use nuages_tests::models::{Category, Status, User};

#[derive(Debug, PartialEq)]
struct Card<'r> {
    id: i64,
    name: &'r str,
    within: Option<&'r str>,
}

#[derive(Debug, PartialEq)]
struct TagCard<'r> {
    id: i64,
    name: &'r str,
    color: Option<&'r str>,
}

type Cards = Borrowed<fn(&()) -> Card<'_>>;

async fn cards(db: &Db) -> Result<Cards, Error> {
    query!(Category.order_by(id).values(id, name, within = F(parent.name)) as Card<'_>).run(db).await
}

#[tokio::test]
async fn text_is_borrowed_and_null_is_none() {
    let (_keep, db) = shop().await;
    let cards = cards(&db).await.unwrap();
    assert_eq!((cards.len(), cards.is_empty()), (4, false));
    let found: Vec<Card<'_>> = cards.iter().collect::<Result<_, _>>().unwrap();
    let card = |id, name, within| Card { id, name, within };
    assert_eq!(
        found,
        [
            card(1, "Books", None),
            card(2, "Novels", Some("Books")),
            card(3, "Short novels", Some("Novels")),
            card(4, "Games", None)
        ]
    );
    // What is read twice is the same text at the same place.
    assert!(std::ptr::eq(cards.get(1).unwrap().unwrap().name, found[1].name));
    assert!(cards.get(4).is_none());
    let names = |rows: &mut dyn Iterator<Item = Result<Card<'_>, Error>>| -> Vec<i64> {
        rows.map(|card| card.unwrap().id).collect()
    };
    assert_eq!(names(&mut cards.iter().rev()), [4, 3, 2, 1]);
    let mut both = cards.iter();
    assert_eq!((both.next().unwrap().unwrap().id, both.next_back().unwrap().unwrap().id, both.len()), (1, 4, 2));
    assert_eq!(both.clone().nth(1).unwrap().unwrap().id, 3);
    assert!(both.nth(2).is_none() && both.next().is_none() && both.next_back().is_none());
    assert_eq!(both.len(), 0);
    let mut longest = "";
    for card in &cards {
        longest = std::cmp::max_by_key(longest, card.unwrap().name, |name| name.len());
    }
    assert_eq!(longest, "Short novels");
    assert_eq!(format!("{cards:?}"), "Borrowed { rows: 4, .. }");
}

/// A product's columns beside related rows and an annotation.
struct ProductCard<'r> {
    id: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    name: &'r str,
    slug: &'r str,
    category_id: i64,
    price: Decimal,
    stock: i32,
    status: Status,
    description: Option<&'r str>,
    weight: Option<f64>,
    released_on: Option<NaiveDate>,
    category: Category,
    upper: &'r str,
    n: i64,
}

#[tokio::test]
async fn all_columns_of_a_model_beside_what_is_no_text() {
    let (_keep, db) = shop().await;
    let day = NaiveDate::from_ymd_opt(2024, 5, 6).unwrap();
    let change = query!(Product.filter(id = 1).update(released_on = day, weight = 0.5, description = "Müßiggang 𝄞"));
    change.run(&db).await.unwrap();
    let query = query!(
        Product.filter(id.lte = 2).select_related(category).annotate(upper = Upper(name), n = Count(tags)).order_by(id)
            as ProductCard<'_>
    );
    let products = query.run(&db).await.unwrap();
    let owned = query!(Product.filter(id.lte = 2).select_related(category).order_by(id)).run(&db).await.unwrap();
    for (card, own) in products.iter().zip(&owned) {
        let card = card.unwrap();
        assert_eq!((card.id, card.name, card.slug), (own.id, own.name.as_str(), own.slug.as_str()));
        assert_eq!((card.created_at, card.updated_at), (own.created_at, own.updated_at));
        assert_eq!((card.category_id, card.price, card.stock), (own.category_id, own.price, own.stock));
        assert_eq!((card.status, card.weight, card.released_on), (own.status, own.weight, own.released_on));
        assert_eq!((card.description, card.category), (own.description.as_deref(), own.category.clone()));
        assert_eq!(card.upper, own.name.to_uppercase());
    }
    let first = products.get(0).unwrap().unwrap();
    assert_eq!((first.n, first.description, first.released_on), (2, Some("Müßiggang 𝄞"), Some(day)));
}

#[derive(Debug)]
struct Page<'r> {
    id: i64,
    number: &'r str,
    placed_at: DateTime<Utc>,
    items: Vec<Line<'r>>,
    user: User,
}

#[derive(Debug, PartialEq)]
struct Line<'r> {
    quantity: i32,
    product_name: &'r str,
}

#[tokio::test]
async fn what_is_prefetched_borrows_too() {
    let (_keep, db) = shop().await;
    let query = query!(
        Order
            .only(id, number, placed_at)
            .order_by(id)
            .prefetch_related(items.order_by(id).values(quantity, product_name = F(product.name)) as Line<'_>, user)
            as Page<'_>
    );
    let orders = query.run(&db).await.unwrap();
    let line = |quantity, product_name| Line { quantity, product_name };
    let lines: Vec<Vec<Line<'_>>> = orders.iter().map(|order| order.unwrap().items).collect();
    assert_eq!(lines, [vec![line(2, "Atlas"), line(1, "Cubes")], vec![], vec![line(1, "Atlas")]]);
    let last = orders.get(2).unwrap().unwrap();
    assert_eq!((last.id, last.number, last.user.name.as_str()), (3, "B-1", "Bob"));
    assert!(last.placed_at > may(1, 0));
    let one = query!(
        Order
            .only(id, number, placed_at)
            .prefetch_related(items.order_by(id).values(quantity, product_name = F(product.name)) as Line<'_>, user)
            .get(number = "A-1") as Page<'_>
    );
    let one = one.run(&db).await.unwrap();
    assert_eq!(one.get().unwrap().items, [line(2, "Atlas"), line(1, "Cubes")]);
    let together = query!(
        Order
            .only(id, number, placed_at)
            .order_by(id)
            .prefetch_related(items.order_by(id).values(quantity, product_name = F(product.name)) as Line<'_>, user)
            .pipelined() as Page<'_>
    );
    let together = together.run(&db).await.unwrap();
    let pages = |orders: &Borrowed<fn(&()) -> Page<'_>>| -> Vec<String> {
        orders.iter().map(|order| format!("{:?}", order.unwrap())).collect()
    };
    assert_eq!(pages(&together), pages(&orders));
    let mut chunks = query.iterator(&db, 2);
    let mut sizes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        sizes.push(chunk.unwrap().iter().map(|order| order.unwrap().items.len()).collect::<Vec<_>>());
    }
    assert_eq!(sizes, [vec![2, 0], vec![1]]);
}

#[tokio::test]
async fn one_row_or_none() {
    let (_keep, db) = shop().await;
    let (one, nobody) = (2, 99);
    let row: BorrowedRow<fn(&()) -> TagCard<'_>> = query!(Tag(one) as TagCard<'_>).run(&db).await.unwrap();
    assert_eq!(row.get().unwrap(), TagCard { id: 2, name: "sql", color: None });
    assert_eq!(format!("{row:?}"), "BorrowedRow { .. }");
    let error = query!(Tag(nobody) as TagCard<'_>).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DoesNotExist);
    let error = query!(Tag.get(name.contains = "l") as TagCard<'_>).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MultipleObjectsReturned);
    let first = query!(Tag.order_by(-name).first() as TagCard<'_>).run(&db).await.unwrap();
    assert_eq!(first.unwrap().get().unwrap().name, "sql");
    assert!(query!(Tag.filter(id = nobody).first() as TagCard<'_>).run(&db).await.unwrap().is_none());
    assert!(query!(Tag.none() as TagCard<'_>).run(&db).await.unwrap().is_empty());
    assert!(query!(Tag.filter(id = nobody) as TagCard<'_>).run(&db).await.unwrap().iter().next().is_none());
}

#[tokio::test]
async fn writes_give_rows_that_borrow() {
    let (_keep, db) = shop().await;
    let made = query!(Tag.create(name = "new", color = "") as TagCard<'_>).run(&db).await.unwrap();
    let made = made.get().unwrap();
    assert_eq!((made.name, made.color), ("new", Some("")));
    let many = query!(Tag.bulk_create(for i in 0..3 => name = format!("tag {i}")) as TagCard<'_>);
    let many = many.run(&db).await.unwrap();
    assert_eq!(many.iter().map(|tag| tag.unwrap().name).collect::<Vec<_>>(), ["tag 0", "tag 1", "tag 2"]);
    let nothing = query!(Tag.bulk_create(for name in Vec::<String>::new() => name = name) as TagCard<'_>);
    assert!(nothing.run(&db).await.unwrap().is_empty());
    let changed = query!(Tag.filter(name = "new").update(name = "old").returning() as TagCard<'_>);
    assert_eq!(changed.run(&db).await.unwrap().get(0).unwrap().unwrap().name, "old");
    let gone = query!(Tag.filter(name.startswith = "tag").delete().returning(id, name, color) as TagCard<'_>);
    assert_eq!(gone.run(&db).await.unwrap().len(), 3);
}

#[derive(Debug, PartialEq)]
struct Person<'r> {
    name: &'r str,
    phone: Option<&'r str>,
}

/// Names that are empty, and such of many bytes to a character.
fn name(i: usize) -> String {
    if i.is_multiple_of(7) { String::new() } else { format!("№ {i:05} {}", "é𝄞".repeat(i % 40)) }
}

fn phone(i: usize) -> Option<String> {
    (!i.is_multiple_of(3)).then(|| if i % 3 == 1 { String::new() } else { i.to_string() })
}

#[tokio::test]
async fn many_rows_at_once_and_as_they_come() {
    let (_keep, db) = shop().await;
    query!(User.bulk_create(for i in 0..10_000 => name = name(i), email = format!("{i:05}@many.org"), phone = phone(i)))
        .run(&db)
        .await
        .unwrap();
    let query = query!(User.filter(email.endswith = "@many.org").values(name, phone) as Person<'_>);
    let same = |i: usize, person: Person<'_>| person.name == name(i) && person.phone == phone(i).as_deref();
    let people = query.run(&db).await.unwrap();
    assert_eq!(people.iter().len(), 10_000);
    assert!(people.iter().enumerate().all(|(i, person)| same(i, person.unwrap())));
    let mut rows = query.stream(&db);
    for i in 0..10_000 {
        let row: BorrowedRow<fn(&()) -> Person<'_>> = rows.next().await.unwrap().unwrap();
        assert!(same(i, row.get().unwrap()));
    }
    assert!(rows.next().await.is_none());
    // In a transaction they come from a cursor, and a row outlives those behind it.
    let read = db.atomic(async |tx| {
        let mut rows = query.stream(tx);
        let first = rows.next().await.unwrap()?;
        let mut n = 1;
        while let Some(row) = rows.next().await {
            assert!(same(n, row?.get()?));
            n += 1;
        }
        assert!(same(0, first.get()?));
        Ok::<_, Error>(n)
    });
    assert_eq!(read.await.unwrap(), 10_000);
    let mut chunks = query.iterator(&db, 4_000);
    let mut sizes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        sizes.push(chunk.unwrap().len());
    }
    assert_eq!(sizes, [4_000, 4_000, 2_000]);
}

#[tokio::test]
async fn a_row_that_does_not_fit_is_an_error_of_its_own() {
    let (_keep, db) = shop().await;
    let change = |sql: &'static str| {
        let db = &db;
        async move { db.client().await.unwrap().batch_execute(sql).await.unwrap() }
    };
    change("ALTER TABLE catalog_tag ALTER name DROP NOT NULL; UPDATE catalog_tag SET name = NULL WHERE id = 2").await;
    let query = query!(Tag.order_by(id) as TagCard<'_>);
    let tags = query.run(&db).await.unwrap();
    let error = tags.get(1).unwrap().unwrap_err();
    assert_eq!((error.kind(), tags.len()), (ErrorKind::Decode, 4));
    assert!(error.to_string().contains("`name`"), "{error}");
    let names: Vec<_> = tags.iter().map(|tag| tag.ok().map(|tag| tag.name)).collect();
    assert_eq!(names, [Some("rust"), None, Some("fun"), Some("lonely")]);
    let mut rows = query.stream(&db);
    let mut read = Vec::new();
    while let Some(row) = rows.next().await {
        read.push(row.unwrap().get().is_ok());
    }
    assert_eq!(read, [true, false, true, true]);
    change("ALTER TABLE catalog_tag ALTER color TYPE integer USING 1").await;
    let tags = query.run(&db).await.unwrap();
    let error = tags.get(0).unwrap().unwrap_err();
    assert!(error.to_string().contains("`color`"), "{error}");
    assert_eq!(error.kind(), ErrorKind::Decode);
    let row = query!(Tag(1) as TagCard<'_>).run(&db).await.unwrap();
    assert_eq!(row.get().unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(number(&db, "SELECT count(*) FROM catalog_tag").await, 4);
}

query! {
    /// What the shop has.
    #[derive(Debug, Clone, Copy, PartialEq)]
    fn listed(least: &str) -> Vec<Listed<'_>> {
        Product.filter(price.gte = price(least)).order_by(id).values(name, shelf = F(category.name), price)
    }
}

query! { fn shelf(key: i64) -> Option<Shelf<'_>> { Category.annotate(n = Count(products)).filter(id = key).first() } }
query! { fn shelf_of(key: i64) -> Shelved<'_> { Category.select_related(parent).get(pk = key) } }
query! { fn marked(after: Option<nuages::Cursor>) -> Vec<Marked<'_>> { Tag.order_by(name).after(after)[..3] } }

#[tokio::test]
async fn named_queries_define_structs_that_borrow() {
    let (_keep, db) = shop().await;
    let rows = listed("20").run(&db).await.unwrap();
    let found: Vec<Listed<'_>> = rows.iter().collect::<Result<_, _>>().unwrap();
    let expected = [("Ballad", "Novels", "20.00"), ("Cubes", "Games", "30.00"), ("Epic", "Novels", "20.00")];
    assert_eq!(found, expected.map(|(name, shelf, cost)| Listed { name, shelf, price: price(cost) }));
    let row = shelf(4).run(&db).await.unwrap().unwrap();
    let games: Shelf<'_> = row.get().unwrap();
    assert_eq!((games.name, games.parent_id, games.n), ("Games", None, 2));
    let row = shelf_of(2).run(&db).await.unwrap();
    let novels = row.get().unwrap();
    assert_eq!((novels.name, novels.parent.map(|shelf| shelf.name).as_deref()), ("Novels", Some("Books")));
    let tags = marked(None).run(&db).await.unwrap();
    let last = tags.iter().next_back().unwrap().unwrap();
    assert_eq!(last.name, "rust");
    let rest = marked(Some(last.cursor())).run(&db).await.unwrap();
    assert_eq!(rest.iter().map(|tag| tag.unwrap().name).collect::<Vec<_>>(), ["sql"]);
}

#[tokio::test]
async fn a_guard_goes_where_it_likes() {
    fn sendable<T: Send + Sync + 'static>(value: T) -> T {
        value
    }
    let (_keep, db) = shop().await;
    let cards = sendable(cards(&db).await.unwrap());
    let row = sendable(query!(Tag.order_by(id).first() as TagCard<'_>).run(&db).await.unwrap().unwrap());
    db.close().await.unwrap();
    let read = tokio::spawn(async move {
        let before = cards.get(0).unwrap().unwrap().name;
        tokio::task::yield_now().await;
        (before.to_owned(), cards.len(), row.get().unwrap().name.to_owned())
    });
    assert_eq!(read.await.unwrap(), ("Books".to_owned(), 4, "rust".to_owned()));
}
