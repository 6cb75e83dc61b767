//! Source files and places in them.

use std::path::PathBuf;

/// A schema file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path as it is shown in messages: relative to the package's folder where possible.
    pub path: String,
    /// Where it was read from; empty for text that is not in a file.
    pub location: PathBuf,
    /// App label: the stem, when the schema is a folder.
    pub app: Option<String>,
    /// The text.
    pub text: String,
}

/// A half-open range of bytes in one file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// Index into [`crate::Schema::sources`].
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl SourceFile {
    /// Line and column (both from 1, the column in characters) of a byte offset.
    pub fn position(&self, offset: u32) -> (usize, usize) {
        let before = &self.text[..(offset as usize).min(self.text.len())];
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        (line, column)
    }
}
