//! Dots and double underscores, keywords, spacing, comments and trailing commas.

use nuages::query;

#[rustfmt::skip]
fn main() {
    let (ids, slug, min) = (vec![1, 2], "x", None::<nuages::rust_decimal::Decimal>);
    let dotted = query!(Product.filter(id.in = &ids, category.slug.icontains = slug, price.gte? = min)).sql();
    assert_eq!(dotted, query!(Product.filter(id__in = &ids, category__slug__icontains = slug, price__gte? = min)).sql());
    assert_eq!(dotted, query!(Product.filter(id.r#in = ids.iter().copied(), category.slug__icontains = slug, price.gte ?= min,)).sql());
    assert_eq!(dotted, query! {
        Product // a model
            . filter ( id . in = ids /* keys */ , category . slug . icontains = slug , price . gte ? = min )
    }.sql());
    assert_eq!(query!(Product).sql(), query!(Product.all()).sql());
    assert_eq!(query!(Product.filter(!Q(name = "a"))).sql(), query!(Product.filter(~Q(name = "a"))).sql());
}
