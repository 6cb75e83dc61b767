//! What can go wrong between a schema and its DDL.

use nuages_schema::Diagnostics;

/// Why there are no steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// Mistakes in the schema that only show when its tables are made: conditions and expressions that do not compile,
    /// with the compiler's codes, and those of [`CODES`](crate::CODES).
    Schema(Diagnostics),
    /// The old schema of a difference is not empty: tables can be created so far, not altered.
    NotEmpty,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Schema(diagnostics) => diagnostics.fmt(f),
            Self::NotEmpty => f.write_str(
                "found an old schema with contents, expected an empty one: tables can be created, not altered",
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Schema(diagnostics) => Some(diagnostics),
            Self::NotEmpty => None,
        }
    }
}
