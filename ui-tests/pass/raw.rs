//! SQL of one's own wherever an expression may stand, with structs and values of any place.

#![deny(unused)]

mod dto {
    /// Called like a model.
    pub struct Product {
        pub r#type: i64,
    }
}

use nuages::{Error, Query, Read, Transaction, raw};
use nuages_ui_tests::models::{self, Status};

const LEAST: i32 = 3;

#[derive(Clone, Copy)]
struct Form<'f> {
    name: Option<&'f str>,
    states: &'f [Status],
}

#[allow(dead_code)]
struct Line {
    name: String,
    stock: i32,
}

fn query(form: Form<'_>) -> Query<Vec<models::Product>, Read> {
    raw!("SELECT * FROM product WHERE name = {form.name} AND status = ANY({form.states}) AND stock >= {LEAST}" as Product)
}

fn lines(name: impl Into<String>) -> Result<Query<Vec<Line>, Read>, std::num::ParseIntError> {
    macro_rules! by {
        ($sql:literal, $ty:ty) => {
            raw!($sql as $ty)
        };
    }
    let (name, stock) = (name.into(), "3");
    let _ = by!("SELECT name, stock FROM product", Line);
    Ok(raw!("SELECT name, stock FROM product WHERE name = {name} AND stock = {stock.parse::<i32>()?}" as Line))
}

async fn all(tx: &Transaction) -> Result<u64, Error> {
    struct Local {
        n: Option<i64>,
    }
    let rows = raw!("SELECT max(id) AS n FROM product" as Local).run(tx).await?;
    let least = rows.first().and_then(|row| row.n);
    raw!("DELETE FROM product WHERE id > {least} AND id <> {async { 7_i64 }.await}").run(tx).await
}

fn send<T: Send + 'static>(_: T) {}

fn main() {
    send(query(Form { name: None, states: &[Status::Draft] }));
    send(lines("x").map(|query| query.sql()));
    let _ = all;
    let own = raw!("SELECT 1::int8 AS type" as dto::Product);
    send(own.clone());
    let _ = async move |tx: &Transaction| own.run(tx).await.map(|rows| rows.iter().map(|row| row.r#type).sum::<i64>());
}
