//! The names of a statement's columns, as far as they can be known without the server.
//!
//! In: the pieces of a statement. Out: a name for each column that it gives, or what prevents that: `*`, or a column
//! that the server would have to name.

use super::text::{Lexeme, Scanned};

/// Why the columns have no names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unnamed {
    /// The statement has no list of columns.
    NoList,
    /// `*` stands for some of them.
    Star(String),
    /// What this is called is not written; the other is how it can be.
    Column(String, String),
}

/// What a list of columns ends with.
const ENDS: &[&str] = &[
    "from",
    "into",
    "where",
    "group",
    "having",
    "window",
    "union",
    "intersect",
    "except",
    "order",
    "limit",
    "offset",
    "fetch",
    "for",
];

/// What begins a statement behind its `WITH`.
const BEGINS: &[&str] = &["select", "values", "table", "insert", "update", "delete", "merge"];

/// Calls that are called after something else, or after what no name can be.
const NOT_CALLED: &[&str] = &["cast", "case", "array", "row", "exists", "in", "any", "all", "some"];

/// A piece with its text.
type Piece = (Lexeme, String);

/// The names of the columns.
pub(super) fn names(scanned: &Scanned) -> Result<Vec<String>, Unnamed> {
    let pieces = scanned.lexemes.as_slice();
    let opened = pieces.iter().take_while(|(lexeme, _)| lexeme.is_sign('(')).count();
    let pieces = &pieces[opened..];
    let main = top(pieces).find(|i| BEGINS.iter().any(|word| pieces[*i].0.is_word(word))).ok_or(Unnamed::NoList)?;
    let rest = &pieces[main + 1..];
    let list = match &pieces[main].0 {
        Lexeme::Word(word) if word == "select" => after_distinct(rest),
        Lexeme::Word(word) if word == "values" || word == "table" => return Err(Unnamed::NoList),
        _ => {
            let at = top(rest).find(|i| rest[*i].0.is_word("returning")).ok_or(Unnamed::NoList)?;
            &rest[at + 1..]
        }
    };
    let is_end = |i: &usize| match &list[*i].0 {
        Lexeme::Word(word) => ENDS.contains(&word.as_str()),
        lexeme => lexeme.is_sign(')'),
    };
    let end = top(list).find(is_end).unwrap_or(list.len());
    let list = &list[..end];
    let commas: Vec<usize> = top(list).filter(|i| list[*i].0.is_sign(',')).collect();
    let mut start = 0;
    let items = commas.into_iter().chain([list.len()]).map(|end| {
        let item = &list[start..end];
        start = end + 1;
        item
    });
    items.map(|item| name(item).unwrap_or_else(|| Err(unnamed(item)))).collect()
}

/// The places that are in no parentheses; one that closes what was opened before is among them.
fn top(pieces: &[Piece]) -> impl Iterator<Item = usize> + '_ {
    let mut depth = 0_usize;
    pieces.iter().enumerate().filter_map(move |(i, (lexeme, _))| {
        let inside = depth > 0;
        match lexeme {
            Lexeme::Sign('(' | '[') => depth += 1,
            Lexeme::Sign(')' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        (!inside).then_some(i)
    })
}

/// Behind `ALL`, `DISTINCT`, `DISTINCT ON (…)`.
fn after_distinct(pieces: &[Piece]) -> &[Piece] {
    let is = |i: usize, word: &str| pieces.get(i).is_some_and(|(lexeme, _)| lexeme.is_word(word));
    if is(0, "distinct") && is(1, "on") {
        return pieces.get(2..).map_or(&[], |rest| rest.get(closed(rest)..).unwrap_or_default());
    }
    if is(0, "distinct") || is(0, "all") { &pieces[1..] } else { pieces }
}

/// How many pieces the parentheses at the beginning are, with what they hold.
fn closed(pieces: &[Piece]) -> usize {
    if !pieces.first().is_some_and(|(lexeme, _)| lexeme.is_sign('(')) {
        return 0;
    }
    top(pieces).nth(1).unwrap_or(pieces.len())
}

/// What a column is called. `None`: the server decides.
fn name(item: &[Piece]) -> Option<Result<String, Unnamed>> {
    if item.last().is_some_and(|(lexeme, _)| lexeme.is_sign('*')) && (item.len() == 1 || item.len() > 2) {
        let path = &item[..item.len() - 1];
        if path.iter().enumerate().all(|(i, piece)| if i % 2 == 0 { word(piece).is_some() } else { is_dot(piece) }) {
            return Some(Err(Unnamed::Star(shown(item))));
        }
    }
    if let [.., as_word, last] = item
        && as_word.0.is_word("as")
    {
        return word(last).map(Ok);
    }
    // A cast keeps the name.
    let cast = top(item).find(|i| item[*i].0.is_sign(':') && item.get(i + 1).is_some_and(|(l, _)| l.is_sign(':')));
    let plain = match cast {
        Some(at) if is_type(&item[at + 2..]) => &item[..at],
        Some(_) => return None,
        None => item,
    };
    let path = plain.iter().enumerate().take_while(|(i, p)| if i % 2 == 0 { word(p).is_some() } else { is_dot(p) });
    let path = path.count();
    let last = path.checked_sub(1).filter(|last| last % 2 == 0)?;
    let called = word(&plain[last])?;
    let rest = &plain[path..];
    let call = closed(rest);
    let known = rest.is_empty() || (call > 0 && !NOT_CALLED.contains(&called.as_str()) && is_call(&rest[call..]));
    known.then_some(Ok(called))
}

/// What may follow the parentheses of a call: nothing, or `FILTER (…)`, `OVER (…)`, `OVER name`.
fn is_call(rest: &[Piece]) -> bool {
    let [(first, _), after @ ..] = rest else { return true };
    let parentheses = closed(after);
    if first.is_word("filter") && parentheses > 0 {
        return is_call(&after[parentheses..]);
    }
    first.is_word("over") && (after.len() == 1 && word(&after[0]).is_some() || after.len() == parentheses)
}

/// Whether it can be a type: words, perhaps with lengths and brackets.
fn is_type(pieces: &[Piece]) -> bool {
    let part = |(lexeme, _): &Piece| match lexeme {
        Lexeme::Word(word) => word != "collate" && word != "at",
        Lexeme::Name(_) | Lexeme::Constant => true,
        Lexeme::Sign(sign) => "()[].,".contains(*sign),
        Lexeme::Value => false,
    };
    !pieces.is_empty() && pieces.iter().all(part)
}

/// A name.
fn word((lexeme, _): &Piece) -> Option<String> {
    match lexeme {
        Lexeme::Word(text) | Lexeme::Name(text) => Some(text.clone()),
        _ => None,
    }
}

fn is_dot((lexeme, _): &Piece) -> bool {
    lexeme.is_sign('.')
}

/// A name may stand there without its `AS`.
fn unnamed(item: &[Piece]) -> Unnamed {
    let bare = item.split_last().filter(|(last, rest)| word(last).is_some() && matches!(name(rest), Some(Ok(_))));
    let (expression, name) = match bare {
        Some((last, rest)) => (shown(rest), last.1.trim()),
        None => (shown(item), "name"),
    };
    Unnamed::Column(shown(item), format!("{expression} AS {name}"))
}

/// An item for a message.
fn shown(item: &[Piece]) -> String {
    let text: String = item.iter().map(|(_, piece)| piece.as_str()).collect();
    let text = text.trim();
    if text.chars().count() > 30 { text.chars().take(29).chain(['…']).collect() } else { text.to_owned() }
}
