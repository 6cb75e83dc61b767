use nuages::query;

fn main() {
    let _ = query!(Product.filter(category__slgu = "x"));
}
