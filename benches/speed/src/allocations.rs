//! Allocations, which are the same each time.
//!
//! In: a filled database. Out: how often this process asks for memory for one more row and for one more query, and for how
//! many bytes, with everybody who does the work. Each is the difference of two runs in this process, after one that
//! prepares statements and fills caches.

use crate::Failure;
use crate::gate::COUNTS;
use crate::measure::PEERS;
use crate::work::{Peer, Work};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::fmt::Write as _;

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How often memory was asked for, and for how many bytes.
#[derive(Clone, Copy)]
struct Asked {
    times: f64,
    bytes: f64,
}

/// Counts everything.
pub(crate) async fn allocations(url: &str) -> Result<String, Failure> {
    let mut out = format!(
        "# Allocations\n\n`cargo run --release --manifest-path benches/Cargo.toml --features allocations -- {}`\n\n\
         How often a program asks for memory, and in brackets for how many bytes, for one more row of a query or for one \
         more query: what it and the driver allocate, on all threads.\n\n| one more",
        crate::ALLOCATIONS
    );
    for (name, _) in PEERS {
        write!(out, " | {name}")?;
    }
    writeln!(out, " |\n|---|{}", "---:|".repeat(PEERS.len()))?;
    for count in &COUNTS {
        write!(out, "| {} of {}", count.of, count.name)?;
        for (_, make) in PEERS {
            let peer = make(url).await?;
            let (few, many) = count.between;
            let (less, more) = ((count.work)(few), (count.work)(many));
            if asked(peer.as_ref(), &more).await?.is_none() {
                out.push_str(" |");
                continue;
            }
            let (Some(less), Some(more)) = (asked(peer.as_ref(), &less).await?, asked(peer.as_ref(), &more).await?)
            else {
                continue;
            };
            let one = f64::from(many - few);
            write!(out, " | {:.2} ({:.0})", (more.times - less.times) / one, (more.bytes - less.bytes) / one)?;
        }
        out.push_str(" |\n");
    }
    Ok(out)
}

/// What one doing of a workload asks for; nothing if it is none of theirs.
async fn asked(peer: &dyn Peer, work: &Work) -> Result<Option<Asked>, Failure> {
    let region = Region::new(&INSTRUMENTED_SYSTEM);
    let Some(doing) = peer.work(work) else { return Ok(None) };
    doing.await?;
    let change = region.change();
    #[allow(clippy::cast_precision_loss, reason = "numbers of a table")]
    Ok(Some(Asked { times: (change.allocations + change.reallocations) as f64, bytes: change.bytes_allocated as f64 }))
}
