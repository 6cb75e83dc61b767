//! `cargo run -p flights [-- --sql]`

use flights::{data, models, questions, report};
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "usage: flights [--sql]

  --sql   show every statement";

#[tokio::main]
async fn main() -> ExitCode {
    let mut sql = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--sql" => sql = true,
            "--help" | "-h" => {
                println!("{USAGE}");
                return ExitCode::SUCCESS;
            }
            other => {
                eprintln!("unknown argument `{other}`\n{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    match run(sql).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(sql: bool) -> Result<(), Box<dyn std::error::Error>> {
    let folder = data::fetch()?;
    let cluster = nuages_devdb::Cluster::start()?;
    let database = cluster.create_database()?;
    println!("PostgreSQL {} started for this run, the data is in {}\n", cluster.version(), folder.display());
    let db = nuages::Db::connect(&database.url()).await?;

    models::create_all(&db).await?;
    data::load(&db, &folder, data::Months::All).await?;

    for (i, question) in questions::all().iter().enumerate() {
        let start = Instant::now();
        let rows = question.ask(&db).await?;
        report::show(i + 1, question, &rows, start.elapsed(), sql.then_some(question.sql.as_str()));
    }
    Ok(())
}
