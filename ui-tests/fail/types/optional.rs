//! `? =` takes an `Option` of lists, ranges and keys as well.

use nuages::query;

fn main() {
    let (ids, keys) = (vec![1_i64], vec![(1_i32, "A")]);
    let _ = query!(Product.filter(id.in? = ids));
    let _ = query!(Product.filter(stock.in? = vec![1, 2]));
    let _ = query!(Product.filter(stock.range? = (1, 2)));
    let range = (1, 2);
    let _ = query!(Product.filter(stock.range? = range));
    let _ = query!(Seat.filter(pk? = keys[0]));
    let _ = query!(Seat.filter(pk.in? = keys));
}
