//! What is behind a field is named with it: its lookups of text, parts of a date, and what stands beside it.

use nuages::query;

fn main() {
    let (number, large, text) = (5_i32, 5_i64, "x");
    let _ = query!(Product.filter(name.contains = number));
    let _ = query!(Product.filter(name.istartswith? = Some(number)));
    let _ = query!(Product.filter(created_at.year = large));
    let _ = query!(Product.filter(created_at.date.in = [text]));
    let _ = query!(Product.filter(note.isnull = text));
    let _ = query!(Product.filter(F(stock) > {large}));
    let _ = query!(Product(1).update(stock = F(stock) - {large}));
    let _ = query!(Product.annotate(best = Max(reviews.rating)).filter(best = large));
}
