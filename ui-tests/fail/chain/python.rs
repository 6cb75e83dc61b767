use nuages::query;

fn main() {
    let _ = query!(Product.filter(name == "x").exclude(stock > 3, not Q(stock = 2)));
}
