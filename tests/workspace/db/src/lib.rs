//! Models in a library, and queries beside them.

/// The models of the shop.
pub mod models {
    nuages::models!();
}

/// What `Json(…)` fields hold.
pub mod documents {
    /// A typed document.
    #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
    pub struct Meta {
        /// Anything.
        pub size: i32,
    }
}

use models::Product;
use nuages::{Nested, Query, Read, query};

/// A query as the value of a function; in a documentation test the models are this library's too.
///
/// ```
/// let all = nuages::query!(Product.filter(stock.gt = 0));
/// assert!(all.sql().contains("shop_product"));
/// ```
pub fn cheap(max: nuages::rust_decimal::Decimal) -> Query<Vec<Product>, Read> {
    query!(Product.active().filter(price.lte = max))
}

query! {
    /// What the front page lists.
    #[derive(Debug, Clone, PartialEq, serde::Serialize)]
    pub fn front_page(category: &str, limit: i64) -> Vec<FrontPageProduct> {
        Product.active().by_category(category).values(id, name, price)[..limit]
    }
}

query! {
    /// Products with what belongs to them.
    pub fn catalogue(min: Option<i32>) -> Vec<Listed> {
        Product
            .filter(stock.gte? = min)
            .select_related(category.parent)
            .prefetch_related(reviews, tags)
            .annotate(sold = Count(reviews))
    }
}

/// A record's parts have names too.
pub fn first_category(rows: &[Listed]) -> Option<&ListedCategory> {
    rows.first().map(|row| &row.category)
}

/// The kind of a query with prefetches.
pub fn nested() -> Query<Vec<Listed>, Nested> {
    catalogue(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_tests_see_the_models() {
        let slug = String::from("x");
        assert!(query!(Product.get(slug = slug)).sql().ends_with(r#"."slug" = $1"#));
        assert!(front_page("a", 3).sql().starts_with("SELECT"));
        assert_eq!(nested().round_trips(), 3);
    }
}
