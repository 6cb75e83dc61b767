use nuages::query;

fn main() {
    let _ = query!(Product(1).update(name = None));
}
