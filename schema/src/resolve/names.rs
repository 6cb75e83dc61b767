//! The one namespace of models, abstracts and enums.
//!
//! In: the trees of all files. Out: [`Names`], which knows what each name stands for; names that are given twice or
//! belong to the language are reported, and the first one counts.

use crate::ast::{Enum, File, Item, Model, Name};
use crate::diagnostic::Diagnostic;
use crate::model::{EnumId, ModelId};
use crate::source::{SourceFile, Span};
use crate::words::TYPES;
use std::collections::BTreeMap;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    /// A model.
    Model(ModelId),
    /// An abstract: index into [`Names::abstracts`].
    Abstract(usize),
    /// An enum.
    Enum(EnumId),
}

/// An item and the app label of its file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a, T> {
    /// The item.
    pub(crate) item: &'a T,
    /// The app label.
    pub(crate) app: Option<&'a str>,
}

/// All names of a schema.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    things: BTreeMap<&'a str, (Thing, Span)>,
    /// The models; [`ModelId`] is the index.
    pub(crate) models: Vec<Placed<'a, Model>>,
    /// The abstracts.
    pub(crate) abstracts: Vec<Placed<'a, Model>>,
    /// The enums; [`EnumId`] is the index.
    pub(crate) enums: Vec<Placed<'a, Enum>>,
    /// Declared extensions.
    pub(crate) extensions: Vec<&'a Name>,
    /// An item somewhere could not be read: an unknown name may be its.
    pub(crate) incomplete: bool,
}

/// A position as the number in an id.
pub(crate) fn number(i: usize) -> u32 {
    u32::try_from(i).unwrap_or(u32::MAX)
}

/// Gathers all names.
pub(crate) fn collect<'a>(
    files: &'a [File],
    sources: &'a [SourceFile],
    diagnostics: &mut Vec<Diagnostic>,
) -> Names<'a> {
    let mut names = Names { incomplete: files.iter().any(|file| file.broken), ..Names::default() };
    for (file, source) in files.iter().zip(sources) {
        let app = source.app.as_deref();
        if let Some(label) = app {
            label_is_a_name(label, source, file, diagnostics);
        }
        for item in &file.items {
            match item {
                Item::Model(item) if item.is_abstract => {
                    if names.add(&item.name, Thing::Abstract(names.abstracts.len()), diagnostics) {
                        names.abstracts.push(Placed { item, app });
                    }
                }
                Item::Model(item) => {
                    if names.add(&item.name, Thing::Model(ModelId(number(names.models.len()))), diagnostics) {
                        names.models.push(Placed { item, app });
                    }
                }
                Item::Enum(item) => {
                    if names.add(&item.name, Thing::Enum(EnumId(number(names.enums.len()))), diagnostics) {
                        names.enums.push(Placed { item, app });
                    }
                }
                Item::Extensions(extensions) => names.extensions.extend(extensions),
            }
        }
    }
    names
}

/// The stem of a file becomes part of its tables' names, so it is a name itself.
fn label_is_a_name(label: &str, source: &SourceFile, file: &File, diagnostics: &mut Vec<Diagnostic>) {
    let good = label.starts_with(crate::lexer::begins_name)
        && label.chars().all(crate::lexer::continues_name)
        && !label.contains("__");
    if !good && !file.items.is_empty() {
        diagnostics.push(
            Diagnostic::new(
                "S024",
                format!("the file name `{}` gives no app label: `{label}` is not a name", source.path),
            )
            .help("name the file with letters, digits and `_`"),
        );
    }
}

impl<'a> Names<'a> {
    /// Adds a name; gives whether it is new.
    fn add(&mut self, name: &'a Name, thing: Thing, diagnostics: &mut Vec<Diagnostic>) -> bool {
        if TYPES.contains(&name.text.as_str()) {
            let message = format!("`{}` is the name of a field type", name.text);
            let diagnostic = Diagnostic::at("S022", name.span, message);
            diagnostics.push(diagnostic.help("a model of another name can have this table: `table(\"…\")`"));
            return false;
        }
        if let Some((_, first)) = self.things.get(name.text.as_str()) {
            diagnostics.push(
                Diagnostic::at("S021", name.span, format!("`{}` is declared twice", name.text))
                    .place(*first, "first declared here"),
            );
            return false;
        }
        self.things.insert(&name.text, (thing, name.span));
        true
    }

    /// What a name stands for.
    pub(crate) fn get(&self, name: &str) -> Option<Thing> {
        self.things.get(name).map(|(thing, _)| *thing)
    }

    /// All names.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.things.keys().copied()
    }

    /// The names of all models.
    pub(crate) fn model_names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.models.iter().map(|model| model.item.name.text.as_str())
    }
}
