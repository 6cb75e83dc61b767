//! What an object of a model can do by itself: `save`, `delete`, `refresh_from_db`.
//!
//! In: a model with a key, and its statements. Out: the methods, and what they send: its text, and the object's own
//! fields as their values. What is sent is one text, which rustc does not look into.

use super::Paths;
use super::rust::{Place, ident};
use crate::render::{Compiled, Sql};
use nuages_schema::model::{FieldId, ModelId, Schema};
use proc_macro2::TokenStream;
use quote::quote;

/// What the objects of a model send.
pub struct Object<'a> {
    /// The model.
    pub model: ModelId,
    /// The fields that `save` takes values of, one slot each.
    pub written: &'a [FieldId],
    /// The fields of the key, one slot each in the others.
    pub key: &'a [FieldId],
    /// The statement of `save`.
    pub save: Compiled,
    /// The statement of `delete`.
    pub delete: Compiled,
    /// The statement of `refresh_from_db`.
    pub refresh: Compiled,
}

/// The methods of a model's objects; they stand in the models' module.
pub fn object(object: &Object<'_>, schema: &Schema, paths: &Paths) -> TokenStream {
    let (place, model) = (Place { schema, paths }, object.model);
    let declared = schema.model(model);
    let ty = ident(&declared.name);
    let sent = [&object.save, &object.delete, &object.refresh].map(|compiled| text(&compiled.root)).join("\u{1f}");
    let (written, key) = (binds(place, model, object.written), binds(place, model, object.key));
    quote! {
        impl #ty {
            /// Writes all columns of the row that has this object's key, and takes over what the database makes of them.
            ///
            /// # Errors
            /// `DoesNotExist` if there is no such row, `Integrity` if a constraint refuses it.
            pub fn save<'e, E>(&'e mut self, executor: E) -> ::nuages::Running<'e, ()>
            where
                E: ::nuages::Executor<::nuages::Write> + 'e,
            {
                ::nuages::private::save(self, executor)
            }

            /// Deletes the row that has this object's key, and gives the number of rows that were: one or none.
            ///
            /// # Errors
            /// `Integrity` if others refer to it and may not go with it.
            pub fn delete<'e, E>(&self, executor: E) -> ::nuages::Running<'e, u64>
            where
                E: ::nuages::Executor<::nuages::Write> + 'e,
            {
                ::nuages::private::delete(self, executor)
            }

            /// Reads all columns of the row that has this object's key again.
            ///
            /// # Errors
            /// `DoesNotExist` if there is no such row.
            pub fn refresh_from_db<'e, E>(&'e mut self, executor: E) -> ::nuages::Running<'e, ()>
            where
                E: ::nuages::Executor<::nuages::Read> + 'e,
            {
                ::nuages::private::refresh(self, executor)
            }
        }
        impl ::nuages::private::Stored for #ty {
            const SENT: &'static str = #sent;
            fn written(&self, build: ::nuages::private::Build) -> ::nuages::private::Build {
                build #written
            }
            fn key(&self, build: ::nuages::private::Build) -> ::nuages::private::Build {
                build #key
            }
        }
    }
}

/// A statement as the runtime reads it: its text, and the slot and the type of each parameter.
fn text(sql: &Sql) -> String {
    let params: Vec<String> = sql.params.iter().map(|param| format!("{}:{}", param.slot, param.oid)).collect();
    // The values are always there, so there is one variant.
    format!("{}\u{1f}{}", sql.text.text(0), params.join(","))
}

/// The calls that bind fields of `self`.
fn binds(place: Place<'_>, model: ModelId, fields: &[FieldId]) -> TokenStream {
    let bind = |field: &FieldId| {
        let declared = place.schema.field(model, *field);
        let slot = place.slot(&crate::hir::SqlType::of_field(place.schema, declared));
        let name = ident(&declared.attname);
        if declared.nullable {
            quote!(.bind_value(::nuages::private::ty::<#slot>(), self.#name.as_ref()))
        } else {
            quote!(.bind(::nuages::private::ty::<#slot>(), &self.#name))
        }
    };
    fields.iter().map(bind).collect()
}
