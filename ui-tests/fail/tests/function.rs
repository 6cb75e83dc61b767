#![allow(unused)]

use nuages::Db;

#[nuages::test]
fn waits_for_nothing(db: Db) {}

#[nuages::test]
async fn of_any_kind<T>(db: Db) {}

#[nuages::test]
#[test]
async fn twice(db: Db) {}

#[nuages::test]
const DB: Option<Db> = None;

fn main() {}
