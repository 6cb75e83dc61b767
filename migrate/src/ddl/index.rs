//! `CREATE INDEX`, and the parts of it that constraints share.

use super::{names, qualified};
use crate::catalog::{Index, Key, Name, Target};
use nuages_compiler::render::ident::quote;
use nuages_schema::IndexMethod;

/// Creates an index.
pub(super) fn create(table: &Name, index: &Index) -> String {
    let keys: Vec<String> = index.keys.iter().map(key).collect();
    format!(
        "CREATE {}INDEX {} ON {}{} ({}){}{}{}",
        if index.unique { "UNIQUE " } else { "" },
        quote(&index.name),
        qualified(table),
        index.method.map(|m| format!(" USING {}", method_name(m))).unwrap_or_default(),
        keys.join(", "),
        included(&index.include),
        nulls(index.nulls_not_distinct),
        partial(index.condition.as_deref())
    )
}

/// A key: column or expression, operator class, direction.
pub(super) fn key(key: &Key) -> String {
    let mut text = match &key.target {
        Target::Column(name) => quote(name),
        Target::Expression(expression) => format!("({expression})"),
    };
    if let Some(opclass) = &key.opclass {
        text.push(' ');
        text.push_str(&quote(opclass));
    }
    if key.descending {
        text.push_str(" DESC");
    }
    text
}

/// ` INCLUDE (…)`, or nothing.
pub(super) fn included(columns: &[String]) -> String {
    if columns.is_empty() { String::new() } else { format!(" INCLUDE ({})", names(columns)) }
}

/// ` NULLS NOT DISTINCT`, or nothing.
pub(super) fn nulls(not_distinct: bool) -> &'static str {
    if not_distinct { " NULLS NOT DISTINCT" } else { "" }
}

/// ` WHERE (…)`, or nothing.
pub(super) fn partial(condition: Option<&str>) -> String {
    condition.map(|condition| format!(" WHERE ({condition})")).unwrap_or_default()
}

/// The name of an access method.
pub(super) fn method_name(method: IndexMethod) -> &'static str {
    match method {
        IndexMethod::Gin => "gin",
        IndexMethod::Gist => "gist",
        IndexMethod::Brin => "brin",
        IndexMethod::Hash => "hash",
        IndexMethod::SpGist => "spgist",
    }
}
