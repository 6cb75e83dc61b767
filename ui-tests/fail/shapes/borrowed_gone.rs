//! A row that outlives what it borrows from.

use nuages::{Db, Error, query};

struct Card<'r> {
    id: i64,
    name: &'r str,
}

async fn first(db: &Db) -> Result<String, Error> {
    let cards = query!(Product.values(id, name) as Card<'_>).run(db).await?;
    let mut name = "";
    for card in &cards {
        name = card?.name;
    }
    drop(cards);
    Ok(name.to_owned())
}

fn main() {}
