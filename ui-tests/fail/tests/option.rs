#![allow(unused)]

use nuages::Db;

#[nuages::test(sever = url)]
async fn misspelt(db: Db) {}

#[nuages::test("postgres://localhost/shop")]
async fn a_text(db: Db) {}

fn main() {}
