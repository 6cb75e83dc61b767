//! A search vector, in the text form of the server.

use std::fmt;

/// PostgreSQL's `tsvector` as text: `'cat':1A 'rat':2`.
///
/// A vector is made by the database; its text can be shown and written back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SearchVector(String);

impl SearchVector {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SearchVector {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for SearchVector {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for SearchVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
