use nuages::query;

fn main() {
    let views: u64 = 3;
    let _ = query!(Product.filter(views = views));
}
