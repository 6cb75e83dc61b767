use nuages::query;

fn main() {
    let _ = query!(Product.select_related(categry));
}
