//! The numbers as a table.

use crate::explain::Mode;
use crate::measure::{Found, LIMIT, Pair};
use crate::reasons::reason;
use figures::machine;
use std::fmt::Write as _;

/// The whole text.
pub(crate) fn report(found: &[Found], rounds: usize) -> String {
    let mut out = format!(
        "# Plans\n\n`cargo run --release --manifest-path benches/Cargo.toml -p plans -- {rounds}`\n\n{}\n\n\
         What the server needs for a query, in relation to the SQL that an expert would write for it, on the shop's full data \
         (100,000 orders, 300,000 items, 5,000 products, 20,000 users, 50,000 reviews). Both give the same rows. Buffers are \
         pages that the plan touched, *work* is how many rows all of its steps met: they are the same in each run, and more than {LIMIT} \
         times the expert's needs a reason, below. Times are the best of {rounds} rounds on the server, in turn. Statements are \
         planned for the values at hand (*custom*) and for any values (*generic*), by one process, with 32 MB to work in and \
         `random_page_cost` 1.1, as is advised where pages are in memory or on SSDs.\n\n\
         | query | rows | expert's time | time | buffers | work | generic: time | buffers | work |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        machine()
    );
    for found in found {
        let _ = write!(out, "| {} `{}` | {}", found.case.name, found.case.chain.replace('|', "\\|"), found.rows);
        for (mode, pair) in Mode::ALL.iter().zip(&found.modes) {
            if *mode == Mode::Custom {
                let _ = write!(out, " | {:.2} ms", pair.hand.time);
            }
            let _ = write!(out, " | {:.2} | {} | {}", pair.time, ratio(pair, |c| c.buffers), ratio(pair, |c| c.rows));
        }
        out.push_str(" |\n");
    }
    let reasons: Vec<_> = found.iter().filter_map(|f| Some((f.case.name, reason(f.case.name)?))).collect();
    if !reasons.is_empty() {
        let _ = write!(out, "\n## More than {LIMIT}\n\n");
        for (name, reason) in reasons {
            let _ = writeln!(out, "* *{name}*: {reason}");
        }
    }
    out
}

fn ratio(pair: &Pair, of: fn(&crate::explain::Cost) -> f64) -> String {
    let (ours, hand) = (of(&pair.ours), of(&pair.hand));
    if ours.max(hand) == 0.0 { "1.00".to_owned() } else { format!("{:.2}", ours / hand.max(1.0)) }
}

/// A case with its statements and plans.
pub(crate) fn whole(found: &Found) -> String {
    let mut out = format!("## {}\n\n{}\n\n{}\n\n", found.case.name, found.case.chain, found.case.ours());
    for (mode, pair) in Mode::ALL.iter().zip(&found.modes) {
        let _ = write!(
            out,
            "### {mode:?}: {:?} against {:?}\n\n{}\n{}\n",
            pair.ours, pair.hand, pair.plans[0], pair.plans[1]
        );
    }
    out
}
