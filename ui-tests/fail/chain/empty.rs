use nuages::query;

fn main() {
    let _ = query!(Product.filter(name = ).order_by(-));
    let _ = query!();
}
