use nuages::{Db, Error, query};

async fn products(db: Db) -> Result<(), Error> {
    query!(Product.all()).run(db).await?;
    Ok(())
}

fn main() {
    let _ = products;
}
