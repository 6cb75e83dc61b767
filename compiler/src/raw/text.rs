//! The text of `raw!` as the server's scanner reads it.
//!
//! In: the text of the literal. Out: [`Scanned`]: the text with `$1`, `$2`, … where braces held values, the values, and
//! the words and signs of the statement for those who look for its shape. In quotes of any kind and in comments nothing
//! is a value: braces there are text. Elsewhere `{{` and `}}` are braces. A name in several braces is one parameter.

use crate::ast::Tokens;
use crate::diagnostic::Diagnostics;
use crate::parse::raw::value;
use proc_macro2::{Literal, Spacing, TokenStream, TokenTree};
use std::fmt::Write as _;

/// A piece of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// A keyword or name without quotes, folded as the server folds it.
    Word(String),
    /// A name in quotes.
    Name(String),
    /// A text, a number.
    Constant,
    /// A value.
    Value,
    /// Any other character.
    Sign(char),
}

impl Lexeme {
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(text) if text == word)
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        *self == Self::Sign(sign)
    }
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// The text that is sent.
    pub(super) sql: String,
    /// Its pieces, without comments, and what stands in the text for each, with a space if there was one before.
    pub(super) lexemes: Vec<(Lexeme, String)>,
    /// The values, in the order of their numbers.
    pub(super) values: Vec<TokenStream>,
}

/// Reads a text. What is wrong is reported at the literal: nothing inside it has a place of its own.
pub(super) fn scan(written: &str, place: Tokens, d: &mut Diagnostics) -> Scanned {
    let mut scanner = Scanner { rest: written, place, out: Scanned::default(), seen: Vec::new(), after_end: false };
    while let Some(first) = scanner.rest.chars().next() {
        if !scanner.next(first, d) {
            break;
        }
    }
    let length = scanner.out.sql.trim_end().len();
    scanner.out.sql.truncate(length);
    scanner.out
}

struct Scanner<'t> {
    rest: &'t str,
    place: Tokens,
    out: Scanned,
    /// The names that are values already, with their numbers.
    seen: Vec<(String, usize)>,
    /// Behind the `;`.
    after_end: bool,
}

impl Scanner<'_> {
    /// Reads one piece; false if what follows cannot be read any more.
    fn next(&mut self, first: char, d: &mut Diagnostics) -> bool {
        if first.is_whitespace() {
            self.keep(first.len_utf8());
            return true;
        }
        if ["--", "/*"].iter().any(|begin| self.rest.starts_with(begin)) {
            return self.quoted(comment(self.rest), "a comment", None, d);
        }
        if self.after_end {
            d.error("N0663", self.place, format!("expected one statement, found another from `{}` on", self.near()))
                .note("each statement is a `raw!` of its own; what belongs together stands in a transaction");
            return false;
        }
        match first {
            ';' => {
                self.after_end = true;
                self.rest = &self.rest[1..];
                true
            }
            '\'' => self.quoted(quote(self.rest, '\'', false), "a text", Some(Lexeme::Constant), d),
            'e' | 'E' if self.rest[1..].starts_with('\'') => {
                let length = quote(&self.rest[1..], '\'', true).map(|length| length + 1);
                self.quoted(length, "a text", Some(Lexeme::Constant), d)
            }
            '"' => {
                let length = quote(self.rest, '"', false);
                let inside = length.and_then(|end| self.rest.get(1..end - 1)).unwrap_or_default().replace("\"\"", "\"");
                self.quoted(length, "a name", Some(Lexeme::Name(inside)), d)
            }
            '$' => self.dollar(d),
            '{' | '}' => self.brace(first, d),
            c if c.is_ascii_digit() => {
                let length = self.rest.find(|c: char| !(c.is_alphanumeric() || "._".contains(c)));
                self.lexeme(length.unwrap_or(self.rest.len()), Lexeme::Constant)
            }
            c if c.is_alphabetic() || c == '_' || !c.is_ascii() => {
                let in_word = |c: char| c.is_alphanumeric() || "_$".contains(c) || !c.is_ascii();
                let length = self.rest.find(|c: char| !in_word(c) || c.is_whitespace()).unwrap_or(self.rest.len());
                let word = self.rest[..length].to_ascii_lowercase();
                self.lexeme(length, Lexeme::Word(word))
            }
            c => match self.foreign(c) {
                Some(found) => {
                    let name = found.trim_matches([':', '%', '(', ')', '?']);
                    let name = if name.is_empty() || name == "s" { "x" } else { name.trim_end_matches(")s") };
                    let text = format!("found the parameter `{found}`, a value stands in braces: `{{{name}}}`");
                    d.error("N0662", self.place, text);
                    false
                }
                None => self.lexeme(c.len_utf8(), Lexeme::Sign(c)),
            },
        }
    }

    /// A parameter as other libraries write it, where SQL wants an operand: `?`, `:name`, `%s`, `%(name)s`.
    fn foreign(&self, first: char) -> Option<&str> {
        let operand = matches!(self.out.lexemes.last(), Some((Lexeme::Sign('=' | '<' | '>' | '(' | ','), _)));
        if !operand {
            return None;
        }
        let after = &self.rest[1..];
        let word = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
        let length = match first {
            '?' => 1,
            ':' if word > 0 => 1 + word,
            '%' if &after[..word] == "s" => 2,
            '%' if after.starts_with('(') => 1 + after.find(")s")? + 2,
            _ => return None,
        };
        self.rest.get(..length)
    }

    /// Takes text over as it is, if it is still the statement's.
    fn keep(&mut self, length: usize) {
        let (taken, rest) = self.rest.split_at(length);
        if !self.after_end {
            self.out.sql.push_str(taken);
        }
        self.rest = rest;
    }

    fn lexeme(&mut self, length: usize, lexeme: Lexeme) -> bool {
        let text = self.rest[..length].to_owned();
        self.add(lexeme, &text);
        self.keep(length);
        true
    }

    fn add(&mut self, lexeme: Lexeme, text: &str) {
        let space = if self.out.sql.ends_with(char::is_whitespace) { " " } else { "" };
        self.out.lexemes.push((lexeme, format!("{space}{text}")));
    }

    /// Something that has an end, or should.
    fn quoted(&mut self, length: Option<usize>, what: &str, lexeme: Option<Lexeme>, d: &mut Diagnostics) -> bool {
        let Some(length) = length else {
            d.error("N0664", self.place, format!("{what} that does not end: `{}`", self.near()));
            return false;
        };
        if let Some(lexeme) = lexeme {
            return self.lexeme(length, lexeme);
        }
        self.keep(length);
        true
    }

    /// `$1`, `$tag$…$tag$`, or the sign.
    fn dollar(&mut self, d: &mut Diagnostics) -> bool {
        let after = &self.rest[1..];
        if after.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
            let found = &self.rest[..=digits];
            d.error("N0662", self.place, format!("found the parameter `{found}`, a value stands in braces: `{{x}}`"));
            return false;
        }
        let tag = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
        if !after[tag..].starts_with('$') {
            return self.lexeme(1, Lexeme::Sign('$'));
        }
        let tag = &self.rest[..tag + 2];
        let length = self.rest[tag.len()..].find(tag).map(|at| at + 2 * tag.len());
        self.quoted(length, "a text", Some(Lexeme::Constant), d)
    }

    /// A brace, twice or around a value.
    fn brace(&mut self, brace: char, d: &mut Diagnostics) -> bool {
        let after = &self.rest[1..];
        if after.starts_with(brace) {
            self.add(Lexeme::Sign(brace), after.get(..1).unwrap_or_default());
            self.out.sql.push(brace);
            self.rest = &self.rest[2..];
            return true;
        }
        if brace == '}' {
            d.error("N0661", self.place, format!("a `}}` that closes nothing: `{}`", self.near()))
                .note("a brace that is SQL's own is written twice");
            return false;
        }
        let Some((tokens, text)) = value(after, self.place.first) else {
            d.error("N0661", self.place, format!("a `{{` that is not closed: `{}`", self.near()))
                .note("a brace that is SQL's own is written twice");
            return false;
        };
        self.rest = &after[text.len() + 1..];
        if let Some((problem, note)) = mistake(&tokens, text) {
            let error = d.error("N0661", self.place, problem);
            if let Some(note) = note {
                error.note(note);
            }
            // The rest can be read, and its values are used.
            self.add(Lexeme::Value, &format!("{{{text}}}"));
            self.out.sql.push_str("NULL");
            return true;
        }
        self.add(Lexeme::Value, &format!("{{{text}}}"));
        let number = self.number(tokens);
        // What stands beside it without a space would become a part of its number, or it a part of a name.
        let open = |c: char| c.is_alphanumeric() || "_$".contains(c) || !c.is_ascii();
        let before = if self.out.sql.ends_with(open) { " " } else { "" };
        let behind = if self.rest.starts_with(open) { " " } else { "" };
        let _ = write!(self.out.sql, "{before}${number}{behind}");
        true
    }

    /// The number of a value. A name stands for one value wherever it stands: the server then knows that they are equal.
    fn number(&mut self, tokens: TokenStream) -> usize {
        let name = is_place(&tokens).then(|| tokens.to_string());
        let known = name.as_ref().and_then(|name| self.seen.iter().find(|(seen, _)| seen == name));
        if let Some((_, number)) = known {
            return *number;
        }
        self.out.values.push(tokens);
        let number = self.out.values.len();
        self.seen.extend(name.map(|name| (name, number)));
        number
    }

    /// The beginning of the rest, for a message.
    fn near(&self) -> String {
        let line = self.rest.lines().next().unwrap_or_default();
        if line.chars().count() > 30 { line.chars().take(29).chain(['…']).collect() } else { line.to_owned() }
    }
}

/// The length of the comment that begins here, if it ends.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("--") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(found) = text[at..].find(['/', '*']) {
        at += found;
        let pair = text.get(at..at + 2);
        if pair == Some("/*") {
            depth += 1;
            at += 2;
        } else if pair == Some("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += 1;
        }
    }
    None
}

/// The length of what stands in quotes, with them; twice is a quote, and so is one behind a backslash if it escapes.
fn quote(text: &str, quote: char, escapes: bool) -> Option<usize> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if escapes && c == '\\' {
            chars.next();
        } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return Some(at + 1);
        }
    }
    None
}

/// What is wrong with a value, and what may help.
fn mistake(tokens: &TokenStream, text: &str) -> Option<(String, Option<&'static str>)> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let text = text.trim();
    let colon = trees.iter().enumerate().find_map(|(i, tree)| {
        let is_colon = |tree: Option<&TokenTree>| matches!(tree, Some(TokenTree::Punct(p)) if p.as_char() == ':');
        let joint = matches!(tree, TokenTree::Punct(p) if p.spacing() == Spacing::Joint);
        let in_path = joint && is_colon(trees.get(i + 1)) || i > 0 && is_colon(trees.get(i - 1));
        (is_colon(Some(tree)) && !in_path).then_some(i)
    });
    match trees.as_slice() {
        [] => Some(("expected a Rust expression between the braces, found nothing".into(), None)),
        [TokenTree::Literal(literal)] if is_position(literal) => Some((
            format!("expected a Rust expression between the braces, found the position `{text}`"),
            Some("values stand where they are used; a number is written without braces"),
        )),
        _ if colon.is_some() => Some((
            format!("found a format in `{{{text}}}`"),
            Some("a value is bound as it is; how it is shown is the matter of SQL: `to_char({x}, …)`"),
        )),
        _ if syn::parse2::<syn::Expr>(tokens.clone()).is_err() => {
            Some((format!("expected a Rust expression between the braces, found `{text}`"), None))
        }
        _ => None,
    }
}

/// Whether it is a number as `format!` takes one for a position.
fn is_position(literal: &Literal) -> bool {
    matches!(syn::Lit::new(literal.clone()), syn::Lit::Int(number) if number.suffix().is_empty())
}

/// Whether evaluating it twice would be the same as once: names and their fields.
fn is_place(tokens: &TokenStream) -> bool {
    let name_or_dot = |(i, tree): (usize, TokenTree)| match tree {
        TokenTree::Ident(_) => i % 2 == 0,
        TokenTree::Punct(p) => i % 2 == 1 && p.as_char() == '.',
        _ => false,
    };
    tokens.clone().into_iter().enumerate().all(name_or_dot)
}
