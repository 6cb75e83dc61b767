//! `if` and `match` in queries bring no warnings of their own, and evaluate one branch.

#![deny(warnings)]

use nuages::query;
use std::cell::Cell;

enum Wish<'a> {
    Named(&'a str),
    Stocked { from: i32, to: Option<i32> },
    Any,
}

fn wished(wish: &Wish<'_>, down: bool) -> String {
    query!(
        Product
            .filter(match wish {
                Wish::Named(text) if !text.is_empty() => name.icontains = text,
                Wish::Named(_) => {}
                Wish::Stocked { from, to } => Q(stock.gte = from, stock.lt? = *to),
                Wish::Any => stock = 0,
            })
            .order_by(if down { -name } else { name })[..3]
    )
    .sql()
}

macro_rules! named {
    ($value:expr) => {
        query!(Product.filter(if let Some(found) = $value { name = found } else { stock = 1 }).count()).sql()
    };
}

fn main() {
    let sql = wished(&Wish::Stocked { from: 1, to: None }, true);
    assert!(sql.contains("\"stock\" >= $") && !sql.contains('<') && sql.contains("\"name\" DESC"), "{sql}");
    assert!(wished(&Wish::Named("a"), false).contains("ILIKE"));
    assert!(!wished(&Wish::Named(""), false).contains("WHERE"));
    assert!(wished(&Wish::Any, false).contains("\"stock\" = 0"));
    let found = Some("x");
    assert!(named!(found).contains("\"name\" ="));
    let taken = Cell::new(0);
    let count = || {
        taken.set(taken.get() + 1);
        1_i32
    };
    let on = taken.get() == 0;
    let _ = query!(Product.filter(if on { stock = count() } else { views = i64::from(count()) }, if !on { stock = count() }));
    assert_eq!(taken.get(), 1);
}
