//! A struct that there is not is told of once.

use nuages::query;

mod rows {}

fn main() {
    let _ = query!(Product.values(id, name) as Lne);
    let _ = query!(Product.values(id, name) as rows::Line);
    let _ = query!(Product.prefetch_related(reviews as best));
    let _ = query!(Product.values(id, name) as Line<'_>);
    let _ = nuages::raw!("SELECT 1 AS id" as Row { id });
}
