use nuages::query;

fn main() {
    let _ = query!(Product.filter(category.slgu = "x", price.gt = 1));
}
