//! What rust-analyzer answers in queries: completion, hover, go-to-definition, rename and errors at the positions of
//! `positions/*.txt`, whole and half-written. Passed over where there is no server; `NUAGES_POSITION=word` asks only where the
//! title holds the word.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a test says what is wrong by failing")]

mod position;
mod project;
mod server;

use position::{COLUMNS, cases};
use server::Server;
use std::path::Path;

#[test]
fn every_position_is_answered() {
    let Some(found) = project::find() else {
        assert!(std::env::var_os("NUAGES_REQUIRE_RUST_ANALYZER").is_none(), "{}", project::INSTALL);
        eprintln!("{}", project::INSTALL);
        return;
    };
    let folder = project::write();
    let mut server = Server::start(&mut found.command(), &folder, &found.settings());
    let file = server::uri(&folder.join("src/lib.rs"));
    let positions = Path::new(env!("CARGO_MANIFEST_DIR")).join("editor/positions");
    let mut files: Vec<_> = std::fs::read_dir(positions).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let only = std::env::var("NUAGES_POSITION").ok();
    let (mut asked, mut wrong) = (0, Vec::new());
    println!("| position | {} |\n|---|{}", COLUMNS.join(" | "), "---|".repeat(COLUMNS.len()));
    for path in files {
        for case in cases(&std::fs::read_to_string(&path).unwrap()) {
            if only.as_ref().is_some_and(|word| !case.title.contains(word)) {
                continue;
            }
            asked += 1;
            assert!(!case.expected.is_empty(), "{}: nothing is expected", case.title);
            let answers = position::ask(&mut server, &file, &case);
            let cells = answers.map(|answer| match answer {
                None => String::new(),
                Some(Ok(())) => "ok".to_owned(),
                Some(Err(text)) => {
                    wrong.push(format!("{}\n{}  {text}", case.title, case.code.trim_end()));
                    "WRONG".to_owned()
                }
            });
            println!("| {} | {} |", case.title, cells.join(" | "));
        }
    }
    assert!(wrong.is_empty(), "{} of {asked} positions:\n\n{}", wrong.len(), wrong.join("\n\n"));
}
