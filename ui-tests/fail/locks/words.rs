use nuages::query;

fn main() {
    let _ = query!(Product.select_related(category.parent).select_for_update(no_wait));
    let _ = query!(Product.select_related(category.parent).select_for_update());
    let _ = query!(Product.using(replica));
}
