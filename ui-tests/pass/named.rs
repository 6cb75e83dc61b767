//! Named queries: their records, attributes and visibility.

#![deny(missing_docs, unused)]

use nuages::query;

/// Queries.
pub mod queries {
    use nuages::query;
    use nuages_ui_tests::models::Product;

    query! {
        /// A page of products.
        #[derive(Debug, Clone, PartialEq)]
        #[must_use]
        pub fn listing(size: i64) -> nuages::Page<Listed> {
            Product.select_related(category).annotate(n = Count(reviews)).page(1, size)
        }
    }

    query! {
        /// The number of products.
        pub(crate) fn number() -> i64 { Product.count() }
    }

    query! {
        /// Model rows need no name.
        pub fn all() -> Vec<Product> { Product.active() }
    }

    query! {
        /// Pairs.
        pub fn pairs() -> Vec<(String, Option<i64>)> { Product.values_list(name, Sum(reviews.rating)) }
    }

    /// A struct of one's own.
    #[derive(Debug)]
    pub struct Mine {
        /// The name.
        pub name: String,
    }

    query! {
        /// Rows of one's own.
        pub fn mine() -> Option<Mine> { Product.values(name).first() as Mine }
    }
}

query! {
    fn own() -> Vec<Own> { Product.prefetch_related(reviews.select_related(product)) }
}

fn main() {
    let _ = |page: nuages::Page<queries::Listed>| (page.items[0].n, page.items[0].category.name.clone());
    let _ = (queries::listing(3).sql(), queries::number().sql(), queries::all().sql(), queries::pairs().sql());
    let _ = queries::mine().sql();
    let _ = |rows: Vec<Own>| -> Vec<OwnReviews> { rows.into_iter().flat_map(|row| row.reviews).collect() };
    assert_eq!(own().round_trips(), 2);
}
