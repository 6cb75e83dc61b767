//! Fields: name, type, attributes.

use super::cursor::Parser;
use crate::ast::{Arg, Attribute, Field, Name, Type, TypeArg, TypeKind};
use crate::diagnostic::Diagnostic;
use crate::foreign;
use crate::lexer::TokenKind;
use crate::source::Span;
use crate::words::{ATTRIBUTES, Shape};

impl Parser<'_> {
    /// Reads `name: Type …`.
    pub(super) fn field(&mut self) -> Option<Field> {
        let name = self.declared("a field's name")?;
        self.expect(':', "and a type")?;
        let (ty, nullable) = self.ty()?;
        let mut field = Field { name, ty, nullable, attributes: Vec::new() };
        while self.word(0).is_some() && !self.at_member() && !self.at_item_in_body() {
            if let Some(attribute) = self.attribute() {
                field.attributes.push(attribute);
            }
        }
        Some(field)
    }

    /// Reads a type and the `?` behind it.
    pub(super) fn ty(&mut self) -> Option<(Type, Option<Span>)> {
        let start = self.here();
        let kind = if self.is(0, '[') {
            let close = self.open('[', "")?;
            let name = self.name("a model's name")?;
            if self.at() != close {
                self.expected("`]`");
                self.go(close + 1);
                return None;
            }
            self.bump();
            TypeKind::ManyToMany(name)
        } else {
            if let TokenKind::Text(text) = &self.token(0).kind {
                let text = text.clone();
                let help = if text == "self" {
                    "a relation of a model to itself has its name as the type".to_owned()
                } else {
                    format!("names are written without quotes: `{text}`")
                };
                self.report(Diagnostic::at("S010", self.here(), "expected a type, found a text").help(help));
                return None;
            }
            // `models.CharField`, as Python writes it.
            if self.word(0) == Some("models") && self.is(1, '.') && self.word(2).is_some() {
                self.go(self.at() + 2);
            }
            let name = self.name("a type")?;
            if name.text == "unique" && self.is(0, '[') {
                let message = "`unique` does not fit a many-to-many";
                let help = "a one-to-one is written without brackets: `unique Category`";
                self.report(Diagnostic::at("S040", name.span, message).help(help));
                return self.ty();
            }
            if name.text == "unique" && self.word(0).is_some() && !self.at_member() {
                TypeKind::OneToOne(self.name("a model's name")?)
            } else {
                let args = if self.is(0, '(') { Some(self.type_args(&name)?) } else { None };
                if self.is(0, '<') && foreign::relation(&name.text).is_some() {
                    // What it is written as is said when the name is looked up.
                    self.skip_angles();
                }
                TypeKind::Named(name, args)
            }
        };
        let ty = Type { kind, span: self.since(start) };
        let mark = self.here();
        let nullable = self.eat('?').then_some(mark);
        Some((ty, nullable))
    }

    fn type_args(&mut self, of: &Name) -> Option<Vec<TypeArg>> {
        let nested = matches!(of.text.as_str(), "Array" | "Range");
        self.list("", |parser| {
            let span = parser.here();
            match &parser.token(0).kind {
                TokenKind::Number(text) => {
                    let text = text.clone();
                    parser.bump();
                    Some(TypeArg::Number(Name { text, span }))
                }
                TokenKind::Text(_) => parser.string("a text").map(TypeArg::Text),
                TokenKind::Ident(_) | TokenKind::Open('[') if nested => {
                    parser.nested(Self::ty).map(|(ty, nullable)| TypeArg::Type(ty, nullable))
                }
                TokenKind::Ident(_) | TokenKind::Punct(':') => Some(TypeArg::Path(parser.path())),
                _ => {
                    parser.expected("a number, a text or a path");
                    None
                }
            }
        })
    }

    /// Reads the path of a Rust type, which may have generic arguments, up to a comma or closing delimiter.
    fn path(&mut self) -> Name {
        let start = self.at();
        let mut depth = 0_usize;
        while !self.at_end() {
            match &self.token(0).kind {
                TokenKind::Punct('<') => depth += 1,
                TokenKind::Punct('>') => depth = depth.saturating_sub(1),
                TokenKind::Punct(',') if depth == 0 => break,
                TokenKind::Close(_) => break,
                TokenKind::Open(_) => {
                    if let Some(close) = self.closing(self.at()) {
                        self.go(close);
                    }
                }
                _ => {}
            }
            self.bump();
        }
        let code = self.code(start, self.at());
        Name { text: code.text, span: code.span }
    }

    /// Passes `<…>`.
    fn skip_angles(&mut self) {
        let mut depth = 0_usize;
        while !self.at_end() && !self.is(0, '}') {
            depth += usize::from(self.is(0, '<'));
            depth -= usize::from(self.is(0, '>'));
            self.bump();
            if depth == 0 {
                return;
            }
        }
    }

    fn attribute(&mut self) -> Option<Attribute> {
        let name = self.name("an attribute")?;
        let Some((_, shape, _)) = ATTRIBUTES.iter().find(|(known, _, _)| *known == name.text) else {
            let diagnostic = Diagnostic::at("S012", name.span, format!("unknown attribute `{}`", name.text));
            let known = ATTRIBUTES.iter().map(|(known, _, _)| *known);
            let foreign = foreign::attribute(&name.text);
            self.report(match foreign {
                Some(help) => diagnostic.help(help),
                None => diagnostic.suggest(&name.text, known),
            });
            self.skip_group();
            self.skip_assigned();
            // `NOT NULL`, `REFERENCES category (id)`: what belongs to the foreign word.
            while self.word(0).is_some_and(|next| follows(&name.text, next)) && !self.at_member() {
                self.bump();
                self.skip_group();
            }
            let key = name.text.eq_ignore_ascii_case("primary") || name.text == "pk";
            let name = Name { text: "primary_key".to_owned(), ..name };
            return key.then_some(Attribute { name, arg: Arg::Nothing });
        };
        if self.is(0, '=') {
            let at = self.here();
            let value = self.skip_assigned();
            let help = match shape {
                Shape::Nothing => format!("`{}` stands alone", name.text),
                _ => format!("it is written `{}({value})`", name.text),
            };
            self.report(Diagnostic::at("S010", at, format!("unexpected `=` after `{}`", name.text)).help(help));
            let nothing = matches!(shape, Shape::Nothing);
            return nothing.then_some(Attribute { name, arg: Arg::Nothing });
        }
        if !matches!(shape, Shape::Nothing) && !self.is(0, '(') {
            return self.without_parentheses(&name);
        }
        let place = format!("after `{}`", name.text);
        let arg = match shape {
            Shape::Nothing => {
                if self.is(0, '(') {
                    let message = format!("`{}` takes nothing in parentheses", name.text);
                    self.report(Diagnostic::at("S013", self.here(), message));
                    self.skip_group();
                }
                Arg::Nothing
            }
            Shape::Word => Arg::Word(self.single(&place, |p| {
                // `models.CASCADE`, as Python writes it.
                if p.word(0) == Some("models") && p.is(1, '.') {
                    p.go(p.at() + 2);
                }
                p.unquoted("a name")?;
                p.name("a name")
            })?),
            Shape::WordOrDash => self.single(&place, |p| {
                p.unquoted("a name or `-`")?;
                if p.eat('-') { Some(Arg::Dash) } else { p.declared("a name or `-`").map(Arg::Word) }
            })?,
            Shape::Text => Arg::Text(self.single(&place, |p| p.string("a text in quotes"))?),
            Shape::Value => Arg::Value(self.single(&place, Self::value)?),
            Shape::Code => Arg::Code(self.code_group(&place)?),
        };
        Some(Attribute { name, arg })
    }

    /// Reports `default 3`.
    fn without_parentheses(&mut self, name: &Name) -> Option<Attribute> {
        let message = format!("expected `(` after `{}`, found {}", name.text, self.found());
        let mut diagnostic = Diagnostic::at("S010", self.here(), message);
        let value = match &self.token(0).kind {
            TokenKind::Number(_) | TokenKind::Text(_) => true,
            TokenKind::Ident(word) => !self.at_member() && ATTRIBUTES.iter().all(|(known, _, _)| known != word),
            _ => false,
        };
        if value {
            let from = self.at();
            self.bump();
            diagnostic = diagnostic.help(format!("it is written `{}({})`", name.text, self.code(from, self.at()).text));
            self.skip_group();
        }
        self.report(diagnostic);
        None
    }

    /// Passes `= value` of Python, if it stands here; gives the value.
    fn skip_assigned(&mut self) -> String {
        if !self.eat('=') {
            return String::new();
        }
        let from = self.at();
        self.bump();
        while self.is(0, '.') && self.word(1).is_some() {
            self.go(self.at() + 2);
        }
        self.skip_group();
        let text = self.code(from, self.at()).text;
        // `models.CASCADE` is a word here.
        match text.rsplit('.').next() {
            Some(last) if text.starts_with("models.") => last.to_lowercase(),
            _ => text,
        }
    }

    /// Passes a group in parentheses, if one stands here.
    pub(super) fn skip_group(&mut self) {
        if self.is(0, '(') {
            match self.closing(self.at()) {
                Some(close) => self.go(close + 1),
                None => self.bump(),
            }
        }
    }
}

/// Whether a word belongs to the one of SQL before it: `NOT NULL`, `PRIMARY KEY`, `REFERENCES category`.
fn follows(word: &str, next: &str) -> bool {
    let is = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    is(word, "not") && is(next, "null") || is(word, "primary") && is(next, "key") || is(word, "references")
}
