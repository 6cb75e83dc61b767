//! `CREATE TYPE … AS ENUM`.

use crate::catalog::EnumType;
use crate::describe::literal::text as literal;
use nuages_compiler::render::ident::quote;

/// Creates an enum type.
pub(super) fn create(ty: &EnumType) -> String {
    let values: Vec<String> = ty.values.iter().map(|value| literal(value)).collect();
    format!(
        "CREATE TYPE {} AS ENUM ({})",
        quote(&ty.name),
        values.join(", ")
    )
}
