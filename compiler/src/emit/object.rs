//! What an object of a model sends by itself: `save`, `delete`, `refresh_from_db`.
//!
//! In: the models with a key, and the statements of each. Out: one text with all of them, as a constant of the models'
//! module: rustc does not look into a text, and a large schema is no more tokens than a small one. The methods that
//! send them stand in the models' source (`nuages_schema::codegen`); the runtime takes the text apart when one is called.

use crate::render::object::Sent;
use nuages_schema::codegen::STATEMENTS;
use nuages_schema::model::{ModelId, Schema};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// What the objects of a model send. Each field has the slot of its place in the model.
pub struct Object {
    /// The model.
    pub model: ModelId,
    /// The statements of `save`, `delete` and `refresh_from_db`.
    pub statements: [Sent; 3],
}

/// What stands behind each model, and between the parts of one: characters that no name has.
const MODEL: char = '\u{1e}';
const PART: char = '\u{1f}';

/// The constant with what the objects of all models send.
pub fn objects(objects: impl Iterator<Item = Object>, schema: &Schema) -> TokenStream {
    let mut all = String::new();
    for object in objects {
        all.push_str(&schema.model(object.model).name);
        for sent in &object.statements {
            write(&mut all, sent);
        }
        all.push(MODEL);
    }
    let name = Ident::new(STATEMENTS, Span::call_site());
    quote! {
        // A schema may have nothing but views.
        #[allow(dead_code)]
        const #name: &::core::primitive::str = #all;
    }
}

/// A statement as the runtime reads it: its text, and the slot and the type of each parameter.
fn write(out: &mut String, sent: &Sent) {
    out.push(PART);
    out.push_str(&sent.text);
    out.push(PART);
    let mut next = "";
    for (slot, oid) in &sent.params {
        out.push_str(next);
        out.push_str(&slot.to_string());
        out.push(':');
        out.push_str(&oid.to_string());
        next = ",";
    }
}
