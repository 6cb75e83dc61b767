//! Queries as hir, and every mistake of names and shapes with its place.

mod support;

use support::{folder, golden, print, resolved};

fn check(file: &str, schema: &nuages_schema::Schema) {
    golden(&folder("resolve").join(file), &|query| match resolved(schema, query) {
        Ok(found) => print::query(schema, &found),
        Err(text) => text,
    });
}

macro_rules! files {
    ($($name:ident: $schema:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            check(concat!(stringify!($name), ".txt"), &support::$schema());
        }
    )*};
}

files! {
    paths: shop,
    conditions: shop,
    scopes: shop,
    order: shop,
    slices: shop,
    endings: shop,
    values: shop,
    grouping: shop,
    related: shop,
    prefetch: shop,
    inner: shop,
    writes: shop,
    mistakes: shop,
    rare: zoo,
    broken: broken,
}
