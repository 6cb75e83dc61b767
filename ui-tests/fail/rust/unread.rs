//! What is no value of Rust is told of once, and rustc is not shown it.

use nuages::query;

fn main() {
    let _ = query!(Product.extra(select = {"a": "b"}));
    let _ = query!(Product.filter(note is null));
    let _ = query!(Product.filter(note = NULL));
    let _ = query!(Product.filter(stock > views));
    let _ = query!(Product.filter(stock == views));
    let _ = query!(Product.annotate(place = Window(Rank(), partition_by = [category])));
    let _ = query!(Product.annotate(now = Now));
    let wanted = Some(1);
    let _ = query!(Product.filter(stock = ?wanted));
}
