//! Writes and their results.

use nuages::{Query, Write, query};
use nuages_ui_tests::models::{Product, Review, Tag};

fn main() {
    let _: Query<Tag, Write> = query!(Tag.create(name = "x"));
    let stars = [(1, 5), (2, 4)];
    let _: Query<Vec<Review>, Write> =
        query!(Review.bulk_create(for (product, rating) in stars => product = product, rating = rating));
    let _: Query<u64, Write> = query!(Tag.bulk_create(for n in ["a", "b"] => name = n).ignore_conflicts().no_returning());
    let by = 2;
    let q: Query<u64, Write> = query!(Product.filter(id = 1).update(stock = F(stock) - by, note = None));
    assert!(q.sql().contains("- $"));
    let name: Option<String> = None;
    let _: Query<u64, Write> = query!(Product(1).update(name? = name));
    let _: Query<u64, Write> = query!(Product.filter(status = "archived").delete());
    let _: Query<u64, Write> = query!(Tag.all().delete());
    let _ = |p: &Product| query!(Review.filter(product = p).delete()).sql();
}
