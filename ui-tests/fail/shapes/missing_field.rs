use nuages::query;
use nuages_ui_tests::models::{Category, Product};

struct Page {
    product: Product,
    category: Category,
}

fn main() {
    let _ = query!(Product.select_related(category).annotate(n = Count(reviews)) as Page);
    let _ = query!(Product.all() as Page);
}
