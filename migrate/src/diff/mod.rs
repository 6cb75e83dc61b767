//! Two schemas to the steps that lead from one to the other.
//!
//! In: the old and the new schema. Out: [`Step`]s in an order in which a database accepts them. One file here for each
//! kind of difference; so far there is [`create`], from nothing to a whole schema.

mod create;
mod order;

use crate::catalog::Catalog;
use crate::describe::describe;
use crate::error::Error;
use crate::step::Step;
use nuages_schema::Schema;

/// The steps that turn a database made from `old` into one made from `new`.
///
/// # Errors
/// [`Error::NotEmpty`] if the old schema makes anything in the database, and mistakes that only show in the database
/// ([`Error::Schema`]).
pub fn diff(old: &Schema, new: &Schema) -> Result<Vec<Step>, Error> {
    let (old, new) = (describe(old)?, describe(new)?);
    if old == new {
        return Ok(Vec::new());
    }
    if old != Catalog::default() {
        return Err(Error::NotEmpty);
    }
    Ok(create::create(new))
}
