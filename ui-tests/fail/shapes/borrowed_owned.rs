//! Rows that borrow of a struct that has no lifetime.

use nuages::query;

struct Card {
    id: i64,
    name: String,
}

fn main() {
    let _ = query!(Product.values(id, name) as Card<'_>);
}
