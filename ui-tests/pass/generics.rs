//! Queries in generic functions, methods, closures and traits.

use nuages::{Executor, Read, query};
use nuages_ui_tests::models::{Category, Product};

struct Shop<'s> {
    name: &'s str,
}

trait Named {
    fn named<S: AsRef<str>>(&self, name: S) -> nuages::Query<Vec<Product>, Read>;
}

impl Named for Shop<'_> {
    fn named<S: AsRef<str>>(&self, name: S) -> nuages::Query<Vec<Product>, Read> {
        query!(Product.filter(name = name.as_ref(), category.name = self.name))
    }
}

async fn first<E: Executor<Read>>(db: E) -> Result<Option<Category>, nuages::Error> {
    query!(Category.first()).run(db).await
}

fn titles<const N: usize>(ids: [i64; N]) -> String {
    let of = |ids: &[i64]| query!(Product.filter(id.in = ids).values(name, category.name));
    of(&ids).sql()
}

query! {
    fn like<'n, S>(name: S, extra: &'n str) -> Vec<Like>
    where
        S: AsRef<str> + 'n,
    {
        Product.filter(name.contains = name.as_ref(), slug = extra).values(id, name)
    }
}

fn main() {
    let shop = Shop { name: "x" };
    assert!(shop.named(String::from("y")).sql().contains("category"));
    assert!(titles([1, 2]).contains("JOIN"));
    assert!(like("a", "b").sql().contains("LIKE"));
    let _ = |db: nuages::Db| async move {
        let rows: Vec<Like> = like("a", "b").run(&db).await?;
        drop(tokio::spawn(async move { first(&db).await }));
        Ok::<_, nuages::Error>(rows[0].name.clone())
    };
}
