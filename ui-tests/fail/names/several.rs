use nuages::query;

fn main() {
    let max = 3;
    let _ = query!(Product.filter(nme = "x", stock.lt = max, statos = "draft").order_by(-pric));
}
