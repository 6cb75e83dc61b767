//! Rules about a model as a whole.

use super::{Rule, Subject};
use crate::ast::MemberKind;
use crate::diagnostic::Diagnostic;
use crate::model::Member;
use crate::resolve::naming::LIMIT;

/// The rules of this file.
pub(super) const RULES: &[Rule] =
    &[names_of_the_database_fit, key_is_not_null, ordering_leads_through_single_rows, old_name_is_free];

fn names_of_the_database_fit(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let model = subject.model;
    let mut given = false;
    for member in subject.origin.draft.members() {
        let (MemberKind::Table(name) | MemberKind::Namespace(name)) = &member.kind else { continue };
        given |= matches!(member.kind, MemberKind::Table(_));
        let what = if matches!(member.kind, MemberKind::Table(_)) { "table" } else { "schema" };
        diagnostics.extend(fits(&name.text, what, name.span));
    }
    if !given {
        diagnostics.extend(
            fits(&model.table, "table", model.span).map(|d| d.help("a shorter one can be given: `table(\"…\")`")),
        );
    }
    for (field, ast) in subject.columns() {
        let given = ast.and_then(|ast| ast.word("column"));
        let span = given.map_or(field.span, |name| name.span);
        diagnostics.extend(fits(&field.column, "column", span));
    }
}

/// What is wrong with a name for the database.
pub(super) fn fits(name: &str, what: &str, span: crate::Span) -> Option<Diagnostic> {
    if name.is_empty() {
        return Some(Diagnostic::at("S074", span, format!("the name of this {what} is empty")));
    }
    let length = name.len();
    (length > LIMIT).then(|| {
        Diagnostic::at("S070", span, format!("the name of this {what} has {length} bytes, PostgreSQL keeps {LIMIT}"))
            .note(format!("the name is `{name}`"))
    })
}

fn key_is_not_null(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for key in &subject.model.key {
        let field = subject.model.field(*key);
        if field.nullable {
            let message = format!("`{}` is part of the primary key and cannot be null", field.name);
            diagnostics.push(Diagnostic::at("S053", field.span, message).help("remove the `?` after its type"));
        }
    }
}

fn ordering_leads_through_single_rows(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for member in subject.origin.draft.members() {
        let MemberKind::Ordering(keys) = &member.kind else { continue };
        if keys.is_empty() {
            diagnostics.push(Diagnostic::at("S010", member.span, "`ordering` needs at least one field in parentheses"));
        }
        for key in keys {
            diagnostics.extend(path(subject, key));
        }
    }
}

/// What is wrong with a path of `ordering`.
fn path(subject: Subject<'_>, key: &crate::ast::OrderKey) -> Option<Diagnostic> {
    let mut at = Some(subject.id);
    let mut last = "";
    for segment in &key.path {
        let name = segment.text.as_str();
        let Some(id) = at else {
            let message = format!("`{last}` is a field: nothing follows it in an ordering");
            return Some(Diagnostic::at("S065", segment.span, message));
        };
        let model = subject.schema.model(id);
        at = match model.member(name) {
            Some(Member::Relation(r)) if !model.relation(r).kind.is_to_one() => {
                let message = format!("`{name}` leads to many rows: an ordering needs one value for each row");
                return Some(Diagnostic::at("S065", segment.span, message));
            }
            Some(Member::Relation(r)) => Some(model.relation(r).target),
            Some(Member::Field(_)) => None,
            None if name == "pk" && !model.key.is_empty() => None,
            None if subject.facts.may_have(id, name) => return None,
            None => return Some(unknown(subject, id, segment)),
        };
        last = name;
    }
    None
}

/// A name that a model does not have.
pub(super) fn unknown(subject: Subject<'_>, id: crate::ModelId, name: &crate::ast::Name) -> Diagnostic {
    let model = subject.schema.model(id);
    let known = model.relations.iter().map(|r| r.name.as_str());
    let known = known.chain(model.fields.iter().map(|f| f.attname.as_str()));
    Diagnostic::at("S061", name.span, format!("`{}` has no field `{}`", model.name, name.text))
        .suggest(&name.text, known)
}

fn old_name_is_free(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for member in subject.origin.draft.members() {
        if let MemberKind::RenamedFrom(old) = &member.kind
            && subject.facts.names.get(&old.text).is_some()
        {
            let message = format!("`{}` still exists: only a name that is gone can be the old one", old.text);
            diagnostics.push(Diagnostic::at("S055", old.span, message));
        }
    }
    for (_, ast) in subject.fields() {
        if let Some(old) = ast.word("renamed_from")
            && subject.origin.draft.find(&old.text).is_some()
        {
            let message = format!("`{}` still exists: only a name that is gone can be the old one", old.text);
            diagnostics.push(Diagnostic::at("S055", old.span, message));
        }
    }
}
