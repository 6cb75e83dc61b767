use nuages::query;

fn main() {
    let _ = query!(Product.filter(stock = "three", price.lt = true));
}
