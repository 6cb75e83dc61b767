//! What an object of a model sends, straight from the schema.
//!
//! In: a model. Out: the statements of `save`, `delete` and `refresh_from_db`, byte for byte as `resolve::stored` gets them
//! through all stages, if the model is one of those that nearly all are. `models!()` writes three statements for each model
//! of a schema, and macros are not optimised in `dev`: there is no tree here, only text.

use super::ident::quote;
use crate::hir::SqlType;
use nuages_schema::model::{Field, FieldId, FieldType, Model, ModelId, Schema};

/// A statement of one variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Its text.
    pub text: String,
    /// `$1`, `$2`, … in order: the place of the field in the model, and the OID it is declared with.
    pub params: Vec<(u16, u32)>,
}

/// The statements of `save`, `delete` and `refresh_from_db`; `None` for a model that needs more than is known here.
pub fn plain(schema: &Schema, id: ModelId) -> Option<[Sent; 3]> {
    let model = schema.model(id);
    let of_key = |id: &FieldId| model.key.contains(id);
    let known = |field: &Field| (!field.auto_now || field.ty == FieldType::DateTime) && field.generated.is_none();
    let assigned = model.field_ids().any(|id| !of_key(&id)) && !model.key.iter().any(|id| model.field(*id).auto_now);
    if model.key.is_empty() || !assigned || !model.fields.iter().all(known) {
        return None;
    }
    let names: Vec<String> = model.fields.iter().map(|field| quote(&field.column)).collect();
    let mut oids = Vec::with_capacity(names.len());
    for field in &model.fields {
        let ty = SqlType::of_field(schema, field);
        if !travels(&ty) {
            return None;
        }
        oids.push(ty.oid());
    }
    let table = match &model.namespace {
        Some(namespace) => format!("{}.{}", quote(namespace), quote(&model.table)),
        None => quote(&model.table),
    };
    let mut columns = String::new();
    for name in &names {
        columns.push_str(if columns.is_empty() { "t0." } else { ", t0." });
        columns.push_str(name);
    }
    let start = |head: &str, tail: &str| Sent { text: [head, &table, " AS t0", tail].concat(), params: Vec::new() };

    let mut save = start("UPDATE ", " SET ");
    let touched = |id: &FieldId| model.field(*id).auto_now && !of_key(id);
    let mut next = "";
    for id in model.field_ids().filter(|id| !of_key(id) && !touched(id)) {
        let at = id.0 as usize;
        save.text.push_str(next);
        save.text.push_str(&names[at]);
        save.text.push_str(" = ");
        save.bind(id, oids[at]);
        next = ", ";
    }
    for id in model.field_ids().filter(touched) {
        save.text.push_str(next);
        save.text.push_str(&names[id.0 as usize]);
        save.text.push_str(" = now()");
        next = ", ";
    }
    save.keyed(model, &names, &oids);
    save.text.push_str(" RETURNING ");
    save.text.push_str(&columns);

    let mut delete = start("DELETE FROM ", "");
    delete.keyed(model, &names, &oids);

    let mut refresh = start(&["SELECT ", &columns, " FROM "].concat(), "");
    refresh.keyed(model, &names, &oids);
    Some([save, delete, refresh])
}

/// Whether values come as they are: some of the server's types are read as text.
fn travels(ty: &SqlType) -> bool {
    !matches!(ty, SqlType::NativeEnum(_) | SqlType::HStore | SqlType::TsVector | SqlType::TsQuery | SqlType::Array(..))
}

impl Sent {
    /// The next parameter.
    fn bind(&mut self, field: FieldId, oid: u32) {
        self.params.push((u16::try_from(field.0).unwrap_or(u16::MAX), oid));
        self.text.push('$');
        self.text.push_str(&self.params.len().to_string());
    }

    /// ` WHERE t0."id" = $1`.
    fn keyed(&mut self, model: &Model, names: &[String], oids: &[u32]) {
        let mut before = " WHERE t0.";
        for id in &model.key {
            let at = id.0 as usize;
            self.text.push_str(before);
            self.text.push_str(&names[at]);
            self.text.push_str(" = ");
            self.bind(*id, oids[at]);
            before = " AND t0.";
        }
    }
}
