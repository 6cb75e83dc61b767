//! What newcomers write in a schema who know Django, SQL or Rust: one answer, with what is written here instead.
//!
//! A case is a line `### title`, the body of a file, a line `---`, the answer. `UPDATE_EXPECT=1` writes the answers anew.
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use nuages_schema::{SourceFile, parse};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What else there is in the schema of each case.
const AROUND: &str = "model Category { name: Char(10) }\nenum Status { Draft = \"draft\" }\n";

#[test]
fn each_is_answered_once() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    let (mut found, mut wrong, mut cases) = (String::new(), String::new(), 0);
    for part in text.split("### ").skip(1) {
        let (title, rest) = part.split_once('\n').unwrap();
        let input = rest.split("\n---\n").next().unwrap().trim_end();
        let file = SourceFile {
            path: "schema.nuages".into(),
            location: PathBuf::new(),
            app: None,
            text: format!("{input}\n{AROUND}"),
        };
        let answer = parse(vec![file], "UTC").err().map(|d| d.to_string()).unwrap_or_default();
        cases += 1;
        if answer.matches("error[").count() != 1 {
            writeln!(wrong, "{title}\n{input}\n{answer}").unwrap();
        }
        writeln!(found, "### {title}\n{input}\n---\n{}\n", answer.trim_end()).unwrap();
    }
    expect_test::expect_file![path].assert_eq(&format!("{}\n", found.trim_end()));
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases >= 40, "{cases} mistakes");
}
