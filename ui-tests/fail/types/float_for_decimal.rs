use nuages::query;

fn main() {
    let most: f64 = 9.5;
    let _ = query!(Product.filter(price.lt = most));
}
