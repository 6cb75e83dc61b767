//! Queries on the models of another package.

use nuages::{Query, Read, query};
use workspace_db::models::{Category, Product, Status};

/// A model of the other package comes back.
pub fn of_category(category: &Category) -> Query<Vec<Product>, Read> {
    query!(Product.filter(category = category, status.in = [Status::Active, Status::Draft]))
}

query! {
    /// Numbers of each category.
    pub fn numbers() -> Vec<CategoryNumbers> {
        Category.annotate(products_count = Count(products)).values(name, products_count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_on_another_package_s_models() {
        let category = Category { id: 1, name: "a".into(), slug: "a".into(), parent_id: None };
        assert!(of_category(&category).sql().contains("shop_product"));
        assert!(numbers().sql().contains("COUNT("));
    }
}
