use nuages::query;

fn main() {
    let by = 1;
    let _ = query!(Product(1).update(stock = stock - by));
}
