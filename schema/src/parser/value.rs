//! Values of `default(…)`.

use super::cursor::Parser;
use crate::ast::{Value, ValueKind};
use crate::diagnostic::Diagnostic;
use crate::foreign;
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// Reads a value.
    pub(super) fn value(&mut self) -> Option<Value> {
        let start = self.here();
        let kind = match self.token(0).kind.clone() {
            TokenKind::Text(_) => ValueKind::Text(self.string("a text")?.text),
            TokenKind::Number(number) => {
                self.bump();
                ValueKind::Number(number)
            }
            TokenKind::Punct(sign @ ('-' | '+')) => {
                self.bump();
                let TokenKind::Number(number) = self.token(0).kind.clone() else {
                    self.expected("a number");
                    return None;
                };
                self.bump();
                ValueKind::Number(if sign == '-' { format!("-{number}") } else { number })
            }
            TokenKind::Open('[') => {
                let close = self.open('[', "")?;
                let mut values = Vec::new();
                while self.at() < close {
                    values.push(self.nested(Self::value)?);
                    if self.at() < close && !self.eat(',') {
                        self.expected("`,` or `]`");
                        return None;
                    }
                }
                self.go(close + 1);
                ValueKind::Array(values)
            }
            TokenKind::Ident(_) => self.word_value()?,
            TokenKind::Other => {
                let diagnostic = Diagnostic::at("S010", start, "expected a value, found a literal");
                self.report(diagnostic.help("a text stands in double quotes"));
                return None;
            }
            TokenKind::Open('{') => {
                let diagnostic = Diagnostic::at("S010", start, "expected a value, found `{`");
                self.report(diagnostic.help("a document is a text: `\"{}\"`"));
                return None;
            }
            _ => {
                self.expected("a value");
                return None;
            }
        };
        Some(Value { kind, span: self.since(start) })
    }

    /// Reports a path of Python or Rust whose last word says what is meant: `timezone.now`, `Uuid::new_v4()`.
    fn known_path(&mut self) -> Option<()> {
        let (from, start) = (self.at(), self.here());
        self.bump();
        while (self.is(0, '.') && self.word(1).is_some()) || (self.is_double_colon(0) && self.word(2).is_some()) {
            let dotted = self.is(0, '.');
            self.go(self.at() + if dotted { 1 } else { 2 });
            // A variant of an enum may be called `List` or `Now`.
            let help = self.word(0).filter(|_| dotted || self.is(1, '(')).and_then(foreign::default);
            self.bump();
            if let Some(help) = help {
                let text = self.code(from, self.at()).text;
                let span = self.since(start);
                self.skip_group();
                self.report(Diagnostic::at("S010", span, format!("expected a value, found `{text}`")).help(help));
                return None;
            }
        }
        self.go(from);
        Some(())
    }

    /// A word, a path to a variant, or a call.
    fn word_value(&mut self) -> Option<ValueKind> {
        self.known_path()?;
        let mut name = self.name("a value")?;
        if self.is(0, '(') {
            let mut texts = self.list("", |p| p.string("a text in quotes"))?;
            return Some(ValueKind::Call(name, texts.pop()));
        }
        if self.is(0, '.')
            && let Some(variant) = self.word(1).map(str::to_owned)
        {
            let diagnostic = Diagnostic::at("S010", self.here(), "expected `)`, found `.`");
            self.report(diagnostic.help(format!("a variant stands alone: `{variant}`")));
            return None;
        }
        while self.is_double_colon(0) {
            self.bump();
            self.bump();
            name = self.name("a variant's name")?;
        }
        Some(match name.text.as_str() {
            "true" => ValueKind::Bool(true),
            "false" => ValueKind::Bool(false),
            "None" => ValueKind::Null,
            _ => ValueKind::Word(name.text),
        })
    }
}
