//! Queries in the user's own macros, and variables with the names that the expansion uses.

use nuages::query;

macro_rules! by {
    ($field:ident, $value:expr) => {
        query!(Product.filter($field = $value))
    };
}

macro_rules! counted {
    ($name:ident) => {{
        let limit = 3u32;
        query!(Product.annotate($name = Count(reviews)).order_by(-$name)[..limit] as Counted)
    }};
}

struct Counted {
    #[allow(dead_code)]
    product: nuages_ui_tests::models::Product,
    #[allow(dead_code)]
    n: i64,
}

fn main() {
    assert!(by!(name, "x").sql().contains("name"));
    assert!(counted!(n).sql().contains("LIMIT"));
    let (__cx, cx, __rows, rows, build, plan) = (1, 2, [3], 4, 5, "6");
    #[allow(non_snake_case)]
    let PLAN = plan;
    let q = query!(Product.filter(stock.in = [__cx, cx, rows, build], name = PLAN));
    assert!(q.sql().contains("ANY"));
    let q = query!(Review.bulk_create(for n in __rows => product = i64::from(n), rating = n + cx));
    assert!(q.sql().contains("UNNEST"));
}
