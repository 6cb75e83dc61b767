//! From nothing to a whole schema.
//!
//! In: the catalog of a schema. Out: its steps: extensions, namespaces, enum types; each table followed by its indexes
//! and comments, after the tables it refers to; last the foreign keys that close cycles.

use super::order::order;
use crate::catalog::{Catalog, Constraint, ConstraintKind, Name, Table};
use crate::step::{Step, Subject};
use std::collections::HashSet;

/// The steps that make everything of a catalog.
pub(super) fn create(catalog: Catalog) -> Vec<Step> {
    let Catalog { extensions, namespaces, enums, tables } = catalog;
    let mut steps: Vec<Step> = extensions.into_iter().map(Step::CreateExtension).collect();
    steps.extend(namespaces.into_iter().map(Step::CreateNamespace));
    steps.extend(enums.into_iter().map(Step::CreateEnum));

    let order = order(&tables);
    let mut missing: HashSet<Name> = tables.iter().map(|t| t.name.clone()).collect();
    let mut tables: Vec<Option<Table>> = tables.into_iter().map(Some).collect();
    let mut late = Vec::new();
    for table in order.into_iter().filter_map(|i| tables[i].take()) {
        missing.remove(&table.name);
        let (wait, now): (Vec<_>, Vec<_>) = table.constraints.into_iter().partition(|c| waits(c, &missing));
        late.extend(wait.into_iter().map(|constraint| Step::AddConstraint { table: table.name.clone(), constraint }));
        let comments: Vec<Step> = std::iter::once((Subject::Table(table.name.clone()), table.comment))
            .chain(
                table.columns.iter().map(|c| (Subject::Column(table.name.clone(), c.name.clone()), c.comment.clone())),
            )
            .filter_map(|(on, text)| text.map(|text| Step::Comment { on, text }))
            .collect();
        steps.push(Step::CreateTable { name: table.name.clone(), columns: table.columns, constraints: now });
        steps.extend(table.indexes.into_iter().map(|index| Step::CreateIndex { table: table.name.clone(), index }));
        steps.extend(comments);
    }
    steps.extend(late);
    steps
}

/// Whether a constraint refers to a table that is still to be created.
fn waits(constraint: &Constraint, missing: &HashSet<Name>) -> bool {
    matches!(&constraint.kind, ConstraintKind::ForeignKey { target, .. } if missing.contains(target))
}
