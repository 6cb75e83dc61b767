use nuages::query;

fn main() {
    let n: i32 = 3;
    let _ = query!(Product.filter(views.gt = n));
}
