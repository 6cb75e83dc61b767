//! What the cases of this package speak of: books.

pub(crate) use press::models::create_all;
