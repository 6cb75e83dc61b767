//! Walking over tokens: looking, taking, expecting, and finding the way back after a mistake.

use crate::ast::Name;
use crate::diagnostic::Diagnostic;
use crate::lexer::{Token, TokenKind, lex};
use crate::model::Code;
use crate::source::Span;
use crate::words;

/// The tokens of a file and a position in them.
pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// Doc comments with the index of the token they stand before.
    docs: Vec<(usize, String)>,
    comments: Vec<Span>,
    at: usize,
    /// Where a comment or text begins that is never closed: what follows was swallowed by it.
    cut: Option<u32>,
    /// How many types or values the current one stands in.
    depth: usize,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Parser<'a> {
    /// Stands at the first token of a text.
    pub(super) fn new(file: u32, text: &'a str, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        let known = diagnostics.len();
        let lexed = lex(file, 0, text, diagnostics);
        let cut =
            diagnostics[known..].iter().filter(|d| d.code == "S002").filter_map(|d| d.span).map(|s| s.start).min();
        let (mut tokens, mut docs) = (Vec::new(), Vec::new());
        for token in lexed.tokens {
            match token.kind {
                TokenKind::Doc(line) => docs.push((tokens.len(), line)),
                _ => tokens.push(token),
            }
        }
        Self { text, tokens, docs, comments: lexed.comments, at: 0, cut, depth: 0, diagnostics }
    }

    /// Position, to come back to or to take [`Self::code`] from.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes to a position.
    pub(super) fn go(&mut self, at: usize) {
        self.at = at.min(self.tokens.len() - 1);
    }

    /// The token `ahead` tokens from here.
    pub(super) fn token(&self, ahead: usize) -> &Token {
        &self.tokens[(self.at + ahead).min(self.tokens.len() - 1)]
    }

    /// Where the current token stands.
    pub(super) fn here(&self) -> Span {
        self.token(0).span
    }

    /// Where the token before the current one stands.
    pub(super) fn before(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].span
    }

    /// From the beginning of a span to the end of the token before the current one.
    pub(super) fn since(&self, start: Span) -> Span {
        Span { end: self.before().end.max(start.end), ..start }
    }

    pub(super) fn at_end(&self) -> bool {
        self.token(0).kind == TokenKind::End
    }

    /// The name `ahead` tokens from here, if it is one.
    pub(super) fn word(&self, ahead: usize) -> Option<&str> {
        match &self.token(ahead).kind {
            TokenKind::Ident(name) => Some(name),
            _ => None,
        }
    }

    /// Whether the token `ahead` is this character, be it a delimiter or punctuation.
    pub(super) fn is(&self, ahead: usize, c: char) -> bool {
        matches!(self.token(ahead).kind, TokenKind::Open(d) | TokenKind::Close(d) | TokenKind::Punct(d) if d == c)
    }

    /// `::`, which is not the colon of a field.
    pub(super) fn is_double_colon(&self, ahead: usize) -> bool {
        self.is(ahead, ':') && self.is(ahead + 1, ':') && self.token(ahead).span.end == self.token(ahead + 1).span.start
    }

    pub(super) fn bump(&mut self) {
        self.go(self.at + 1);
    }

    /// Takes a character if it stands here.
    pub(super) fn eat(&mut self, c: char) -> bool {
        let found = self.is(0, c);
        if found {
            self.bump();
        }
        found
    }

    /// Takes a character or reports that it is missing.
    pub(super) fn expect(&mut self, c: char, place: &str) -> Option<Span> {
        let span = self.here();
        if self.eat(c) {
            return Some(span);
        }
        self.expected(&format!("`{c}` {place}"));
        None
    }

    /// Takes a name or reports that it is missing.
    pub(super) fn name(&mut self, what: &str) -> Option<Name> {
        let span = self.here();
        let Some(text) = self.word(0).map(str::to_owned) else {
            self.expected(what);
            return None;
        };
        self.bump();
        Some(Name { text, span })
    }

    /// Takes a name that is given here to something, and reports one that cannot be given.
    pub(super) fn declared(&mut self, what: &str) -> Option<Name> {
        let name = self.name(what)?;
        if words::RESERVED.contains(&name.text.as_str()) {
            self.report(
                Diagnostic::at("S020", name.span, format!("`{}` cannot be a name", name.text))
                    .note("`self`, `Self`, `super`, `crate` and `_` cannot be written as names in Rust"),
            );
        } else if words::has_separator(&name.text) {
            self.report(
                Diagnostic::at("S020", name.span, format!("`{}` cannot be a name: it contains `__`", name.text))
                    .note("`__` separates the steps of a path, as `.` does"),
            );
        }
        Some(name)
    }

    /// Takes a string or reports that it is missing.
    pub(super) fn string(&mut self, what: &str) -> Option<Name> {
        let span = self.here();
        let TokenKind::Text(text) = &self.token(0).kind else {
            self.expected(what);
            return None;
        };
        let text = text.clone();
        self.bump();
        if text.contains('\0') {
            self.report(Diagnostic::at("S003", span, "a text in PostgreSQL cannot contain the character `\\0`"));
        }
        Some(Name { text, span })
    }

    /// Reports a text where a name should stand.
    pub(super) fn unquoted(&mut self, what: &str) -> Option<()> {
        let TokenKind::Text(text) = &self.token(0).kind else { return Some(()) };
        let help = format!("names are written without quotes: `{text}`");
        self.report(Diagnostic::at("S010", self.here(), format!("expected {what}, found a text")).help(help));
        None
    }

    /// The doc comments before the current token.
    pub(super) fn docs(&self) -> String {
        let first = self.docs.partition_point(|(at, _)| *at < self.at);
        let lines = self.docs[first..].iter().take_while(|(at, _)| *at == self.at).map(|(_, line)| line.as_str());
        lines.collect::<Vec<_>>().join("\n")
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let follows = |cut: u32| diagnostic.code == "S011" || diagnostic.span.is_some_and(|span| span.start >= cut);
        if !self.cut.is_some_and(follows) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports what stands here instead of what should.
    pub(super) fn expected(&mut self, what: &str) {
        let found = self.found();
        self.report(Diagnostic::at("S010", self.here(), format!("expected {what}, found {found}")));
    }

    /// What stands here, in words.
    pub(super) fn found(&self) -> String {
        match &self.token(0).kind {
            TokenKind::Ident(name) => format!("`{name}`"),
            TokenKind::Text(_) => "a text".into(),
            TokenKind::Number(number) => format!("`{number}`"),
            TokenKind::Open(c) | TokenKind::Close(c) | TokenKind::Punct(c) => format!("`{c}`"),
            TokenKind::Other | TokenKind::Doc(_) => "a literal".into(),
            TokenKind::End => "the end of the file".into(),
        }
    }

    /// The index of the token that closes the delimiter at an index.
    pub(super) fn closing(&self, open: usize) -> Option<usize> {
        let mut stack = Vec::new();
        for (i, token) in self.tokens.iter().enumerate().skip(open) {
            match token.kind {
                TokenKind::Open(c) => stack.push(c),
                TokenKind::Close(c) => {
                    if stack.pop().is_none_or(|open| !matches!((open, c), ('(', ')') | ('[', ']') | ('{', '}'))) {
                        return None;
                    }
                    if stack.is_empty() {
                        return Some(i);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Takes an opening delimiter; gives the index of its closing one. Reports one that is missing or never closed.
    pub(super) fn open(&mut self, c: char, place: &str) -> Option<usize> {
        let at = self.at;
        let span = self.expect(c, place)?;
        let closing = self.closing(at);
        if closing.is_none() {
            self.report(Diagnostic::at("S011", span, format!("this `{c}` is never closed")));
        }
        closing
    }

    /// Reads `(a, b, c)`. After a mistake inside it stands behind the closing parenthesis.
    pub(super) fn list<T>(&mut self, place: &str, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let close = self.open('(', place)?;
        let mut out = Vec::new();
        while self.at < close {
            let Some(item) = one(self) else {
                self.go(close + 1);
                return None;
            };
            out.push(item);
            if self.at < close && !self.eat(',') {
                self.expected("`,` or `)`");
                self.go(close + 1);
                return None;
            }
        }
        self.go(close + 1);
        Some(out)
    }

    /// Reads `(x)`: exactly one.
    pub(super) fn single<T>(&mut self, place: &str, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<T> {
        let close = self.open('(', place)?;
        let out = one(self);
        if out.is_some() {
            self.eat(',');
            if self.at != close {
                self.expected("`)`");
                self.go(close + 1);
                return None;
            }
        }
        self.go(close + 1);
        out
    }

    /// The text from one token up to another, comments replaced by spaces of the same length.
    pub(super) fn code(&self, from: usize, to: usize) -> Code {
        let (first, last) = (self.tokens[from].span, self.tokens[to.saturating_sub(1).max(from)].span);
        let span = Span { end: last.end.max(first.start), ..first };
        let mut bytes = self.text.as_bytes()[span.start as usize..span.end as usize].to_vec();
        let inside = self.comments.partition_point(|c| c.start < span.start);
        for comment in self.comments[inside..].iter().take_while(|c| c.end <= span.end) {
            for byte in &mut bytes[(comment.start - span.start) as usize..(comment.end - span.start) as usize] {
                if !matches!(*byte, b'\n' | b'\r') {
                    *byte = b' ';
                }
            }
        }
        Code { text: String::from_utf8_lossy(&bytes).into_owned(), span }
    }

    /// Reads something that may stand in itself, as deep as any use of it could want.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        const LIMIT: usize = 32;
        if self.depth == LIMIT {
            self.report(Diagnostic::at("S010", self.here(), "this is nested too deeply"));
            return None;
        }
        self.depth += 1;
        let out = read(self);
        self.depth -= 1;
        out
    }

    /// Reads `(code)`, which may not be empty.
    pub(super) fn code_group(&mut self, place: &str) -> Option<Code> {
        let close = self.open('(', place)?;
        let code = if self.at == close {
            self.expected("an expression");
            None
        } else {
            Some(self.code(self.at, close))
        };
        self.go(close + 1);
        code
    }

    /// Whether an item begins here.
    pub(super) fn at_item(&self) -> bool {
        match self.word(0) {
            Some("extension") => self.is(1, '('),
            Some("model" | "abstract" | "enum") => self.word(1).is_some(),
            _ => false,
        }
    }

    /// Whether an item begins here that cannot be a member.
    pub(super) fn at_item_in_body(&self) -> bool {
        matches!(self.word(0), Some("model" | "abstract" | "enum"))
            && self.word(1).is_some()
            && (self.is(2, '{') || self.is(2, ':') || self.word(2) == Some("native"))
    }

    /// Goes on to the next item, by at least one token.
    pub(super) fn skip_to_item(&mut self) {
        while !self.at_end() && !self.at_item() {
            self.bump();
        }
    }

    /// Whether the current token is the first of its line.
    pub(super) fn begins_line(&self) -> bool {
        self.at == 0 || self.text[self.before().end as usize..self.here().start as usize].contains('\n')
    }

    /// Whether a member begins here although no comma stands before it.
    pub(super) fn at_member(&self) -> bool {
        if self.word(0).is_none() {
            return false;
        }
        if self.is(1, ':') && !self.is_double_colon(1) {
            return true;
        }
        self.begins_line()
            && match self.word(0) {
                Some("table" | "schema" | "comment" | "ordering" | "primary_key" | "index" | "unique") => {
                    self.is(1, '(')
                }
                Some("check" | "exclude" | "scope") => self.word(1).is_some(),
                _ => false,
            }
    }

    /// Goes on to the comma or brace that ends the current member, or to the next line that begins one.
    pub(super) fn skip_member(&mut self, from: usize) {
        while !self.at_end() && !self.is(0, ',') && !self.is(0, '}') && !self.at_item_in_body() {
            if self.at > from && self.begins_line() && self.at_member() {
                return;
            }
            match self.token(0).kind {
                TokenKind::Open(_) => match self.closing(self.at) {
                    Some(close) => self.go(close + 1),
                    None => self.bump(),
                },
                _ => self.bump(),
            }
        }
    }
}
