use nuages::query;

fn main() {
    let _ = query!(Product.filter(status = "activ"));
}
