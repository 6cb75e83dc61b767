//! Text to tokens.
//!
//! In: the text of a file, or a piece of it with the offset it begins at. Out: [`Lexed`]: tokens with byte spans that
//! end in one [`TokenKind::End`], and the places of all comments. Comments, strings and numbers are written as in
//! Rust; what is none of these is a single character of punctuation. Never fails: bad text gives a diagnostic and the
//! best token that can be made of it.

mod literal;
#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Where it stands.
    pub(crate) span: Span,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or a keyword; of `r#type` the name is `type`.
    Ident(String),
    /// A string literal, raw or not: its value.
    Text(String),
    /// A number as written, with its suffix.
    Number(String),
    /// A lifetime, a character, a byte string: they occur in pieces of Rust only.
    Other,
    /// `( [ {`.
    Open(char),
    /// `) ] }`.
    Close(char),
    /// Any other character.
    Punct(char),
    /// `///` or `/** */`: one line or block, without the markers and one leading space.
    Doc(String),
    /// The end of the text.
    End,
}

/// Result of [`lex`].
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    /// The tokens; the last is [`TokenKind::End`].
    pub(crate) tokens: Vec<Token>,
    /// All comments, doc comments too.
    pub(crate) comments: Vec<Span>,
}

/// Cuts text into tokens. `base` is the offset in the file at which `text` begins.
pub(crate) fn lex(file: u32, base: u32, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Lexed {
    let mut lexer = Lexer { file, base, text, at: 0, out: Lexed::default(), diagnostics };
    if base == 0 && text.starts_with('\u{feff}') {
        lexer.at = '\u{feff}'.len_utf8();
    }
    while let Some(c) = lexer.peek() {
        lexer.token(c);
    }
    let end = lexer.at;
    lexer.push(TokenKind::End, end);
    lexer.out
}

/// Whether a character can begin a name.
pub(crate) fn begins_name(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '_') || (c > '\x7f' && c.is_alphabetic())
}

/// Whether a character can go on in a name.
pub(crate) fn continues_name(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '_' | '0'..='9') || (c > '\x7f' && c.is_alphanumeric())
}

/// Whether a character separates tokens and means nothing.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r') || (c > '\x7f' && c.is_whitespace())
}

/// A position in the text and what was made of the text before it.
struct Lexer<'a> {
    file: u32,
    base: u32,
    text: &'a str,
    at: usize,
    out: Lexed,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    // A macro reads the schema in each crate, and Cargo does not optimise macros in `dev`: what is done for each character
    // looks at bytes, calls little and compares before it calls.

    fn peek(&self) -> Option<char> {
        let bytes = self.text.as_bytes();
        if self.at >= bytes.len() {
            return None;
        }
        match bytes[self.at] {
            byte @ ..0x80 => Some(byte as char),
            _ => self.rest().chars().next(),
        }
    }

    fn starts(&self, prefix: &str) -> bool {
        self.rest().starts_with(prefix)
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn bump_while(&mut self, test: impl Fn(char) -> bool) {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() {
            let byte = bytes[self.at];
            if byte < 0x80 {
                if !test(byte as char) {
                    return;
                }
                self.at += 1;
            } else {
                match self.rest().chars().next() {
                    Some(c) if test(c) => self.at += c.len_utf8(),
                    _ => return,
                }
            }
        }
    }

    /// The span from an offset to the current position.
    fn span(&self, start: usize) -> Span {
        let offset = |n: usize| self.base.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
        Span { file: self.file, start: offset(start), end: offset(self.at) }
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let span = self.span(start);
        self.out.tokens.push(Token { kind, span });
    }

    fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::at(code, span, message));
    }

    /// Reads one token, comment, or run of spaces.
    fn token(&mut self, c: char) {
        let start = self.at;
        if is_space(c) {
            self.bump_while(is_space);
        } else if c == '/' && self.starts("//") {
            self.line_comment(start);
        } else if c == '/' && self.starts("/*") {
            self.block_comment(start);
        } else if let Some(prefix) = self.literal_prefix(c) {
            self.prefixed(prefix, start);
        } else if begins_name(c) {
            self.bump_while(continues_name);
            let name = self.text[start..self.at].to_owned();
            self.push(TokenKind::Ident(name), start);
        } else if c.is_ascii_digit() {
            self.number(start);
        } else if c == '"' {
            self.string(start);
        } else if c == '\'' {
            self.quote(start);
        } else {
            self.bump();
            match c {
                '(' | '[' | '{' => self.push(TokenKind::Open(c), start),
                ')' | ']' | '}' => self.push(TokenKind::Close(c), start),
                _ if c.is_ascii_punctuation() && !matches!(c, '\\' | '`') => self.push(TokenKind::Punct(c), start),
                _ => {
                    let span = self.span(start);
                    self.error("S001", span, format!("unexpected character `{}`", c.escape_debug()));
                }
            }
        }
    }

    fn line_comment(&mut self, start: usize) {
        self.bump_while(|c| c != '\n');
        let comment = self.text[start..self.at].trim_end_matches('\r');
        if let Some(doc) = comment.strip_prefix("///").filter(|rest| !rest.starts_with('/')) {
            let doc = doc.strip_prefix(' ').unwrap_or(doc).trim_end().to_owned();
            self.push(TokenKind::Doc(doc), start);
        }
        let span = self.span(start);
        self.out.comments.push(span);
    }

    fn block_comment(&mut self, start: usize) {
        let mut depth = 0_usize;
        loop {
            if self.starts("/*") {
                depth += 1;
                self.at += 2;
            } else if self.starts("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    break;
                }
            } else if self.bump().is_none() {
                let span = Span { end: self.span(start).start + 2, ..self.span(start) };
                self.error("S002", span, "this comment is never closed");
                break;
            }
        }
        let comment = &self.text[start..self.at];
        let body = comment.strip_prefix("/**").and_then(|rest| rest.strip_suffix("*/"));
        if let Some(body) = body.filter(|body| !body.is_empty() && !body.starts_with('*')) {
            let lines = body.lines().map(|line| line.trim().trim_start_matches('*').trim());
            let doc = lines.collect::<Vec<_>>().join("\n").trim().to_owned();
            self.push(TokenKind::Doc(doc), start);
        }
        let span = self.span(start);
        self.out.comments.push(span);
    }
}
