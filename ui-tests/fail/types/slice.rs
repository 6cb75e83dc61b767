use nuages::query;

fn main() {
    let n = 2.5;
    let _ = query!(Product.all()[..n]);
}
