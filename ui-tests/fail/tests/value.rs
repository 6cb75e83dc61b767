#![allow(unused)]

use nuages::Db;

#[nuages::test(server)]
async fn none(db: Db) {}

#[nuages::test(server = "postgres://localhost/shop")]
async fn a_text(db: Db) {}

#[nuages::test(flavor = "many_threads")]
async fn of_no_flavor(db: Db) {}

#[nuages::test(fixtures = books)]
async fn no_list(db: Db) {}

#[nuages::test(server = url, server = url)]
async fn twice(db: Db) {}

#[nuages::test(server = url fixtures(books))]
async fn no_comma(db: Db) {}

fn main() {}
