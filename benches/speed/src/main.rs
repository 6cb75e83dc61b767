//! What queries cost at run time.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml [rounds]` starts a database of its own and does the same work
//! with tokio-postgres by hand, Nuages, sqlx, diesel-async and `SeaORM`, in turn. The tables go to
//! `benches/results/speed.md`, a picture to `benches/results/speed.svg`. `-- gate` counts instructions, `-- growth [rounds]`
//! measures more and more rows and tasks, and `--features allocations -- allocations` counts allocations.

#[cfg(feature = "allocations")]
mod allocations;
mod delay;
mod fill;
mod gate;
mod growth;
mod measure;
mod peers;
mod plot;
mod report;
mod sql;
mod work;

mod models {
    //! The models of `schema.nuages`.
    nuages::models!();
}

use nuages::Db;
use std::path::Path;
use std::time::Duration;

/// Whatever ends the program.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The word on the command line that asks for allocations.
pub(crate) const ALLOCATIONS: &str = "allocations";
/// Over the network the work is done so much less often in a measurement.
const LESS: u32 = 10;

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, socket, micros] = words.as_slice()
        && word == delay::WORD
    {
        return delay::serve(socket, Duration::from_micros(micros.parse()?));
    }
    if let [word, peer, count, n, url] = words.as_slice()
        && word == gate::ONCE
    {
        return gate::once(peer, count, n.parse()?, url);
    }
    if words.first().is_some_and(|word| word == gate::WORD) {
        return gate();
    }
    if words.first().is_some_and(|word| word == ALLOCATIONS) {
        return allocated();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if words.first().is_some_and(|word| word == growth::WORD) {
        let rounds = words.get(1).map_or(Ok(5), |text| text.parse())?;
        return runtime.block_on(async {
            let server = nuages_devdb::Cluster::start()?;
            let database = server.create_database()?;
            let (url, db) = filled(&database.url()).await?;
            written("growth.md", &growth::growth(&url, &db, rounds).await?)
        });
    }
    let rounds = words.first().map_or(Ok(11), |text| text.parse())?;
    runtime.block_on(run(rounds, words.get(1)))
}

/// Makes the tables and fills them.
async fn filled(url: &str) -> Result<(String, Db), Failure> {
    let db = Db::builder().url(url).pool_size(1).connect().await?;
    models::create_all(&db).await?;
    fill::fill(&db).await?;
    Ok((url.to_owned(), db))
}

/// Shows a report and keeps it.
fn written(file: &str, text: &str) -> Result<(), Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(file), text)?;
    print!("{text}");
    Ok(())
}

/// Counts allocations.
#[cfg(feature = "allocations")]
fn allocated() -> Result<(), Failure> {
    let server = nuages_devdb::Cluster::start()?;
    let database = server.create_database()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let text = runtime.block_on(async {
        let (url, _) = filled(&database.url()).await?;
        allocations::allocations(&url).await
    })?;
    written("allocations.md", &text)
}

/// Cannot count: that takes time, which would be measured.
#[cfg(not(feature = "allocations"))]
fn allocated() -> Result<(), Failure> {
    Err("only a build with `--features allocations` counts them".into())
}

/// Counts instructions; an error if there are too many.
fn gate() -> Result<(), Failure> {
    let server = nuages_devdb::Cluster::start()?;
    let database = server.create_database()?;
    let url = database.url();
    tokio::runtime::Runtime::new()?.block_on(async {
        let db = Db::connect(&url).await?;
        models::create_all(&db).await?;
        fill::fill(&db).await
    })?;
    let (text, fine) = gate::gate(&url)?;
    written("instructions.md", &text)?;
    if fine { Ok(()) } else { Err("more instructions than the gate allows".into()) }
}

/// Measures what has a word in its name, or everything, and writes the report.
async fn run(rounds: usize, word: Option<&String>) -> Result<(), Failure> {
    let server = nuages_devdb::Cluster::start()?;
    let database = server.create_database()?;
    let url = database.url();
    let db = Db::builder().url(&url).pool_size(1).connect().await?;
    models::create_all(&db).await?;
    fill::fill(&db).await?;

    let mut tasks = work::tasks();
    tasks.retain(|task| word.is_none_or(|word| task.name.contains(word.as_str())));
    let near = measure::measure(&url, &db, &tasks, rounds).await?;

    let host = url.split('@').nth(1).and_then(|rest| rest.split('/').next()).ok_or("a URL without a host")?;
    let socket = format!("{}/.s.PGSQL.5432", host.replace("%2F", "/"));
    let network = delay::Network::start(&socket, Duration::from_millis(1))?;
    let far = url.replace(host, &format!("127.0.0.1:{}", network.port));
    for task in &mut tasks {
        task.times = task.times.div_ceil(LESS);
    }
    eprintln!("over a network:");
    let far = measure::measure(&far, &db, &tasks, rounds).await?;

    let text = report::report(&tasks, &near, &far, rounds);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results");
    if word.is_none() {
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("speed.md"), &text)?;
        plot::plot(&folder.join("speed.svg"), &tasks, &near)?;
    }
    print!("{text}");
    Ok(())
}
