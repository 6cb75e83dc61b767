//! Words and signs of other languages among operands: `name LIKE "a%"`, `weight IS NOT NULL`, `price DESC`, `lambda p: …`.
//!
//! In: the trees of one argument. Out: where the foreign word stands, what is on its left, and what is written instead;
//! reported once, as what the whole argument was meant to be.

use super::condition::spelling;
use super::path::{self, Calls};
use super::scan::{Sign, scan};
use super::tokens::{ident, is_punct, place, shown};
use super::value;
use crate::ast::{Condition, Path, Tokens, Value};
use crate::diagnostic::Diagnostics;
use crate::tables::foreign::{self, filled};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// A foreign word behind an operand.
pub(super) struct Phrase<'t> {
    /// What stands before it.
    pub(super) left: &'t [TokenTree],
    /// From the word on.
    pub(super) rest: &'t [TokenTree],
    /// The word as written, `IS NOT`.
    pub(super) word: String,
    /// What is written instead.
    hint: &'static str,
    /// How many trees the word has.
    length: usize,
}

/// Whether the tree at `at` is a foreign word that stands right behind an operand.
fn word_at(run: &[TokenTree], at: usize) -> Option<(String, &'static str, usize)> {
    let word = ident(run.get(at))?.to_string();
    let before = at.checked_sub(1).and_then(|before| run.get(before))?;
    if matches!(before, TokenTree::Punct(_)) {
        return None;
    }
    let next = ident(run.get(at + 1)).map(ToString::to_string).unwrap_or_default();
    let both = format!("{word} {next}");
    match foreign::operator(&both) {
        Some(hint) => Some((both, hint, 2)),
        None => foreign::operator(&word).map(|hint| (word, hint, 1)),
    }
}

/// The first foreign word behind an operand, outside `if` and `match`.
pub(super) fn phrase(run: &[TokenTree]) -> Option<Phrase<'_>> {
    if matches!(ident(run.first()), Some(i) if i == "if" || i == "match" || i == "for") {
        return None;
    }
    if value::call(run).is_some()
        && let Some((word, hint, length)) = word_at(run, 2)
    {
        return Some(Phrase { left: &run[..2], rest: &run[2..], word, hint, length });
    }
    let equals = run.iter().position(|tree| is_punct(Some(tree), '=')).unwrap_or(run.len());
    (1..equals).find_map(|at| {
        let (word, hint, length) = word_at(run, at)?;
        Some(Phrase { left: &run[..at], rest: &run[at..], word, hint, length })
    })
}

/// Whether `run` is one foreign phrase up to here, so that no comma is missing before `at`.
pub(super) fn goes_on(run: &[TokenTree], at: usize) -> bool {
    let joint = |i: usize| matches!(ident(run.get(i)), Some(word) if joins(&word.to_string()).is_some());
    let is = |i: usize, word: &str| matches!(ident(run.get(i)), Some(i) if i.to_string().eq_ignore_ascii_case(word));
    // `BETWEEN a AND b` has an `AND` of its own.
    let between = (1..at).any(|i| is(i, "between")) && !(1..at).any(joint);
    let case = (0..at).any(|i| is(i, "case") && is(i + 1, "when"));
    if joint(at) && !between && !case {
        return false;
    }
    // Behind a function of the language also on the right of `=`.
    let call = |i: usize| i > 1 && word_at(run, i).is_some() && value::call(&run[i - 2..i]).is_some();
    case || (2..=at).any(call) || phrase(&run[..(at + 2).min(run.len())]).is_some_and(|found| found.left.len() <= at)
}

/// `and` and `or` in any case: the message for it.
pub(super) fn joins(word: &str) -> Option<&'static str> {
    if word.eq_ignore_ascii_case("and") {
        Some("is a comma, or `&` between `Q(…)`")
    } else if word.eq_ignore_ascii_case("or") {
        Some("is written `Q(…) | Q(…)`")
    } else {
        None
    }
}

impl Phrase<'_> {
    /// What the user's own path is.
    fn path(&self) -> Option<Path> {
        whole(self.left)
    }

    /// The words that were reported.
    fn place(&self) -> Tokens {
        place(self.rest, Span::call_site())
    }

    /// Reports it as a condition.
    pub(super) fn condition(&self, d: &mut Diagnostics) -> Condition {
        let path = self.path();
        let shown = path.as_ref().map_or_else(|| "path".to_owned(), spelling);
        d.error("N0126", self.place(), format!("`{}` is written {}", self.word, filled(self.hint, &shown, "…")));
        let right = &self.rest[self.length..];
        Condition::Reported(path, plain(right))
    }

    /// Reports it as an order; true if it descends.
    pub(super) fn order(&self, d: &mut Diagnostics) -> bool {
        let shown = self.path().as_ref().map_or_else(|| "path".to_owned(), spelling);
        let is = |word: &str| {
            self.rest.iter().any(|t| matches!(t, TokenTree::Ident(i) if i.to_string().eq_ignore_ascii_case(word)))
        };
        let descending = is("desc");
        let nulls = match (is("first"), is("last")) {
            (true, _) => "nulls_first",
            (_, true) => "nulls_last",
            _ => "",
        };
        let right = match (descending, nulls) {
            (true, "") => format!("-{shown}"),
            (false, "") => shown,
            (true, nulls) => format!("F({shown}).desc({nulls})"),
            (false, nulls) => format!("F({shown}).asc({nulls})"),
        };
        d.error("N0126", self.place(), format!("`{}` is written `{right}`", self.word));
        descending
    }
}

/// A run that is one path and nothing else.
pub(super) fn whole(run: &[TokenTree]) -> Option<Path> {
    let mut silent = Diagnostics::default();
    path::path(run, Calls::Segments, &mut silent).filter(|(_, used)| *used == run.len()).map(|(path, _)| path)
}

/// The value on the right, if it is one.
fn plain(right: &[TokenTree]) -> Vec<Value> {
    let operand = !right.is_empty() && scan(right).iter().all(|m| m.sign != Sign::Adjacent);
    if operand { vec![value::value(right, Span::call_site(), &mut Diagnostics::default())] } else { Vec::new() }
}

/// `name AS title`, `name as title`: what stands before, and from the word on.
pub(super) fn renamed(run: &[TokenTree]) -> Option<(&[TokenTree], &[TokenTree])> {
    let at = (1..run.len()).find(|at| {
        let word = matches!(ident(run.get(*at)), Some(i) if i.to_string().eq_ignore_ascii_case("as"));
        word && !matches!(run[at - 1], TokenTree::Punct(_))
    })?;
    Some((&run[..at], &run[at..]))
}

/// Reports `as` behind a value of the SQL side.
pub(super) fn as_name(left: &[TokenTree], rest: &[TokenTree], d: &mut Diagnostics) {
    let name = ident(rest.get(1)).map_or_else(|| "name".to_owned(), ToString::to_string);
    let expression = match whole(left) {
        Some(path) => format!("F({})", spelling(&path)),
        None => written(left),
    };
    let message = format!("`{}` is written `{name} = {expression}`", shown(&rest[0]));
    d.error("N0126", place(rest, Span::call_site()), message);
}

/// A run for a message: as written if it is short.
pub(super) fn written(run: &[TokenTree]) -> String {
    brief(&run.iter().cloned().collect())
}

/// Tokens for a message: as written if they are few, without the spaces that a stream of them has.
pub(crate) fn brief(tokens: &TokenStream) -> String {
    let mut text = String::new();
    print(tokens, &mut text);
    if text.is_empty() || text.chars().count() > 24 { "…".to_owned() } else { text }
}

fn print(tokens: &TokenStream, out: &mut String) {
    let mut word = false;
    for tree in tokens.clone() {
        let next = matches!(tree, TokenTree::Ident(_) | TokenTree::Literal(_));
        if word && next {
            out.push(' ');
        }
        match &tree {
            TokenTree::Group(g) => {
                let (open, close) = match g.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                print(&g.stream(), out);
                out.push_str(close);
            }
            TokenTree::Punct(p) => match p.as_char() {
                ',' => out.push_str(", "),
                c @ ('+' | '*' | '/' | '=' | '<' | '>' | '|') => out.extend([' ', c, ' ']),
                c => out.push(c),
            },
            other => out.push_str(&other.to_string()),
        }
        word = next;
    }
}

/// The one argument in parentheses, for a message.
pub(super) fn argument(list: &Group) -> String {
    let inside = super::tokens::trees(list.stream());
    let several = scan(&inside).iter().any(|m| m.sign == Sign::Comma);
    if several { "…".to_owned() } else { written(&inside) }
}

/// A word that stands before an operand: `lambda`, `INTERVAL`, `DISTINCT`.
pub(super) fn prefix(run: &[TokenTree], from: usize, to: usize) -> Option<&'static str> {
    let before = to.checked_sub(2).filter(|at| *at >= from);
    if before.is_some_and(|at| !matches!(run[at], TokenTree::Punct(_))) {
        return None;
    }
    foreign::prefix(&ident(run.get(to.checked_sub(1)?))?.to_string())
}
