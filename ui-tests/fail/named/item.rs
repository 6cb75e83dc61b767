//! Items that are no functions with a chain in braces: one error each.

use nuages::query;

query! {
    struct Row { id: i64, name: String }
}

query! {
    pub fn all() -> Vec<All> = Product.values(id, name)
}

query! {
    pub fn more(least: i32) -> Vec<More> = Product.filter(F(stock) > {least}).values(id, name)
}

fn main() {
    let _ = (all(), more(1));
    let _ = |all: All, more: More| all.id + more.id;
}
