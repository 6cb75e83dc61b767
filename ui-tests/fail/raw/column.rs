use nuages::raw;

struct Line {
    name: char,
}

fn main() {
    let _ = raw!("SELECT name FROM product" as Line);
    let _ = raw!("SELECT count(*) FROM product" as u64);
    let _ = raw!("SELECT * FROM product" as Prodct);
}
