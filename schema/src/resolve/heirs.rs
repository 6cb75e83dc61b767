//! Abstracts flattened into the models that inherit them.
//!
//! In: the names of the schema. Out: for each model all its members, those of abstracts first, each abstract once
//! however often it is inherited. A model's own `ordering`, `primary_key`, `comment`, `schema`, field or scope of the
//! same name takes the place of an inherited one.

use super::names::{Names, Thing};
use crate::ast::{Member, MemberKind, Model};
use crate::diagnostic::Diagnostic;

/// A model with all its members.
#[derive(Debug)]
pub(crate) struct Heir<'a> {
    /// The model as written.
    pub(crate) ast: &'a Model,
    /// App label.
    pub(crate) app: Option<&'a str>,
    /// Its members, inherited ones first.
    pub(crate) members: Vec<&'a Member>,
    /// A member of it or of an abstract could not be read: names may be missing.
    pub(crate) broken: bool,
}

/// Flattens all models.
pub(crate) fn flatten<'a>(names: &Names<'a>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Heir<'a>> {
    for placed in &names.abstracts {
        bases_exist(placed.item, names, diagnostics);
        no_cycle(placed.item, names, diagnostics);
        fits_an_abstract(placed.item, diagnostics);
    }
    names
        .models
        .iter()
        .map(|placed| {
            bases_exist(placed.item, names, diagnostics);
            let mut line = Vec::new();
            ancestors(placed.item, names, &mut line);
            let mut members: Vec<Owned<'a>> = Vec::new();
            for ancestor in &line {
                add(ancestor, placed.item, names, &mut members, diagnostics);
            }
            let members = members.into_iter().map(|owned| owned.member).collect();
            let missing = line.iter().flat_map(|m| &m.bases).any(|base| names.get(&base.text).is_none());
            Heir { ast: placed.item, app: placed.app, members, broken: missing || line.iter().any(|m| m.broken) }
        })
        .collect()
}

/// The abstracts of a model in order of inheritance, each once, then the model.
fn ancestors<'a>(model: &'a Model, names: &Names<'a>, out: &mut Vec<&'a Model>) {
    fn walk<'a>(model: &'a Model, names: &Names<'a>, open: &mut Vec<&'a Model>, out: &mut Vec<&'a Model>) {
        if open.iter().chain(out.iter()).any(|seen| std::ptr::eq(*seen, model)) {
            return;
        }
        open.push(model);
        for base in &model.bases {
            if let Some(Thing::Abstract(i)) = names.get(&base.text) {
                walk(names.abstracts[i].item, names, open, out);
            }
        }
        open.pop();
        out.push(model);
    }
    walk(model, names, &mut Vec::new(), out);
}

/// A member and the model or abstract that declares it.
struct Owned<'a> {
    owner: &'a Model,
    member: &'a Member,
}

/// Adds the members of one ancestor, or of the heir itself, to those there are.
fn add<'a>(
    from: &'a Model,
    heir: &Model,
    names: &Names<'a>,
    members: &mut Vec<Owned<'a>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let own = std::ptr::eq(from, heir);
    let mut line = Vec::new();
    ancestors(from, names, &mut line);
    for member in &from.members {
        let Some(first) = members.iter_mut().find(|other| same(other.member, member)) else {
            members.push(Owned { owner: from, member });
            continue;
        };
        if std::ptr::eq(first.owner, from) {
            // In an abstract it is reported where the abstract is checked, once for all heirs.
            if own {
                diagnostics.push(twice(first.member, member, from));
            }
        } else if line.iter().any(|base| std::ptr::eq(*base, first.owner)) {
            *first = Owned { owner: from, member };
        } else if is_named(member) && !heir.members.iter().any(|own| same(own, member)) {
            diagnostics.push(
                Diagnostic::at(
                    "S023",
                    heir.name.span,
                    format!("`{}` inherits {} twice", heir.name.text, describe(member)),
                )
                .place(spot(first.member), "here")
                .place(spot(member), "and here")
                .help(format!("declare it in `{}` to say which counts", heir.name.text)),
            );
        }
    }
}

/// A member given twice in one model or abstract.
fn twice(first: &Member, member: &Member, from: &Model) -> Diagnostic {
    let message = format!("{} is declared twice in `{}`", describe(member), from.name.text);
    Diagnostic::at("S023", spot(member), message).place(spot(first), "first declared here")
}

/// Members of which two abstracts must not give the same; of the others the first abstract's counts, as in Django.
fn is_named(member: &Member) -> bool {
    use MemberKind::{Check, Exclude, Field, Scope};
    matches!(member.kind, Field(_) | Scope(_) | Check(..) | Exclude(..))
}

/// Whether a model can have only one of two members.
fn same(a: &Member, b: &Member) -> bool {
    match (&a.kind, &b.kind) {
        (MemberKind::Field(a), MemberKind::Field(b)) => a.name.text == b.name.text,
        (MemberKind::Scope(a), MemberKind::Scope(b)) => a.name.text == b.name.text,
        (MemberKind::Check(a, _), MemberKind::Check(b, _)) | (MemberKind::Exclude(a, _), MemberKind::Exclude(b, _)) => {
            a.text == b.text
        }
        (MemberKind::Index(_) | MemberKind::Unique(_), _) => false,
        (a, b) => !a.word().is_empty() && a.word() == b.word(),
    }
}

/// What a member is called in messages.
fn describe(member: &Member) -> String {
    match &member.kind {
        MemberKind::Field(field) => format!("the field `{}`", field.name.text),
        MemberKind::Scope(scope) => format!("the scope `{}`", scope.name.text),
        MemberKind::Check(name, _) | MemberKind::Exclude(name, _) => format!("the constraint `{}`", name.text),
        other => format!("`{}`", other.word()),
    }
}

/// Where a member's name stands.
fn spot(member: &Member) -> crate::Span {
    match &member.kind {
        MemberKind::Field(field) => field.name.span,
        MemberKind::Scope(scope) => scope.name.span,
        MemberKind::Check(name, _) | MemberKind::Exclude(name, _) => name.span,
        _ => member.span,
    }
}

fn bases_exist(model: &Model, names: &Names<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (i, base) in model.bases.iter().enumerate() {
        match names.get(&base.text) {
            Some(Thing::Abstract(_)) => {
                if model.bases[..i].iter().any(|other| other.text == base.text) {
                    diagnostics.push(Diagnostic::at("S023", base.span, format!("`{}` is inherited twice", base.text)));
                }
            }
            Some(_) => diagnostics.push(Diagnostic::at(
                "S025",
                base.span,
                format!("`{}` is not an abstract: only abstracts can be inherited", base.text),
            )),
            None if names.incomplete => {}
            None => diagnostics.push(
                Diagnostic::at("S026", base.span, format!("there is no abstract `{}`", base.text))
                    .suggest(&base.text, names.abstracts.iter().map(|a| a.item.name.text.as_str())),
            ),
        }
    }
}

fn no_cycle(model: &Model, names: &Names<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut line: Vec<&str> = vec![&model.name.text];
    if let Some(cycle) = cycle(model, names, &mut line) {
        // Each cycle is found from each of its abstracts; the one whose name comes first speaks.
        if cycle.iter().all(|name| *name >= model.name.text.as_str()) {
            let path = cycle.iter().chain([&cycle[0]]).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ");
            diagnostics.push(Diagnostic::at("S027", model.name.span, format!("abstracts inherit each other: {path}")));
        }
    }
}

/// The names of a cycle that leads from a model back to it.
fn cycle<'a>(model: &'a Model, names: &Names<'a>, line: &mut Vec<&'a str>) -> Option<Vec<&'a str>> {
    for base in &model.bases {
        if base.text == line[0] {
            return Some(line.clone());
        }
        if let Some(Thing::Abstract(i)) = names.get(&base.text)
            && !line.contains(&base.text.as_str())
        {
            line.push(&base.text);
            if let Some(found) = cycle(names.abstracts[i].item, names, line) {
                return Some(found);
            }
            line.pop();
        }
    }
    None
}

fn fits_an_abstract(model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    for (i, member) in model.members.iter().enumerate() {
        if matches!(member.kind, MemberKind::Table(_) | MemberKind::RenamedFrom(_)) {
            let word = member.kind.word();
            diagnostics.push(Diagnostic::at(
                "S028",
                member.span,
                format!("`{word}` has no place in an abstract: each heir has a table of its own"),
            ));
        }
        if let Some(first) = model.members[..i].iter().find(|other| same(other, member)) {
            diagnostics.push(twice(first, member, model));
        }
    }
}
