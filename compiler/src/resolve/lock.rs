//! `select_for_update` and `using`: rows that are locked, and the server they are read from.
//!
//! In: words and paths as written. Out: the [`Lock`] of a chain, of whose tables none can lack its row, or what of the
//! chain cannot be locked.

use super::context::{Context, End};
use super::draft::{Draft, Part};
use super::path::{follow, segment_text, trailing};
use super::related::Node;
use super::shape::written;
use crate::ast::{Path, SegmentKind, Step, Tokens, Word, WordOption};
use crate::hir::Hop;
use crate::hir::select::{Distinct, Lock, Wait};
use nuages_schema::suggest::nearest;

/// What `select_for_update` takes.
const WORDS: &[&str] = &["nowait", "skip_locked", "of", "no_key"];

/// The databases that `using` knows.
const DATABASES: &[&str] = &["primary"];

/// `select_for_update(…)` as it was written; which relations are read is known at the end of the chain.
#[derive(Debug, Clone)]
pub(super) struct Written {
    no_key: bool,
    wait: Wait,
    /// `of(…)`: paths of to-one relations with their places; the empty one is `self`.
    of: Option<Vec<(Vec<Hop>, Tokens)>>,
    place: Tokens,
}

/// `select_for_update(…)`.
pub(super) fn select_for_update(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    words: &[Word],
    options: &[WordOption],
    place: Tokens,
) {
    if let Part::Inner(_) = draft.part {
        let text = "`select_for_update` locks the rows of the whole query, it cannot stand in an inner chain";
        cx.diagnostics.error("N0260", place, text);
        return;
    }
    let mut lock = Written { no_key: false, wait: Wait::Block, of: None, place };
    let mut seen: Vec<&str> = Vec::new();
    let before = cx.diagnostics.len();
    for word in words.iter().filter(|w| !w.path.dangling) {
        let tokens = word.path.tokens();
        let name = word.path.single().unwrap_or_default();
        let Some(known) = WORDS.iter().find(|w| **w == name) else {
            unknown(cx, &word.path, "select_for_update", WORDS);
            continue;
        };
        if seen.contains(known) {
            cx.diagnostics.error("N0262", tokens, format!("`{known}` stands twice in `select_for_update`"));
            continue;
        }
        seen.push(known);
        if word.inner.is_some() != (*known == "of") {
            let text = if *known == "of" {
                "`of` names what is locked: `of(self)`".to_owned()
            } else {
                format!("`{known}` takes no arguments")
            };
            cx.diagnostics.error("N0262", tokens, text);
            continue;
        }
        let wait = match *known {
            "nowait" => Wait::Never,
            "skip_locked" => Wait::Skip,
            "no_key" => {
                lock.no_key = true;
                continue;
            }
            _ => {
                lock.of = Some(tables(cx, draft, word.inner.as_deref().unwrap_or_default(), tokens));
                continue;
            }
        };
        if lock.wait != Wait::Block {
            let text = "`nowait` and `skip_locked` exclude one another: an error, or the rows without the locked ones";
            cx.diagnostics.error("N0262", tokens, text);
        }
        lock.wait = wait;
    }
    options.iter().for_each(|option| no_option(cx, option, "select_for_update", WORDS));
    if cx.diagnostics.len() == before {
        draft.lock = Some(lock);
    }
}

/// `using(primary)`.
pub(super) fn using(cx: &mut Context<'_>, draft: &mut Draft, words: &[Word], options: &[WordOption], place: Tokens) {
    if draft.part != Part::Query {
        let text = "`using` is about the whole query, it stands in the outermost chain";
        cx.diagnostics.error("N0263", place, text);
        return;
    }
    if let Some(option) = options.first() {
        no_option(cx, option, "using", DATABASES);
        return;
    }
    match words {
        [one] if one.path.single().is_some_and(|n| DATABASES.contains(&n)) && one.inner.is_none() => {
            draft.pinned = true;
        }
        [one] if one.path.dangling => {}
        [] => {
            cx.diagnostics.error("N0263", place, "`using` names a database: `using(primary)`");
        }
        [_, second, ..] => {
            cx.diagnostics.error("N0263", second.path.tokens(), "`using` takes one database");
        }
        [one] => {
            let found = written(&one.path);
            let text = format!("there is no database `{found}`, `using` knows `{}`", DATABASES.join("`, `"));
            let near = nearest(&found, DATABASES.iter().copied());
            cx.diagnostics.error("N0263", one.path.tokens(), text).suggest(near);
        }
    }
}

/// Reports a lock before a method that writes.
pub(super) fn not_before_a_write(cx: &mut Context<'_>, draft: &Draft, step: &Step) {
    if let (Some(lock), Step::Method(m)) = (&draft.lock, step) {
        let text = format!("`{}` locks what it writes by itself, `select_for_update` is for reading", m.name.text);
        cx.diagnostics.error("N0260", lock.place, text);
    }
}

/// What cannot be locked has been reported.
#[derive(Debug)]
pub(super) struct Reported;

/// The lock of a chain, all of whose methods are known.
pub(super) fn finish(cx: &mut Context<'_>, draft: &Draft) -> Result<Option<Lock>, Reported> {
    let Some(lock) = &draft.lock else { return Ok(None) };
    if let Some(text) = not_rows(draft) {
        cx.diagnostics.error("N0260", lock.place, text);
        return Err(Reported);
    }
    let read = read(&draft.related);
    let Some(of) = &lock.of else {
        if let Some((_, name, _)) = read.iter().find(|(_, _, missing)| *missing) {
            let text = format!("`{name}` may have no row, PostgreSQL locks no rows that may be missing");
            let certain = read.iter().filter(|(_, _, missing)| !missing).map(|(_, name, _)| name.as_str());
            let list: Vec<&str> = std::iter::once("self").chain(certain).collect();
            let error = cx.diagnostics.error("N0261", lock.place, text);
            error.note(format!("`of({})` names what is locked", list.join(", ")));
            return Err(Reported);
        }
        let tables = std::iter::once(Vec::new()).chain(read.into_iter().map(|(path, ..)| path)).collect();
        return Ok(Some(Lock { no_key: lock.no_key, wait: lock.wait, tables }));
    };
    let before = cx.diagnostics.len();
    for (path, tokens) in of.iter().filter(|(path, _)| !path.is_empty()) {
        match read.iter().find(|(known, ..)| known == path) {
            Some((_, name, true)) => {
                let text = format!("`{name}` may have no row, PostgreSQL locks no rows that may be missing");
                cx.diagnostics.error("N0261", *tokens, text);
            }
            Some(_) => {}
            None => {
                let names = path.iter().map(|hop| cx.schema.relation(hop.from, hop.relation).name.as_str());
                let name = names.collect::<Vec<_>>().join(".");
                let text = format!("`{name}` is not read by this chain, `of` names what is read");
                let error = cx.diagnostics.error("N0262", *tokens, text);
                error.note(format!("`select_related({name})` reads it"));
            }
        }
    }
    let tables = of.iter().map(|(path, _)| path.clone()).collect();
    if cx.diagnostics.len() > before {
        return Err(Reported);
    }
    Ok(Some(Lock { no_key: lock.no_key, wait: lock.wait, tables }))
}

/// Why what a chain gives are no rows of a table.
fn not_rows(draft: &Draft) -> Option<String> {
    let ending = draft.ending.as_ref().map(|(_, name)| name.text.as_str());
    if let Some(name @ ("count" | "exists" | "contains" | "aggregate" | "dates" | "datetimes")) = ending {
        return Some(format!("`{name}` reads no rows that could be locked"));
    }
    let with = if draft.group.is_some() {
        "groups of rows"
    } else if draft.annotations.iter().any(|a| a.expr.has_window()) {
        "windows"
    } else if matches!(draft.distinct, Distinct::No) {
        return None;
    } else {
        "`distinct`"
    };
    Some(format!("`select_for_update` does not go with {with}: PostgreSQL locks single rows of a table"))
}

/// The relations of `select_related`: path, name, and whether there may be no row.
fn read(nodes: &[Node]) -> Vec<(Vec<Hop>, String, bool)> {
    let mut out = Vec::new();
    for node in nodes {
        out.push((vec![node.hop], node.name.clone(), node.hop.optional));
        for (below, name, missing) in read(&node.below) {
            let path = std::iter::once(node.hop).chain(below).collect();
            out.push((path, format!("{}.{name}", node.name), missing || node.hop.optional));
        }
    }
    out
}

/// `of(self, category.parent)`.
fn tables(cx: &mut Context<'_>, draft: &Draft, paths: &[Path], place: Tokens) -> Vec<(Vec<Hop>, Tokens)> {
    let mut out: Vec<(Vec<Hop>, Tokens)> = Vec::new();
    for path in paths {
        let tokens = path.tokens();
        let hops = if path.single() == Some("self") {
            Vec::new()
        } else {
            let names = draft.names(None);
            let Some(followed) = follow(cx, &names, path) else { continue };
            if followed.end != End::Relation {
                let text = format!("`{}` is no relation, `of` names `self` and relations", written(path));
                cx.diagnostics.error("N0262", tokens, text);
                continue;
            }
            if trailing(cx, &followed) {
                continue;
            }
            followed.hops
        };
        if out.iter().any(|(known, _)| *known == hops) {
            cx.diagnostics.error("N0262", tokens, format!("`{}` stands twice in `of`", written(path)));
            continue;
        }
        out.push((hops, tokens));
    }
    if paths.is_empty() {
        cx.diagnostics.error("N0262", place, "`of` names what is locked: `of(self)`");
    }
    out
}

/// Reports a word that a method does not have.
pub(super) fn unknown(cx: &mut Context<'_>, path: &Path, method: &str, known: &[&str]) {
    let found = path.segments.iter().map(segment_text).collect::<Vec<_>>().join(".");
    let near = nearest(&found, known.iter().copied());
    let text = format!("`{method}` has no word `{found}`");
    let error = cx.diagnostics.error("N0262", path.tokens(), text);
    error.suggest(near);
    if near.is_none() {
        let plain = path.segments.iter().all(|s| matches!(s.kind, SegmentKind::Name(_)));
        if plain {
            error.note(format!("it has {}", known.join(", ")));
        }
    }
}

/// Reports `word = value` where words stand alone.
pub(super) fn no_option(cx: &mut Context<'_>, option: &WordOption, method: &str, known: &[&str]) {
    let found = option.name.text.as_str();
    let place = Tokens::one(option.name.ident.span());
    if known.contains(&found) {
        let spelt = if found == "of" { "`of(self)`".to_owned() } else { format!("`{method}({found})`") };
        cx.diagnostics.error("N0262", place, format!("`{found}` is a word, it is written {spelt}"));
        return;
    }
    let near = nearest(found, known.iter().copied());
    cx.diagnostics.error("N0262", place, format!("`{method}` has no word `{found}`")).suggest(near);
}
