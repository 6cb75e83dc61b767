use nuages::query;

fn main() {
    let status = "active";
    let _ = query!(Product.filter(status = status));
}
