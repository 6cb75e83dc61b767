use nuages::query;

fn main() {
    let _ = query!(Product.annotate(x = price));
}
