//! How much a `Db` holds: many tasks over few connections, reading, writing and in transactions, on a server that may be
//! stopped and killed meanwhile.
//!
//! In: how many tasks, connections and seconds, and whether there are faults. Out: what was done per second, how long
//! statements and waits took, what failed. It ends with a failure if something was counted twice, lost or half written, or if
//! anything failed for which no fault is to blame.
//!
//! `cargo run --release -p shop --example load -- --help`

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use nuages::{Db, Error, ErrorKind, Metrics, StatementKind, query};
use nuages_devdb::{Cluster, find};
use shop::report::thousands;
use shop::stock::{Refused, buy};
use shop::{fill, models};
use tokio::time::sleep;

const USAGE: &str = "usage: load [--tasks N] [--connections N] [--seconds N] [--orders N] [--faults]

  --tasks N        how many tasks ask at once (default 64)
  --connections N  how many connections they share (default 16)
  --seconds N      for how long (default 10)
  --orders N       how many orders the shop has (default 10000)
  --faults         stop and kill the server meanwhile, in turn, and start it again";

/// The server runs so long between two faults, and is away so long.
const UP: Duration = Duration::from_millis(1500);
const DOWN: Duration = Duration::from_millis(200);

/// What is bought in transactions, and nothing else changes its stock: enough of it for any run.
const PIECES: i32 = 100_000_000;

struct Options {
    tasks: u64,
    connections: usize,
    seconds: u64,
    orders: usize,
    faults: bool,
}

/// What all tasks have seen.
#[derive(Default)]
struct Seen {
    stop: AtomicBool,
    done: [AtomicU64; 5],
    /// Purchases that were answered, and those of which only the server knows.
    bought: AtomicU64,
    unknown: AtomicU64,
    /// Changes of a row outside of transactions, likewise.
    changed: AtomicU64,
    open: AtomicU64,
    errors: std::sync::Mutex<BTreeMap<String, u64>>,
}

const KINDS: [&str; 5] = ["read by key", "list of 20", "orders with items", "update", "transaction"];

/// The rows that are asked for.
struct Rows {
    products: Vec<i64>,
    users: Vec<i64>,
    shelves: Vec<i64>,
    order: i64,
    /// Bought in transactions.
    bought: i64,
    /// Changed outside of them.
    changed: i64,
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
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<bool, Box<dyn std::error::Error>> {
    // What was committed stays when the server is killed, though not when the machine is.
    let cluster = Cluster::start_with(&find::best()?, &["synchronous_commit=on", "max_connections=200"])?;
    let database = cluster.create_database()?;
    let around = Db::connect(&database.url()).await?;
    models::create_all(&around).await?;
    fill::fill(&around, fill::Size::of_orders(options.orders)).await?;
    let rows = rows(&around).await?;
    around.close().await?;

    let builder = Db::builder().url(database.url()).pool_size(options.connections);
    let db = builder.acquire_timeout(Duration::from_secs(5)).connect().await?;
    println!(
        "PostgreSQL {}, {} tasks over {} connections, {} seconds{}",
        cluster.version(),
        options.tasks,
        options.connections,
        options.seconds,
        if options.faults { ", with faults" } else { "" }
    );
    let (seen, rows) = (std::sync::Arc::new(Seen::default()), std::sync::Arc::new(rows));
    let start = Instant::now();
    let tasks: Vec<_> = (0..options.tasks)
        .map(|number| {
            let (db, seen, rows) = (db.clone(), seen.clone(), rows.clone());
            tokio::spawn(async move { work(&db, &seen, &rows, number).await })
        })
        .collect();
    let until = start + Duration::from_secs(options.seconds);
    let mut faults = 0;
    while Instant::now() < until {
        if !options.faults {
            sleep(until - Instant::now()).await;
            continue;
        }
        sleep(UP).await;
        let (cluster, kill) = (cluster.clone(), faults % 2 == 1);
        tokio::task::spawn_blocking(move || {
            if kill { cluster.kill() } else { cluster.stop() }?;
            std::thread::sleep(DOWN);
            cluster.restart()
        })
        .await??;
        faults += 1;
    }
    let took = start.elapsed();
    seen.stop.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await?;
    }
    show(&seen, &db.metrics(), took, faults);
    let well = check(&db, &seen, &rows, faults).await?;
    let idle = db.metrics();
    db.close().await?;
    println!(
        "in the end {} of {} connections, all free: {}",
        idle.pools[0].size,
        idle.pools[0].max,
        idle.pools[0].size == idle.pools[0].idle
    );
    Ok(well)
}

async fn rows(db: &Db) -> Result<Rows, Error> {
    let mut products = query!(Product.order_by(id).values_list(id, flat)).run(db).await?;
    let (changed, bought) = (products.remove(0), products.remove(0));
    query!(Product.filter(id.in = [changed, bought]).update(stock = PIECES)).run(db).await?;
    let user = query!(User.order_by(id).first()).run(db).await?.map_or(0, |user| user.id);
    let order = query!(Order.create(number = "the load", user = user)).run(db).await?.id;
    let users = query!(User.order_by(id).values_list(id, flat)).run(db).await?;
    let shelves = query!(Category.filter(products.isnull = false).distinct().values_list(id, flat)).run(db).await?;
    Ok(Rows { products, users, shelves, order, bought, changed })
}

/// Asks one thing after the other until it is told to stop.
async fn work(db: &Db, seen: &Seen, rows: &Rows, seed: u64) {
    let mut dice = fastrand::Rng::with_seed(seed);
    while !seen.stop.load(Ordering::Relaxed) {
        let kind = match dice.u8(..100) {
            0..60 => 0,
            60..75 => 1,
            75..85 => 2,
            85..95 => 3,
            _ => 4,
        };
        let result = match kind {
            0 => query!(Product(rows.products[dice.usize(..rows.products.len())])).run(db).await.map(drop),
            1 => {
                let shelf = rows.shelves[dice.usize(..rows.shelves.len())];
                query!(Product.active().filter(category = shelf).order_by(price)[..20]).run(db).await.map(drop)
            }
            2 => {
                let user = rows.users[dice.usize(..rows.users.len())];
                query!(Order.filter(user = user).prefetch_related(items.product)[..5]).run(db).await.map(drop)
            }
            3 => change(db, seen, rows).await,
            _ => purchase(db, seen, rows).await,
        };
        match result {
            Ok(()) => {
                seen.done[kind].fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => {
                seen.failed(&error);
                // Whoever is refused does not ask again at once.
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

async fn change(db: &Db, seen: &Seen, rows: &Rows) -> Result<(), Error> {
    let result = query!(Product(rows.changed).update(stock = F(stock) - 1)).run(db).await;
    let count = if result.is_ok() { &seen.changed } else { &seen.open };
    count.fetch_add(1, Ordering::Relaxed);
    result.map(drop)
}

async fn purchase(db: &Db, seen: &Seen, rows: &Rows) -> Result<(), Error> {
    match buy(db, rows.order, rows.bought).await {
        Ok(()) => {
            seen.bought.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
        Err(Refused::SoldOut) => Ok(()),
        Err(Refused::Database(error)) => {
            seen.unknown.fetch_add(1, Ordering::Relaxed);
            Err(error)
        }
    }
}

impl Seen {
    fn failed(&self, error: &Error) {
        let code = error.sqlstate().map(|code| format!(" {code}")).unwrap_or_default();
        let text = match error.kind() {
            // What the server says while it goes and comes.
            ErrorKind::Pool => format!("Pool{code}"),
            kind => format!("{kind:?}{code}: {error}"),
        };
        let mut errors = self.errors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *errors.entry(text).or_default() += 1;
    }
}

fn show(seen: &Seen, metrics: &Metrics, took: Duration, faults: u32) {
    let rate = |count: u64| thousands(u128::from(count) * 1000 / took.as_millis().max(1));
    let done: u64 = seen.done.iter().map(|count| count.load(Ordering::Relaxed)).sum();
    println!("\n{} queries and transactions in {took:.1?}: {} per second", thousands(done), rate(done));
    for (name, count) in KINDS.iter().zip(&seen.done) {
        println!("  {name:<20} {:>10} per second", rate(count.load(Ordering::Relaxed)));
    }
    println!("\nstatements            per second       mean        50%        99%     failed");
    for (name, kind) in [
        ("read", StatementKind::Read),
        ("write", StatementKind::Write),
        ("begin and commit", StatementKind::Transaction),
        ("prepare", StatementKind::Prepare),
    ] {
        let of = metrics.statements(kind);
        println!(
            "  {name:<20} {:>10} {:>10.2?} {:>10.2?} {:>10.2?} {:>10}",
            rate(of.latency.count()),
            of.latency.mean().unwrap_or_default(),
            of.latency.quantile(0.5).unwrap_or_default(),
            of.latency.quantile(0.99).unwrap_or_default(),
            of.failed
        );
    }
    for pool in &metrics.pools {
        let mean = pool.wait / u32::try_from(pool.acquires.max(1)).unwrap_or(u32::MAX);
        println!(
            "\npool `{}`: {} connections of {}, taken {} times, {mean:.2?} waited each, {} in vain; {} opened, {} closed",
            pool.name,
            pool.size,
            pool.max,
            thousands(pool.acquires),
            pool.timeouts,
            pool.opened,
            pool.closed
        );
    }
    println!("\n{faults} faults");
    for (text, count) in &*seen.errors.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
        println!("  {count} × {text}");
    }
}

/// Whether all that was answered is there, each once and whole, and nothing failed without a reason.
async fn check(db: &Db, seen: &Seen, rows: &Rows, faults: u32) -> Result<bool, Error> {
    // Connections that the last fault has ended are met here.
    let (order, bought, changed) = (rows.order, rows.bought, rows.changed);
    let items = query!(Order(order).items.count()).run(db).await?;
    let left = query!(Product(bought).values_list(stock, flat)).run(db).await?;
    let other = query!(Product(changed).values_list(stock, flat)).run(db).await?;
    let counts = [&seen.bought, &seen.unknown, &seen.changed, &seen.open].map(|it| it.load(Ordering::Relaxed));
    let [bought, unknown, changed, open] = counts.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    let (sold, taken) = (i64::from(PIECES - left), i64::from(PIECES - other));
    println!("purchases: {bought} answered, {unknown} not, {items} there with {sold} pieces gone");
    println!("updates: {changed} answered, {open} not, {taken} there");
    let errors = seen.errors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let explained = errors.keys().all(|text| faults > 0 && text.starts_with("Pool"));
    let whole = items == sold && (bought..=bought + unknown).contains(&items);
    let well = explained && whole && (changed..=changed + open).contains(&taken);
    println!("{}", if well { "nothing was lost, half written or refused without a reason" } else { "THIS IS WRONG" });
    Ok(well)
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options { tasks: 64, connections: 16, seconds: 10, orders: 10_000, faults: false };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--tasks" => options.tasks = number(&argument, arguments.next())?,
            "--connections" => options.connections = number(&argument, arguments.next())?,
            "--seconds" => options.seconds = number(&argument, arguments.next())?,
            "--orders" => options.orders = number(&argument, arguments.next())?,
            "--faults" => options.faults = true,
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("unknown argument `{other}`")),
        }
    }
    Ok(Some(options))
}

fn number<T: std::str::FromStr>(argument: &str, text: Option<String>) -> Result<T, String> {
    let text = text.ok_or(format!("{argument} takes a number"))?;
    text.parse().map_err(|_| format!("{argument} takes a number, found `{text}`"))
}
