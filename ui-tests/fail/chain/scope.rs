use nuages::query;

fn main() {
    let _ = query!(Product.by_category());
}
