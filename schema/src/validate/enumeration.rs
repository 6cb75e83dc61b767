//! Rules about enums.

use super::model::fits;
use crate::ast::{Enum as Ast, Name};
use crate::diagnostic::Diagnostic;
use crate::model::{Enum, Schema};
use crate::resolve::facts::Facts;
use crate::resolve::naming::LIMIT;

/// Checks all enums.
pub(super) fn check(schema: &Schema, facts: &Facts<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut types: Vec<&Name> = Vec::new();
    for (placed, resolved) in facts.names.enums.iter().zip(&schema.enums) {
        has_a_variant(placed.item, resolved, diagnostics);
        variants_differ(placed.item, diagnostics);
        let Some(native) = &placed.item.native else { continue };
        native_type_is_good(placed.item, native, schema, diagnostics);
        if let Some(first) = types.iter().find(|other| other.text == native.text) {
            diagnostics.push(
                Diagnostic::at("S071", native.span, format!("two enums are the type `{}`", native.text))
                    .place(first.span, "the other"),
            );
        }
        types.push(native);
    }
}

fn has_a_variant(ast: &Ast, resolved: &Enum, diagnostics: &mut Vec<Diagnostic>) {
    if ast.broken {
        return;
    }
    if ast.variants.is_empty() {
        diagnostics.push(
            Diagnostic::at("S034", ast.name.span, format!("`{}` has no variants", ast.name.text))
                .help("a variant is written `Draft = \"draft\"`"),
        );
    } else if resolved.max_length() == 0 {
        let message = format!("`{}` has no value but the empty text", ast.name.text);
        diagnostics.push(Diagnostic::at("S034", ast.variants[0].value.span, message));
    }
}

fn variants_differ(ast: &Ast, diagnostics: &mut Vec<Diagnostic>) {
    for (i, variant) in ast.variants.iter().enumerate() {
        let before = &ast.variants[..i];
        if let Some(first) = before.iter().find(|other| other.name.text == variant.name.text) {
            diagnostics.push(
                Diagnostic::at(
                    "S035",
                    variant.name.span,
                    format!("the variant `{}` is declared twice", variant.name.text),
                )
                .place(first.name.span, "first declared here"),
            );
        }
        if let Some(first) = before.iter().find(|other| other.value.text == variant.value.text) {
            diagnostics.push(
                Diagnostic::at(
                    "S035",
                    variant.value.span,
                    format!("two variants have the value {:?}", variant.value.text),
                )
                .place(first.value.span, format!("the value of `{}`", first.name.text)),
            );
        }
    }
}

fn native_type_is_good(ast: &Ast, native: &Name, schema: &Schema, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(fits(&native.text, "type", native.span));
    for variant in &ast.variants {
        if variant.value.text.len() > LIMIT {
            let message = format!(
                "a value of a PostgreSQL enum has at most {LIMIT} bytes, this one has {}",
                variant.value.text.len()
            );
            diagnostics.push(Diagnostic::at("S070", variant.value.span, message));
        }
    }
    if let Some(model) = schema.models.iter().find(|m| m.namespace.is_none() && m.table == native.text) {
        diagnostics.push(
            Diagnostic::at("S071", native.span, format!("the type `{}` has the name of a table", native.text))
                .place(model.span, "the table's model")
                .note("in PostgreSQL each table is a type of the same name"),
        );
    }
}
