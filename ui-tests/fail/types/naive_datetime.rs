use nuages::query;

fn main() {
    let since: nuages::chrono::NaiveDateTime = nuages::chrono::NaiveDateTime::default();
    let _ = query!(Product.filter(created_at.gt = since));
}
