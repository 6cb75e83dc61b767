//! A model's columns as a tuple.
//!
//! In: the fields of a model. Out: the type of its tuple, where in it each field stands, and the tuple of references to them.
//! The runtime knows tuples of up to [`WIDTH`] columns; what is wider is a tuple of such tuples.

use super::{identifier, types};
use crate::Schema;
use crate::model::{Field, FieldType};

/// How many elements a tuple has at most.
const WIDTH: usize = 16;

/// How many columns each element of the outermost tuple holds.
fn step(columns: usize) -> usize {
    let mut step = 1;
    while step * WIDTH < columns {
        step *= WIDTH;
    }
    step
}

/// The type: `(i64, String,)`.
pub(super) fn types(schema: &Schema, fields: &[Field]) -> String {
    if fields.len() > WIDTH {
        let parts: Vec<String> = fields.chunks(step(fields.len())).map(|part| types(schema, part)).collect();
        return format!("::nuages::private::Wide<({},)>", parts.join(", "));
    }
    let cells: Vec<String> = fields.iter().map(|field| cell(schema, field)).collect();
    let tuple = format!("({},)", cells.join(", "));
    if is_marked(fields) { format!("::nuages::private::Marked<{tuple}>") } else { tuple }
}

/// Where each column stands: `.0`, or `.0.2` behind a marker or in a part.
pub(super) fn places(fields: &[Field]) -> Vec<String> {
    if fields.len() > WIDTH {
        let parts = fields.chunks(step(fields.len())).map(places).enumerate();
        return parts.flat_map(|(i, part)| part.into_iter().map(move |place| format!(".0.{i}{place}"))).collect();
    }
    let within = if is_marked(fields) { ".0" } else { "" };
    (0..fields.len()).map(|i| format!("{within}.{i}")).collect()
}

/// References to all fields of `self`.
pub(super) fn refs(fields: &[Field]) -> String {
    let step = step(fields.len());
    let parts: Vec<String> = match step {
        1 => fields.iter().map(|field| format!("&self.{}", identifier(&field.attname))).collect(),
        _ => fields.chunks(step).map(refs).collect(),
    };
    format!("({},)", parts.join(", "))
}

/// What stands for a column.
fn cell(schema: &Schema, field: &Field) -> String {
    let Some(marker) = marker(&field.ty) else { return types::of_field(schema, field, "") };
    let cell = format!("::nuages::private::{marker}<{}>", types::rust(schema, &field.ty, ""));
    if field.nullable { types::option(&cell) } else { cell }
}

/// Whether a marker tells one of the columns.
fn is_marked(fields: &[Field]) -> bool {
    fields.iter().any(|field| marker(&field.ty).is_some())
}

/// What stands for types of the user's.
fn marker(ty: &FieldType) -> Option<&'static str> {
    match ty {
        FieldType::Json(Some(_)) => Some("Document"),
        FieldType::Custom { .. } => Some("Custom"),
        _ => None,
    }
}
