//! `query!` in functions of every sort, in closures, methods, traits, macros and modules.

use crate::shop::shop;
use nuages::{Db, Error, Executor, Query, Read, query};
use nuages_tests::models::{self, Product};

async fn count<E, N>(db: E, name: N) -> Result<i64, Error>
where
    E: Executor<Read>,
    N: AsRef<str>,
{
    query!(Product.filter(name.icontains = name.as_ref()).count()).run(db).await
}

fn by_ids<const N: usize>(ids: [i64; N]) -> Query<Vec<Product>, Read> {
    query!(Product.filter(id.in = ids).order_by(id))
}

struct Shelf<'s> {
    slug: &'s str,
}

trait Stocked {
    fn pieces(&self) -> Query<Vec<i32>, Read>;

    async fn sum(&self, db: &Db) -> Result<i32, Error> {
        Ok(self.pieces().run(db).await?.into_iter().sum())
    }
}

impl Stocked for Shelf<'_> {
    fn pieces(&self) -> Query<Vec<i32>, Read> {
        query!(Product.filter(category.slug = self.slug).values_list(stock, flat))
    }
}

impl Shelf<'_> {
    const LEAST: i32 = 1;

    async fn filled(&self, db: &Db) -> Result<bool, Error> {
        query!(Product.by_category(self.slug).filter(stock.gte = Self::LEAST).exists()).run(db).await
    }
}

/// A macro that writes queries: model, fields and values come from its call.
macro_rules! named {
    ($db:expr, $model:ident, $field:ident = $value:expr) => {
        query!($model.filter($field = $value).count()).run($db).await.unwrap()
    };
}

mod inner {
    use nuages::query;

    query! {
        /// The names of a shelf.
        #[derive(Debug, Clone, PartialEq)]
        pub(super) fn listed(slug: &str, limit: i64) -> Vec<Listed> {
            Product.by_category(slug).order_by(name).values(id, name)[..limit]
        }
    }

    pub(super) mod deeper {
        pub(crate) fn all() -> nuages::Query<i64, nuages::Read> {
            nuages::query!(Product.count())
        }
    }
}

#[tokio::test]
async fn functions_methods_and_traits() {
    let (_keep, db) = shop().await;
    assert_eq!(count(&db, "a").await.unwrap(), 2);
    assert_eq!(count(&&db, String::from("EPIC")).await.unwrap(), 1);
    assert_eq!(by_ids([3, 1, 77]).run(&db).await.unwrap().iter().map(|p| p.id).collect::<Vec<_>>(), [1, 3]);
    let (games, short) = (Shelf { slug: "games" }, Shelf { slug: "short-novels" });
    assert_eq!((games.sum(&db).await.unwrap(), short.sum(&db).await.unwrap()), (107, 0));
    assert_eq!((games.filled(&db).await.unwrap(), short.filled(&db).await.unwrap()), (true, false));
    let rows = inner::listed("games", 1).run(&db).await.unwrap();
    assert_eq!(rows, [inner::Listed { id: 3, name: "Cubes".into() }]);
    assert_eq!(inner::deeper::all().run(&db).await.unwrap(), 5);
}

#[tokio::test]
async fn closures_blocks_and_macros() {
    let (_keep, db) = shop().await;
    let above = |least: i32| query!(Product.filter(stock.gt = least).count());
    let [few, many] = [above(4), above(50)];
    assert_eq!((few.run(&db).await.unwrap(), many.run(&db).await.unwrap()), (3, 1));
    let block = async { query!(Tag.filter(name = "rust").exists()).run(&db).await };
    assert!(block.await.unwrap());
    let closure = async |name: &str| query!(Tag.get(name = name)).run(&db).await.map(|tag| tag.id);
    assert_eq!((closure("sql").await.unwrap(), closure("fun").await.unwrap()), (2, 3));
    assert_eq!(named!(&db, Product, slug = "atlas"), 1);
    assert_eq!(named!(&db, User, name = String::from("Bob")), 1);
    // Rows of one query are the values of the next, and names of the expansion are nobody's.
    let (plan, values, build, row) = ("Atlas", 5, 1, "x");
    let mine = query!(Product.filter(name = plan, stock = values, id = build, slug.gt = row[..0].to_owned()).count());
    assert_eq!(mine.run(&db).await.unwrap(), 1);
    let of =
        query!(Review.filter(product.in = query!(Product.filter(tags.name = "rust")).run(&db).await.unwrap().iter()));
    assert_eq!(of.run(&db).await.unwrap().len(), 2);
    let status: models::Status = "active".parse().unwrap();
    assert_eq!(query!(Product.filter(status = status).count()).run(&db).await.unwrap(), 3);
}
