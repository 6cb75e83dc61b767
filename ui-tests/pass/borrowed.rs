//! Rows that borrow, where lifetimes of the same names are in scope.

#![allow(dead_code)]

use nuages::{Borrowed, BorrowedRow, Nested, Query, Read, query};

struct Card<'r, T> {
    id: i64,
    name: &'r str,
    note: Option<&'r str>,
    stock: T,
}

mod inner {
    pub struct Tags<'a> {
        pub id: i64,
        pub name: &'a str,
        pub products: Vec<super::Line<'a>>,
    }
}

struct Line<'line> {
    slug: &'line str,
}

struct Kept {
    cards: Borrowed<fn(&()) -> Card<'_, i32>>,
    tags: Vec<BorrowedRow<fn(&()) -> inner::Tags<'_>>>,
}

fn of<'r>(text: &'r str) -> Query<Borrowed<fn(&()) -> Card<'_, i32>>, Read> {
    query!(Product.filter(name = text).values(id, name, note, stock) as Card<'_, i32>)
}

query! { pub fn named<'r>(text: &'r str) -> Vec<Named<'_>> { Product.filter(name = text).values(name, note) } }
query! { fn one(id: i64) -> Option<inner::Tags<'_>> {
    Tag.filter(id = id).prefetch_related(products.values(slug) as Line<'_>).first() as inner::Tags<'_>
} }

fn first<'c>(cards: &'c Borrowed<fn(&()) -> Card<'_, i32>>) -> Option<&'c str> {
    cards.get(0)?.ok().and_then(|card| card.note)
}

fn sendable<T: Send + Sync + 'static>(_: T) {}

fn main() {
    sendable(of("x"));
    let _: Query<Option<BorrowedRow<fn(&()) -> inner::Tags<'_>>>, Nested> = one(1);
    sendable(None::<Kept>);
    let _: Query<Borrowed<fn(&()) -> Named<'_>>, Read> = named("x");
}
