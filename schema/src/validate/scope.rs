//! Rules about scopes, and about the conditions in indexes and constraints.

use super::code::{Reader, Segment};
use super::{Rule, Subject};
use crate::ast::{MemberKind, Scope as Ast};
use crate::diagnostic::Diagnostic;
use crate::model::Code;
use crate::words::{CHAIN_METHODS, SCOPE_METHODS};
use std::collections::BTreeSet;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    scopes_have_names_of_their_own,
    parameters_differ,
    chains_are_made_of_known_methods,
    scopes_do_not_need_each_other,
    conditions_name_fields,
];

/// The scopes of a model as written.
fn scopes(subject: Subject<'_>) -> impl Iterator<Item = &Ast> {
    subject.origin.draft.members().filter_map(|member| match &member.kind {
        MemberKind::Scope(scope) => Some(scope),
        _ => None,
    })
}

fn scopes_have_names_of_their_own(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for scope in scopes(subject) {
        let name = scope.name.text.as_str();
        if CHAIN_METHODS.contains(&name) || SCOPE_METHODS.contains(&name) {
            let message = format!("`{name}` is a method of every chain: a scope needs another name");
            diagnostics.push(Diagnostic::at("S080", scope.name.span, message));
        }
        if let (true, Some(param)) = (name == "default", scope.params.first()) {
            let message = "`scope default` has no parameters: it applies by itself";
            diagnostics.push(Diagnostic::at("S084", param.name.span, message));
        }
    }
}

fn parameters_differ(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for scope in scopes(subject) {
        for (i, param) in scope.params.iter().enumerate() {
            if scope.params[..i].iter().any(|other| other.name.text == param.name.text) {
                let message = format!("the parameter `{}` is declared twice", param.name.text);
                diagnostics.push(Diagnostic::at("S014", param.name.span, message));
            }
        }
    }
}

fn chains_are_made_of_known_methods(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for scope in scopes(subject) {
        let mut annotations = BTreeSet::new();
        let reader = Reader::new(&scope.chain);
        for method in reader.methods() {
            let name = method.name.text.as_str();
            match name {
                "filter" | "exclude" => conditions(subject, &reader, method.args.clone(), &annotations, diagnostics),
                "annotate" | "alias" => {
                    for annotation in reader.assigned(method.args.clone()) {
                        let model = subject.model;
                        if model.member(&annotation.text).is_some() || annotation.text == "pk" {
                            let message = format!(
                                "`{}` has a member `{}` already: an annotation needs another name",
                                model.name, annotation.text
                            );
                            diagnostics.push(Diagnostic::at("S083", annotation.span, message));
                        }
                        annotations.insert(annotation.text);
                    }
                }
                "order_by" => {
                    for path in reader.bare_paths(method.args.clone()) {
                        follow(subject, &path, &annotations, diagnostics);
                    }
                }
                _ => match scopes(subject).find(|other| other.name.text == name && name != "default") {
                    Some(other) => added(subject, other, &mut annotations, &mut Vec::new()),
                    None if subject.origin.draft.heir.broken => {}
                    None => diagnostics.push(unknown(subject, &method.name)),
                },
            }
        }
        if let Some(span) = reader.slice() {
            let message = "a slice cannot stand in a scope: it belongs to the chain that uses the scope";
            diagnostics.push(Diagnostic::at("S081", span, message));
        }
    }
}

/// A method that a scope cannot have.
fn unknown(subject: Subject<'_>, name: &crate::ast::Name) -> Diagnostic {
    if CHAIN_METHODS.contains(&name.text.as_str()) {
        return Diagnostic::at("S081", name.span, format!("`{}` cannot stand in a scope", name.text))
            .note(format!("a scope is made of {} and other scopes", SCOPE_METHODS.join(", ")));
    }
    let known = SCOPE_METHODS.iter().copied().chain(scopes(subject).map(|s| s.name.text.as_str()));
    Diagnostic::at("S081", name.span, format!("`{}` has no scope `{}`", subject.model.name, name.text))
        .suggest(&name.text, known)
}

/// The annotations that a scope adds, and those of the scopes it uses.
fn added<'a>(subject: Subject<'a>, scope: &'a Ast, out: &mut BTreeSet<String>, line: &mut Vec<&'a str>) {
    if line.contains(&scope.name.text.as_str()) {
        return;
    }
    line.push(&scope.name.text);
    let reader = Reader::new(&scope.chain);
    for method in reader.methods() {
        match method.name.text.as_str() {
            "annotate" | "alias" => out.extend(reader.assigned(method.args.clone()).into_iter().map(|name| name.text)),
            name => {
                if let Some(other) = scopes(subject).find(|other| other.name.text == name) {
                    added(subject, other, out, line);
                }
            }
        }
    }
}

fn scopes_do_not_need_each_other(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    /// Whether a scope leads to the first of `line`. What was seen not to lead there is not asked again.
    fn cycle<'a>(subject: Subject<'a>, scope: &'a Ast, line: &mut Vec<&'a str>, seen: &mut BTreeSet<&'a str>) -> bool {
        for method in Reader::new(&scope.chain).methods() {
            // A scope of this name was told to have another.
            if SCOPE_METHODS.contains(&method.name.text.as_str()) {
                continue;
            }
            if method.name.text == line[0] {
                return true;
            }
            let Some(next) = scopes(subject).find(|other| other.name.text == method.name.text) else { continue };
            if !seen.insert(&next.name.text) {
                continue;
            }
            line.push(&next.name.text);
            if cycle(subject, next, line, seen) {
                return true;
            }
            line.pop();
        }
        false
    }
    for scope in scopes(subject) {
        let mut line = vec![scope.name.text.as_str()];
        // Each cycle is found from each of its scopes; the one whose name comes first speaks.
        if cycle(subject, scope, &mut line, &mut BTreeSet::new()) && line.iter().all(|name| *name >= line[0]) {
            let path = line.iter().chain([&line[0]]).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ");
            diagnostics.push(Diagnostic::at("S082", scope.name.span, format!("scopes use each other: {path}")));
        }
    }
}

fn conditions_name_fields(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for member in subject.origin.draft.members() {
        let code: Option<&Code> = match &member.kind {
            MemberKind::Check(_, code) => Some(code),
            MemberKind::Index(index) | MemberKind::Unique(index) | MemberKind::Exclude(_, index) => {
                index.condition.as_ref()
            }
            _ => None,
        };
        if let Some(code) = code {
            let reader = Reader::new(code);
            conditions(subject, &reader, reader.all(), &BTreeSet::new(), diagnostics);
        }
    }
}

/// Checks the paths on the left of `=`.
fn conditions(
    subject: Subject<'_>,
    reader: &Reader,
    args: std::ops::Range<usize>,
    annotations: &BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for path in reader.compared(args) {
        follow(subject, &path, annotations, diagnostics);
    }
}

/// Checks the names of a path as far as it leads through relations; what follows a field is for the compiler.
fn follow(subject: Subject<'_>, path: &[Segment], annotations: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) {
    let mut at = subject.id;
    for (i, segment) in path.iter().enumerate() {
        let name = segment.text.as_str();
        let model = subject.schema.model(at);
        if i == 0 && annotations.contains(name) {
            return;
        }
        match model.member(name) {
            Some(crate::Member::Relation(r)) => at = model.relation(r).target,
            Some(crate::Member::Field(_)) => return,
            None if name == "pk" && !model.key.is_empty() => return,
            None if i > 0 && crate::words::LOOKUPS.contains(&name) => return,
            None if subject.facts.may_have(at, name) => return,
            None => {
                diagnostics.push(super::model::unknown(subject, at, segment));
                return;
            }
        }
    }
}
