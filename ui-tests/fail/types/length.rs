use nuages::query;

fn main() {
    let _ = query!(Product.filter(slug = "longer-than-twenty-characters"));
}
