use nuages::{Db, Error, query};
use nuages_ui_tests::models::Product;

fn show(_: Vec<Product>) {}

async fn products(db: &Db) -> Result<(), Error> {
    show(query!(Product.select_related(category)).run(db).await?);
    Ok(())
}

fn main() {
    let _ = products;
}
