use nuages::chrono::{DateTime, Utc};
use nuages::query;

fn main() {
    let now: DateTime<Utc> = DateTime::default();
    let _ = query!(Product.filter(created_at.date = now));
}
