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

/// The steps of a query that is a model and one step: `Product.filter(…)`, by model.
fn step(query: &str) -> Option<(&str, &str)> {
    let (model, step) = query.split_once('.')?;
    let name = step.split_once('(')?.0;
    let known = nuages_compiler::tables::methods::method(name).is_some();
    let mut depth = 0;
    let closed = step.char_indices().find(|(_, c)| {
        depth += i32::from(matches!(c, '(' | '[' | '{')) - i32::from(matches!(c, ')' | ']' | '}'));
        depth == 0 && matches!(c, ')' | ']' | '}')
    });
    let whole = closed.is_some_and(|(at, _)| at + 1 == step.len());
    (known && whole && model.chars().all(char::is_alphanumeric)).then_some((model, step))
}

/// What is said, without where.
fn said(schema: &nuages_schema::Schema, query: &str) -> Vec<String> {
    let Err(text) = resolved(schema, query) else { return Vec::new() };
    let mut all: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.split_once("`: ").filter(|_| line.starts_with(|c: char| c.is_ascii_digit())) {
            Some((_, message)) => all.push(message.to_owned()),
            None => {
                if let Some(last) = all.last_mut() {
                    last.push_str(line);
                }
            }
        }
    }
    all.sort();
    all
}

/// Two mistakes in different clauses are told as each of them alone: none is lost, none follows from the other.
#[test]
fn two_mistakes_have_two_answers() {
    let schema = support::shop();
    let mut steps: Vec<(String, String, Vec<String>)> = Vec::new();
    for file in files(&folder("mistakes")) {
        for (_, query, _) in cases(&file) {
            if let Some((model, step)) = step(&query) {
                steps.push((model.to_owned(), step.to_owned(), said(&schema, &query)));
            }
        }
    }
    let method = |step: &str| step.split('(').next().unwrap_or_default().to_owned();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (i, (model, first, of_first)) in steps.iter().enumerate() {
        for (j, (other, second, of_second)) in steps.iter().enumerate() {
            // Two of one method may be about the same name; one pair in five is enough.
            let begins = matches!(method(first).as_str(), "filter" | "exclude" | "annotate" | "order_by");
            if !begins || model != other || method(first) == method(second) || (i * 7 + j) % 5 != 0 {
                continue;
            }
            // That a write has no condition, or a method no place, depends on what stands before.
            let rows = second.contains("create") || second.starts_with("bulk_");
            if rows || of_second.iter().any(|text| text.contains("[N0225]")) {
                continue;
            }
            tried += 1;
            let query = format!("{model}.{first}.{second}");
            let mut both = [of_first.clone(), of_second.clone()].concat();
            both.sort();
            let found = said(&schema, &query);
            if found != both {
                wrong.push(format!("{query}\n  together: {found:#?}\n  apart: {both:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried} pairs:\n{}", wrong.len(), wrong[..wrong.len().min(12)].join("\n"));
    assert!(tried > 1000, "{tried} pairs");
}
