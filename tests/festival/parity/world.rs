//! What the cases of this package speak of: a festival.

use festival::models::Size;
pub(crate) use festival::models::create_all;

as_text!(Size);
