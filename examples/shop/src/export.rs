//! All orders as CSV, row by row as they arrive: memory does not grow with their number.

use crate::report::{Report, thousands};
use nuages::query;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Writes the export and prints what it took.
///
/// # Errors
/// Those of the database and of the file.
pub async fn show(report: &mut Report<'_>) -> Result<(), Box<dyn std::error::Error>> {
    report.section("Export");
    let path = std::env::temp_dir().join(format!("shop-orders-{}.csv", std::process::id()));
    let before = resident();
    let start = Instant::now();
    let rows = export(report.db, &path).await?;
    report.measured("All orders as CSV", start.elapsed(), 1);
    let size = std::fs::metadata(&path)?.len();
    report.line(format!("{} rows, {} bytes in {}", thousands(rows), thousands(size), path.display()));
    if let (Some(before), Some(after)) = (before, resident()) {
        report.line(format!("memory before {} kB, after {} kB", thousands(before), thousands(after)));
    }
    std::fs::remove_file(&path)?;
    Ok(())
}

/// Writes all orders to a file and gives their number.
///
/// # Errors
/// Those of the database and of the file.
pub async fn export(db: &nuages::Db, path: &Path) -> Result<u64, Box<dyn std::error::Error>> {
    let path: PathBuf = path.into();
    let mut file = csv::Writer::from_path(&path)?;
    file.write_record(["number", "placed_at", "status", "customer", "email", "city"])?;
    let mut orders = query!(Order.select_related(user, address).order_by(id)).stream(db);
    let mut rows = 0;
    while let Some(order) = orders.next().await {
        let order = order?;
        file.write_record([
            order.number.as_str(),
            &order.placed_at.to_rfc3339(),
            order.status.as_str(),
            &order.user.name,
            &order.user.email,
            order.address.as_ref().map_or("", |a| a.city.as_str()),
        ])?;
        rows += 1;
    }
    file.flush()?;
    Ok(rows)
}

/// Memory of this process in kB, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
