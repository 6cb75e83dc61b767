//! What `docs/transactions.md` and `docs/results.md` show, word for word, and that it does what is said there.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::{Arc, Mutex};

use nuages::{Db, Error, ErrorKind, Integrity, Isolation, Mode, Transaction, query};
use nuages_devdb::Database;
use nuages_tests::models::{self, Category, OrderItem, Product, Tag, User};

#[derive(Debug)]
enum Refused {
    SoldOut,
    Database(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

async fn buy(db: &Db, order: i64, product: i64) -> Result<OrderItem, Refused> {
    db.atomic(async |tx| {
        let taken = query!(Product.filter(pk = product, stock.gte = 1).update(stock = F(stock) - 1)).run(tx).await?;
        if taken == 0 {
            return Err(Refused::SoldOut);
        }
        let price = query!(Product(product).values_list(price, flat)).run(tx).await?;
        let item = query!(OrderItem.create(order = order, product = product, quantity = 1, unit_price = price));
        Ok(item.run(tx).await?)
    })
    .await
}

async fn swap(db: &Db, from: i64, to: i64) -> Result<Vec<i32>, Error> {
    db.atomic(async |tx| {
        query!(Product(from).update(stock = F(stock) - 1)).run(tx).await?;
        query!(Product(to).update(stock = F(stock) + 1)).run(tx).await?;
        Ok::<_, Error>(())
    })
    .await?;
    query!(Product.order_by(id).values_list(stock, flat)).run(db).await
}

async fn name_tags(db: &Db, names: &[&str]) -> Result<u32, Error> {
    db.atomic(async |tx| {
        let mut made = 0;
        for name in names {
            match tx.atomic(async |inner| query!(Tag.create(name = *name)).run(inner).await).await {
                Ok(_) => made += 1,
                // The name is taken; without the savepoint the whole transaction would be lost.
                Err(error) if error.constraint() == Some(Tag::NAME_KEY) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(made)
    })
    .await
}

async fn move_stock(db: &Db, from: i64, to: i64, pieces: i32) -> Result<(), Error> {
    db.transaction()
        .isolation(Isolation::Serializable)
        .retry(3)
        .atomic(async |tx| {
            query!(Product(from).update(stock = F(stock) - pieces)).run(tx).await?;
            query!(Product(to).update(stock = F(stock) + pieces)).run(tx).await?;
            Ok(())
        })
        .await
}

async fn in_stock<M: Mode>(tx: &Transaction<M>) -> Result<i64, Error> {
    query!(Product.filter(stock.gt = 0).count()).run(tx).await
}

async fn report(db: &Db) -> Result<(i64, i64), Error> {
    let begin = db.transaction().isolation(Isolation::Serializable).read_only().deferrable();
    begin.atomic(async |tx| Ok((in_stock(tx).await?, query!(Order.count()).run(tx).await?))).await
}

/// Who got mail.
#[derive(Clone, Default)]
struct Mailbox(Arc<Mutex<Vec<String>>>);

impl Mailbox {
    async fn send(&self, to: &str) {
        tokio::task::yield_now().await;
        self.0.lock().unwrap().push(to.to_owned());
    }
}

async fn register(db: &Db, email: &str, mail: &Mailbox) -> Result<User, Error> {
    db.atomic(async |tx| {
        let user = query!(User.create(email = email, name = "New")).run(tx).await?;
        let (mail, to) = (mail.clone(), user.email.clone());
        tx.on_commit(async move || mail.send(&to).await);
        Ok(user)
    })
    .await
}

async fn remove(db: &Db, product: i64) -> Result<&'static str, Error> {
    let Err(error) = query!(Product(product).delete()).run(db).await else {
        return Ok("removed");
    };
    match (error.kind(), error.constraint()) {
        (ErrorKind::Integrity(Integrity::Restrict), Some(OrderItem::PRODUCT_ID_FKEY)) => Ok("somebody has bought it"),
        _ => Err(error),
    }
}

async fn explain(db: &Db, category: i64) -> Result<String, Error> {
    let Err(error) = query!(Category(category).delete()).run(db).await else {
        return Ok("removed".to_owned());
    };
    match models::CONSTRAINTS.of(&error) {
        Some(found) if (found.model, &found.fields[..]) == ("Product", &["category"]) => {
            let names = query!(Category(category).products.values_list(name, flat)[..3]).run(db).await?;
            let count = query!(Category(category).products.count()).run(db).await?;
            Ok(format!("{count} products are in it: {}, …", names.join(", ")))
        }
        Some(found) => Ok(found.to_string()),
        None => Err(error),
    }
}

/// Products 1 and 2, with one piece and none; an order.
async fn shop() -> (Database, Db, i64) {
    let database = nuages_devdb::shared().expect("a server for tests");
    let db = Db::connect(&database.url()).await.unwrap();
    models::create_all(&db).await.unwrap();
    let shelf = query!(Category.create(name = "Books", slug = "books")).run(&db).await.unwrap();
    for (slug, stock) in [("a", 1), ("b", 0)] {
        let product = query!(Product.create(name = slug, slug = slug, category = &shelf, price = 1, stock = stock));
        product.run(&db).await.unwrap();
    }
    let user = query!(User.create(email = "ada@example.org", name = "Ada")).run(&db).await.unwrap();
    let order = query!(Order.create(number = "1", user = &user)).run(&db).await.unwrap();
    (database, db, order.id)
}

#[tokio::test]
async fn what_the_page_shows_does_what_it_says() {
    let (_keep, db, order) = shop().await;
    assert_eq!(buy(&db, order, 1).await.unwrap().quantity, 1);
    assert!(matches!(buy(&db, order, 1).await, Err(Refused::SoldOut)));
    assert_eq!(name_tags(&db, &["rust", "sql", "rust", "fun"]).await.unwrap(), 3);
    query!(Product(1).update(stock = 5)).run(&db).await.unwrap();
    // What was taken from the stock is back when there is no such order.
    let Err(Refused::Database(nowhere)) = buy(&db, 77, 1).await else { panic!("there is no order 77") };
    assert_eq!(nowhere.constraint(), Some(OrderItem::ORDER_ID_FKEY));
    let (one, two) = tokio::join!(move_stock(&db, 1, 2, 2), move_stock(&db, 1, 2, 1));
    one.unwrap();
    two.unwrap();
    let stock = query!(Product.order_by(id).values_list(stock, flat)).run(&db).await.unwrap();
    assert_eq!(stock, [2, 3]);
    assert_eq!(swap(&db, 2, 1).await.unwrap(), [3, 2]);
    assert_eq!(swap(&db, 1, 2).await.unwrap(), [2, 3]);
    let error = move_stock(&db, 1, 2, 3).await.unwrap_err();
    assert_eq!(error.constraint(), Some(Product::STOCK_CHECK));
    assert_eq!(report(&db).await.unwrap(), (2, 1));
    let mail = Mailbox::default();
    register(&db, "bob@example.org", &mail).await.unwrap();
    let taken = register(&db, "bob@example.org", &mail).await.unwrap_err();
    assert_eq!((taken.constraint(), taken.columns()), (Some(User::EMAIL_KEY), &["email".to_owned()][..]));
    assert_eq!(*mail.0.lock().unwrap(), ["bob@example.org"]);
    assert_eq!(explain(&db, 1).await.unwrap(), "2 products are in it: a, b, …");
    assert_eq!(remove(&db, 1).await.unwrap(), "somebody has bought it");
    assert_eq!(remove(&db, 2).await.unwrap(), "removed");
}

#[tokio::test]
async fn each_kind_of_constraint_has_its_constant() {
    let (_keep, db, order) = shop().await;
    query!(Tag.create(id = 1, name = "a")).run(&db).await.unwrap();
    let again = query!(Tag.create(id = 1, name = "b")).run(&db).await.unwrap_err();
    assert_eq!((again.kind(), again.constraint()), (ErrorKind::Integrity(Integrity::Unique), Some(Tag::PKEY)));
    let price = query!(Product(1).update(price = "-1".parse::<nuages::rust_decimal::Decimal>().unwrap()));
    let price = price.run(&db).await.unwrap_err();
    assert_eq!(
        (price.kind(), price.constraint()),
        (ErrorKind::Integrity(Integrity::Check), Some(Product::PRICE_NON_NEGATIVE))
    );
    let nobody = query!(OrderItem.create(order = order, product = 77, quantity = 1, unit_price = 1));
    let nobody = nobody.run(&db).await.unwrap_err();
    assert_eq!(
        (nobody.kind(), nobody.constraint()),
        (ErrorKind::Integrity(Integrity::ForeignKey), Some(OrderItem::PRODUCT_ID_FKEY))
    );
    let item = query!(OrderItem.create(order = order, product = 1, quantity = 1, unit_price = 1));
    item.run(&db).await.unwrap();
    let kept = query!(Product(1).delete()).run(&db).await.unwrap_err();
    assert_eq!(kept.kind(), ErrorKind::Integrity(Integrity::Restrict));
    assert_eq!((kept.constraint(), kept.table()), (Some(OrderItem::PRODUCT_ID_FKEY), Some("sales_order_item")));
}

struct Shelved {
    product: Product,
    category: Category,
    tags: Vec<String>,
}

async fn shelved(db: &Db) -> Result<Vec<Shelved>, Error> {
    let rows =
        query!(Product.select_related(category).prefetch_related(tags = tags.values_list(name, flat)).order_by(id)
            as Shelved);
    rows.run(db).await
}

query! {
    /// What a shelf holds.
    #[derive(Debug, Clone, PartialEq)]
    pub fn shelf(slug: &str) -> Vec<Shelf> {
        Product.filter(category.slug = slug).order_by(name).values(id, name, price)
    }
}

struct Card<'r> {
    id: i64,
    name: &'r str,
    description: Option<&'r str>,
}

async fn longest(db: &Db) -> Result<Option<i64>, Error> {
    let cards = query!(Product.values(id, name, description) as Card<'_>).run(db).await?;
    let mut longest = (0, None);
    for card in &cards {
        let card = card?;
        let length = card.name.len() + card.description.map_or(0, str::len);
        longest = longest.max((length, Some(card.id)));
    }
    Ok(longest.1)
}

query! { fn labels() -> Vec<Label<'_>> { Tag.order_by(id).values(name, n = Count(products)) } }

struct Labels {
    kept: nuages::Borrowed<fn(&()) -> Label<'_>>,
}

#[tokio::test]
async fn results_are_what_chains_and_structs_say() {
    let database = nuages_devdb::shared().unwrap();
    let db = Db::connect(&database.url()).await.unwrap();
    models::create_all(&db).await.unwrap();
    let shelf_of = query!(Category.create(name = "Maps", slug = "maps")).run(&db).await.unwrap();
    for (name, text) in [("Atlas", None), ("Globe", Some("turns"))] {
        let made = query!(Product.create(
            name = name,
            slug = name.to_lowercase(),
            category = &shelf_of,
            price = 9.50,
            description = text
        ));
        made.run(&db).await.unwrap();
    }
    query!(Tag.create(name = "round")).run(&db).await.unwrap();
    let globe = query!(Product.get(slug = "globe")).run(&db).await.unwrap();
    query!(Product(&globe).tags.add([1])).run(&db).await.unwrap();
    let rows = shelved(&db).await.unwrap();
    assert_eq!((rows[1].product.name.as_str(), rows[1].category.id), ("Globe", shelf_of.id));
    assert_eq!((rows[0].tags.len(), rows[1].tags.as_slice()), (0, ["round".to_owned()].as_slice()));
    let cheap = shelf("maps").run(&db).await.unwrap();
    assert_eq!(cheap[0], Shelf { id: rows[0].product.id, name: "Atlas".to_owned(), price: rows[0].product.price });
    assert_eq!(longest(&db).await.unwrap(), Some(globe.id));
    let labels = Labels { kept: labels().run(&db).await.unwrap() };
    let found: Vec<_> = labels.kept.iter().map(|label| label.unwrap()).map(|label| (label.name, label.n)).collect();
    assert_eq!(found, [("round", 1)]);
}

#[test]
fn the_pages_show_what_stands_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let here = std::fs::read_to_string(root.join("tests/guide.rs")).unwrap();
    for (name, least) in [("docs/transactions.md", 8), ("docs/results.md", 5)] {
        let page = std::fs::read_to_string(root.join(name)).unwrap();
        let pieces: Vec<&str> =
            page.split("```rust\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
        assert!(pieces.len() >= least, "{name} has {} pieces", pieces.len());
        for piece in pieces {
            assert!(here.contains(piece), "tests/guide.rs does not have this piece of {name}:\n{piece}");
        }
    }
}
