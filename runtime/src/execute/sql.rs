//! What is sent: a statement of a query, or a text that was made for the moment.

use std::borrow::Cow;

use crate::plan::{Param, Statement};

/// A text with its parameters.
#[derive(Clone, Copy)]
pub(crate) enum Sql<'s> {
    /// Of a query. It stands in a static, where it is found again.
    Of(&'static Statement),
    /// Sent once.
    Text(&'s (&'s str, &'s [Param])),
}

impl<'s> Sql<'s> {
    /// The text of one variant.
    pub(crate) fn text(self, mask: u64) -> Cow<'s, str> {
        match self {
            Self::Of(statement) => statement.text(mask),
            Self::Text((text, _)) => Cow::Borrowed(text),
        }
    }

    pub(crate) fn params(self) -> &'s [Param] {
        match self {
            Self::Of(statement) => statement.params,
            Self::Text((_, params)) => params,
        }
    }
}
