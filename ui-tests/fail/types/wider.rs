use nuages::query;

fn main() {
    let n: i64 = 3;
    let _ = query!(Product.filter(stock.gt = n));
}
