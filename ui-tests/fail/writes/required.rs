use nuages::query;

fn main() {
    let _ = query!(Product.create(name = "x"));
}
