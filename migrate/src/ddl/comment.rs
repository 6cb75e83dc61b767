//! `COMMENT ON`.

use super::qualified;
use crate::step::Subject;
use nuages_compiler::render::ident::quote;
use nuages_compiler::render::literal::string;

/// Sets a comment.
pub(super) fn set(on: &Subject, text: &str) -> String {
    let subject = match on {
        Subject::Table(table) => format!("TABLE {}", qualified(table)),
        Subject::Column(table, column) => format!("COLUMN {}.{}", qualified(table), quote(column)),
    };
    format!("COMMENT ON {subject} IS {}", string(text))
}
