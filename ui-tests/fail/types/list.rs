use nuages::query;

fn main() {
    let names = vec!["a"];
    let _ = query!(Product.filter(id.in = names));
}
