//! A struct that borrows, without its lifetime.

use nuages::query;

struct Card<'r> {
    id: i64,
    name: &'r str,
}

fn main() {
    let _ = query!(Product.values(id, name) as Card);
}
