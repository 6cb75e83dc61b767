use nuages::raw;

struct Line {
    name: String,
    sold: i64,
}

fn main() {
    let _ = raw!("SELECT name, 1 AS sold, 2 AS more FROM product" as Line);
    let _ = raw!("SELECT name FROM product" as Line);
    let _ = raw!("SELECT * FROM product" as Line { name, sodl });
}
