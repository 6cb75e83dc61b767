//! `CREATE TYPE … AS ENUM`.

use crate::catalog::EnumType;
use nuages_compiler::render::ident::quote;
use nuages_compiler::render::literal::string;

/// Creates an enum type.
pub(super) fn create(ty: &EnumType) -> String {
    let values: Vec<String> = ty.values.iter().map(|value| string(value)).collect();
    format!("CREATE TYPE {} AS ENUM ({})", quote(&ty.name), values.join(", "))
}
