use nuages::chrono::NaiveDate;
use nuages::query;

fn main() {
    let day = NaiveDate::default();
    let _ = query!(Product.filter(created_at.gte = day));
}
