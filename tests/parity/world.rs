//! What the cases of this package speak of: the shop.

pub(crate) use nuages_tests::models::create_all;
use nuages_tests::models::{OrderStatus, Status};

as_text!(OrderStatus, Status);
