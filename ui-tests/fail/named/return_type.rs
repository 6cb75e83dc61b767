use nuages::query;
use nuages_ui_tests::models::Product;

query! {
    fn first() -> Vec<Product> { Product.first() }
}

query! {
    fn with_category() -> Vec<Product> { Product.select_related(category) }
}

query! {
    fn misspelt() -> Vec<Row> { Product.filter(nme = "x").values(name) }
}

fn main() {
    // No error of its own.
    let _ = |rows: Vec<Row>| rows.len();
    let _ = (first(), with_category(), misspelt());
}
