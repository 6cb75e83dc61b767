use nuages::query;

fn main() {
    let _ = query!(Product.order_by(reviews.rating));
}
