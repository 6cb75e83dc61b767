//! Steps to SQL text. Each statement's text is written in one of the files here, and nowhere else.
//!
//! In: a [`Step`]. Out: one statement that ends in `;` and a newline; every name in it is quoted by
//! [`nuages_compiler::render::ident::quote`], every text by [`nuages_compiler::render::literal::string`].

mod comment;
mod constraint;
mod enumeration;
mod index;
mod table;

use crate::catalog::Name;
use crate::step::Step;
use nuages_compiler::render::ident::quote;

/// The statement of a step, with `;` and a newline at its end.
pub fn statement(step: &Step) -> String {
    let text = match step {
        Step::CreateExtension(name) => format!("CREATE EXTENSION IF NOT EXISTS {}", quote(name)),
        Step::CreateNamespace(name) => format!("CREATE SCHEMA IF NOT EXISTS {}", quote(name)),
        Step::CreateEnum(ty) => enumeration::create(ty),
        Step::CreateTable { name, columns, constraints } => table::create(name, columns, constraints),
        Step::AddConstraint { table, constraint } => constraint::add(table, constraint),
        Step::CreateIndex { table, index } => index::create(table, index),
        Step::Comment { on, text } => comment::set(on, text),
    };
    text + ";\n"
}

/// `"namespace"."name"`, or `"name"`.
fn qualified(name: &Name) -> String {
    match &name.namespace {
        Some(namespace) => format!("{}.{}", quote(namespace), quote(&name.name)),
        None => quote(&name.name),
    }
}

/// `"a", "b"`.
fn names(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| quote(name)).collect();
    quoted.join(", ")
}
