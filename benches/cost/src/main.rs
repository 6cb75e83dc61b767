//! What queries cost at compile time.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml -p cost [rounds]` makes packages with the same 200 queries over
//! 100 tables in Nuages, in sqlx's checked macros (offline) and in tokio-postgres by hand, and compiles them in turn. What
//! a package without queries needs is taken off. The table goes to `benches/results/cost.md`.

mod measure;
mod packages;
mod prepare;
mod queries;
mod report;
mod schema;

use measure::{Place, Times, Way};
use std::error::Error;
use std::path::{Path, PathBuf};

/// What is compiled in each round.
pub(crate) const PACKAGES: [&str; 13] = [
    "hand/q0",
    "hand/q200",
    "sqlx/q0",
    "sqlx/q200",
    "narrow/q0",
    "narrow/q1",
    "narrow/q200",
    "wide/q1",
    "wide/text",
    "wide/q200",
    "wide/models",
    "structs",
    "structs/hand",
];

/// The one whose build.rs is measured.
pub(crate) const SCRIPT: &str = "wide/models";

/// One package's times in one round.
pub(crate) struct Sample {
    pub(crate) package: &'static str,
    pub(crate) way: Way,
    pub(crate) times: Times,
}

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().nth(1).map_or(Ok(7), |text| text.parse())?;
    let place = Place { root: folder()?.join("cost") };
    packages::write(&place.root)?;
    prepare::prepare(&place, "sqlx/q200")?;
    for way in ["check", "build"] {
        for package in PACKAGES {
            eprintln!("{way} {package} with all it needs");
            if !place.cargo(way, package).status()?.success() {
                return Err(format!("{package} does not compile").into());
            }
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results/cost.md");
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut samples = Vec::new();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for way in Way::ALL {
            for package in PACKAGES {
                samples.push(Sample { package, way, times: place.measure(package, way)? });
            }
        }
        samples.push(Sample { package: SCRIPT, way: Way::Script, times: place.measure(SCRIPT, Way::Script)? });
        // What was measured is there when a long run is ended early.
        std::fs::write(&file, report::report(&samples, round))?;
    }
    print!("{}", report::report(&samples, rounds));
    Ok(())
}

/// The folder that Cargo compiles to: the program stands in its `release`.
fn folder() -> Result<PathBuf, Box<dyn Error>> {
    let program = std::env::current_exe()?;
    let folder = program.ancestors().nth(2).ok_or("the program stands nowhere")?;
    Ok(folder.to_owned())
}
