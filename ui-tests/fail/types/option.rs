use nuages::query;

fn main() {
    let name: Option<&str> = None;
    let _ = query!(Product.filter(name = name));
}
