//! A query is `Send`, `'static`, `Clone` and borrows nothing.

use nuages::query;

fn check<T: Send + Sync + Clone + 'static>(_: T) {}

fn main() {
    let query = {
        let name = String::from("short-lived");
        query!(Product.filter(name = &name).select_related(category).prefetch_related(reviews))
    };
    check(query.clone());
    assert_eq!(query.round_trips(), 2);
    check(query!(Tag.create(name = "x")));
}
