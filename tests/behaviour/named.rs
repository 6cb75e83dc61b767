//! Functions that are queries.

use crate::shop::{price, shop};
use nuages::rust_decimal::Decimal;
use nuages::{Locking, Nested, Page, Query, Read, Write, query};
use nuages_tests::models::{Category, Product, Status, Tag};
use std::collections::HashMap;

query! {
    /// Arguments of every sort are parameters.
    fn found<'a, S, const N: usize>(
        text: &'a S,
        shelves: &'a [i64],
        ids: [i64; N],
        least: impl Into<Decimal>,
        most: Option<Decimal>,
        status: Status,
        mut order: i64,
    ) -> Vec<Found>
    where
        S: AsRef<str> + ?Sized + 'a,
    {
        Product
            .filter(name.icontains = text.as_ref(), category.in = shelves.iter().copied(), id.in = ids)
            .filter(price.gte = least.into(), price.lte? = most, status = status)
            .order_by(id)
            .values(id, name)[{ order += 1; order - 1 }..]
    }
}

query! { fn one(key: i64) -> One { Product.select_related(category.parent).get(pk = key) } }
query! { fn first() -> Option<Product> { Product.order_by(-id).first() } }
query! { fn number(category: &Category) -> i64 { Product.filter(category = category).count() } }
query! { fn any(name: &str) -> bool { Tag.filter(name = name).exists() } }
query! { fn page(number: i64) -> Page<Paged> { Product.annotate(n = Count(tags)).order_by(id).page(number, 2) } }
query! { fn pairs() -> Vec<(String, Decimal)> { Product.order_by(id).values_list(name, price) } }
query! { fn names() -> Vec<String> { Tag.values_list(name, flat) } }
query! { fn totals() -> Totals { Product.aggregate(n = Count(), dearest = Max(price)) } }
query! { fn by_name(names: &[&str]) -> HashMap<String, Named> { Tag.annotate(n = Count(products)).in_bulk(names, name) } }
query! { fn locked(key: i64) -> Product { Product.select_for_update().get(pk = key) } }
query! { fn add(name: &str) -> Tag { Tag.create(name = name) } }
query! { fn sell(key: i64, n: i32) -> u64 { Product.filter(pk = key, stock.gte = n).update(stock = F(stock) - n) } }
query! { pub(crate) fn tree() -> Vec<Tree> { Category.roots().prefetch_related(children.products.only(name), products) } }

/// A shelf with a limit.
struct Shelf {
    id: i64,
    limit: i64,
}

/// What a shelf shows.
#[derive(Debug, PartialEq)]
struct Shown<T> {
    name: T,
}

impl Shelf {
    query! {
        /// Its products.
        fn products(&self) -> Vec<Product> { Product.filter(category = self.id).order_by(id)[..self.limit] }
    }

    query! {
        fn shown(self) -> Vec<Shown<String>> { Product.filter(category = self.id).order_by(id).values(name) as Shown<String> }
    }

    query! { fn all() -> i64 { Category.count() } }
}

mod inner {
    nuages::query! {
        /// Visible where it is asked for.
        #[derive(Debug)]
        #[cfg(all())]
        pub(super) fn listed() -> Vec<Listed> { Tag.values(name)[..1] }
    }
}

#[tokio::test]
async fn every_shape_and_every_argument() {
    let (_keep, db) = shop().await;
    let rows: Vec<Found> = found("A", &[1, 2], [1, 2, 5], price("1"), None, Status::Active, 0).run(&db).await.unwrap();
    assert_eq!(rows, [Found { id: 1, name: "Atlas".into() }, Found { id: 2, name: "Ballad".into() }]);
    let rows = found(&String::from("a"), &[1, 2], [], 1, Some(price("15")), Status::Active, 0);
    assert!(rows.run(&db).await.unwrap().is_empty());
    let row: One = one(2).run(&db).await.unwrap();
    let shelf: &OneCategory = &row.category;
    assert_eq!((row.name.as_str(), shelf.parent.as_ref().map(|c| c.name.as_str())), ("Ballad", Some("Books")));
    assert_eq!(first().run(&db).await.unwrap().map(|p| p.id), Some(5));
    // Rows of one query are arguments of the next.
    assert_eq!(number(shelf).run(&db).await.unwrap(), 2);
    assert_eq!((any("rust").run(&db).await.unwrap(), any("").run(&db).await.unwrap()), (true, false));
    let page: Page<Paged> = page(1).run(&db).await.unwrap();
    assert_eq!((page.total, page.items[0].n, page.items[1].n), (5, 2, 0));
    assert_eq!(pairs().run(&db).await.unwrap()[3], ("Dice".to_owned(), price("5.5")));
    assert_eq!(names().run(&db).await.unwrap(), ["fun", "lonely", "rust", "sql"]);
    assert_eq!(totals().run(&db).await.unwrap(), Totals { n: 5, dearest: Some(price("30")) });
    let tags = by_name(&["rust", "none"]).run(&db).await.unwrap();
    let rust: &Named = &tags["rust"];
    assert_eq!((tags.len(), rust.n, rust.id), (1, 2, 1));
    let tree: Vec<Tree> = tree().run(&db).await.unwrap();
    let below: &Vec<TreeChildren> = &tree[0].children;
    let names: Vec<&TreeChildrenProducts> = below.iter().flat_map(|c| &c.products).collect();
    assert_eq!(names.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().len(), 2);
    assert_eq!(inner::listed().run(&db).await.unwrap()[0].name, "fun");
}

#[tokio::test]
async fn writes_locks_and_methods() {
    let (_keep, db) = shop().await;
    let query: Query<Tag, Write> = add("new");
    assert_eq!(query.run(&db).await.unwrap().name, "new");
    assert_eq!((sell(1, 3).run(&db).await.unwrap(), sell(1, 3).run(&db).await.unwrap()), (1, 0));
    let query: Query<Product, Locking> = locked(1);
    let stock = db.atomic(async |tx| Ok::<_, nuages::Error>(query.run(tx).await?.stock)).await.unwrap();
    assert_eq!(stock, 2);
    let (shelf, all): (Shelf, Query<i64, Read>) = (Shelf { id: 4, limit: 1 }, Shelf::all());
    assert_eq!(shelf.products().run(&db).await.unwrap().iter().map(|p| p.id).collect::<Vec<_>>(), [3]);
    let shown = shelf.shown().run(&db).await.unwrap();
    assert_eq!(shown, ["Cubes", "Dice"].map(|name| Shown { name: name.to_owned() }));
    assert_eq!(all.run(&db).await.unwrap(), 4);
    let query: Query<Vec<Tree>, Nested> = tree();
    assert_eq!(query.round_trips(), 4);
}

#[tokio::test]
async fn inside_functions() {
    query! { fn local(id: i64) -> Option<Local> { Tag.filter(id = id).values(name).first() } }
    let (_keep, db) = shop().await;
    let row: Option<Local> = local(1).run(&db).await.unwrap();
    assert_eq!(row, Some(Local { name: "rust".into() }));
}
