//! A struct whose rows borrow, with text that it would own.

use nuages::query;

struct Card<'r> {
    id: i64,
    name: String,
    note: Option<&'r str>,
}

fn main() {
    let _ = query!(Product.values(id, name, note) as Card<'_>);
}
