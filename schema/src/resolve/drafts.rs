//! Models on their way: fields with resolved types, and keys.
//!
//! In: flattened models. Out: [`Draft`]s, in which each field knows its names and what its type means, and each model
//! its key; a field whose type is wrong stays as [`Kind::Bad`], so that its name is still known.

use super::heirs::Heir;
use super::names::Names;
use super::types::{self, Meaning};
use crate::ast::{self, Member, MemberKind};
use crate::diagnostic::Diagnostic;
use crate::model::{FieldType, ModelId};
use crate::source::Span;

/// A model on its way.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    /// Where it comes from.
    pub(crate) heir: Heir<'a>,
    /// Its fields, an implied `id` first.
    pub(crate) fields: Vec<DraftField<'a>>,
    /// Its key.
    pub(crate) key: Key,
}

/// The key of a model: indexes into [`Draft::fields`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// These fields in order.
    Fields(Vec<usize>),
    /// `primary_key(none)`.
    View,
    /// It is wrong, which was reported.
    Bad,
}

/// A field on its way.
#[derive(Debug)]
pub(crate) struct DraftField<'a> {
    /// The field as written; `None` for an implied `id`.
    pub(crate) ast: Option<&'a ast::Field>,
    /// Its name.
    pub(crate) name: String,
    /// Its `///` lines.
    pub(crate) docs: &'a str,
    /// What its type means.
    pub(crate) kind: Kind,
    /// Where its name stands.
    pub(crate) span: Span,
}

/// What the type of a field means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// What was written.
    Good(Meaning),
    /// It is wrong, which was reported.
    Bad,
}

impl DraftField<'_> {
    /// `category_id` for a foreign key, else the name.
    pub(crate) fn attname(&self) -> String {
        match self.kind {
            Kind::Good(Meaning::Foreign { .. }) => format!("{}_id", self.name),
            _ => self.name.clone(),
        }
    }

    /// Whether it is a column.
    pub(crate) fn is_column(&self) -> bool {
        matches!(self.kind, Kind::Good(Meaning::Column(_) | Meaning::Foreign { .. }))
    }
}

impl<'a> Draft<'a> {
    /// The index of a field by its name or the name of its key column.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name).or_else(|| self.fields.iter().position(|f| f.attname() == name))
    }

    /// The members of one kind.
    pub(crate) fn members(&self) -> impl Iterator<Item = &'a Member> + '_ {
        self.heir.members.iter().copied()
    }
}

/// Makes drafts of all models.
pub(crate) fn draft<'a>(heirs: Vec<Heir<'a>>, names: &Names<'a>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Draft<'a>> {
    let mut drafts = Vec::new();
    for heir in heirs {
        let mut fields = Vec::new();
        for member in &heir.members {
            let MemberKind::Field(field) = &member.kind else { continue };
            let kind = types::meaning(&field.ty, names, diagnostics).map_or(Kind::Bad, Kind::Good);
            let (name, span) = (field.name.text.clone(), field.name.span);
            fields.push(DraftField { ast: Some(field), name, docs: &member.docs, kind, span });
        }
        let mut draft = Draft { heir, fields, key: Key::Bad };
        draft.key = key(&mut draft, diagnostics);
        drafts.push(draft);
    }
    // What no model inherits is checked as well.
    for placed in &names.abstracts {
        for member in &placed.item.members {
            if let MemberKind::Field(field) = &member.kind {
                types::meaning(&field.ty, names, diagnostics);
            }
        }
    }
    drafts
}

/// The key of a model; adds an implied `id`.
fn key(draft: &mut Draft<'_>, diagnostics: &mut Vec<Diagnostic>) -> Key {
    let member = draft.members().find_map(|member| match &member.kind {
        MemberKind::PrimaryKey(names) => Some((names, member.span)),
        _ => None,
    });
    let marked: Vec<usize> =
        (0..draft.fields.len()).filter(|i| draft.fields[*i].ast.is_some_and(|f| f.has("primary_key"))).collect();
    if let Some((names, span)) = member {
        if let [first, ..] = marked[..] {
            let name = &draft.fields[first];
            diagnostics.push(
                Diagnostic::at("S060", span, "the primary key is given twice")
                    .place(name.span, format!("`{}` is marked as the primary key", name.name)),
            );
            return Key::Bad;
        }
        return listed(draft, names, span, diagnostics);
    }
    match marked[..] {
        [] => {}
        [one] => return sound(draft, vec![one]),
        [first, second, ..] => {
            let (first, second) = (&draft.fields[first], &draft.fields[second]);
            diagnostics.push(
                Diagnostic::at("S060", second.span, "two fields are marked as the primary key")
                    .place(first.span, "the other")
                    .help(format!("a key of both is written `primary_key({}, {})`", first.name, second.name)),
            );
            return Key::Bad;
        }
    }
    if let Some(id) = draft.find("id") {
        if draft.fields[id].kind != Kind::Bad {
            diagnostics.push(
                Diagnostic::at("S060", draft.fields[id].span, "the field `id` is not the primary key")
                    .help("mark it with `primary_key`, or name the key with `primary_key(…)`"),
            );
        }
        return Key::Bad;
    }
    if draft.heir.broken {
        // The key may be in what could not be read.
        return Key::Bad;
    }
    let kind = Kind::Good(Meaning::Column(FieldType::BigAuto));
    let span = draft.heir.ast.name.span;
    draft.fields.insert(0, DraftField { ast: None, name: "id".into(), docs: "", kind, span });
    Key::Fields(vec![0])
}

/// The key that `primary_key(…)` lists.
fn listed(draft: &Draft<'_>, names: &[ast::Name], span: Span, diagnostics: &mut Vec<Diagnostic>) -> Key {
    if let [name] = names
        && name.text == "none"
        && draft.find("none").is_none()
    {
        return Key::View;
    }
    if names.is_empty() {
        diagnostics.push(
            Diagnostic::at("S010", span, "`primary_key` needs at least one field in parentheses")
                .help("a view without a key is written `primary_key(none)`"),
        );
        return Key::Bad;
    }
    let mut fields = Vec::new();
    let mut good = true;
    for name in names {
        match draft.find(&name.text) {
            Some(i) if draft.fields[i].kind == Kind::Bad => good = false,
            Some(i) if !draft.fields[i].is_column() => {
                let message = format!("`{}` is a many-to-many: it has no column to be part of a key", name.text);
                diagnostics.push(Diagnostic::at("S060", name.span, message));
                good = false;
            }
            Some(i) if fields.contains(&i) => {
                diagnostics.push(Diagnostic::at("S014", name.span, format!("`{}` is given twice", name.text)));
                good = false;
            }
            Some(i) => fields.push(i),
            None => {
                good = false;
                if !draft.heir.broken {
                    let message = format!("`{}` has no field `{}`", draft.heir.ast.name.text, name.text);
                    let known = draft.fields.iter().filter(|f| f.is_column()).map(|f| f.name.as_str());
                    diagnostics.push(Diagnostic::at("S061", name.span, message).suggest(&name.text, known));
                }
            }
        }
    }
    if good { Key::Fields(fields) } else { Key::Bad }
}

/// A key of fields all of which are known.
fn sound(draft: &Draft<'_>, fields: Vec<usize>) -> Key {
    if fields.iter().all(|i| draft.fields[*i].is_column()) { Key::Fields(fields) } else { Key::Bad }
}

/// The model with an id.
pub(crate) fn of<'d, 'a>(drafts: &'d [Draft<'a>], id: ModelId) -> &'d Draft<'a> {
    &drafts[id.0 as usize]
}
