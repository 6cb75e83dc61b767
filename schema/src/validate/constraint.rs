//! Names in the database are given once.
//!
//! Tables, indexes and the constraints that are indexes share one namespace per PostgreSQL schema; all constraints of
//! one table share another.

use super::model::fits;
use crate::diagnostic::Diagnostic;
use crate::model::{CheckCondition, Model, Schema};
use crate::resolve::facts::Facts;
use crate::source::Span;
use std::collections::btree_map::{BTreeMap, Entry};

/// A name in the database.
#[derive(Debug, Clone, Copy)]
struct Named<'a> {
    name: &'a str,
    what: &'static str,
    span: Span,
    /// Shares the namespace of tables.
    relation: bool,
    /// Is a constraint of its table.
    constraint: bool,
}

/// Checks the names of all tables, indexes and constraints.
pub(super) fn check(schema: &Schema, facts: &Facts<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut relations: BTreeMap<(&str, &str), (Named<'_>, &Model)> = BTreeMap::new();
    for model in &schema.models {
        let namespace = model.namespace.as_deref().unwrap_or_default();
        // So few that looking at each costs less than a map.
        let mut constraints: Vec<Named<'_>> = Vec::new();
        for named in names(model) {
            let mut first = None;
            if named.relation {
                match relations.entry((named.name, namespace)) {
                    Entry::Vacant(place) => drop(place.insert((named, model))),
                    Entry::Occupied(there) => first = Some(*there.get()),
                }
            }
            if named.constraint {
                match constraints.iter().find(|other| other.name == named.name) {
                    None => constraints.push(named),
                    Some(there) => first = first.or(Some((*there, model))),
                }
            }
            if let Some((first, other)) = first {
                // Two models of one table share all other names; the table is what is wrong.
                let follows = named.what != "table" && !std::ptr::eq(model, other) && model.table == other.table;
                if !follows {
                    diagnostics.push(clash(&named, model, &first, other));
                }
            }
        }
    }
    for origin in &facts.origins {
        for member in origin.draft.members() {
            use crate::ast::MemberKind as M;
            let (name, what) = match &member.kind {
                M::Index(index) => (index.name.as_ref(), "index"),
                M::Unique(unique) => (unique.name.as_ref(), "constraint"),
                M::Check(name, _) | M::Exclude(name, _) => (Some(name), "constraint"),
                _ => (None, ""),
            };
            diagnostics.extend(name.and_then(|name| fits(&name.text, what, name.span)));
        }
    }
}

/// All names that a model brings.
fn names(model: &Model) -> Vec<Named<'_>> {
    let named = |name, what, span, relation, constraint| Named { name, what, span, relation, constraint };
    let mut out = vec![named(&model.table, "table", model.span, true, false)];
    if !model.key.is_empty() {
        out.push(named(&model.key_name, "primary key", model.span, true, true));
    }
    out.extend(model.uniques.iter().map(|u| named(&u.name, "unique constraint", u.span, true, true)));
    out.extend(model.excludes.iter().map(|e| named(&e.name, "exclusion constraint", e.span, true, true)));
    out.extend(model.indexes.iter().map(|i| named(&i.name, "index", i.span, true, false)));
    let keys = model.fields.iter().filter_map(|f| f.foreign_key.as_ref().filter(|k| k.constraint).map(|k| (k, f.span)));
    out.extend(keys.map(|(key, span)| named(&key.name, "foreign key", span, false, true)));
    let written = |check: &crate::Check| matches!(check.condition, CheckCondition::Code(_));
    let (own, implied): (Vec<_>, Vec<_>) = model.checks.iter().partition(|check| written(check));
    // Implied ones first: of a clash the one that can be renamed is shown.
    out.extend(implied.into_iter().chain(own).map(|c| named(&c.name, "check", c.span, false, true)));
    out
}

fn clash(second: &Named<'_>, model: &Model, first: &Named<'_>, other: &Model) -> Diagnostic {
    if second.what == "table" && first.what == "table" {
        return Diagnostic::at("S071", second.span, format!("two models have the table `{}`", second.name))
            .place(first.span, "the other")
            .help("another table is given with `table(\"…\")`");
    }
    let same = second.what == first.what && std::ptr::eq(model, other);
    let message = if same && matches!(second.what, "index" | "unique constraint") {
        format!("this {} is there twice: both are `{}`", second.what, second.name)
    } else {
        let (first, second_is) = (described(first, other), described(second, model));
        format!("`{}` is the name of {first} and of {second_is}", second.name)
    };
    let diagnostic = Diagnostic::at("S073", second.span, message).place(first.span, "the other");
    if second.span == first.span {
        diagnostic.help("both inherit it: without a name of its own each has one that begins with its table")
    } else if matches!(second.what, "index" | "unique constraint") {
        diagnostic.help("another name is given with `name(\"…\")`")
    } else {
        diagnostic
    }
}

fn described(named: &Named<'_>, model: &Model) -> String {
    let article = if named.what.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    match named.what {
        "table" | "primary key" => format!("the {} of `{}`", named.what, model.name),
        what => format!("{article} {what} of `{}`", model.name),
    }
}
