//! Names of the prelude that mean something else where the macro stands.

#![allow(dead_code, non_camel_case_types)]

use nuages::query;

struct Option;
struct Vec;
struct String;
struct Result;
struct Box;
struct Some;
struct None_;
struct Ok;
struct Err;
struct Clone;
struct Debug;
mod core {}
mod std {}
mod nuages_ui_tests_models {}

fn main() {
    let q = query!(
        Product
            .select_related(category.parent)
            .prefetch_related(reviews, tags)
            .annotate(n = Count(reviews), best = Max(reviews.rating))
            .filter(name = "x", note = ::core::option::Option::<&str>::None)
    );
    let _ = q.sql();
    let _ = query!(Product.values_list(name, note)).sql();
    let _ = query!(Product.aggregate(total = Sum(stock))).sql();
}
