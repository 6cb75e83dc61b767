//! Rules about a field: its attributes fit its type and each other.

use super::{Rule, Subject};
use crate::ast::Field as Ast;
use crate::diagnostic::Diagnostic;
use crate::model::{FieldType, OnDelete, Schema};
use crate::resolve::{Kind, Meaning};
use crate::words::ATTRIBUTES;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    each_attribute_stands_once,
    attributes_fit_the_kind_of_field,
    many_rows_are_not_null,
    automatic_columns_take_nothing,
    automatic_times_are_times,
    one_thing_makes_the_value,
    collations_are_of_text,
    keys_can_do_what_on_delete_says,
    both_sides_of_a_self_relation_are_told,
    texts_of_attributes_are_not_empty,
    extensions_of_types_are_declared,
];

fn each_attribute_stands_once(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (_, ast) in subject.fields() {
        for (i, attribute) in ast.attributes.iter().enumerate() {
            if ast.attributes[..i].iter().any(|other| other.name.text == attribute.name.text) {
                let message = format!("`{}` is given twice", attribute.name.text);
                diagnostics.push(Diagnostic::at("S014", attribute.name.span, message));
            }
        }
    }
}

fn attributes_fit_the_kind_of_field(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (field, ast) in subject.fields() {
        let (letter, what) = match field.kind {
            Kind::Good(Meaning::Column(_)) => ('c', "a plain column"),
            Kind::Good(Meaning::Foreign { one_to_one: false, .. }) => ('f', "a foreign key"),
            Kind::Good(Meaning::Foreign { .. }) => ('o', "a one-to-one"),
            Kind::Good(Meaning::Many(_)) => ('m', "a many-to-many"),
            Kind::Bad => continue,
        };
        for attribute in &ast.attributes {
            let name = attribute.name.text.as_str();
            if ATTRIBUTES.iter().any(|(known, _, letters)| *known == name && !letters.contains(letter)) {
                let message = format!("`{name}` does not fit `{}`, which is {what}", field.name);
                diagnostics.push(Diagnostic::at("S040", attribute.name.span, message));
            }
        }
        if let (Some(no), true) = (ast.attribute("no_index"), ast.has("index")) {
            let message = "`index` and `no_index` exclude each other";
            diagnostics.push(Diagnostic::at("S052", no.name.span, message));
        }
    }
}

fn many_rows_are_not_null(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (field, ast) in subject.fields() {
        if let (Kind::Good(Meaning::Many(_)), Some(mark)) = (&field.kind, ast.nullable) {
            let message = "a many-to-many is never null: it is empty where there is nothing";
            diagnostics.push(Diagnostic::at("S053", mark, message));
        }
    }
}

fn automatic_columns_take_nothing(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (field, ast) in subject.fields() {
        let Kind::Good(Meaning::Column(ty)) = &field.kind else { continue };
        if !ty.is_auto() {
            continue;
        }
        if let Some(mark) = ast.nullable {
            let message = format!("a `{}` is never null: the database makes its value", ty.name());
            diagnostics.push(Diagnostic::at("S053", mark, message));
        }
        for word in ["default", "generated"] {
            if let Some(attribute) = ast.attribute(word) {
                let message = format!("`{word}` does not fit `{}`: the database makes its value", ty.name());
                diagnostics.push(Diagnostic::at("S040", attribute.name.span, message));
            }
        }
    }
}

fn automatic_times_are_times(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    use FieldType::{Date, DateTime, NaiveDateTime, Time};
    for (field, ast) in subject.fields() {
        let Kind::Good(Meaning::Column(ty)) = &field.kind else { continue };
        for word in ["auto_now", "auto_now_add"] {
            if let Some(attribute) = ast.attribute(word)
                && !matches!(ty, Date | Time | DateTime | NaiveDateTime)
            {
                let message = format!(
                    "`{word}` fits dates and times only, `{}` is {}",
                    field.name,
                    described(subject.schema, ty)
                );
                diagnostics.push(Diagnostic::at("S040", attribute.name.span, message));
            }
        }
    }
}

fn one_thing_makes_the_value(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    const MAKERS: [&str; 4] = ["default", "auto_now", "auto_now_add", "generated"];
    for (_, ast) in subject.fields() {
        let given: Vec<_> = ast.attributes.iter().filter(|a| MAKERS.contains(&a.name.text.as_str())).collect();
        for pair in given.windows(2) {
            let (first, second) = (&pair[0].name, &pair[1].name);
            if first.text != second.text {
                let message = format!("`{}` and `{}` exclude each other", first.text, second.text);
                diagnostics.push(Diagnostic::at("S052", second.span, message));
            }
        }
    }
}

fn collations_are_of_text(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    fn is_text(schema: &Schema, ty: &FieldType) -> bool {
        match ty {
            FieldType::Enum(id) => schema.enumeration(*id).native.is_none(),
            FieldType::Array { element, .. } => is_text(schema, element),
            FieldType::Custom { .. } => true,
            other => other.is_text(),
        }
    }
    for (field, ast) in subject.fields() {
        let Kind::Good(Meaning::Column(ty)) = &field.kind else { continue };
        if let Some(attribute) = ast.attribute("collation")
            && !is_text(subject.schema, ty)
        {
            let message = format!("`collation` fits text only, `{}` is {}", field.name, described(subject.schema, ty));
            diagnostics.push(Diagnostic::at("S040", attribute.name.span, message));
        }
    }
}

/// A type as its name in the schema.
fn described(schema: &Schema, ty: &FieldType) -> String {
    match ty {
        FieldType::Enum(id) => format!("the enum `{}`", schema.enumeration(*id).name),
        other => format!("`{}`", other.name()),
    }
}

fn keys_can_do_what_on_delete_says(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (field, ast) in subject.columns() {
        let (Some(key), Some(ast)) = (&field.foreign_key, ast) else { continue };
        let Some(word) = ast.word("on_delete") else { continue };
        if key.on_delete == OnDelete::SetNull && !field.nullable {
            diagnostics.push(
                Diagnostic::at(
                    "S045",
                    word.span,
                    format!("`set_null` needs a nullable field, `{}` is not", field.name),
                )
                .help(format!("add `?` after the type: `{}: {}?`", field.name, written(ast, subject))),
            );
        }
        if key.on_delete == OnDelete::SetDefault && !ast.has("default") {
            let message = format!("`set_default` needs a default, `{}` has none", field.name);
            diagnostics.push(Diagnostic::at("S046", word.span, message).help("add `default(…)` with a key"));
        }
    }
}

/// The type of a foreign key as written.
fn written(ast: &Ast, subject: Subject<'_>) -> String {
    use crate::ast::TypeKind;
    match &ast.ty.kind {
        TypeKind::Named(name, _) => name.text.clone(),
        TypeKind::OneToOne(name) => format!("unique {}", name.text),
        TypeKind::ManyToMany(_) => subject.model.name.clone(),
    }
}

fn both_sides_of_a_self_relation_are_told(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (field, ast) in subject.fields() {
        let Kind::Good(Meaning::Many(target)) = field.kind else { continue };
        let asymmetrical = ast.attribute("asymmetrical");
        if let (Some(attribute), true) = (asymmetrical, target != subject.id) {
            let message =
                format!("`asymmetrical` is for a relation of a model with itself, `{}` leads to another", field.name);
            diagnostics.push(Diagnostic::at("S047", attribute.name.span, message));
        }
        if let (Some(name), None, true) = (ast.word("related_name"), asymmetrical, target == subject.id) {
            diagnostics.push(
                Diagnostic::at(
                    "S047",
                    name.span,
                    format!("`{}` is symmetrical: it has no reverse side to name", field.name),
                )
                .help("with `asymmetrical` it has one"),
            );
        }
    }
}

fn texts_of_attributes_are_not_empty(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (_, ast) in subject.fields() {
        for word in ["db_type", "collation"] {
            if let Some(text) = ast.word(word).filter(|text| text.text.trim().is_empty()) {
                diagnostics.push(Diagnostic::at("S074", text.span, format!("the text of `{word}` is empty")));
            }
        }
    }
}

fn extensions_of_types_are_declared(subject: Subject<'_>, diagnostics: &mut Vec<Diagnostic>) {
    fn holds_hstore(ty: &FieldType) -> bool {
        match ty {
            FieldType::HStore => true,
            FieldType::Array { element, .. } => holds_hstore(element),
            _ => false,
        }
    }
    for (field, ast) in subject.fields() {
        if let Kind::Good(Meaning::Column(ty)) = &field.kind
            && holds_hstore(ty)
        {
            diagnostics.extend(needs(subject.schema, "hstore", "`HStore`", ast.ty.span));
        }
    }
}

/// The report of an extension that is used but not declared.
pub(super) fn needs(schema: &Schema, extension: &str, what: &str, span: crate::Span) -> Option<Diagnostic> {
    (!schema.has_extension(extension)).then(|| {
        Diagnostic::at("S054", span, format!("{what} needs the extension `{extension}`, which is not declared"))
            .help(format!("declare it outside of all models: `extension({extension})`"))
    })
}
