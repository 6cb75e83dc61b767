//! Models and enums for serde.
//!
//! In: a schema. Out: a macro's call for each of its enums and visible models. They stand in a file of their own, as without the
//! feature rustc would read all of it for nothing.

use super::{identifier, types};
use crate::Schema;
use std::fmt::Write as _;

/// Writes the calls.
pub(super) fn write(out: &mut String, schema: &Schema) {
    for e in &schema.enums {
        let _ = writeln!(out, "\n::nuages::__serial_enum! {{ {} }}", e.name);
    }
    for model in schema.models.iter().filter(|model| !model.hidden) {
        let _ = writeln!(out, "\n::nuages::__serial_model! {{ {} {{", model.name);
        for field in &model.fields {
            let (name, ty) = (identifier(&field.attname), types::of_field(schema, field, ""));
            let _ = writeln!(out, "    {name} {:?}: {ty},", field.attname);
        }
        out.push_str("} }\n");
    }
}
