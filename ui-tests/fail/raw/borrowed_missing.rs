//! A struct that borrows, without its lifetime.

use nuages::raw;

struct Card<'r> {
    id: i64,
    name: &'r str,
}

fn main() {
    let _ = raw!("SELECT id, name FROM product" as Card);
}
