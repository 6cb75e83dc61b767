//! Pieces of the query language, read as far as names can be checked without its compiler.
//!
//! In: a [`Code`]. Out: the methods of a chain, the paths on the left of `=`, the names before `=`. What is not of one
//! of these forms is passed over in silence: the compiler reads it, and nothing that it takes may be refused here.

use crate::ast::Name;
use crate::lexer::{Token, TokenKind, lex};
use crate::model::Code;
use crate::source::Span;
use std::ops::Range;

/// A step of a path.
pub(super) type Segment = Name;

/// A method of a chain.
#[derive(Debug, Clone)]
pub(super) struct Method {
    /// Its name.
    pub(super) name: Name,
    /// The tokens in its parentheses.
    pub(super) args: Range<usize>,
}

/// The tokens of a piece of code.
pub(super) struct Reader {
    tokens: Vec<Token>,
}

impl Reader {
    /// Reads a piece of code.
    pub(super) fn new(code: &Code) -> Self {
        // What is wrong with its tokens was reported when the file was read.
        let mut tokens = lex(code.span.file, code.span.start, &code.text, &mut Vec::new()).tokens;
        tokens.pop();
        Self { tokens }
    }

    /// All tokens.
    pub(super) fn all(&self) -> Range<usize> {
        0..self.tokens.len()
    }

    fn is(&self, at: usize, c: char) -> bool {
        self.tokens.get(at).is_some_and(
            |token| matches!(token.kind, TokenKind::Open(d) | TokenKind::Close(d) | TokenKind::Punct(d) if d == c),
        )
    }

    /// The name at an index.
    fn name(&self, at: usize) -> Option<Name> {
        let token = self.tokens.get(at)?;
        match &token.kind {
            TokenKind::Ident(text) => Some(Name { text: text.clone(), span: token.span }),
            _ => None,
        }
    }

    /// The index behind the delimiter that closes the one at an index.
    fn behind(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (i, token) in self.tokens.iter().enumerate().skip(open) {
            match token.kind {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return i + 1;
            }
        }
        self.tokens.len()
    }

    /// The methods of a chain.
    pub(super) fn methods(&self) -> Vec<Method> {
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(name) = self.name(at) {
            if !self.is(at + 1, '(') {
                break;
            }
            let end = self.behind(at + 1);
            out.push(Method { name, args: at + 2..end.saturating_sub(1).max(at + 2) });
            at = end;
            while self.is(at, '[') {
                at = self.behind(at);
            }
            if !self.is(at, '.') {
                break;
            }
            at += 1;
        }
        out
    }

    /// Where the parenthesis behind a method's arguments ends.
    pub(super) fn end(&self, method: &Method) -> u32 {
        self.tokens.get(method.args.end).map_or(method.name.span.end, |close| close.span.end)
    }

    /// Where a slice stands in a chain.
    pub(super) fn slice(&self) -> Option<Span> {
        let mut at = 0;
        while at < self.tokens.len() {
            if self.is(at, '[') {
                return Some(self.tokens[at].span);
            }
            at = if matches!(self.tokens[at].kind, TokenKind::Open(_)) { self.behind(at) } else { at + 1 };
        }
        None
    }

    /// Arguments separated by commas outside of all delimiters.
    fn args(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let (mut start, mut at) = (range.start, range.start);
        while at < range.end {
            if self.is(at, ',') {
                out.push(start..at);
                start = at + 1;
            }
            at = if matches!(self.tokens[at].kind, TokenKind::Open(_)) { self.behind(at) } else { at + 1 };
        }
        if start < range.end {
            out.push(start..range.end);
        }
        out
    }

    /// A path that begins at an index, and the index behind it. Keys of documents end what is known of it.
    fn path(&self, range: &Range<usize>) -> Option<(Vec<Segment>, usize)> {
        let mut at = range.start;
        let mut out = steps(&self.name(at)?);
        at += 1;
        let mut known = true;
        loop {
            if self.is(at, '[') {
                known = false;
                at = self.behind(at);
            } else if self.is(at, '.') && at + 1 < range.end {
                match self.name(at + 1) {
                    Some(name) if known => out.extend(steps(&name)),
                    Some(_) => {}
                    None => known = false,
                }
                at += 2;
            } else {
                return Some((out, at.min(range.end)));
            }
        }
    }

    /// Whether a single `=` stands at an index, perhaps behind `?`.
    fn assigns(&self, at: usize) -> bool {
        let at = if self.is(at, '?') { at + 1 } else { at };
        let touches = |c: char| self.is(at + 1, c) && self.tokens[at].span.end == self.tokens[at + 1].span.start;
        self.is(at, '=') && !touches('=') && !touches('>')
    }

    /// The paths on the left of `=` in conditions, in groups of `Q` too.
    pub(super) fn compared(&self, range: Range<usize>) -> Vec<Vec<Segment>> {
        let mut out = Vec::new();
        self.conditions(range, 0, &mut out);
        out
    }

    /// The paths in conditions that are separated by commas.
    fn conditions(&self, range: Range<usize>, depth: usize, out: &mut Vec<Vec<Segment>>) {
        for arg in self.args(range) {
            match self.path(&arg) {
                Some((path, behind)) if behind < arg.end && self.assigns(behind) => out.push(path),
                _ => self.groups(arg, depth, out),
            }
        }
    }

    /// The paths in `Q(…)` of a condition that is made of them.
    fn groups(&self, range: Range<usize>, depth: usize, out: &mut Vec<Vec<Segment>>) {
        // Deeper ones are the compiler's to refuse.
        if depth > 64 {
            return;
        }
        let mut at = range.start;
        while at < range.end {
            if !matches!(self.tokens[at].kind, TokenKind::Open(_)) {
                at += 1;
                continue;
            }
            let behind = self.behind(at).min(range.end);
            let inside = at + 1..behind.saturating_sub(1).max(at + 1);
            let before = (at > range.start).then(|| at - 1);
            let called = before.and_then(|before| self.name(before));
            // In a call of something else: other models, other meanings.
            if called.is_none() && self.is(at, '(') {
                self.groups(inside, depth + 1, out);
            } else if called.is_some_and(|name| name.text == "Q") && !self.follows_path(at - 1) {
                self.conditions(inside, depth + 1, out);
            }
            at = behind;
        }
    }

    /// Whether a name is the last of a path of Rust or of a chain.
    fn follows_path(&self, at: usize) -> bool {
        at > 0 && (self.is(at - 1, '.') || self.is(at - 1, ':'))
    }

    /// The names before `=` in `annotate(name = …)`.
    pub(super) fn assigned(&self, range: Range<usize>) -> Vec<Name> {
        let args = self.args(range).into_iter();
        args.filter_map(|arg| self.name(arg.start).filter(|_| self.assigns(arg.start + 1))).collect()
    }

    /// The arguments that are nothing but a path, perhaps behind `-`.
    pub(super) fn bare_paths(&self, range: Range<usize>) -> Vec<Vec<Segment>> {
        let mut out = Vec::new();
        for arg in self.args(range) {
            let start = if self.is(arg.start, '-') { arg.start + 1 } else { arg.start };
            if let Some((path, behind)) = self.path(&(start..arg.end))
                && behind == arg.end
            {
                out.push(path);
            }
        }
        out
    }
}

/// The steps of a name: `category__slug` is two.
fn steps(name: &Name) -> Vec<Segment> {
    let mut out = Vec::new();
    let mut start = name.span.start;
    for part in name.text.split("__") {
        let length = u32::try_from(part.len()).unwrap_or(0);
        let whole = part.len() == name.text.len();
        let span = if whole { name.span } else { Span { start, end: start + length, ..name.span } };
        out.push(Name { text: part.to_owned(), span });
        start += length + 2;
    }
    out
}
