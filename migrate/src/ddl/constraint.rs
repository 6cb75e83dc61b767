//! Constraints, within `CREATE TABLE` and by `ALTER TABLE`.

use super::index::{included, key, method_name, nulls, partial};
use super::{names, qualified};
use crate::catalog::{Constraint, ConstraintKind, Name};
use nuages_compiler::render::ident::quote;
use nuages_schema::OnDelete;

/// Adds a constraint to a table.
pub(super) fn add(table: &Name, constraint: &Constraint) -> String {
    format!("ALTER TABLE {} ADD {}", qualified(table), define(constraint))
}

/// A constraint's definition.
pub(super) fn define(constraint: &Constraint) -> String {
    let what = match &constraint.kind {
        ConstraintKind::PrimaryKey(columns) => format!("PRIMARY KEY ({})", names(columns)),
        ConstraintKind::Unique { columns, include, nulls_not_distinct, deferrable } => format!(
            "UNIQUE{} ({}){}{}",
            nulls(*nulls_not_distinct),
            names(columns),
            included(include),
            deferred(*deferrable)
        ),
        ConstraintKind::Check(condition) => format!("CHECK ({condition})"),
        ConstraintKind::Exclude { method, keys, condition, deferrable } => {
            let keys: Vec<String> = keys.iter().map(|(k, operator)| format!("{} WITH {operator}", key(k))).collect();
            format!(
                "EXCLUDE USING {} ({}){}{}",
                method_name(*method),
                keys.join(", "),
                partial(condition.as_deref()),
                deferred(*deferrable)
            )
        }
        ConstraintKind::ForeignKey { column, target, to, on_delete } => format!(
            "FOREIGN KEY ({}) REFERENCES {} ({}) ON DELETE {}",
            quote(column),
            qualified(target),
            quote(to),
            action(*on_delete)
        ),
    };
    format!("CONSTRAINT {} {what}", quote(&constraint.name))
}

/// Deferrable means deferred: a constraint that has to be put off by hand in every transaction helps nobody.
fn deferred(deferrable: bool) -> &'static str {
    if deferrable { " DEFERRABLE INITIALLY DEFERRED" } else { "" }
}

/// What `ON DELETE` does.
fn action(on_delete: OnDelete) -> &'static str {
    match on_delete {
        OnDelete::Cascade => "CASCADE",
        OnDelete::Protect | OnDelete::Restrict => "RESTRICT",
        OnDelete::SetNull => "SET NULL",
        OnDelete::SetDefault => "SET DEFAULT",
        OnDelete::DoNothing => "NO ACTION",
    }
}
