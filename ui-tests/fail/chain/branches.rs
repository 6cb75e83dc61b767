#![deny(warnings)]

use nuages::query;

fn main() {
    let (flag, deep, text, least) = (true, false, Some("x"), 7);
    // The mistake is said, and nothing of the variables beside it.
    let _ = query!(Product.filter(if flag { nmae = 1 } else if deep { stock.gte = least } else { price.gt = "x" }));
    let _ = query!(Product.filter(if let Some(t) = text { name = t, slug = t }));
    let _ = query!(Product.filter(if flag { stock = 1 } else { stock = 2 }).delete());
    let _ = query!(Product.distinct(stock).order_by(if deep { stock } else { name }));
}
