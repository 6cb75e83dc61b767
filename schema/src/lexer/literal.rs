//! Strings, characters and numbers, as Rust writes them.
//!
//! In: the lexer at the first character of a literal. Out: one token, and the lexer behind it.

use super::{Lexer, TokenKind, begins_name, continues_name};

/// What stands before the quote of a literal.
#[derive(Clone, Copy)]
pub(super) enum Prefix {
    /// `r"`, `r#"`: a raw string.
    Raw,
    /// `r#name`.
    RawName,
    /// `b"`, `c"`: bytes.
    Bytes,
    /// `br"`, `br#"`, `cr"`: raw bytes.
    RawBytes,
    /// `b'`.
    Byte,
}

impl Lexer<'_> {
    /// The kind of literal that letters before a quote announce; `first` is the first of them.
    pub(super) fn literal_prefix(&self, first: char) -> Option<Prefix> {
        if !matches!(first, 'r' | 'b' | 'c') {
            return None;
        }
        let rest = self.rest();
        let is_raw = |after: &str| after.trim_start_matches('#').starts_with('"');
        if let Some(after) = rest.strip_prefix('r') {
            if is_raw(after) {
                return Some(Prefix::Raw);
            }
            return after.strip_prefix('#').filter(|name| name.starts_with(begins_name)).map(|_| Prefix::RawName);
        }
        if rest.starts_with("b\"") || rest.starts_with("c\"") {
            return Some(Prefix::Bytes);
        }
        if rest.strip_prefix("br").or_else(|| rest.strip_prefix("cr")).is_some_and(is_raw) {
            return Some(Prefix::RawBytes);
        }
        rest.starts_with("b'").then_some(Prefix::Byte)
    }

    /// Reads a literal with a prefix.
    pub(super) fn prefixed(&mut self, prefix: Prefix, start: usize) {
        match prefix {
            Prefix::RawName => {
                self.at += 2;
                let name = self.at;
                self.bump_while(continues_name);
                self.push(TokenKind::Ident(self.text[name..self.at].to_owned()), start);
            }
            Prefix::Raw => {
                self.at += 1;
                let value = self.raw(start);
                self.push(TokenKind::Text(value), start);
            }
            Prefix::RawBytes => {
                self.at += 2;
                self.raw(start);
                self.push(TokenKind::Other, start);
            }
            Prefix::Bytes => {
                self.at += 1;
                self.quoted(start);
                self.push(TokenKind::Other, start);
            }
            Prefix::Byte => {
                self.at += 1;
                self.quote(start);
            }
        }
    }

    /// Reads a string from its quote.
    pub(super) fn string(&mut self, start: usize) {
        let value = self.quoted(start);
        self.push(TokenKind::Text(value), start);
    }

    /// Reads from `#"` or `"` to the same closing marks; gives what stands between.
    fn raw(&mut self, start: usize) -> String {
        let hashes = self.rest().len() - self.rest().trim_start_matches('#').len();
        self.at += hashes + 1;
        let begin = self.at;
        let close = format!("\"{}", "#".repeat(hashes));
        if let Some(length) = self.rest().find(&close) {
            let value = &self.text[begin..begin + length];
            self.at = begin + length + close.len();
            return value.replace("\r\n", "\n");
        }
        self.at = self.text.len();
        self.unclosed(start);
        self.text[begin..].to_owned()
    }

    /// Reads from a quote to the next that is not escaped; gives the value.
    fn quoted(&mut self, start: usize) -> String {
        self.bump();
        let mut value = String::new();
        loop {
            let here = self.at;
            match self.bump() {
                None => {
                    self.unclosed(start);
                    return value;
                }
                Some('"') => return value,
                Some('\\') => {
                    if let Some(c) = self.escape(here) {
                        value.push(c);
                    }
                }
                Some('\r') if self.peek() == Some('\n') => {}
                Some(c) => value.push(c),
            }
        }
    }

    /// Reads what follows a backslash; nothing for an escaped end of line.
    fn escape(&mut self, start: usize) -> Option<char> {
        let escaped = match self.bump() {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('0') => Some('\0'),
            Some(c @ ('\\' | '\'' | '"')) => Some(c),
            Some('\n') => {
                self.bump_while(char::is_whitespace);
                return None;
            }
            Some('\r') if self.peek() == Some('\n') => {
                self.bump_while(char::is_whitespace);
                return None;
            }
            Some('x') => {
                let digits: String = self.rest().chars().take(2).take_while(char::is_ascii_hexdigit).collect();
                self.at += digits.len();
                u8::from_str_radix(&digits, 16).ok().filter(|b| digits.len() == 2 && b.is_ascii()).map(char::from)
            }
            Some('u') => {
                let body = self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(body, _)| body);
                let body =
                    body.filter(|body| body.len() <= 8 && body.chars().all(|c| c == '_' || c.is_ascii_hexdigit()));
                self.at += body.map_or(0, |body| body.len() + 2);
                body.and_then(|body| u32::from_str_radix(&body.replace('_', ""), 16).ok()).and_then(char::from_u32)
            }
            _ => None,
        };
        if escaped.is_none() {
            let span = self.span(start);
            self.error("S003", span, "unknown escape in a text; the escapes are those of Rust");
        }
        escaped
    }

    /// Reports a string that runs to the end of the text; the carets show where it begins.
    fn unclosed(&mut self, start: usize) {
        let whole = self.span(start);
        let end = whole.start + self.text[start..].find('"').map_or(1, |i| u32::try_from(i + 1).unwrap_or(1));
        self.error("S002", crate::Span { end, ..whole }, "this text is never closed");
    }

    /// Reads a character or a lifetime from its quote.
    pub(super) fn quote(&mut self, start: usize) {
        self.bump();
        let mut ahead = self.rest().chars();
        match (ahead.next(), ahead.next()) {
            (Some('\\'), _) => {
                let here = self.at;
                self.bump();
                self.escape(here);
                if self.peek() == Some('\'') {
                    self.bump();
                }
            }
            (Some(_), Some('\'')) => {
                self.bump();
                self.bump();
            }
            (Some(c), _) if begins_name(c) => self.bump_while(continues_name),
            _ => {
                let span = self.span(start);
                self.error("S001", span, "unexpected character `'`; a text stands in double quotes");
            }
        }
        self.push(TokenKind::Other, start);
    }

    /// Reads a number from its first digit.
    pub(super) fn number(&mut self, start: usize) {
        let based = ["0x", "0o", "0b"].iter().any(|base| self.starts(base));
        self.digits();
        if !based {
            let mut ahead = self.rest().chars();
            // `1.` is a number, but `1..2` is a range and `1.max` a path.
            if ahead.next() == Some('.') && !ahead.next().is_some_and(|c| c == '.' || begins_name(c)) {
                self.bump();
                self.digits();
            }
            let text = &self.text[start..self.at];
            if text.ends_with(['e', 'E']) && self.rest().starts_with(['+', '-']) {
                self.bump();
                self.digits();
            }
        }
        self.push(TokenKind::Number(self.text[start..self.at].to_owned()), start);
    }

    /// Digits, underscores, and the letters of exponents, bases and suffixes.
    fn digits(&mut self) {
        self.bump_while(|c| c == '_' || c.is_ascii_alphanumeric());
    }
}
