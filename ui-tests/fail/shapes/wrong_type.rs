use nuages::query;

struct Line {
    name: String,
    n: i32,
    best: i32,
}

fn main() {
    let _ = query!(Product.values(name, n = Count(reviews), best = Max(reviews.rating)) as Line);
}
