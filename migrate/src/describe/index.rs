//! Indexes, and the unique constraints that PostgreSQL only knows as indexes.

use super::Place;
use super::constraint::columns;
use crate::catalog::{Index, Key, Target};
use crate::compile;
use nuages_compiler::Purpose;
use nuages_schema::{Code, FieldId, IndexItem, IndexTarget, Unique};

/// The unique indexes and then the indexes of a model.
pub(super) fn indexes(place: &mut Place<'_>) -> Vec<Index> {
    let model = place.model;
    let mut list = Vec::new();
    for unique in model.uniques.iter().filter(|u| is_index(u)) {
        list.push(Index {
            name: unique.name.clone(),
            unique: true,
            method: None,
            keys: unique.items.iter().map(|item| key(place, item)).collect(),
            include: columns(place, &unique.include),
            nulls_not_distinct: unique.nulls_not_distinct,
            condition: condition(place, unique.condition.as_ref()),
        });
    }
    for index in &model.indexes {
        list.push(Index {
            name: index.name.clone(),
            unique: false,
            method: index.method,
            keys: index.items.iter().map(|item| key(place, item)).collect(),
            include: columns(place, &index.include),
            nulls_not_distinct: false,
            condition: condition(place, index.condition.as_ref()),
        });
    }
    list
}

/// Whether a unique constraint has to be an index: a constraint holds whole columns of all rows, nothing else.
pub(super) fn is_index(unique: &Unique) -> bool {
    unique.condition.is_some() || unique.items.iter().any(|item| plain(item).is_none())
}

/// The field of a key that is nothing but a field.
pub(super) fn plain(item: &IndexItem) -> Option<FieldId> {
    match item {
        IndexItem { target: IndexTarget::Field(id), descending: false, opclass: None } => Some(*id),
        _ => None,
    }
}

/// A key of an index.
pub(super) fn key(place: &mut Place<'_>, item: &IndexItem) -> Key {
    let target = match &item.target {
        IndexTarget::Field(id) => Target::Column(place.model.field(*id).column.clone()),
        IndexTarget::Expression(code) => {
            let expression = compile::expression(place.schema, place.id, code, place.list);
            Target::Expression(expression.map(|(text, _)| text).unwrap_or_default())
        }
    };
    Key { target, opclass: item.opclass.clone(), descending: item.descending }
}

/// The condition of a partial index.
pub(super) fn condition(place: &mut Place<'_>, code: Option<&Code>) -> Option<String> {
    Some(compile::condition(place.schema, place.id, code?, Purpose::Index, place.list).unwrap_or_default())
}
