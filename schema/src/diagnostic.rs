//! What is wrong with a schema, and where.
//!
//! In: checks that found a mistake. Out: [`Diagnostics`], which knows the files it speaks of, so that its `Display` is
//! the text a terminal shows.

use crate::render;
use crate::source::{SourceFile, Span};

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// `S012`: stands for the kind of mistake, listed in the documentation.
    pub code: &'static str,
    /// What was found and what was expected: lower case, without a full stop.
    pub message: String,
    /// The place that is wrong; `None` when the mistake is not in a file (the folder is missing).
    pub span: Option<Span>,
    /// Words beside the carets.
    pub label: Option<String>,
    /// Other places that matter, each with words beside its carets.
    pub places: Vec<(Span, String)>,
    /// Lines after the source: at most one help, and notes.
    pub notes: Vec<Note>,
}

/// A line below the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// What to do about it.
    Help(String),
    /// What else to know.
    Note(String),
}

/// All mistakes that were found, in order of their places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// The mistakes; never empty where it is an error of a function.
    pub list: Vec<Diagnostic>,
    /// The files that spans refer to.
    pub sources: Vec<SourceFile>,
}

impl Diagnostic {
    /// A mistake that is in no file.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span: None, label: None, places: Vec::new(), notes: Vec::new() }
    }

    /// A mistake at a place.
    pub fn at(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { span: Some(span), ..Self::new(code, message) }
    }

    /// Adds words beside the carets.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = Some(text.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn place(mut self, span: Span, text: impl Into<String>) -> Self {
        self.places.push((span, text.into()));
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.notes.push(Note::Help(text.into()));
        self
    }

    /// Adds what else to know.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(Note::Note(text.into()));
        self
    }

    /// Adds "did you mean" if one of the candidates is close to the name.
    #[must_use]
    pub fn suggest<'a>(self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match crate::suggest::nearest(name, candidates) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

impl Diagnostics {
    /// Mistakes in the order of their places, each once: one in an abstract is found in each heir, and told of the first.
    pub(crate) fn new(mut list: Vec<Diagnostic>, sources: Vec<SourceFile>) -> Self {
        let place = |d: &Diagnostic| d.span.map(|span| (span.file, span.start, span.end));
        list.sort_by_key(place);
        let mut seen: Vec<Diagnostic> = Vec::new();
        for diagnostic in list {
            let known = |other: &Diagnostic| {
                other.code == diagnostic.code && other.span == diagnostic.span && diagnostic.span.is_some()
            };
            if !seen.contains(&diagnostic) && !seen.iter().any(known) {
                seen.push(diagnostic);
            }
        }
        Self { list: seen, sources }
    }

    /// The line that ends a list of mistakes: how more is said of the first.
    pub fn explained(&self) -> String {
        self.list.first().map(|first| format!("`nuages explain {}` says more", first.code)).unwrap_or_default()
    }

    /// One mistake that is in no file.
    pub fn one(diagnostic: Diagnostic) -> Self {
        Self { list: vec![diagnostic], sources: Vec::new() }
    }
}

impl std::fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&render::text(&self.list, &self.sources))
    }
}

impl std::error::Error for Diagnostics {}
