//! Records: their fields, what they deref to, and that they are keys.

use nuages::query;
use nuages_ui_tests::models::{Category, Product};

async fn run(db: &nuages::Db) -> Result<(), nuages::Error> {
    let rows = query!(Product.select_related(category.parent).annotate(n = Count(reviews))).run(db).await?;
    for row in &rows {
        let (name, parent, n): (&str, Option<&Category>, i64) = (&row.name, row.category.parent.as_ref(), row.n);
        println!("{name} {parent:?} {n} {row:?}");
        let _ = query!(Review.filter(product = row).count()).run(db).await?;
        let _ = query!(Product.filter(category = &row.category).count()).run(db).await?;
    }
    let products: Vec<Product> = rows.into_iter().map(|row| row.product).collect();
    // A relation with the name of the model: the base is `self_`.
    let reviews = query!(Review.annotate(review = Length(text))).run(db).await?;
    let _: (&i32, i32) = (&reviews[0].review, reviews[0].self_.rating);
    let some = query!(Product.only(name).select_related(category)).run(db).await?;
    let _: (&String, &String) = (&some[0].name, &some[0].category.name);
    let seats = query!(Seat.annotate(n = Length(row))).run(db).await?;
    let _ = query!(Seat(&seats[0])).run(db).await?;
    drop(products);
    Ok(())
}

fn main() {
    let _ = run;
}
