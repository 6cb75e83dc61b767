//! What a value is given for, as rustc's message names it.
//!
//! In: a field. Out: the name of a type, `Product·stock`: a type is all that such a message can hold of ours, and this is as
//! near to `Product.stock` as a type can be called. rustc shows it without the path to it, through modules and closures, only
//! while nothing else in the crate is called the same. So of those that the crate has already each ends with another
//! sequence of characters that are allowed in names and are not shown.

use super::rust::Place;
use nuages_schema::model::{FieldId, ModelId};
use proc_macro2::{Ident, Span};

/// What stands for the dot.
const DOT: char = '\u{b7}';
/// The first of sixteen characters that choose a form of the one before them: none in a name has another.
const UNSEEN: u32 = 0xfe00;

/// The name of the type that stands for a field.
pub(super) fn name(place: Place<'_>, model: ModelId, field: FieldId) -> Ident {
    let schema = place.schema;
    let mut name = format!("{}{DOT}{}", schema.model(model).name, schema.field(model, field).name);
    let mut times = place.paths.times.map_or(0, |times| times(&name));
    while times > 0 {
        name.extend(char::from_u32(UNSEEN + times % 16));
        times /= 16;
    }
    Ident::new(&name, Span::call_site())
}
