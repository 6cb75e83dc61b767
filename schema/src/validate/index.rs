//! Rules about indexes, unique and exclusion constraints: what PostgreSQL can do.

use super::field::needs;
use super::{Rule, Subject};
use crate::ast::{Index as Ast, Key, KeyTarget, MemberKind};
use crate::diagnostic::Diagnostic;
use crate::model::FieldType;
use crate::resolve::facts::find_field;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    no_column_is_there_twice,
    directions_are_of_sorted_indexes,
    methods_can_do_what_is_asked,
    deferrable_constraints_are_plain,
    extensions_of_operators_are_declared,
    only_exclusions_have_operators,
];

/// Operator classes of extensions.
const CLASSES: &[(&str, &str)] = &[
    ("gin_trgm_ops", "pg_trgm"),
    ("gist_trgm_ops", "pg_trgm"),
    ("gin_hstore_ops", "hstore"),
    ("gist_hstore_ops", "hstore"),
];

/// The indexes of a model as written, with the word they begin with and their method.
fn indexes(subject: Subject<'_>) -> impl Iterator<Item = (&Ast, &'static str, &str)> {
    subject.origin.draft.members().filter_map(|member| {
        let (index, default) = match &member.kind {
            MemberKind::Index(index) | MemberKind::Unique(index) => (index, "btree"),
            MemberKind::Exclude(_, index) => (index, "gist"),
            _ => return None,
        };
        Some((index, member.kind.word(), index.method.as_ref().map_or(default, |name| name.text.as_str())))
    })
}

/// The type of a key that is a column.
fn type_of<'a>(subject: Subject<'a>, key: &Key) -> Option<&'a FieldType> {
    match &key.target {
        KeyTarget::Name(name) => find_field(subject.model, &name.text).map(|f| &subject.model.field(f).ty),
        KeyTarget::Expression(_) => None,
    }
}

fn no_column_is_there_twice(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (index, word, _) in indexes(subject) {
        let mut seen = Vec::new();
        for key in &index.keys {
            let KeyTarget::Name(name) = &key.target else { continue };
            let Some(field) = find_field(subject.model, &name.text) else { continue };
            // An exclusion may hold a column to several operators.
            if word != "exclude" && seen.contains(&field) {
                diagnostics.push(Diagnostic::at("S014", name.span, format!("`{}` is given twice", name.text)));
            }
            seen.push(field);
        }
    }
}

fn directions_are_of_sorted_indexes(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (index, word, method) in indexes(subject) {
        // A unique constraint that can only be an index is one.
        let is_index = word == "index" || (word == "unique" && is_partial(index));
        for mark in index.keys.iter().filter_map(|key| key.descending) {
            if !is_index {
                let message = format!("`{word}` has no direction: `-` is for indexes");
                diagnostics.push(Diagnostic::at("S064", mark, message));
            } else if method != "btree" {
                let message = format!("an index `using({method})` is not sorted: `-` does not fit it");
                diagnostics.push(Diagnostic::at("S064", mark, message));
            }
        }
    }
}

/// Whether it has a condition or an expression.
fn is_partial(index: &Ast) -> bool {
    index.condition.is_some() || index.keys.iter().any(|key| matches!(key.target, KeyTarget::Expression(_)))
}

fn methods_can_do_what_is_asked(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (index, word, method) in indexes(subject) {
        let span = index.method.as_ref().map_or(index.span, |name| name.span);
        if word == "exclude" && matches!(method, "gin" | "brin") {
            diagnostics.push(
                Diagnostic::at("S064", span, format!("an exclusion constraint cannot be `using({method})`"))
                    .help("the method for ranges is `gist`"),
            );
        }
        if matches!(method, "hash" | "spgist") && index.keys.len() > 1 {
            let message = format!("an index `using({method})` has one key, found {}", index.keys.len());
            diagnostics.push(Diagnostic::at("S064", span, message));
        }
        if let (Some(first), true) = (index.include.first(), matches!(method, "gin" | "brin" | "hash")) {
            let message = format!("an index `using({method})` cannot include other columns");
            diagnostics.push(Diagnostic::at("S064", first.span, message));
        }
    }
}

fn deferrable_constraints_are_plain(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (index, word, _) in indexes(subject) {
        let Some(mark) = index.deferrable else { continue };
        if word == "unique" && is_partial(index) {
            let message = "a unique constraint with a condition or an expression cannot be deferrable";
            diagnostics.push(Diagnostic::at("S064", mark, message));
        }
    }
}

fn only_exclusions_have_operators(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (index, word, _) in indexes(subject) {
        for operator in index.keys.iter().filter_map(|key| key.operator.as_ref()).filter(|_| word != "exclude") {
            diagnostics.push(Diagnostic::at("S064", operator.span, format!("a key of `{word}` has no operator")));
        }
    }
}

fn extensions_of_operators_are_declared(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (index, _, method) in indexes(subject) {
        for class in index.opclass.iter().chain(index.keys.iter().filter_map(|key| key.opclass.as_ref())) {
            if let Some((_, extension)) = CLASSES.iter().find(|(name, _)| *name == class.text) {
                diagnostics.extend(needs(subject.schema, extension, &format!("`{}`", class.text), class.span));
            }
        }
        if !index.opclass.is_empty() {
            continue;
        }
        for key in index.keys.iter().filter(|key| key.opclass.is_none()) {
            let Some(ty) = type_of(subject, key) else { continue };
            let extension = match method {
                "gist" if is_scalar(ty) => "btree_gist",
                "gin" if is_scalar(ty) => "btree_gin",
                _ => continue,
            };
            let what = format!("a column of type `{}` in an index `using({method})`", ty.name());
            let problem = needs(subject.schema, extension, &what, key.span);
            let text_note = "for searches in texts give an operator class: `opclass(gin_trgm_ops)`";
            diagnostics.extend(problem.map(|d| if ty.is_text() && method == "gin" { d.note(text_note) } else { d }));
        }
    }
}

/// Whether `gist` and `gin` know a type only by an extension.
fn is_scalar(ty: &FieldType) -> bool {
    use FieldType as T;
    !matches!(ty, T::Array { .. } | T::Range(_) | T::HStore | T::SearchVector | T::Json(_) | T::Custom { .. })
}
