//! Items: models, abstracts, enums, extensions.

use super::cursor::Parser;
use crate::ast::{Enum, Item, Model, Name, Variant};
use crate::diagnostic::Diagnostic;
use crate::foreign;
use crate::lexer::TokenKind;
use crate::source::Span;
use crate::words;

impl Parser<'_> {
    /// Reads an item; nothing after a mistake in its head.
    pub(super) fn item(&mut self) -> Option<Item> {
        let docs = self.docs();
        match self.word(0) {
            Some("model") => self.model(false, docs).map(Item::Model),
            Some("abstract") => self.model(true, docs).map(Item::Model),
            Some("enum") => self.enumeration(docs).map(Item::Enum),
            Some("extension") => {
                self.bump();
                self.list("after `extension`", Self::extension).map(Item::Extensions)
            }
            _ => {
                let found = self.found();
                let message = format!("expected `model`, `abstract`, `enum` or `extension`, found {found}");
                let mut diagnostic = Diagnostic::at("S010", self.here(), message);
                if let Some(word) = self.word(0) {
                    diagnostic = match foreign::item(word) {
                        Some(help) => diagnostic.help(help),
                        None => diagnostic.suggest(word, words::ITEMS.iter().copied()),
                    };
                } else if self.is(0, '#') && self.is(1, '[') {
                    diagnostic = diagnostic.help("attributes of Rust are given to queries, not to models");
                } else if self.is(0, '#') || self.is(0, '-') && self.is(1, '-') {
                    diagnostic = diagnostic.help("a comment begins with `//`");
                }
                self.report(diagnostic);
                self.bump();
                None
            }
        }
    }

    /// The name of an extension; one with a hyphen is a string.
    fn extension(&mut self) -> Option<Name> {
        if matches!(self.token(0).kind, TokenKind::Text(_)) {
            return self.string("an extension's name");
        }
        let (from, name) = (self.at(), self.name("an extension's name")?);
        if self.is(0, '-') && self.word(1).is_some() {
            let message = format!("expected `,` or `)` after `{}`, found `-`", name.text);
            let at = self.here();
            self.go(self.at() + 2);
            let help = format!("a name with `-` stands in quotes: `{:?}`", self.code(from, self.at()).text);
            self.report(Diagnostic::at("S010", at, message).help(help));
            return None;
        }
        Some(name)
    }

    fn model(&mut self, is_abstract: bool, docs: String) -> Option<Model> {
        self.bump();
        let name = self.declared("a model's name")?;
        let mut bases = Vec::new();
        if self.eat(':') {
            loop {
                bases.push(self.name("an abstract's name")?);
                if !self.eat(',') || self.is(0, '{') {
                    break;
                }
            }
        }
        let inherits = matches!(self.word(0), Some("extends" | "inherits" | "implements" | "with" | "is" | "from"));
        if bases.is_empty() && (self.is(0, '(') || inherits) {
            let message = format!("expected `{{` after `{}`, found {}", name.text, self.found());
            let base = self.word(1).or(self.word(2)).unwrap_or("Timestamped");
            let help = format!("what a model inherits stands behind `:`: `model {}: {base}`", name.text);
            self.report(Diagnostic::at("S010", self.here(), message).help(help));
            return None;
        }
        let open = self.expect('{', &format!("after `{}`", bases.last().unwrap_or(&name).text))?;
        let mut model = Model { is_abstract, name, bases, docs, members: Vec::new(), broken: false };
        let mut lost = false;
        let broken = self.body(open, |parser| {
            let gives_names = parser.member_gives_names();
            let member = parser.member();
            lost |= gives_names && member.is_none();
            model.members.push(member?);
            Some(())
        });
        model.broken = broken || lost;
        Some(model)
    }

    fn enumeration(&mut self, docs: String) -> Option<Enum> {
        self.bump();
        let name = self.declared("an enum's name")?;
        let mut native = None;
        if self.word(0) == Some("native") {
            self.bump();
            native = Some(self.single("after `native`", |p| p.string("the type's name in quotes"))?);
        }
        let open = self.expect('{', &format!("after `{}`", name.text))?;
        let mut out = Enum { name, docs, native, variants: Vec::new(), broken: false };
        let mut lost = false;
        let broken = self.body(open, |parser| {
            let variant = parser.variant();
            lost |= variant.is_none();
            out.variants.push(variant?);
            Some(())
        });
        out.broken = broken || lost;
        Some(out)
    }

    fn variant(&mut self) -> Option<Variant> {
        let docs = self.docs();
        let name = self.declared("a variant's name")?;
        if !self.is(0, '=') {
            let found = self.found();
            self.report(Diagnostic::at("S010", self.here(), format!("expected `=` and a text, found {found}")).help(
                format!("a variant has the value that is stored: `{} = \"{}\"`", name.text, name.text.to_lowercase()),
            ));
            return None;
        }
        self.bump();
        if !matches!(self.token(0).kind, TokenKind::Text(_)) {
            let message = format!("expected the value as a text, found {}", self.found());
            let lower = name.text.to_lowercase();
            let help = format!("a variant has the text that is stored: `{} = \"{lower}\"`", name.text);
            self.report(Diagnostic::at("S010", self.here(), message).help(help));
            return None;
        }
        let value = self.string("the value as a text")?;
        Some(Variant { name, value, docs })
    }

    /// Whether what stands here, if it cannot be read, may have been a name that others use.
    fn member_gives_names(&self) -> bool {
        let is_field = self.is(1, ':');
        is_field
            || !self
                .word(0)
                .is_some_and(|word| words::MEMBERS.contains(&word) && !matches!(word, "scope" | "primary_key"))
    }

    /// Reads members separated by commas up to `}`; gives whether something between them was passed over.
    fn body(&mut self, open: Span, mut one: impl FnMut(&mut Self) -> Option<()>) -> bool {
        let mut broken = false;
        loop {
            if self.eat('}') {
                return broken;
            }
            if self.at_end() || self.at_item_in_body() {
                self.report(Diagnostic::at("S011", open, "this `{` is never closed"));
                return true;
            }
            let start = self.at();
            let good = one(self).is_some();
            if !good {
                self.skip_member(start);
            }
            if self.eat(',') || self.is(0, '}') {
                continue;
            }
            if self.at_end() || self.at_item_in_body() {
                continue;
            }
            let continues = self.begins_line() && self.word(0).is_some();
            // Behind a mistake the next member is where reading goes on; the missing comma is not worth a word.
            if self.is(0, ';') {
                let help = "members are separated by commas";
                self.report(Diagnostic::at("S010", self.here(), "expected `,` or `}`, found `;`").help(help));
            } else if good || !continues || !self.at_member() {
                self.expected("`,` or `}`");
            }
            if !continues {
                broken = true;
                self.skip_member(start);
                self.eat(',');
            }
            // A closing delimiter that nothing opened would stop everything here.
            if self.at() == start {
                self.bump();
            }
        }
    }
}
