//! What is read of the rows of a query with a mistake is no further mistake.

use nuages::{Db, Error, query};

query! {
    pub fn front(limit: i64) -> Vec<Front> {
        Product.filter(nmae = "x").values(id, name)[..limit]
    }
}

query! {
    fn lent(limit: i64) -> Vec<Lent<'_>> {
        Product.filter(nmae = "x").values(id, name)[..limit]
    }
}

impl Front {
    fn title(&self) -> String {
        self.name.to_uppercase()
    }
}

async fn shown(db: &Db) -> Result<Vec<String>, Error> {
    for row in lent(3).run(db).await?.iter() {
        println!("{} {}", row.id, row.name);
    }
    Ok(front(3).run(db).await?.iter().map(|row| format!("{} {}", row.id, row.title())).collect())
}

fn main() {
    let _ = shown;
}
