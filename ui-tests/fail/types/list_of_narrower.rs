use nuages::query;

fn main() {
    let ids: Vec<i32> = vec![1];
    let _ = query!(Product.filter(id.in = &ids));
}
