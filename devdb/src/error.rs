//! The one error of this crate: a text that says what was tried, what came of it, and what to do about it.

use std::fmt;
use std::path::Path;

/// Why there is no server, or why it refused.
///
/// The text may have several lines: what PostgreSQL's own programs said is part of it.
pub struct Error(String);

impl Error {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// For `map_err` behind an operation on a file.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self(format!("cannot {action} {}: {error}", path.display()))
    }

    /// Appends the output of a program, indented, where there is any.
    pub(crate) fn with_output(mut self, output: &str) -> Self {
        for line in output.trim().lines() {
            self.0.push_str("\n  | ");
            self.0.push_str(line);
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The same as `Display`, since tests show errors by `unwrap`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
