//! `cargo run -p shop [-- --sql] [-- --orders N]`

use shop::report::Report;
use shop::{dashboard, export, fill, models, orders, products, stock};
use std::process::ExitCode;

const USAGE: &str = "usage: shop [--sql] [--orders N]

  --sql        show every statement
  --orders N   make N orders (default 100000); everything else grows with them";

struct Options {
    sql: bool,
    orders: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let cluster = nuages_devdb::Cluster::start()?;
    let database = cluster.create_database()?;
    println!("PostgreSQL {} started for this run\n", cluster.version());
    let db = nuages::Db::connect(&database.url()).await?;

    models::create_all(&db).await?;
    fill::fill(&db, fill::Size::of_orders(options.orders)).await?;

    let mut report = Report::new(&db, options.sql);
    dashboard::show(&mut report).await?;
    orders::show(&mut report).await?;
    products::show(&mut report).await?;
    stock::show(&mut report).await?;
    export::show(&mut report).await?;
    report.finish();
    Ok(())
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options { sql: false, orders: 100_000 };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--sql" => options.sql = true,
            "--orders" => {
                let n = arguments.next().ok_or("--orders takes a number")?;
                options.orders = n.parse().map_err(|_| format!("--orders takes a number, found `{n}`"))?;
            }
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("unknown argument `{other}`")),
        }
    }
    Ok(Some(options))
}
