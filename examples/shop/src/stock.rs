//! Many customers, few pieces: a decrement that cannot oversell.

use crate::report::Report;
use nuages::{Db, Error, query};
use std::time::Instant;

/// Customers who want the last pieces at the same moment.
const CUSTOMERS: usize = 60;
/// Pieces there are.
const PIECES: i32 = 20;

/// Why a purchase did not happen.
#[derive(Debug)]
pub enum Refused {
    /// Nothing is left.
    SoldOut,
    /// The database failed.
    Database(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// Lets many customers buy at once and prints who got something.
///
/// # Errors
/// Those of the database.
pub async fn show(report: &mut Report<'_>) -> Result<(), Error> {
    report.section("The last pieces");
    let Some(product) = query!(Product.active().order_by(id).first()).run(report.db).await? else {
        report.line("there are no products");
        return Ok(());
    };
    let Some(order) = query!(Order.order_by(id).first()).run(report.db).await? else {
        report.line("there are no orders");
        return Ok(());
    };
    query!(Product(product.id).update(stock = PIECES)).run(report.db).await?;

    let start = Instant::now();
    let purchases = (0..CUSTOMERS).map(|_| {
        let db = report.db.clone();
        let (product, order) = (product.id, order.id);
        tokio::spawn(async move { buy(&db, order, product).await })
    });
    let mut bought = 0;
    let mut refused = 0;
    for purchase in purchases.collect::<Vec<_>>() {
        match purchase.await {
            Ok(Ok(())) => bought += 1,
            Ok(Err(Refused::SoldOut)) => refused += 1,
            Ok(Err(Refused::Database(error))) => return Err(error),
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
    let statements = CUSTOMERS + bought * 2;
    report.measured(&format!("{CUSTOMERS} customers, {PIECES} pieces"), start.elapsed(), statements);
    let left = query!(Product(product.id).values_list(stock, flat)).run(report.db).await?;
    report.line(format!("{bought} bought, {refused} found it sold out, {left} left"));
    Ok(())
}

/// Takes one piece and writes it on an order, or neither.
///
/// # Errors
/// [`Refused::SoldOut`] when nothing is left.
pub async fn buy(db: &Db, order: i64, product: i64) -> Result<(), Refused> {
    db.atomic(async |tx| {
        let taken = query!(Product.filter(pk = product, stock.gte = 1).update(stock = F(stock) - 1)).run(tx).await?;
        if taken == 0 {
            return Err(Refused::SoldOut);
        }
        let price = query!(Product(product).values_list(price, flat)).run(tx).await?;
        query!(OrderItem.create(order = order, product = product, quantity = 1, unit_price = price)).run(tx).await?;
        Ok(())
    })
    .await
}
