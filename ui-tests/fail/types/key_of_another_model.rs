use nuages::query;

fn main() {
    let tag = nuages_ui_tests::models::Tag { id: 1, name: String::new() };
    let _ = query!(Product.filter(category = &tag));
}
