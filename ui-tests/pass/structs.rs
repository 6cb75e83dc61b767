//! Structs of one's own at every level, with names that the expansion might have used.

#![allow(dead_code)]

use nuages::query;
use nuages_ui_tests::models::{Category, Product, Review};

struct ProductWithCategory {
    product: Product,
    category: Category,
    reviews: Vec<ReviewWithProduct>,
}

struct ReviewWithProduct {
    review: Review,
    product: Product,
}

struct Totals {
    most: Option<i32>,
    n: i64,
}

mod inner {
    pub struct Row<T> {
        pub name: T,
        pub category__slug: String,
    }
}

fn main() {
    let q = query!(
        Product
            .select_related(category)
            .prefetch_related(reviews = reviews.select_related(product) as ReviewWithProduct) as ProductWithCategory
    );
    let _: nuages::Query<Vec<ProductWithCategory>, nuages::Nested> = q;
    let _: nuages::Query<Totals, _> = query!(Review.aggregate(most = Max(rating), n = Count()) as Totals);
    let _: nuages::Query<Option<inner::Row<String>>, nuages::Read> =
        query!(Product.values(name, category.slug).first() as inner::Row<String>);
    struct Local {
        id: i64,
    }
    let _: nuages::Query<Local, nuages::Read> = query!(Product.values(id).get(name = "x") as Local);
}
