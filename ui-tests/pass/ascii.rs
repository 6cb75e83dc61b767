//! The types that stand for fields in rustc's messages have names that no lint of the user's sees.

#![forbid(non_ascii_idents, uncommon_codepoints, confusable_idents, mixed_script_confusables)]
#![deny(warnings, nonstandard_style, unused, let_underscore)]

use nuages::query;

fn main() {
    let stock = 1;
    drop(query!(Product.filter(stock = stock, stock.gt = stock)));
    drop(query!(Product.filter(stock = stock)));
    drop(query!(Product.filter(stock.lt = stock, name.contains = "x", created_at.year = stock)));
}
