//! A customer's orders with everything that the page shows.

use crate::report::{Report, thousands};
use nuages::rust_decimal::Decimal;
use nuages::{Error, query};

/// Prints the orders of the customer with the most of them.
///
/// # Errors
/// Those of the database.
pub async fn show(report: &mut Report<'_>) -> Result<(), Error> {
    report.section("A customer's orders");
    let best = query!(User.annotate(bought = Count(orders)).order_by(-bought).first());
    let Some(user) = report.run("The customer with the most orders", &best).await? else {
        report.line("there are no customers");
        return Ok(());
    };
    report.line(format!("{} <{}> has {} orders", user.name, user.email, thousands(user.bought)));

    let page = query!(
        Order
            .filter(user = user.id)
            .select_related(user, address)
            .prefetch_related(items.product.category)
            .order_by(-placed_at)[..100]
    );
    let orders = report.run("The last hundred of them, each with items, products, categories", &page).await?;

    let items: usize = orders.iter().map(|o| o.items.len()).sum();
    let naive = 1 + orders.len() * 3;
    report.line(format!(
        "{} orders, {} items in {} statements; one query for each order's user, address and items would be {naive}, \
         and two more for each item {}",
        orders.len(),
        items,
        page.round_trips(),
        naive + items * 2,
    ));
    report.table(
        ["order", "placed", "city", "status", "#items", "#total", "first item"],
        orders.iter().take(6).map(|o| {
            let total: Decimal = o.items.iter().map(|i| i.unit_price * Decimal::from(i.quantity)).sum();
            let first = o.items.first().map(|i| format!("{} ({})", i.product.name, i.product.category.name));
            [
                o.number.clone(),
                o.placed_at.format("%Y-%m-%d %H:%M").to_string(),
                o.address.as_ref().map_or_else(|| "fetched".into(), |a| a.city.clone()),
                o.status.to_string(),
                o.items.len().to_string(),
                thousands(total),
                first.unwrap_or_default(),
            ]
        }),
    );
    Ok(())
}
