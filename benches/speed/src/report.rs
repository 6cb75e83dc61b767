//! The numbers as tables.
//!
//! In: what each took. Out: Markdown; for each workload the median time of the practical limit, and of all others the
//! median of their ratios to it, round by round.

use crate::measure::{LIMIT, PEERS, Samples, Took};
use crate::work::Task;
use figures::{machine, median};
use std::fmt::Write as _;

/// The whole text: direct, and over a network.
pub(crate) fn report(tasks: &[Task], near: &Samples, far: &Samples, rounds: usize) -> String {
    let mut out = format!(
        "# Speed\n\n`cargo run --release --manifest-path benches/Cargo.toml -- {rounds}`\n\n{}\n\n\
         Medians of {rounds} rounds, in which all took turns. The first column is hand-written tokio-postgres (prepared \
         statements, columns by index), the others are their time in relation to it: the median of the rounds' \
         ratios; lower is better.\n",
        machine()
    );
    table(&mut out, "Time", tasks, near, |took| took.clock);
    table(&mut out, "Time of the client's processors", tasks, near, |took| took.cpu);
    table(&mut out, "Time, over a network with a round trip of 1 ms", tasks, far, |took| took.clock);
    out
}

/// One table: a row for each workload.
pub(crate) fn table(out: &mut String, title: &str, tasks: &[Task], samples: &Samples, of: fn(&Took) -> f64) {
    let _ = write!(out, "\n## {title}\n\n|");
    for (name, _) in PEERS {
        let _ = write!(out, " | {name}");
    }
    let _ = writeln!(out, " |\n|---|{}", "---:|".repeat(PEERS.len()));
    for task in tasks {
        let Some(limit) = samples.get(&(task.name, LIMIT)) else { continue };
        let _ = write!(out, "| {}", task.name);
        for (name, _) in PEERS {
            let _ = match ratio(samples, task.name, name, of) {
                Some(_) if name == LIMIT => write!(out, " | {}", shown(median(limit.iter().map(of).collect()))),
                Some(ratio) => write!(out, " | {ratio:.2}"),
                None => write!(out, " |"),
            };
        }
        out.push_str(" |\n");
    }
}

/// The median of the rounds' ratios to the practical limit.
pub(crate) fn ratio(samples: &Samples, task: &'static str, name: &'static str, of: fn(&Took) -> f64) -> Option<f64> {
    let (own, limit) = (samples.get(&(task, name))?, samples.get(&(task, LIMIT))?);
    Some(median(own.iter().zip(limit).map(|(own, limit)| of(own) / of(limit)).collect()))
}

fn shown(seconds: f64) -> String {
    if seconds < 1e-3 { format!("{:.0} µs", seconds * 1e6) } else { format!("{:.1} ms", seconds * 1e3) }
}
