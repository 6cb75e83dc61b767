//! What a statement is, by its text.

/// What sort of statement was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum StatementKind {
    /// Reads rows: `SELECT`, also one that locks them, `FETCH`, `EXPLAIN`.
    Read,
    /// Changes rows: `INSERT`, `UPDATE`, `DELETE`, also as parts of a larger statement.
    Write,
    /// Begins or ends a transaction or a savepoint.
    Transaction,
    /// Rows streamed to the server.
    Copy,
    /// A statement that a connection met for the first time is prepared.
    Prepare,
    /// Anything else: scripts, DDL, settings.
    Script,
}

/// All kinds, each at the place of its number.
pub(super) const KINDS: [StatementKind; 6] = [
    StatementKind::Read,
    StatementKind::Write,
    StatementKind::Transaction,
    StatementKind::Copy,
    StatementKind::Prepare,
    StatementKind::Script,
];

/// What the first word says.
const WORDS: &[(&str, StatementKind)] = &[
    ("SELECT", StatementKind::Read),
    ("INSERT", StatementKind::Write),
    ("UPDATE", StatementKind::Write),
    ("DELETE", StatementKind::Write),
    ("BEGIN", StatementKind::Transaction),
    ("COMMIT", StatementKind::Transaction),
    ("SAVEPOINT", StatementKind::Transaction),
    ("RELEASE", StatementKind::Transaction),
    ("ROLLBACK", StatementKind::Transaction),
    ("START", StatementKind::Transaction),
    ("DECLARE", StatementKind::Read),
    ("FETCH", StatementKind::Read),
    ("CLOSE", StatementKind::Read),
    ("EXPLAIN", StatementKind::Read),
    ("VALUES", StatementKind::Read),
    ("TABLE", StatementKind::Read),
    ("MERGE", StatementKind::Write),
    ("COPY", StatementKind::Copy),
];

/// The kind of a single statement.
pub(crate) fn of(sql: &str) -> StatementKind {
    let first = operation(sql);
    if first.eq_ignore_ascii_case("WITH") {
        return if writes(sql) { StatementKind::Write } else { StatementKind::Read };
    }
    let row = WORDS.iter().find(|(word, _)| first.eq_ignore_ascii_case(word));
    row.map_or(StatementKind::Script, |(_, kind)| *kind)
}

/// The kind of a text of any number of statements.
pub(crate) fn of_script(sql: &str) -> StatementKind {
    match of(sql) {
        StatementKind::Transaction => StatementKind::Transaction,
        _ => StatementKind::Script,
    }
}

/// The first word: what is done.
pub(crate) fn operation(sql: &str) -> &str {
    let sql = sql.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default()
}

/// Whether a part of the statement changes rows.
fn writes(sql: &str) -> bool {
    let mut before = "";
    words(sql).any(|word| {
        let is = |text: &str| word.eq_ignore_ascii_case(text);
        // `FOR UPDATE`, `FOR NO KEY UPDATE` lock rows.
        let locks = before.eq_ignore_ascii_case("FOR") || before.eq_ignore_ascii_case("KEY");
        before = word;
        is("INSERT") || is("DELETE") || is("MERGE") || (is("UPDATE") && !locks)
    })
}

/// The words of a text that stand in no quotes.
fn words(sql: &str) -> impl Iterator<Item = &str> {
    let bare = sql.split(['"', '\'']).step_by(2);
    bare.flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{KINDS, StatementKind, of, of_script};

    #[test]
    fn the_first_word_says_it() {
        let cases = [
            ("SELECT 1", StatementKind::Read),
            ("(SELECT 1) UNION (SELECT 2)", StatementKind::Read),
            ("\n select 1 FOR UPDATE", StatementKind::Read),
            ("INSERT INTO \"a\" VALUES (1)", StatementKind::Write),
            ("BEGIN READ ONLY", StatementKind::Transaction),
            ("CREATE TABLE a (b int)", StatementKind::Script),
            ("", StatementKind::Script),
        ];
        for (sql, kind) in cases {
            assert_eq!(of(sql), kind, "{sql}");
        }
        assert_eq!(of_script("INSERT INTO a VALUES (1)"), StatementKind::Script);
        assert_eq!(of_script("ROLLBACK"), StatementKind::Transaction);
    }

    #[test]
    fn parts_of_a_statement_may_write() {
        let cases = [
            ("WITH a AS (SELECT 1) SELECT * FROM a", false),
            ("WITH a AS (SELECT \"update\", 'DELETE FROM it' FROM b) SELECT * FROM a", false),
            ("WITH a AS (SELECT 1 FROM b FOR NO KEY UPDATE) SELECT * FROM a", false),
            ("WITH a AS (UPDATE \"b\" SET \"c\" = 1 RETURNING 1) SELECT * FROM a", true),
            ("WITH a AS (SELECT 1) insert into b SELECT * FROM a", true),
        ];
        for (sql, write) in cases {
            let kind = if write { StatementKind::Write } else { StatementKind::Read };
            assert_eq!(of(sql), kind, "{sql}");
        }
    }

    #[test]
    fn each_kind_is_at_its_number() {
        for (i, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind as usize, i);
        }
    }
}
