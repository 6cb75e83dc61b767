use nuages::query;
use nuages_ui_tests::models::Product;

fn show(_: &[Product]) {}

async fn listed(db: &nuages::Db) -> Result<usize, nuages::Error> {
    let products = query!(Product.filter(nmae = "x").order_by("price")[..10]).run(db).await?;
    show(&products);
    for product in &products {
        println!("{}", product.name);
    }
    Ok(products.len())
}

fn main() {
    let _ = listed;
}
