//! Where the queries of the positions stand.

pub mod models {
    nuages::models!();
}

use crate::models::*;
use nuages::rust_decimal::Decimal;
use nuages::{Db, Error, query, raw};

/// What a form has sent.
pub struct Form {
    pub name: Option<String>,
    pub price: Option<Decimal>,
    pub stock: Option<i32>,
}

/// A line of a cart.
pub struct Line {
    pub product_id: i64,
    pub qty: i32,
    pub price: Decimal,
}

/// A struct of the user's own.
pub struct Card {
    pub id: i64,
    pub name: String,
}

/// A struct that borrows.
pub struct Label<'r> {
    pub id: i64,
    pub name: &'r str,
}

/// How a list is sorted.
pub enum Sort {
    Newest,
    Cheapest,
}

// items

pub async fn page(
    db: &Db,
    slug: &str,
    min: Option<Decimal>,
    ids: Vec<i64>,
    form: Form,
    cart: Vec<Line>,
    sort: Sort,
    cat: Category,
    limit: i64,
) -> Result<(), Error> {
    // statements
    Ok(())
}
