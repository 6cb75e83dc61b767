//! What newcomers write who know Django, SQL, sqlx, Diesel or Sea-ORM, and what they are told: one answer, at the wrong
//! token, with what is written here instead.
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod support;

use std::path::Path;
use support::files::files;
use support::{folder, golden, print, resolved};

#[test]
fn each_is_answered() {
    let schema = support::shop();
    for file in files(&folder("mistakes")) {
        golden(&file, &|query| match resolved(&schema, query) {
            Ok(found) => print::query(&schema, &found),
            Err(text) => text,
        });
    }
}

/// The cases of a golden file: title, query, answer.
fn cases(file: &Path) -> Vec<(String, String, String)> {
    let text = std::fs::read_to_string(file).unwrap();
    let case = |part: &str| {
        let (title, rest) = part.split_once('\n')?;
        let (query, answer) = rest.split_once("\n---\n")?;
        Some((title.to_owned(), query.trim().to_owned(), answer.trim().to_owned()))
    };
    text.split("### ").skip(1).filter_map(case).collect()
}

/// Files whose queries have several mistakes each.
const SEVERAL: &str = "several.txt";

/// How many mistakes an answer reports: each has a line of its own that begins with its place.
fn reported(answer: &str) -> usize {
    answer.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).count()
}

#[test]
fn each_mistake_has_one_answer() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for file in files(&folder("mistakes")).iter().filter(|f| !f.ends_with(SEVERAL)) {
        for (title, query, answer) in cases(file) {
            seen += 1;
            if reported(&answer) != 1 {
                wrong.push(format!("{title}: {query}\n{answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(seen >= 150, "{seen} mistakes");
}
