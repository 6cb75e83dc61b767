//! What a value is given for, as rustc's message names it.
//!
//! In: what the query calls it, `Product.stock`. Out: the name of a type, `Product·stock`: a type is all that such a message can hold of ours, and this is as
//! near to `Product.stock` as a type can be called. rustc shows it without the path to it, through modules and closures, only
//! while nothing else in the crate is called the same. So of those that the crate has already each ends with another
//! sequence of characters that are allowed in names and are not shown.

use super::rust::Place;
use proc_macro2::{Ident, Span};

/// What stands for the dot.
const DOT: &str = "\u{b7}";
/// The first of sixteen characters that choose a form of the one before them: none in a name has another.
const UNSEEN: u32 = 0xfe00;

/// The name of the type that stands for it.
pub(super) fn name(place: Place<'_>, subject: &str, slot: u16) -> Ident {
    let mut name = subject.replace('.', DOT);
    let mut ending = place.paths.ending.map_or(0, |ending| ending(&name, slot));
    while ending > 0 {
        name.extend(char::from_u32(UNSEEN + ending % 16));
        ending /= 16;
    }
    Ident::new(&name, Span::call_site())
}
