//! Members of models that are no fields.

use super::cursor::Parser;
use crate::ast::{Member, MemberKind, Name, OrderKey, Param, Scope};
use crate::diagnostic::Diagnostic;
use crate::foreign;
use crate::words::{CHAIN_METHODS, MEMBERS, SCOPE_METHODS};

impl Parser<'_> {
    /// Reads a member.
    pub(super) fn member(&mut self) -> Option<Member> {
        let docs = self.docs();
        let span = self.here();
        if self.word(0).is_none() {
            self.expected("a field or another member");
            return None;
        }
        if self.is(1, ':') && !self.is_double_colon(1) {
            let kind = MemberKind::Field(self.field()?);
            return Some(Member { kind, span, docs });
        }
        let word = self.name("a member")?;
        let kind = self.member_kind(&word)?;
        Some(Member { kind, span, docs })
    }

    fn member_kind(&mut self, word: &Name) -> Option<MemberKind> {
        let place = format!("after `{}`", word.text);
        let takes_list = matches!(word.text.as_str(), "ordering" | "index" | "unique" | "primary_key" | "table");
        if takes_list && self.is(0, '=') {
            let message = format!("unexpected `=` after `{}`", word.text);
            let inside = if word.text == "table" { "\"…\"" } else { "…" };
            self.report(
                Diagnostic::at("S010", self.here(), message).help(format!("it is written `{}({inside})`", word.text)),
            );
            return None;
        }
        Some(match word.text.as_str() {
            "table" => MemberKind::Table(self.single(&place, |p| p.string("a name in quotes"))?),
            "schema" => MemberKind::Namespace(self.single(&place, |p| p.string("a name in quotes"))?),
            "comment" => MemberKind::Comment(self.single(&place, |p| p.string("a text in quotes"))?),
            "renamed_from" => MemberKind::RenamedFrom(self.single(&place, |p| p.name("a model's name"))?),
            "unmanaged" => MemberKind::Unmanaged,
            "ordering" => MemberKind::Ordering(self.list(&place, Self::order_key)?),
            "primary_key" => MemberKind::PrimaryKey(self.list(&place, |p| p.name("a field's name"))?),
            "index" => MemberKind::Index(self.index('i', "index", word.span)?),
            "unique" => MemberKind::Unique(self.index('u', "unique", word.span)?),
            "check" if self.is(0, '(') => {
                let help = "a check has a name: `check price_non_negative(price.gte = 0)`";
                self.report(
                    Diagnostic::at("S010", self.here(), "expected the constraint's name, found `(`").help(help),
                );
                return None;
            }
            "check" => {
                let name = self.declared("the constraint's name")?;
                let place = format!("after `{}`", name.text);
                MemberKind::Check(name, self.code_group(&place)?)
            }
            "exclude" => {
                let name = self.declared("the constraint's name")?;
                MemberKind::Exclude(name, self.index('e', "exclude", word.span)?)
            }
            "scope" => MemberKind::Scope(self.scope()?),
            _ => {
                self.unknown(word);
                return None;
            }
        })
    }

    /// Reports a word that is neither a field nor a member.
    fn unknown(&mut self, word: &Name) {
        if let Some(help) = foreign::member(&word.text) {
            self.report(Diagnostic::at("S012", word.span, format!("unknown member `{}`", word.text)).help(help));
            return;
        }
        if self.word(0).is_some() || self.is(0, '[') {
            let message = format!("expected `:` and a type after the field's name `{}`", word.text);
            let diagnostic = Diagnostic::at("S010", self.here(), message);
            self.report(diagnostic.suggest(&word.text, MEMBERS.iter().copied()));
        } else {
            self.report(
                Diagnostic::at("S012", word.span, format!("unknown member `{}`", word.text))
                    .suggest(&word.text, MEMBERS.iter().copied())
                    .note("a field is written `name: Type`"),
            );
        }
    }

    /// Reads `-a.b`.
    fn order_key(&mut self) -> Option<OrderKey> {
        let descending = self.eat('-');
        let start = self.here();
        let mut path = Vec::new();
        self.unquoted("a field's name")?;
        loop {
            let name = self.name("a field's name")?;
            let mut offset = name.span.start;
            for part in name.text.split("__") {
                let length = u32::try_from(part.len()).unwrap_or(0);
                let span = crate::Span { start: offset, end: offset + length, ..name.span };
                path.push(Name { text: part.to_owned(), span });
                offset += length + 2;
            }
            if !self.eat('.') {
                break;
            }
        }
        self.direction(descending, &path)?;
        Some(OrderKey { path, descending, span: self.since(start) })
    }

    /// Reports a direction that is written as SQL or Django do: `name desc`, `name.desc()`.
    fn direction(&mut self, descending: bool, path: &[Name]) -> Option<()> {
        let is = |word: &str, known: &str| word.eq_ignore_ascii_case(known);
        let direction = |word: &str| is(word, "desc") || is(word, "asc");
        let last = path.last().filter(|last| path.len() > 1 && self.is(0, '(') && direction(&last.text));
        let (word, path) = match (self.word(0).filter(|word| direction(word)), last) {
            (Some(word), _) => (Name { text: word.to_owned(), span: self.here() }, path),
            (None, Some(last)) => (last.clone(), &path[..path.len() - 1]),
            (None, None) => return Some(()),
        };
        let path = path.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
        let help = if is(&word.text, "desc") && !descending {
            format!("descending is `-`: `-{path}`")
        } else {
            format!("ascending is what has no `-`: `{path}`")
        };
        let message = format!("expected `,` or `)`, found `{}`", word.text);
        self.report(Diagnostic::at("S010", word.span, message).help(help));
        None
    }

    /// Reports a condition where the chain of a scope should stand.
    fn condition(&mut self, scope: &Name) -> Option<()> {
        let method = |word: &str| SCOPE_METHODS.contains(&word) || CHAIN_METHODS.contains(&word);
        let begins = self.word(0).is_some_and(|word| !method(word)) && !self.is(1, '(');
        if !begins {
            return Some(());
        }
        let (from, here, found) = (self.at(), self.here(), self.found());
        self.skip_member(from);
        let code = self.code(from, self.at()).text;
        if !code.contains('=') {
            self.go(from);
            return Some(());
        }
        let message = format!("expected a method such as `filter(…)`, found {found}");
        let help = format!("conditions stand in `filter(…)`: `scope {} = filter({code})`", scope.text);
        self.report(Diagnostic::at("S010", here, message).help(help));
        None
    }

    /// Reads what follows `scope`.
    fn scope(&mut self) -> Option<Scope> {
        let name = self.declared("the scope's name")?;
        let params = if self.is(0, '(') {
            self.list("", |parser| {
                let name = parser.declared("a parameter's name")?;
                parser.expect(':', "and a type")?;
                let (ty, nullable) = parser.ty()?;
                Some(Param { name, ty, nullable })
            })?
        } else {
            Vec::new()
        };
        self.expect('=', &format!("and a chain after `{}`", name.text))?;
        let start = self.at();
        if self.is(1, '.') && self.word(0).is_some_and(|word| word.starts_with(char::is_uppercase)) {
            let message = format!("expected a method such as `filter(…)`, found {}", self.found());
            let help = "a scope begins with its first method, without the model: `scope active = filter(…)`";
            self.report(Diagnostic::at("S010", self.here(), message).help(help));
            return None;
        }
        self.condition(&name)?;
        loop {
            if self.word(0).is_none() {
                self.expected("a method such as `filter(…)`");
                return None;
            }
            self.bump();
            let close = self.open('(', "after the method's name")?;
            self.go(close + 1);
            while self.is(0, '[') {
                let close = self.open('[', "")?;
                self.go(close + 1);
            }
            if !self.eat('.') {
                break;
            }
        }
        Some(Scope { name, params, chain: self.code(start, self.at()) })
    }
}
