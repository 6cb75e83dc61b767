//! What the server makes of queries.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml -p plans [rounds] [word] [url]` starts a database of its own (or
//! takes that of `url`, and keeps it), fills it with the shop's rows at full size, and carries out each query of [`cases`]
//! (or those with a word in their name, and shows their plans) beside the statement that an expert would write for it.
//! Both must give the same rows. The table goes to `benches/results/plans.md`; it is an error if a query needs
//! more buffers or meets more rows than the expert's without a reason in [`reasons`]. Times are told beside it.

mod cases;
mod explain;
mod measure;
mod reasons;
mod report;

use nuages::{Db, raw};
use shop::fill::{Size, fill};
use std::path::Path;

/// Whatever ends the program.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How many orders there are; of the items three times as many.
const ORDERS: usize = 100_000;

/// What the shop's own rows lack: what is NULL in some rows and not in others, and one-to-one relations.
const MORE: &str = "
UPDATE accounts_user SET referred_by_id = id / 2 WHERE id % 3 = 0;
UPDATE accounts_user SET birth_date = date '1960-01-01' + (id % 15000)::int WHERE id % 4 > 0;
UPDATE catalog_product SET released_on = date '2020-01-01' + (id % 2000)::int, weight = id % 50 WHERE id % 5 > 0;
INSERT INTO sales_shipment (order_id, carrier, shipped_at, delivered_at)
    SELECT id, 'carrier ' || id % 7, placed_at + interval '1 day', CASE WHEN status = 'delivered' THEN placed_at + interval '3 days' END
    FROM sales_order WHERE status IN ('shipped', 'delivered') ORDER BY id;
";

/// The same rows and pages for all: no dead ones, all known as visible, statistics of all.
const SETTLE: [&str; 3] = ["VACUUM (FULL)", "VACUUM (ANALYZE)", "CHECKPOINT"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut words = std::env::args().skip(1);
    let rounds = words.next().map_or(Ok(7), |text| text.parse())?;
    let word = words.next().filter(|word| !word.is_empty());
    let own = if let Some(url) = words.next() {
        (url, None)
    } else {
        let database = nuages_devdb::Cluster::start()?.create_database()?;
        (database.url(), Some(database))
    };
    let url = &own.0;
    let db = Db::connect(url).await?;
    if raw!("SELECT 1 FROM pg_tables WHERE tablename = 'sales_order'").run(&db).await? == 0 {
        shop::models::create_all(&db).await?;
        fill(&db, Size::of_orders(ORDERS)).await?;
        db.execute_script(MORE).await?;
        for step in SETTLE {
            db.execute_script(step).await?;
        }
    }

    let mut cases = cases::cases();
    cases.retain(|case| word.as_ref().is_none_or(|word| case.name.contains(word.as_str())));
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for case in cases {
        eprintln!("{}", case.name);
        match measure::measure(url, case, rounds).await {
            Ok(one) => found.push(one),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    let text = report::report(&found, rounds);
    if word.is_none() && wrong.is_empty() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("plans.md"), &text)?;
    }
    if word.is_some() {
        for found in &found {
            println!("{}", report::whole(found));
        }
    }
    print!("{text}");
    if !wrong.is_empty() {
        return Err(format!("{} queries went wrong:\n{}", wrong.len(), wrong.join("\n")).into());
    }
    let odd = |found: &&measure::Found| found.fine() == reasons::reason(found.case.name).is_some();
    let odd: Vec<&str> = found.iter().filter(odd).map(|found| found.case.name).collect();
    if odd.is_empty() {
        return Ok(());
    }
    Err(format!("more than the expert's without a reason, or a reason without need: {}", odd.join(", ")).into())
}
