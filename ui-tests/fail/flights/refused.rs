use nuages::query;

fn main() {
    let id = 1_i64;
    let _ = query!(Product.select_related(category).pipelined());
    let _ = query!(Product.prefetch_related(reviews.pipelined()));
    let _ = query!(Product.filter(id = id).prefetch_related(reviews).select_for_update().pipelined());
}
