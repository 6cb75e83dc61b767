#![allow(unused)]

use nuages::{Db, Transaction};

#[nuages::test]
async fn nothing() {}

#[nuages::test]
async fn of_another_type(db: &str) {}

#[nuages::test]
async fn owned(tx: Transaction) {}

#[nuages::test]
async fn both(db: Db, tx: &Transaction) {}

fn main() {}
