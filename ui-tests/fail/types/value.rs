use nuages::query;

fn main() {
    let stock = String::from("3");
    let _ = query!(Product.filter(stock = stock));
}
