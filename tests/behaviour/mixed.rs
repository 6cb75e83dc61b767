//! Constructs that meet one another in one chain: branches, optional conditions, sets, slices, cursors, locks, maps,
//! dates, windows, prefetches, groups. What each gives is computed from the rows in plain Rust.

mod cursors;
mod maps;
mod prefetches;
mod sets;
mod windows;

use nuages_tests::models::Product;
use std::cmp::Reverse;

#[derive(Clone, Copy)]
enum Sort {
    Name,
    Price,
}

const SORTS: [Sort; 2] = [Sort::Name, Sort::Price];

fn ids<P: std::borrow::Borrow<Product>>(rows: impl IntoIterator<Item = P>) -> Vec<i64> {
    rows.into_iter().map(|p| p.borrow().id).collect()
}

/// The rows that satisfy a condition.
fn where_(all: &[Product], keep: impl Fn(&Product) -> bool) -> Vec<&Product> {
    all.iter().filter(|p| keep(p)).collect()
}

/// By name, or by price and key, the greatest first.
fn sorted(mut rows: Vec<&Product>, sort: Sort) -> Vec<i64> {
    match sort {
        Sort::Name => rows.sort_by_key(|p| p.name.clone()),
        Sort::Price => rows.sort_by_key(|p| Reverse((p.price, p.id))),
    }
    ids(rows.into_iter().cloned())
}

/// The rank of a row by price, the greatest first, among others.
fn rank(of: &Product, among: &[&Product]) -> i64 {
    1 + among.iter().filter(|p| p.price > of.price).map(|_| 1).sum::<i64>()
}

/// A number that is known when the query is built.
fn n(n: i64) -> i64 {
    n
}
