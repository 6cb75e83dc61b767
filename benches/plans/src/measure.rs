//! Both ways of one case.
//!
//! In: a query and the expert's statement. Out: what each cost, planned for the values at hand and for any; an error if they
//! do not give the same rows.

use crate::Failure;
use crate::cases::{Case, Sent};
use crate::explain::{Cost, Mode, cost, explained};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// No more than this many times the expert's buffers, rows and time.
pub(crate) const LIMIT: f64 = 1.05;
/// So many buffers or rows more are no difference: where the last page of an index is left depends on the day.
const SLACK: f64 = 3.0;
/// The same for both: one process each, no compilation; a random page costs what it does in memory.
const SETTINGS: &str = "SET max_parallel_workers_per_gather = 0; SET jit = off; SET work_mem = '32MB'; \
     SET random_page_cost = 1.1";

/// What was found out about a case.
pub(crate) struct Found {
    pub(crate) case: Case,
    /// How many rows both give.
    pub(crate) rows: usize,
    /// In the order of [`Mode::ALL`].
    pub(crate) modes: Vec<Pair>,
}

/// Our cost beside the expert's, planned in one way.
pub(crate) struct Pair {
    pub(crate) ours: Cost,
    pub(crate) hand: Cost,
    /// The ratio of the best times: what else the machine does only makes them longer.
    pub(crate) time: f64,
    /// Both plans, as texts.
    pub(crate) plans: [String; 2],
}

impl Pair {
    /// Whether what can be counted is within the limit.
    pub(crate) fn fine(&self) -> bool {
        let within = |ours: f64, hand: f64| ours <= (hand * LIMIT).max(hand + SLACK);
        within(self.ours.buffers, self.hand.buffers) && within(self.ours.rows, self.hand.rows)
    }
}

impl Found {
    /// Whether all that can be counted is within the limit.
    pub(crate) fn fine(&self) -> bool {
        self.modes.iter().all(Pair::fine)
    }
}

/// Compares the rows, then measures both in turn.
pub(crate) async fn measure(url: &str, case: Case, rounds: usize) -> Result<Found, Failure> {
    let mut modes = Vec::new();
    let mut count = 0;
    for mode in Mode::ALL {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let driver = tokio::spawn(connection);
        client.batch_execute(&format!("{SETTINGS}; SET plan_cache_mode = {}", mode.setting())).await?;
        let ours = prepare(&client, "ours", &case.ours).await?;
        let hand = prepare(&client, "hand", &case.hand).await?;
        let (mut mine, mut other) = (rows(&client, &ours).await?, rows(&client, &hand).await?);
        // A prefetch's statement has the parent's key behind all that was asked for.
        for (mine, other) in mine.iter_mut().zip(&other) {
            mine.truncate(other.len());
        }
        if !case.ordered {
            mine.sort_unstable();
            other.sort_unstable();
        }
        if let Some(place) = mine.iter().zip(&other).position(|(mine, other)| mine != other) {
            let (mine, other) = (&mine[place], &other[place]);
            return Err(
                format!("{}: row {place} is {mine:?}, the expert's is {other:?}\n{}", case.name, case.ours()).into()
            );
        }
        if mine.len() != other.len() {
            return Err(
                format!("{}: {} rows, the expert's {}\n{}", case.name, mine.len(), other.len(), case.ours()).into()
            );
        }
        count = mine.len();
        modes.push(both(&client, &ours, &hand, rounds).await?);
        drop(client);
        driver.await??;
    }
    Ok(Found { case, rows: count, modes })
}

async fn both(client: &Client, ours: &[String], hand: &[String], rounds: usize) -> Result<Pair, Failure> {
    let ways = [ours, hand];
    let mut best: [Option<Cost>; 2] = [None; 2];
    // The first round warms up.
    for round in 0..=rounds {
        for turn in 0..2 {
            let way = (round + turn) % 2;
            let mut total = Cost::default();
            for call in ways[way] {
                total = total.and(cost(client, call).await?);
            }
            if round > 0 && best[way].is_none_or(|best| total.time < best.time) {
                best[way] = Some(total);
            }
        }
    }
    let [Some(ours), Some(hand)] = best else { return Err("no rounds were asked for".into()) };
    let mut plans = [String::new(), String::new()];
    for (plans, calls) in plans.iter_mut().zip(ways) {
        for call in calls {
            plans.push_str(&explained(client, "ANALYZE, BUFFERS, TIMING OFF", call).await?);
            plans.push('\n');
        }
    }
    Ok(Pair { ours, hand, time: ours.time / hand.time, plans })
}

/// Prepares the statements and gives what carries them out.
async fn prepare(client: &Client, name: &str, sent: &[Sent]) -> Result<Vec<String>, Failure> {
    let mut calls = Vec::new();
    for (i, sent) in sent.iter().enumerate() {
        let (mut types, mut args) = (Vec::new(), Vec::new());
        for arg in &sent.args {
            // `EXECUTE` takes no subqueries. What is not said to be of a type gets that of its place.
            let row =
                client.query_one(&format!("SELECT pg_typeof({arg})::text, quote_literal(({arg})::text)"), &[]).await?;
            let known: String = row.try_get(0)?;
            types.push(if known == "integer" { "unknown".to_owned() } else { known });
            args.push(row.try_get::<_, String>(1)?);
        }
        let list = |of: &[String]| if of.is_empty() { String::new() } else { format!("({})", of.join(", ")) };
        let sql = format!("PREPARE {name}{i}{} AS {}", list(&types), sent.sql);
        client.batch_execute(&sql).await.map_err(|e| told(&e, &sql))?;
        let args = list(&args);
        calls.push(format!("EXECUTE {name}{i}{args}"));
    }
    Ok(calls)
}

/// All rows, as texts.
async fn rows(client: &Client, calls: &[String]) -> Result<Vec<Vec<Option<String>>>, Failure> {
    let mut all = Vec::new();
    for call in calls {
        for message in client.simple_query(call).await.map_err(|e| told(&e, call))? {
            if let SimpleQueryMessage::Row(row) = message {
                all.push((0..row.len()).map(|i| row.get(i).map(str::to_owned)).collect());
            }
        }
    }
    Ok(all)
}

fn told(error: &tokio_postgres::Error, sql: &str) -> String {
    format!("{}\n{sql}", error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string))
}
