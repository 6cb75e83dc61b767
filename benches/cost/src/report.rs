//! The numbers as a table.
//!
//! In: all samples. Out: Markdown: what 200 queries add in each way of writing, with the median of the rounds' ratios to
//! sqlx; what a large schema adds; what its models cost beside plain structs.

use crate::measure::Way;
use crate::packages::{MANY, QUERIES, TABLES};
use crate::{PACKAGES, SCRIPT, Sample};
use figures::median;
use std::fmt::Write as _;

/// The whole text.
pub(crate) fn report(samples: &[Sample], rounds: usize) -> String {
    let mut out = format!(
        "# Cost at compile time\n\n`cargo run --release --manifest-path benches/Cargo.toml -p cost {rounds}`\n\n{}\n\n\
         Medians of {rounds} rounds, in which all packages were compiled one after the other; processors' time (user and \
         system), in brackets the time on the clock. Cargo's default `dev` profile.\n",
        machine()
    );
    let of = |package: &str, way: Way, clock: bool| -> Vec<f64> {
        let own = samples.iter().filter(|sample| sample.package == package && sample.way == way);
        own.map(|sample| if clock { sample.times.wall } else { sample.times.cpu }).collect()
    };
    // Round by round, as the machine may be busier in some.
    let added = |more: &str, less: &str, way: Way, clock: bool| -> Vec<f64> {
        of(more, way, clock).iter().zip(of(less, way, clock)).map(|(more, less)| more - less).collect()
    };
    let shown = |more: &str, less: &str, way: Way| {
        format!(
            "{:.0} ms ({:.0})",
            1000.0 * median(added(more, less, way, false)),
            1000.0 * median(added(more, less, way, true))
        )
    };
    let _ = write!(out, "\n## What {QUERIES} queries over {TABLES} tables add to a package\n\n| |");
    for way in Way::ALL {
        let _ = write!(out, " {} | to sqlx |", way.name());
    }
    let _ = writeln!(out, "\n|---|{}", "---:|---:|".repeat(Way::ALL.len()));
    for (name, family) in [("tokio-postgres by hand", "hand"), ("sqlx, offline", "sqlx"), ("Nuages", "narrow")] {
        let (more, less) = (format!("{family}/q200"), format!("{family}/q0"));
        let _ = write!(out, "| {name} |");
        for way in Way::ALL {
            let own = added(&more, &less, way, false);
            let peer = added("sqlx/q200", "sqlx/q0", way, false);
            let ratio = median(own.iter().zip(peer).map(|(own, peer)| own / peer).collect());
            let _ = write!(out, " {} | {ratio:.2} |", shown(&more, &less, way));
        }
        out.push('\n');
    }
    let _ = write!(out, "\n## What a schema of {MANY} tables adds\n\n| |");
    for way in Way::ALL {
        let _ = write!(out, " {} |", way.name());
    }
    let _ = writeln!(out, "\n|---|{}", "---:|".repeat(Way::ALL.len()));
    let large = format!("once more, {MANY} tables instead of {TABLES}");
    let rows = [
        (format!("once for a package with a query, {TABLES} tables"), "narrow/q1", "narrow/q0"),
        (large, "wide/q1", "narrow/q1"),
        (format!("the same without a `build.rs`, {MANY} tables instead of {TABLES}"), "wide/text", "narrow/q1"),
        (format!("{} queries more, {TABLES} tables", QUERIES - 1), "narrow/q200", "narrow/q1"),
        (format!("{} queries more, {MANY} tables", QUERIES - 1), "wide/q200", "wide/q1"),
    ];
    for (name, more, less) in rows {
        let _ = write!(out, "| {name} |");
        for way in Way::ALL {
            let _ = write!(out, " {} |", shown(more, less, way));
        }
        out.push('\n');
    }
    let script = |clock: bool| 1000.0 * median(of(SCRIPT, Way::Script, clock));
    let _ = writeln!(
        out,
        "\nWhere a package has a `build.rs`, it is run once for each change of the schema: {:.0} ms ({:.0}) with {MANY} \
         tables. The rows above are without it.",
        script(false),
        script(true)
    );
    let _ = write!(out, "\n## All packages\n\n| |");
    for way in Way::ALL {
        let _ = write!(out, " {} |", way.name());
    }
    let _ = writeln!(out, "\n|---|{}", "---:|".repeat(Way::ALL.len()));
    for package in PACKAGES {
        let _ = write!(out, "| {} |", title(package));
        for way in Way::ALL {
            let (cpu, clock) = (median(of(package, way, false)), median(of(package, way, true)));
            let _ = write!(out, " {:.0} ms ({:.0}) |", 1000.0 * cpu, 1000.0 * clock);
        }
        out.push('\n');
    }
    out
}

/// A package in words.
fn title(package: &str) -> String {
    let count = |name: &str| match name.strip_prefix('q') {
        Some("1") => "one query".to_owned(),
        Some(n) => format!("{n} queries"),
        None => "models".to_owned(),
    };
    match package.split_once('/') {
        Some(("hand", name)) => format!("tokio-postgres by hand, {}", count(name)),
        Some(("sqlx", name)) => format!("sqlx, {}", count(name)),
        Some(("wide", "text")) => format!("Nuages, {MANY} tables, one query, without a `build.rs`"),
        Some(("wide", "models")) => format!("`models!()` of {MANY} tables"),
        Some(("wide", name)) => format!("Nuages, {MANY} tables, {}", count(name)),
        Some(("structs", _)) => {
            format!(
                "{MANY} such structs, each with a function that reads it from a row and one that inserts it, by hand"
            )
        }
        Some((_, name)) => format!("Nuages, {TABLES} tables, {}", count(name)),
        None => format!("{MANY} plain structs with `Debug`, `Clone` and `PartialEq`"),
    }
}

/// What it was measured on, and by which compiler.
fn machine() -> String {
    let rustc = std::process::Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    format!("{}, {rustc}", figures::machine())
}
