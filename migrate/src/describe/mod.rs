//! A schema to what it is in the database.
//!
//! In: a resolved schema. Out: its [`Catalog`], without models that are views or not ours to migrate; or every mistake
//! that only shows here, all at once.

mod column;
mod constraint;
mod index;
mod literal;
mod types;

use crate::catalog::{Catalog, EnumType, Name, Table};
use crate::error::Error;
use nuages_schema::{Diagnostic, Diagnostics, Model, ModelId, Schema};

/// Says what a schema is in the database.
pub(crate) fn describe(schema: &Schema) -> Result<Catalog, Error> {
    let mut list = Vec::new();
    let mut catalog = Catalog { extensions: schema.extensions.clone(), ..Catalog::default() };
    for enumeration in &schema.enums {
        if let Some(name) = &enumeration.native {
            let values = enumeration.variants.iter().map(|v| v.value.clone()).collect();
            let ty = EnumType { name: name.clone(), values };
            catalog.enums.push(ty);
        }
    }
    for id in schema.model_ids().filter(|id| is_table(schema.model(*id))) {
        let name = name(schema.model(id));
        if let Some(namespace) = &name.namespace
            && !catalog.namespaces.contains(namespace)
        {
            catalog.namespaces.push(namespace.clone());
        }
        catalog.tables.push(table(&mut Place { schema, id, model: schema.model(id), list: &mut list }, name));
    }
    if list.is_empty() {
        return Ok(catalog);
    }
    list.sort_by_key(|d| d.span.map(|s| (s.file, s.start)));
    Err(Error::Schema(Diagnostics { list, sources: schema.sources.clone() }))
}

/// The model that is described, and the mistakes found so far.
struct Place<'a> {
    /// The schema.
    schema: &'a Schema,
    /// The model's id.
    id: ModelId,
    /// The model.
    model: &'a Model,
    /// Mistakes.
    list: &'a mut Vec<Diagnostic>,
}

/// Whether a model is a table of ours.
fn is_table(model: &Model) -> bool {
    !model.unmanaged && !model.key.is_empty()
}

/// The name of a model's table.
fn name(model: &Model) -> Name {
    Name { namespace: model.namespace.clone(), name: model.table.clone() }
}

/// The table of a model.
fn table(place: &mut Place<'_>, name: Name) -> Table {
    let model = place.model;
    let columns = model.field_ids().map(|id| column::column(place, id)).collect();
    let constraints = constraint::constraints(place);
    let indexes = index::indexes(place);
    Table { name, columns, constraints, indexes, comment: model.comment.clone() }
}
