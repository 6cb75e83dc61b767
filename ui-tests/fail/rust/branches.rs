use nuages::query;

enum By {
    Name,
}

fn main() {
    let (by, number) = (By::Name, 7_i64);
    // A pattern is Rust's, and so is a head.
    let _ = query!(Product.filter(match by { By::Cost => stock = 1, _ => {} }));
    let _ = query!(Product.order_by(if number { stock } else { name }));
}
