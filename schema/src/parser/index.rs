//! Indexes, unique and exclusion constraints: their keys and what follows them.

use super::cursor::Parser;
use crate::ast::{Index, Key, KeyTarget, Name};
use crate::diagnostic::Diagnostic;
use crate::lexer::TokenKind;
use crate::source::Span;
use crate::words::{METHODS, OPTIONS};

impl Parser<'_> {
    /// Reads the keys and options behind `index`, `unique`, or the name of an exclusion constraint. `letter` is that of
    /// [`OPTIONS`], `word` the first word.
    pub(super) fn index(&mut self, letter: char, word: &str, start: Span) -> Option<Index> {
        let mut index = Index {
            span: start,
            keys: Vec::new(),
            name: None,
            condition: None,
            include: Vec::new(),
            method: None,
            opclass: Vec::new(),
            nulls_not_distinct: None,
            deferrable: None,
        };
        let mut seen: Vec<String> = Vec::new();
        loop {
            if self.is(0, '(') && index.keys.is_empty() {
                index.keys = self.keys(word)?;
                continue;
            }
            if self.word(0).is_none() || self.at_member() || self.at_item_in_body() {
                break;
            }
            let option = self.name("an option")?;
            if seen.contains(&option.text) {
                self.report(Diagnostic::at("S014", option.span, format!("`{}` is given twice", option.text)));
            }
            seen.push(option.text.clone());
            let allowed = OPTIONS.iter().filter(|(_, letters)| letters.contains(letter));
            if !allowed.clone().any(|(name, _)| *name == option.text) {
                let known = OPTIONS.iter().any(|(name, _)| *name == option.text);
                let message = if known {
                    format!("`{}` does not fit `{word}`", option.text)
                } else {
                    format!("unknown option `{}` of `{word}`", option.text)
                };
                let diagnostic = Diagnostic::at("S012", option.span, message);
                self.report(if known {
                    diagnostic
                } else {
                    diagnostic.suggest(&option.text, allowed.map(|(name, _)| *name))
                });
                self.skip_group();
                continue;
            }
            self.option(&mut index, &option)?;
        }
        index.span = self.since(start);
        if index.keys.is_empty() {
            self.report(Diagnostic::at(
                "S010",
                index.span,
                format!("`{word}` needs at least one field in parentheses"),
            ));
            return None;
        }
        Some(index)
    }

    /// Reads what stands in the parentheses of an option.
    fn option(&mut self, index: &mut Index, option: &Name) -> Option<()> {
        let place = format!("after `{}`", option.text);
        match option.text.as_str() {
            "name" => index.name = Some(self.single(&place, |p| p.string("a name in quotes"))?),
            "where" => index.condition = Some(self.code_group(&place)?),
            "include" => index.include = self.list(&place, |p| p.name("a field's name"))?,
            "opclass" => index.opclass = self.list(&place, |p| p.name("an operator class"))?,
            "nulls_not_distinct" => index.nulls_not_distinct = Some(option.span),
            "deferrable" => index.deferrable = Some(option.span),
            _ => {
                let method = self.single(&place, |p| p.name("an access method"))?;
                if METHODS.contains(&method.text.as_str()) {
                    index.method = Some(method);
                } else if method.text != "btree" {
                    self.report(
                        Diagnostic::at("S015", method.span, format!("unknown access method `{}`", method.text))
                            .suggest(&method.text, METHODS.iter().copied())
                            .note(format!("the access methods are {}", METHODS.join(", "))),
                    );
                }
            }
        }
        Some(())
    }

    /// Reads `(a, -b, Lower(c))`.
    fn keys(&mut self, word: &str) -> Option<Vec<Key>> {
        let close = self.open('(', "")?;
        let mut keys = Vec::new();
        let mut good = true;
        while self.at() < close {
            let start = self.at();
            let end = self.next_comma(close);
            match self.key(word, start, end) {
                Some(key) => keys.push(key),
                None => good = false,
            }
            self.go(end);
            self.eat(',');
        }
        self.go(close + 1);
        good.then_some(keys)
    }

    /// The index of the next comma outside of all delimiters, or of the closing one.
    fn next_comma(&mut self, close: usize) -> usize {
        let start = self.at();
        while self.at() < close && !self.is(0, ',') {
            match self.token(0).kind {
                TokenKind::Open(_) => {
                    let end = self.closing(self.at()).unwrap_or(close);
                    self.go(end + 1);
                }
                _ => self.bump(),
            }
        }
        let end = self.at();
        self.go(start);
        end
    }

    /// Reads one key, which stands between two positions.
    fn key(&mut self, word: &str, start: usize, end: usize) -> Option<Key> {
        if start == end {
            self.expected("a field's name or an expression");
            return None;
        }
        let span = self.code(start, end).span;
        let mut key = Key {
            target: KeyTarget::Name(Name { text: String::new(), span }),
            descending: None,
            opclass: None,
            operator: None,
            span,
        };
        let minus = self.here();
        if self.eat('-') {
            key.descending = Some(minus);
        }
        let first = self.at();
        let mut last = end;
        if last >= first + 2 {
            self.go(last - 2);
            if self.word(0) == Some("with") {
                last -= 2;
                self.bump();
                key.operator = Some(self.string("an operator in quotes")?);
            }
        }
        if last >= first + 5 {
            self.go(last - 4);
            if self.word(0) == Some("opclass") && self.is(1, '(') && self.is(3, ')') {
                last -= 4;
                self.go(last + 2);
                key.opclass = Some(self.name("an operator class")?);
            }
        }
        self.go(first);
        if first >= last {
            self.expected("a field's name or an expression");
            return None;
        }
        let code = self.code(first, last);
        if let (Some(name), true) = (self.word(0), last == first + 1) {
            key.target = KeyTarget::Name(Name { text: name.to_owned(), span: code.span });
        } else if self.word(0).is_some() && self.is_path(first, last) {
            self.report(Diagnostic::at(
                "S016",
                code.span,
                format!("`{}` leads out of the table: `{word}` takes fields and expressions of this model", code.text),
            ));
            return None;
        } else if self.unquoted("a field's name or an expression").is_none() {
            return None;
        } else if !code.text.contains('(') {
            self.report(Diagnostic::at(
                "S010",
                code.span,
                format!("expected a field's name or an expression, found `{}`", code.text),
            ));
            return None;
        } else {
            key.target = KeyTarget::Expression(code);
        }
        Some(key)
    }

    /// Whether the tokens between two positions are names joined by dots.
    fn is_path(&self, first: usize, last: usize) -> bool {
        (first..last).all(|at| {
            let ahead = at - self.at();
            if (at - first).is_multiple_of(2) { self.word(ahead).is_some() } else { self.is(ahead, '.') }
        })
    }
}
