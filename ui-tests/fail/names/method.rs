use nuages::query;

fn main() {
    let _ = query!(Product.filtr(name = "x").all());
}
