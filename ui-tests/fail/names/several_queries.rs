use nuages::{Db, Error, query};

async fn both(db: &Db) -> Result<i64, Error> {
    let products = query!(Product.filter(nmae = "x").order_by(-prise)).run(db).await?;
    let tags = query!(Tag.objects.all()).run(db).await?;
    let n = query!(Review.filter(rating > 3).count()).run(db).await?;
    Ok(n + products.len() as i64 + tags.len() as i64)
}

fn main() {
    let _ = both;
}
