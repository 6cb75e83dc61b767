//! Rules that names and types alone do not keep.
//!
//! In: the resolved schema and what was learnt on the way. Out: a report for each rule that is broken. Each file is a
//! list of small functions, each called as the sentence it asserts; they do not depend on each other's order. Where a
//! name could not be read, nothing that depends on it is said.

mod code;
mod constraint;
mod enumeration;
mod extension;
mod field;
mod index;
mod member;
mod model;
mod scope;

use crate::diagnostic::Diagnostic;
use crate::model::{Code, Model, ModelId, Schema};
use crate::resolve::facts::{Facts, Origin};
use crate::resolve::names::number;
use crate::source::Span;

/// One visible model with everything around it.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    schema: &'a Schema,
    facts: &'a Facts<'a>,
    id: ModelId,
    model: &'a Model,
    origin: &'a Origin<'a>,
}

/// A rule about one model.
type Rule = fn(Subject<'_>, &mut Vec<Diagnostic>);

/// All rules about one model.
const RULES: &[&[Rule]] = &[model::RULES, member::RULES, field::RULES, index::RULES, scope::RULES];

/// Where the methods of a chain stand.
pub(crate) fn methods(chain: &Code) -> Vec<Span> {
    let reader = code::Reader::new(chain);
    reader.methods().into_iter().map(|method| Span { end: reader.end(&method), ..method.name.span }).collect()
}

/// Checks everything.
pub(crate) fn validate(schema: &Schema, facts: &Facts<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (m, origin) in facts.origins.iter().enumerate() {
        let id = ModelId(number(m));
        let subject = Subject { schema, facts, id, model: schema.model(id), origin };
        for rule in RULES.iter().copied().flatten() {
            rule(subject, diagnostics);
        }
    }
    member::check(facts, diagnostics);
    enumeration::check(schema, facts, diagnostics);
    extension::check(facts, diagnostics);
    constraint::check(schema, facts, diagnostics);
    if schema.models.is_empty() && !facts.names.incomplete && diagnostics.is_empty() {
        diagnostics.push(
            Diagnostic::new("S029", "the schema has no models")
                .help("a model is written `model Name { name: Char(50) }`"),
        );
    }
}
