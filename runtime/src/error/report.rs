//! What the server's report of an error says: of which kind it is, and which columns it is about.

use tokio_postgres::error::{DbError, Severity, SqlState};

use super::{ErrorKind, Integrity};

/// Whether the server says so and goes: it is shut down, or somebody has ended the connection.
pub(super) fn ends_connection(report: &DbError) -> bool {
    matches!(report.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

/// SQLSTATE by SQLSTATE. RESTRICT is 23503 up to PostgreSQL 17 and 23001 from 18 on.
pub(super) fn kind_of(report: &DbError) -> ErrorKind {
    let code = report.code();
    let integrity = if *code == SqlState::UNIQUE_VIOLATION {
        Integrity::Unique
    } else if *code == SqlState::FOREIGN_KEY_VIOLATION {
        if is_still_referenced(report) { Integrity::Restrict } else { Integrity::ForeignKey }
    } else if *code == SqlState::RESTRICT_VIOLATION {
        Integrity::Restrict
    } else if *code == SqlState::NOT_NULL_VIOLATION {
        Integrity::NotNull
    } else if *code == SqlState::CHECK_VIOLATION {
        Integrity::Check
    } else if *code == SqlState::EXCLUSION_VIOLATION {
        Integrity::Exclusion
    } else if *code == SqlState::QUERY_CANCELED {
        return ErrorKind::Timeout;
    } else if *code == SqlState::LOCK_NOT_AVAILABLE {
        return ErrorKind::Locked;
    } else if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        return ErrorKind::Conflict;
    } else if *code == SqlState::IN_FAILED_SQL_TRANSACTION {
        return ErrorKind::Aborted;
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        return ErrorKind::ReadOnly;
    } else {
        return ErrorKind::Database;
    };
    ErrorKind::Integrity(integrity)
}

/// Which side of a foreign key was touched. The server has one code for both up to 17; its English detail says it, and
/// in other languages the detail of the referenced side names the table that the report's own `table` field names.
fn is_still_referenced(report: &DbError) -> bool {
    let Some(detail) = report.detail() else {
        return false;
    };
    if detail.contains("is still referenced") {
        return true;
    }
    if detail.contains("is not present") {
        return false;
    }
    // Only what follows the values: those are the writer's own text.
    let tail = detail.rsplit_once(')').map_or(detail, |(_, tail)| tail);
    report.table().is_some_and(|table| tail.contains(table))
}

/// The columns of `Key (a, b)=(1, 2) …`; expressions stay whole (`lower(name)`), quoted names lose their quotes. A
/// parenthesis that no `=(` follows holds values, not names.
pub(super) fn key_columns(detail: &str) -> Vec<String> {
    let Some(open) = detail.find('(') else { return Vec::new() };
    let list = &detail[open + 1..];
    let mut columns = Vec::new();
    let (mut start, mut depth, mut quoted) = (0, 0_usize, false);
    for (i, c) in list.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            ')' if !quoted => {
                columns.push(unquoted(list[start..i].trim()));
                return if list[i..].starts_with(")=(") { columns } else { Vec::new() };
            }
            ',' if !quoted && depth == 0 => {
                columns.push(unquoted(list[start..i].trim()));
                start = i + 1;
            }
            _ => {}
        }
    }
    Vec::new()
}

fn unquoted(name: &str) -> String {
    let inner = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| name.to_owned(), |inner| inner.replace("\"\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::key_columns;

    #[test]
    fn columns_of_a_detail() {
        let cases: [(&str, &[&str]); 8] = [
            ("Key (slug)=(a) already exists.", &["slug"]),
            ("Key (a, b)=(1, 2) already exists.", &["a", "b"]),
            ("Key (lower(email::text), x)=(a, b) already exists.", &["lower(email::text)", "x"]),
            ("Key (\"order\", \"a, (\"\"b\")=(1, 2) already exists.", &["order", "a, (\"b"]),
            ("Schlüssel (id)=(1) ist noch vorhanden.", &["id"]),
            ("Failing row contains (1, 2).", &[]),
            ("Key (a", &[]),
            ("nothing to read", &[]),
        ];
        for (detail, expected) in cases {
            assert_eq!(key_columns(detail), expected, "{detail}");
        }
    }
}
