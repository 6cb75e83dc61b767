use nuages::{Db, Error, query};
use nuages_ui_tests::models::Product;

async fn products(db: &Db) -> Result<Vec<Product>, Error> {
    query!(Product.all()).run(db)
}

fn main() {
    let _ = products;
}
