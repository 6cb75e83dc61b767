//! Tokens to the tree of what was written.
//!
//! In: the text of one file. Out: its [`File`], with everything that could be understood. Never fails: after a mistake
//! reading goes on with the next attribute, member or item, and what encloses the mistake is marked as broken, so that
//! later stages do not report names that were only not read.

mod cursor;
mod field;
mod index;
mod item;
mod member;
mod value;

use crate::ast::File;
use crate::diagnostic::Diagnostic;
use cursor::Parser;

/// Reads a file.
pub(crate) fn parse(file: u32, text: &str, diagnostics: &mut Vec<Diagnostic>) -> File {
    let mut parser = Parser::new(file, text, diagnostics);
    let mut out = File::default();
    while !parser.at_end() {
        if let Some(item) = parser.item() {
            out.items.push(item);
        } else {
            out.broken = true;
            parser.skip_to_item();
        }
    }
    out
}
