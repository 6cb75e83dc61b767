use nuages::query;

fn main() {
    let name = "x";
    let _ = query!(Product.filter(name.contains? = name));
}
