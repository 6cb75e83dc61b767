//! Keys, unique, check and exclusion constraints and foreign keys.

use super::{Place, index, name};
use crate::catalog::{Constraint, ConstraintKind};
use crate::compile;
use nuages_compiler::Purpose;
use nuages_compiler::render::ident::quote;
use nuages_compiler::render::literal::string;
use nuages_schema::{Check, CheckCondition, Diagnostic, EnumId, Exclude, Field, FieldId, ForeignKey, Unique};

/// All constraints of a model, without the unique ones that have to be indexes.
pub(super) fn constraints(place: &mut Place<'_>) -> Vec<Constraint> {
    let model = place.model;
    let key = ConstraintKind::PrimaryKey(columns(place, &model.key));
    let mut list = vec![Constraint { name: model.key_name.clone(), kind: key }];
    for unique in model.uniques.iter().filter(|u| !index::is_index(u)) {
        list.push(Constraint { name: unique.name.clone(), kind: unique_kind(place, unique) });
    }
    for check in &model.checks {
        let condition = condition(place, check).unwrap_or_default();
        list.push(Constraint { name: check.name.clone(), kind: ConstraintKind::Check(condition) });
    }
    for exclude in &model.excludes {
        let kind = exclude_kind(place, exclude);
        list.push(Constraint { name: exclude.name.clone(), kind });
    }
    for field in &model.fields {
        if let Some(key) = field.foreign_key.as_ref().filter(|key| key.constraint) {
            list.push(Constraint { name: key.name.clone(), kind: foreign_key(place, field, key) });
        }
    }
    // An index cannot be deferred, and a constraint can have neither condition nor expressions.
    for unique in model.uniques.iter().filter(|u| u.deferrable && index::is_index(u)) {
        place.list.push(
            Diagnostic::at(
                "M001",
                unique.span,
                format!("the unique constraint `{}` cannot be deferrable", unique.name),
            )
            .note("only a unique constraint of plain columns, without a condition, can be deferred in PostgreSQL"),
        );
    }
    list
}

/// Columns of fields.
pub(super) fn columns(place: &Place<'_>, fields: &[FieldId]) -> Vec<String> {
    fields.iter().map(|id| place.model.field(*id).column.clone()).collect()
}

/// A unique constraint of plain columns.
fn unique_kind(place: &Place<'_>, unique: &Unique) -> ConstraintKind {
    let fields: Vec<FieldId> = unique.items.iter().filter_map(index::plain).collect();
    ConstraintKind::Unique {
        columns: columns(place, &fields),
        include: columns(place, &unique.include),
        nulls_not_distinct: unique.nulls_not_distinct,
        deferrable: unique.deferrable,
    }
}

/// The condition of a check; nothing after a mistake.
fn condition(place: &mut Place<'_>, check: &Check) -> Option<String> {
    match &check.condition {
        CheckCondition::Code(code) => compile::condition(place.schema, place.id, code, Purpose::Check, place.list),
        CheckCondition::NotNegative(field) => Some(not_negative(place.model.field(*field))),
        CheckCondition::OneOf(field, id) => Some(one_of(place, place.model.field(*field), *id)),
    }
}

/// A number is not negative.
fn not_negative(field: &Field) -> String {
    format!("{} >= 0", quote(&field.column))
}

/// A text is a value of an enum.
fn one_of(place: &Place<'_>, field: &Field, id: EnumId) -> String {
    let variants = &place.schema.enumeration(id).variants;
    let values: Vec<String> = variants.iter().map(|v| string(&v.value)).collect();
    format!("{} IN ({})", quote(&field.column), values.join(", "))
}

/// An exclusion constraint.
fn exclude_kind(place: &mut Place<'_>, exclude: &Exclude) -> ConstraintKind {
    let keys = exclude.items.iter().map(|(item, operator)| (index::key(place, item), operator.clone())).collect();
    let condition = index::condition(place, exclude.condition.as_ref());
    ConstraintKind::Exclude { method: exclude.method, keys, condition, deferrable: exclude.deferrable }
}

/// A foreign key.
fn foreign_key(place: &Place<'_>, field: &Field, key: &ForeignKey) -> ConstraintKind {
    let target = place.schema.model(key.target);
    ConstraintKind::ForeignKey {
        column: field.column.clone(),
        target: name(target),
        to: target.field(key.to_field).column.clone(),
        on_delete: key.on_delete,
    }
}
