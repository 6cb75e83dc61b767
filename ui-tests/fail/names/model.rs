use nuages::query;

fn main() {
    let _ = query!(Prodct.filter(name = "x"));
}
