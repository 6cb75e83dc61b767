//! What the owner looks at in the morning: four queries.

use crate::fill::now;
use crate::report::{Report, thousands};
use nuages::chrono::Days;
use nuages::{Error, query};

/// Low stock begins here.
const LOW: i32 = 5;

/// Prints the dashboard.
///
/// # Errors
/// Those of the database.
pub async fn show(report: &mut Report<'_>) -> Result<(), Error> {
    report.section("Dashboard");
    let end = now();
    let start = end.checked_sub_days(Days::new(90)).unwrap_or(end);

    let revenue = query!(
        OrderItem
            .filter(order.placed_at.gte = start, order.placed_at.lt = end)
            .exclude(order.status = "cancelled")
            .values(product.category.name)
            .annotate(revenue = Sum(quantity * unit_price), sold = Sum(quantity), orders = Count(order, distinct))
            .order_by(-revenue)[..8]
    );
    let rows = report.run("Revenue by category, last 90 days", &revenue).await?;
    report.table(
        ["category", "#revenue", "#pieces", "#orders"],
        rows.into_iter().map(|r| {
            [
                r.product__category__name,
                thousands(r.revenue.unwrap_or_default()),
                thousands(r.sold.unwrap_or_default()),
                thousands(r.orders),
            ]
        }),
    );

    let trend = query!(
        Order
            .valid()
            .filter(placed_at.year = 2025)
            .annotate(month = TruncMonth(placed_at))
            .values(month)
            .annotate(orders = Count(), revenue = Sum(items.quantity * items.unit_price))
            .order_by(month)
    );
    let rows = report.run("Monthly trend, 2025", &trend).await?;
    report.table(
        ["month", "#orders", "#revenue"],
        rows.into_iter().map(|r| {
            [r.month.format("%Y-%m").to_string(), thousands(r.orders), thousands(r.revenue.unwrap_or_default())]
        }),
    );

    let top = query!(
        Product
            .annotate(
                revenue = Sum(order_items.quantity * order_items.unit_price, default = 0),
                rating = Avg(reviews.rating, filter = Q(reviews.is_approved = true)),
                voices = Count(reviews)
            )
            .select_related(category)
            .order_by(-revenue)[..8]
    );
    let rows = report.run("Top products by revenue", &top).await?;
    report.table(
        ["product", "category", "#revenue", "#rating", "#reviews"],
        rows.into_iter().map(|p| {
            [
                p.name.clone(),
                p.category.name.clone(),
                thousands(p.revenue),
                p.rating.map_or_else(|| "–".into(), |r| format!("{r:.1}")),
                thousands(p.voices),
            ]
        }),
    );

    let low = query!(Product.active().filter(stock.lte = LOW).select_related(category).order_by(stock, name)[..8]);
    let rows = report.run("Low stock", &low).await?;
    report.table(
        ["product", "category", "#stock"],
        rows.into_iter().map(|p| [p.name.clone(), p.category.name.clone(), p.stock.to_string()]),
    );
    Ok(())
}
