//! A model's columns as a tuple.
//!
//! In: the fields of a model. Out: the type of its tuple, where in it each field stands, and the tuple of references to them.
//! The runtime knows tuples of up to [`WIDTH`] columns; what is wider is a tuple of such tuples.

use super::{identifier, types};
use crate::Schema;
use crate::model::{Field, FieldType};
use std::fmt::Write as _;

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
    let marked = fields.iter().any(|field| marker(&field.ty).is_some());
    if marked { format!("::nuages::private::Marked<{tuple}>") } else { tuple }
}

/// The type of the values. Plain columns are their values: rustc then need not find one type by the other.
pub(super) fn values(fields: &[Field]) -> &'static str {
    let is_plain = fields.len() <= WIDTH && fields.iter().all(|field| marker(&field.ty).is_none());
    if is_plain { "Self::Parts" } else { "<Self::Parts as ::nuages::private::Tuple>::Values" }
}

/// Where each of so many columns stands: `.0` or `.2.1`.
pub(super) fn places(columns: usize) -> impl Iterator<Item = String> {
    (0..columns).map(move |column| {
        let (mut place, mut rest, mut within) = (String::new(), column, columns);
        loop {
            let step = step(within);
            let _ = write!(place, ".{}", rest / step);
            if step == 1 {
                return place;
            }
            within = step.min(within - rest / step * step);
            rest %= step;
        }
    })
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

/// What stands for types of the user's.
fn marker(ty: &FieldType) -> Option<&'static str> {
    match ty {
        FieldType::Json(Some(_)) => Some("Document"),
        FieldType::Custom { .. } => Some("Custom"),
        _ => None,
    }
}
