//! Errors of a query: what is wrong, on which tokens, and what to write instead.
//!
//! In: whatever a stage finds. Out: [`Diagnostics`], which the macro turns into `compile_error!`s and golden tests
//! print as text.

extern crate proc_macro;

use crate::ast::Tokens;
use nuages_schema::model::ModelId;
use std::panic::Location;

/// One mistake.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// `N0203`; every code is listed in [`crate::codes`].
    pub code: &'static str,
    /// Lower case, no full stop: what was found and what was expected.
    pub message: String,
    /// The wrong tokens.
    pub tokens: Tokens,
    /// Further lines: `did you mean ...`, where the schema declares the thing.
    pub notes: Vec<String>,
    /// Where in the compiler it was found: tests ask whether every mistake has a case.
    pub origin: &'static Location<'static>,
    /// It was found in the text of a scope.
    pub scope: Option<Box<InScope>>,
    /// It is told where the models are, so not again.
    pub told: bool,
}

/// Where in the schema a mistake was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InScope {
    /// The model of the scope that the query calls.
    pub model: ModelId,
    /// Its name.
    pub name: String,
    /// Which of its methods is wrong, if it could be read.
    pub method: Option<usize>,
}

/// All mistakes of one query, in the order found until they are sorted.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a mistake.
    #[track_caller]
    pub fn error(&mut self, code: &'static str, tokens: Tokens, message: impl Into<String>) -> &mut Diagnostic {
        let last = self.list.len();
        let origin = Location::caller();
        self.list.push(Diagnostic {
            code,
            message: message.into(),
            tokens,
            notes: Vec::new(),
            origin,
            scope: None,
            told: false,
        });
        &mut self.list[last]
    }

    /// The mistake found last.
    pub fn last_mut(&mut self) -> Option<&mut Diagnostic> {
        self.list.last_mut()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many were found.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// In the order found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// The ones from the n-th on, for those who know more about where they were found.
    pub fn since(&mut self, start: usize) -> impl Iterator<Item = &mut Diagnostic> {
        self.list.iter_mut().skip(start)
    }

    /// Takes back those of these codes from the n-th on: they follow from a mistake that was reported before.
    pub fn take_back(&mut self, start: usize, codes: &[&str]) {
        let mut at = 0;
        self.list.retain(|d| {
            at += 1;
            at <= start || !codes.contains(&d.code)
        });
    }

    /// Puts them in the order of their places, which only rustc knows: elsewhere the order stays that in which they were
    /// found.
    pub fn sort(&mut self) {
        if proc_macro::is_available() {
            self.list.sort_by_cached_key(|d| {
                // The span as rustc has it, which is there: it was asked above.
                let first = proc_macro2::Span::unwrap(d.tokens.first);
                (first.line(), first.column())
            });
        }
    }

    /// All of them.
    pub fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }

    /// Takes over the mistakes of another list.
    pub fn append(&mut self, other: Self) {
        self.list.extend(other.list);
    }
}

impl Diagnostic {
    /// Adds a line to the message.
    pub fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.notes.push(text.into());
        self
    }

    /// Adds `did you mean` if there is a near name.
    pub fn suggest(&mut self, near: Option<&str>) -> &mut Self {
        if let Some(near) = near {
            self.notes.push(format!("did you mean `{near}`?"));
        }
        self
    }

    /// As a mistake of the schema.
    pub fn placed(&self, span: nuages_schema::Span) -> nuages_schema::Diagnostic {
        let placed = nuages_schema::Diagnostic::at(self.code, span, self.message.as_str());
        self.notes.iter().map(String::as_str).fold(placed, |placed, note| {
            if note.starts_with("did you mean") { placed.help(note) } else { placed.note(note) }
        })
    }

    /// Message and notes as one text, as the compiler shows it.
    pub fn text(&self) -> String {
        let mut text = format!("{} [{}]", self.message, self.code);
        for note in &self.notes {
            text.push_str("\n  = ");
            text.push_str(note);
        }
        text
    }
}
