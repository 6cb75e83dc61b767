//! `?`, `.await`, `return` and blocks in values, evaluated once and in the order written.

use nuages::query;
use nuages_ui_tests::models::Product;

async fn name() -> Result<String, std::num::ParseIntError> {
    Ok("x".to_owned())
}

async fn rows(text: &str) -> Result<Option<String>, std::num::ParseIntError> {
    let q = query!(Product.filter(
        stock = text.parse::<i32>()?,
        name = name().await?,
        slug = { if text.is_empty() { return Ok(None) } else { text } },
        views = text.chars().map(|c| i64::from(c as u32)).sum::<i64>(),
    ));
    let _: &nuages::Query<Vec<Product>, nuages::Read> = &q;
    Ok(Some(q.sql()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(rows("7").await.unwrap().unwrap().contains("stock"));
    assert!(rows("seven").await.is_err());
    let mut order = Vec::new();
    let _ = query!(Product.filter(name = { order.push(1); "a" }, slug = { order.push(2); "b" })[{ order.push(3); 0u8 }..]);
    assert_eq!(order, [1, 2, 3]);
}
