use nuages::query;

fn main() {
    let id = 3;
    let _ = query!(Product.filter(id = id +, name = "x"));
}
