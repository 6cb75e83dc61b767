use nuages::query;
use nuages_ui_tests::models::Product;

fn main() {}

fn one(product: &Product, name: &str) {
    let _ = query!(Product(product).tags.add(name));
}

fn list(product: &Product, names: Vec<String>) {
    let _ = query!(Product(product).tags.set(names));
}

fn array(id: i64, name: &str) {
    let _ = query!(Product(id).tags.add([id, name]));
}
