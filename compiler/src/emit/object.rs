//! What an object of a model can do by itself: `save`, `delete`, `refresh_from_db`.
//!
//! In: a model with a key, and its statements. Out: the methods, and what they send: one text with
//! the fields that it takes values of, which rustc does not look into.

use super::rust::ident;
use crate::render::{Compiled, Sql};
use nuages_schema::model::{ModelId, Schema};
use proc_macro2::TokenStream;
use quote::quote;

/// What the objects of a model send. Each field has the slot of its place in the model.
pub struct Object {
    /// The model.
    pub model: ModelId,
    /// The statement of `save`.
    pub save: Compiled,
    /// The statement of `delete`.
    pub delete: Compiled,
    /// The statement of `refresh_from_db`.
    pub refresh: Compiled,
}

/// The methods of a model's objects; they stand in the models' module.
pub fn object(object: &Object, schema: &Schema) -> TokenStream {
    let ty = ident(&schema.model(object.model).name);
    let [save, delete, refresh] = [&object.save, &object.delete, &object.refresh].map(|compiled| text(&compiled.root));
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
                ::nuages::private::save(self, executor, #save)
            }

            /// Deletes the row that has this object's key, and gives the number of rows that were: one or none.
            ///
            /// # Errors
            /// `Integrity` if others refer to it and may not go with it.
            pub fn delete<'e, E>(&self, executor: E) -> ::nuages::Running<'e, u64>
            where
                E: ::nuages::Executor<::nuages::Write> + 'e,
            {
                ::nuages::private::delete(self, executor, #delete)
            }

            /// Reads all columns of the row that has this object's key again.
            ///
            /// # Errors
            /// `DoesNotExist` if there is no such row.
            pub fn refresh_from_db<'e, E>(&'e mut self, executor: E) -> ::nuages::Running<'e, ()>
            where
                E: ::nuages::Executor<::nuages::Read> + 'e,
            {
                ::nuages::private::refresh(self, executor, #refresh)
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
