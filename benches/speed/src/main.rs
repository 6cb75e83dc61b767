//! What queries cost at run time.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml [rounds]` starts a database of its own and does the same work
//! with tokio-postgres by hand, Nuages, sqlx, diesel-async and `SeaORM`, in turn. The tables go to
//! `benches/results/speed.md`, a picture to `benches/results/speed.svg`.

mod delay;
mod fill;
mod gate;
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
    let rounds = words.first().map_or(Ok(11), |text| text.parse())?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(run(rounds, words.get(1)))
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
    print!("{text}");
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
