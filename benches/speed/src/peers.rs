//! Those who do the work.

pub(crate) mod diesel;
pub(crate) mod hand;
pub(crate) mod nuages;
pub(crate) mod rows;
pub(crate) mod seaorm;
pub(crate) mod sqlx;
pub(crate) mod wide;
