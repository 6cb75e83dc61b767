//! Texts in single quotes: what rustc says of them, and beside it what a name is written as.

use nuages::query;

fn main() {
    let _ = query!(Product.order_by('-name'));
    let _ = query!(Product.annotate(more = F('stock') + 1));
    let _ = query!(Product.annotate(shown = Coalesce(note, 'none')));
    let _ = query!(Product.annotate(shown = 'none'));
    let _ = query!(Product.filter(note = 'none'));
}
