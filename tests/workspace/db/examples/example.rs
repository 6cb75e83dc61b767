//! An example beside the library: `crate::models` is the library's module.

use nuages::query;

fn main() {
    println!("{}", query!(Product.filter(status = "active").order_by(-price)[..10]).sql());
}
