//! Positions: texts with a cursor, and what a server should answer there.
//!
//! In: files of cases. A case is a `# title`, its code with `$0` at the cursor, and expectations, one a line; a query
//! alone stands in `query!(…)`, code that begins with `query! {` or `fn` at item position, other code in a function.
//! Out: for each case what was answered otherwise.
//!
//! ```text
//! has: a b          among the completions
//! lacks: a b        not among them
//! only: a b         these and no others
//! hover: text       in the explanation
//! at: file text     in the explanation, file and line of the schema where the text stands
//! goto: file text   the one target's file ends with `file`, its line holds `text`
//! rename: new code  the code after renaming to `new`
//! error: text       among the errors shown; `error: none`: there are none
//! ```

use super::project;
use super::server::{self, Server};
use serde_json::{Value, json};

/// A position and what is expected there.
pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) code: String,
    pub(crate) expected: Vec<(String, String)>,
}

/// What is asked, in the order of the table's columns.
pub(crate) const COLUMNS: [&str; 5] = ["complete", "hover", "goto", "rename", "error"];

const WORDS: [(&str, usize); 8] =
    [("has", 0), ("lacks", 0), ("only", 0), ("hover", 1), ("at", 1), ("goto", 2), ("rename", 3), ("error", 4)];

/// The cases of a file.
pub(crate) fn cases(text: &str) -> Vec<Case> {
    let mut out: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("# ") {
            out.push(Case { title: title.to_owned(), code: String::new(), expected: Vec::new() });
            continue;
        }
        let Some(case) = out.last_mut() else { continue };
        let expected = line.split_once(": ").filter(|(word, _)| WORDS.iter().any(|(known, _)| known == word));
        match expected {
            Some((word, text)) => case.expected.push((word.to_owned(), text.trim().to_owned())),
            None if case.expected.is_empty() => {
                case.code.push_str(line);
                case.code.push('\n');
            }
            None => assert!(line.is_empty(), "{}: `{line}` is no expectation", case.title),
        }
    }
    out
}

/// What the server answers otherwise than expected, for each column: nothing was asked, or what was wrong.
pub(crate) fn ask(server: &mut Server, file: &str, case: &Case) -> [Option<Result<(), String>>; COLUMNS.len()] {
    let (marked, start) = text(case);
    let offset = marked.find("$0").unwrap_or_else(|| panic!("{}: no cursor", case.title));
    let plain = marked.replacen("$0", "", 1);
    server.text(file, &plain);
    let place = json!({ "textDocument": { "uri": file }, "position": position(&plain, offset) });
    let mut out = [const { None }; COLUMNS.len()];
    for (word, expected) in &case.expected {
        let column = WORDS.iter().find(|(known, _)| known == word).map_or(0, |(_, column)| *column);
        let found = match word.as_str() {
            "hover" => hover(server, &place, expected),
            "at" => hover(server, &place, &declared(file, expected)),
            "goto" => goto(server, &place, &plain, expected),
            "rename" => rename(server, &place, &plain, start, expected),
            "error" => errors(server, file, &plain, expected),
            _ => complete(server, &place, word, expected),
        };
        let slot = out[column].get_or_insert(Ok(()));
        if let (Ok(()), Err(wrong)) = (&slot, found) {
            *slot = Err(wrong);
        }
    }
    out
}

/// The file with a case in it, and where the case's code begins.
fn text(case: &Case) -> (String, usize) {
    let code = case.code.trim();
    let at_item =
        ["query!", "fn ", "pub fn ", "impl "].iter().any(|word| code.starts_with(word)) && code.ends_with('}');
    let (items, statements) = if at_item {
        (code.to_owned(), String::new())
    } else if code.contains("query!") || code.contains("raw!") || code.ends_with(';') {
        (String::new(), code.to_owned())
    } else {
        (String::new(), format!("let _ = query!({code});"))
    };
    let text = project::source(&items, &statements);
    let start = text.find(code).unwrap_or_default();
    (text, start)
}

/// Line and column in UTF-16, as the protocol counts.
fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
    json!({ "line": line, "character": column })
}

fn offset(text: &str, position: &Value) -> usize {
    let number = |name: &str| usize::try_from(position[name].as_u64().unwrap_or_default()).unwrap_or_default();
    let start: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
    let mut units = 0;
    let length: usize = text[start..]
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= number("character")
        })
        .map(char::len_utf8)
        .sum();
    start + length
}

fn complete(server: &mut Server, place: &Value, word: &str, expected: &str) -> Result<(), String> {
    let answer = server.ask("textDocument/completion", place)?;
    let items = answer.get("items").unwrap_or(&answer);
    let name = |item: &Value| {
        let label = item["label"].as_str().unwrap_or_default();
        label.split(['(', '!', ' ', '…']).next().unwrap_or_default().to_owned()
    };
    let mut labels: Vec<(String, String)> = items
        .as_array()
        .into_iter()
        .flatten()
        .map(|item| (item["sortText"].as_str().unwrap_or_default().to_owned(), name(item)))
        .collect();
    labels.sort();
    let labels: Vec<&str> = labels.iter().map(|(_, label)| label.as_str()).collect();
    let wanted: Vec<&str> = expected.split_whitespace().collect();
    let wrong: Vec<&str> = match word {
        "has" => wanted.iter().copied().filter(|w| !labels.contains(w)).collect(),
        "lacks" => wanted.iter().copied().filter(|w| labels.contains(w)).collect(),
        _ => {
            let more = labels.iter().copied().filter(|l| !wanted.contains(l));
            wanted.iter().copied().filter(|w| !labels.contains(w)).chain(more).collect()
        }
    };
    if wrong.is_empty() {
        return Ok(());
    }
    let shown: Vec<&str> = labels.iter().copied().take(24).collect();
    Err(format!("{word}: {}; {} shown: {}", wrong.join(" "), labels.len(), shown.join(" ")))
}

fn hover(server: &mut Server, place: &Value, expected: &str) -> Result<(), String> {
    let answer = server.ask("textDocument/hover", place)?;
    let text = answer["contents"]["value"].as_str().unwrap_or_default();
    let flat = |text: &str| text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ");
    if flat(text).contains(&flat(expected)) { Ok(()) } else { Err(format!("`{expected}` is not in: {}", flat(text))) }
}

/// `schema/catalog.nuages:39` of `catalog.nuages price: Decimal`.
fn declared(source: &str, expected: &str) -> String {
    let (name, text) = expected.split_once(' ').unwrap_or((expected, ""));
    let file = server::path(source).replace("src/lib.rs", &format!("schema/{name}"));
    let schema = std::fs::read_to_string(&file).unwrap();
    let line = schema.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("no `{text}` in {name}"));
    format!("schema/{name}:{}", line + 1)
}

fn goto(server: &mut Server, place: &Value, plain: &str, expected: &str) -> Result<(), String> {
    let answer = server.ask("textDocument/definition", place)?;
    let targets: Vec<String> = answer
        .as_array()
        .into_iter()
        .flatten()
        .map(|target| {
            let file = server::path(target["targetUri"].as_str().unwrap_or_default());
            let text = if file.ends_with("/src/lib.rs") && file.contains("/tmp/editor/") {
                plain.to_owned()
            } else {
                std::fs::read_to_string(&file).unwrap_or_default()
            };
            let line = target["targetSelectionRange"]["start"]["line"].as_u64().unwrap_or_default();
            let line = text.lines().nth(usize::try_from(line).unwrap_or_default()).unwrap_or_default();
            format!("{file} {}", line.trim())
        })
        .collect();
    let (file, line) = expected.split_once(' ').unwrap_or((expected, ""));
    let is = |target: &String| {
        target.split_once(' ').is_some_and(|(found, text)| found.ends_with(file) && text.contains(line))
    };
    match targets.as_slice() {
        [one] if is(one) => Ok(()),
        _ => Err(format!("expected `{expected}`, found {} targets: {}", targets.len(), targets.join(" and "))),
    }
}

fn rename(server: &mut Server, place: &Value, plain: &str, start: usize, expected: &str) -> Result<(), String> {
    let (new, code) = expected.split_once(' ').unwrap_or((expected, ""));
    let mut params = place.clone();
    params["newName"] = json!(new);
    let answer = server.ask("textDocument/rename", &params)?;
    let changes = answer["documentChanges"].as_array().cloned().unwrap_or_default();
    if let Some(other) = changes.iter().find(|c| c["textDocument"]["uri"] != place["textDocument"]["uri"]) {
        return Err(format!("changes {}", other["textDocument"]["uri"]));
    }
    let edits = changes.iter().flat_map(|change| change["edits"].as_array().cloned().unwrap_or_default());
    let mut edits: Vec<(usize, usize, String)> = edits
        .map(|edit| {
            let range = &edit["range"];
            let (from, to) = (offset(plain, &range["start"]), offset(plain, &range["end"]));
            (from, to, edit["newText"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    edits.sort();
    edits.dedup();
    // What comes before the code is not compared.
    let mut text = plain[start..].to_owned();
    for (from, to, new) in edits.iter().rev().filter(|(from, ..)| *from >= start) {
        text.replace_range(from - start..to - start, new);
    }
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat(&text).starts_with(&flat(code)) {
        return Ok(());
    }
    let shown: String = flat(&text).chars().take(code.chars().count() + 20).collect();
    Err(format!("expected `{code}`, found `{shown}`"))
}

fn errors(server: &mut Server, file: &str, plain: &str, expected: &str) -> Result<(), String> {
    let answer = server.ask("textDocument/diagnostic", &json!({ "textDocument": { "uri": file } }))?;
    let list: Vec<String> = answer["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|item| item["severity"] == 1)
        .map(|item| {
            let (from, to) = (offset(plain, &item["range"]["start"]), offset(plain, &item["range"]["end"]));
            let first = item["message"].as_str().unwrap_or_default().lines().next().unwrap_or_default().to_owned();
            format!("{first} @ {}", plain.get(from..to).unwrap_or_default())
        })
        .collect();
    let fine = if expected == "none" { list.is_empty() } else { list.iter().any(|error| error.contains(expected)) };
    if fine { Ok(()) } else { Err(format!("expected `{expected}`, found: {}", list.join(" and "))) }
}
