//! Rules about the names of a model's members: fields, key columns, relations of its own and of others.

use super::{Rule, Subject};
use crate::ast::{Arg, Field as Ast};
use crate::diagnostic::Diagnostic;
use crate::model::{Field, ModelId};
use crate::resolve::facts::Facts;
use crate::resolve::{Draft, DraftField, Kind, Meaning, reverse_name};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::btree_map::{BTreeMap, Entry};

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[no_member_is_called_pk, columns_have_names_of_their_own];

impl<'a> Subject<'a> {
    /// The fields as they were written, with what they mean.
    pub(super) fn fields(self) -> impl Iterator<Item = (&'a DraftField<'a>, &'a Ast)> {
        self.origin.draft.fields.iter().filter_map(|field| field.ast.map(|ast| (field, ast)))
    }

    /// The columns, with the fields they were written as; an implied `id` has none.
    pub(super) fn columns(self) -> impl Iterator<Item = (&'a Field, Option<&'a Ast>)> {
        let drafts = self.origin.draft.fields.iter().zip(&self.origin.ids);
        drafts.filter_map(move |(draft, id)| id.map(|id| (self.model.field(id), draft.ast)))
    }
}

/// A name by which something is reached on a model.
struct Taken<'a> {
    name: Cow<'a, str>,
    what: What<'a>,
    span: Span,
}

/// What is reached.
#[derive(Clone, Copy)]
enum What<'a> {
    Field,
    /// The key column of a relation.
    Key(&'a str),
    /// The other side of a relation that a model declares.
    Reverse(&'a str, &'a str),
}

impl Taken<'_> {
    /// As one says it.
    fn what(&self) -> String {
        let name = &self.name;
        match self.what {
            What::Field => format!("the field `{name}`"),
            What::Key(of) => format!("the key column `{name}` of `{of}`"),
            What::Reverse(model, field) => format!("the reverse side `{name}` of `{model}.{field}`"),
        }
    }
}

fn no_member_is_called_pk(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (field, ast) in subject.fields() {
        if field.name == "pk" {
            diagnostics.push(
                Diagnostic::at("S020", field.span, "`pk` cannot be the name of a field")
                    .note("`pk` is the primary key, whatever it is called"),
            );
        }
        if let Some(name) = ast.word("related_name").filter(|name| name.text == "pk") {
            diagnostics.push(Diagnostic::at("S020", name.span, "`pk` cannot be the name of a relation"));
        }
    }
}

/// Members of a model, and what relations of other models add to them, have names of their own.
pub(super) fn check(facts: &Facts<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut all: Vec<Vec<Taken<'_>>> = facts.origins.iter().map(|origin| own(&origin.draft)).collect();
    for (from, origin) in facts.origins.iter().enumerate() {
        for field in &origin.draft.fields {
            if let Some((target, taken)) = reverse(from, &origin.draft, field) {
                all[target.0 as usize].push(taken);
            }
        }
    }
    for (origin, members) in facts.origins.iter().zip(all) {
        let mut taken: BTreeMap<&str, &Taken<'_>> = BTreeMap::new();
        for next in &members {
            match taken.entry(&next.name) {
                Entry::Occupied(first) => {
                    diagnostics.push(clash(&origin.draft.heir.ast.name.text, first.get(), next));
                }
                Entry::Vacant(place) => drop(place.insert(next)),
            }
        }
    }
}

/// Names that a model gives itself.
fn own<'a>(draft: &'a Draft<'_>) -> Vec<Taken<'a>> {
    let mut out = Vec::new();
    for field in &draft.fields {
        let span = field.span;
        out.push(Taken { name: Cow::Borrowed(&field.name), what: What::Field, span });
        if matches!(field.kind, Kind::Good(Meaning::Foreign { .. })) {
            out.push(Taken { name: Cow::Owned(field.attname()), what: What::Key(&field.name), span });
        }
    }
    out
}

/// The name that a relation gives to its other side.
fn reverse<'a>(from: usize, draft: &'a Draft<'_>, field: &'a DraftField<'_>) -> Option<(ModelId, Taken<'a>)> {
    let (target, one) = match field.kind {
        Kind::Good(Meaning::Foreign { target, one_to_one }) => (target, one_to_one),
        Kind::Good(Meaning::Many(target)) => {
            let itself = from == target.0 as usize;
            if itself && !field.ast.is_some_and(|ast| ast.has("asymmetrical")) {
                return None;
            }
            (target, false)
        }
        _ => return None,
    };
    let model = &draft.heir.ast.name.text;
    let name = Cow::Owned(reverse_name(model, field, one)?);
    let span = related_name(field).unwrap_or(field.span);
    Some((target, Taken { name, what: What::Reverse(model, &field.name), span }))
}

/// Where a name for the reverse side is given.
fn related_name(field: &DraftField<'_>) -> Option<Span> {
    match &field.ast?.attribute("related_name")?.arg {
        Arg::Word(name) => Some(name.span),
        _ => None,
    }
}

fn clash(model: &str, first: &Taken<'_>, second: &Taken<'_>) -> Diagnostic {
    let message = format!("two members of `{model}` are called `{}`", second.name);
    let diagnostic = Diagnostic::at("S048", second.span, message)
        .label(format!("here it is {}", second.what()))
        .place(first.span, format!("here it is {}", first.what()));
    if matches!(second.what, What::Reverse(..)) {
        diagnostic.help("the reverse side has another name with `related_name(…)`, and none with `related_name(-)`")
    } else {
        diagnostic
    }
}

fn columns_have_names_of_their_own(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut taken: Vec<(&Field, Span)> = Vec::new();
    for (field, ast) in subject.columns() {
        let span = ast.and_then(|ast| ast.word("column")).map_or(field.span, |name| name.span);
        match taken.iter().find(|(other, _)| other.column == field.column) {
            // The same names were told as a clash of members.
            Some((other, _)) if other.attname == field.attname => {}
            Some((other, place)) => diagnostics.push(
                Diagnostic::at("S072", span, format!("two fields have the column `{}`", field.column))
                    .place(*place, format!("the column of `{}`", other.name)),
            ),
            None => taken.push((field, span)),
        }
    }
}
