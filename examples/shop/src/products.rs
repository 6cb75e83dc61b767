//! The product list with filters that a visitor may or may not have set: one query, checked once, sent as the
//! statement that the given filters need.

use crate::report::Report;
use nuages::rust_decimal::Decimal;
use nuages::{Error, query};

/// What a visitor has filled in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filters<'f> {
    /// A category's slug.
    pub category: Option<&'f str>,
    /// Lowest price.
    pub min: Option<Decimal>,
    /// Highest price.
    pub max: Option<Decimal>,
    /// Part of the name.
    pub text: Option<&'f str>,
}

/// Prints the list for three visitors.
///
/// # Errors
/// Those of the database.
pub async fn show(report: &mut Report<'_>) -> Result<(), Error> {
    report.section("Products");
    let hundred = Decimal::new(100, 0);
    list(report, "No filter", Filters::default()).await?;
    list(
        report,
        "Up to 100, named like a lamp",
        Filters { max: Some(hundred), text: Some("lamp"), ..Filters::default() },
    )
    .await?;
    list(
        report,
        "One category, from 100",
        Filters { category: Some("shelf-60"), min: Some(hundred), ..Filters::default() },
    )
    .await
}

async fn list(report: &mut Report<'_>, title: &str, filters: Filters<'_>) -> Result<(), Error> {
    let page = query!(
        Product
            .active()
            .filter(category.slug? = filters.category, name.icontains? = filters.text)
            .priced(filters.min, filters.max)
            .select_related(category)
            .annotate(rating = Avg(reviews.rating))
            .order_by(price)
            .page(1, 5)
    );
    let page = report.run(title, &page).await?;
    report.line(format!("{} products on {} pages", page.total, page.pages));
    report.table(
        ["product", "category", "#price", "#stock", "#rating"],
        page.items.into_iter().map(|p| {
            [
                p.name.clone(),
                p.category.name.clone(),
                p.price.to_string(),
                p.stock.to_string(),
                p.rating.map_or_else(|| "–".into(), |r| format!("{r:.1}")),
            ]
        }),
    );
    Ok(())
}
