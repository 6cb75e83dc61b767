//! Which tables a statement is about.

/// The words before a table.
const BEFORE: [&str; 5] = ["FROM", "JOIN", "INTO", "UPDATE", "TABLE"];

/// The longest summary.
#[cfg(feature = "tracing")]
const LONGEST: usize = 255;

/// The tables that a statement names, in this order, each once: as written, without quotes.
pub(super) fn tables(sql: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = sql;
    let mut expected = false;
    while let Some(start) = rest.find(|c: char| !c.is_whitespace()) {
        rest = &rest[start..];
        let (token, after) = token(rest);
        rest = after;
        let word = token.chars().all(|c| c.is_ascii_alphabetic());
        if expected && (token.starts_with('"') || (word && !is(token, "ONLY") && !is(token, "LATERAL"))) {
            let mut name = token.to_owned();
            while let Some(part) = rest.strip_prefix('.') {
                let (token, after) = self::token(part);
                name = format!("{name}.{token}");
                rest = after;
            }
            let name = name.replace('"', "");
            // What a function gives is no table.
            if !rest.starts_with('(') && !found.contains(&name) {
                found.push(name);
            }
            expected = false;
        } else if !(expected && (is(token, "ONLY") || is(token, "LATERAL"))) {
            expected = BEFORE.iter().any(|before| is(token, before));
        }
    }
    found
}

/// `SELECT product category`: what is done, to which tables.
#[cfg(feature = "tracing")]
pub(super) fn summary(operation: &str, tables: &[String]) -> String {
    let mut out = operation.to_owned();
    for table in tables {
        if out.len() + 1 + table.len() > LONGEST {
            break;
        }
        out.push(' ');
        out.push_str(table);
    }
    out
}

fn is(token: &str, word: &str) -> bool {
    token.eq_ignore_ascii_case(word)
}

/// The first token of a text that begins with one, and what follows: a word, something in quotes, or a character.
fn token(text: &str) -> (&str, &str) {
    let first = text.chars().next().unwrap_or(' ');
    let end = match first {
        '"' | '\'' => quoted(text, first),
        c if is_name(c) => text.find(|c| !is_name(c)).unwrap_or(text.len()),
        c => c.len_utf8(),
    };
    text.split_at(end)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where a text in quotes ends; a quote in it is written twice.
fn quoted(text: &str, quote: char) -> usize {
    let mut end = 1;
    while let Some(at) = text[end..].find(quote) {
        end += at + 1;
        if !text[end..].starts_with(quote) {
            return end;
        }
        end += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::tables;

    #[test]
    fn tables_in_the_order_written() {
        let cases: &[(&str, &[&str])] = &[
            ("SELECT 1", &[]),
            (r#"SELECT t."id" FROM "catalog_product" AS t WHERE t."from" = 'FROM "x"'"#, &["catalog_product"]),
            (
                r#"SELECT 1 FROM "a" t JOIN "s"."b" u ON true LEFT JOIN LATERAL (SELECT 1 FROM "a") v ON true"#,
                &["a", "s.b"],
            ),
            (r#"INSERT INTO "a" ("b") SELECT v.x FROM unnest($1) AS v (x)"#, &["a"]),
            (r#"UPDATE ONLY "we""ird" SET "update" = 1"#, &["weird"]),
            ("DELETE FROM shop.tag", &["shop.tag"]),
            (r#"SELECT 1 FROM (SELECT 1 FROM "é" WHERE "n" = 'it''s FROM "y"') s"#, &["é"]),
            ("", &[]),
            ("FROM", &[]),
            ("'", &[]),
        ];
        for (sql, expected) in cases {
            assert_eq!(tables(sql), *expected, "{sql}");
        }
    }

    #[test]
    #[cfg(feature = "tracing")]
    fn a_summary_stays_short() {
        use super::summary;
        let many: Vec<String> = (0..100).map(|i| format!("table_{i}")).collect();
        let text = summary("SELECT", &many);
        assert!(text.starts_with("SELECT table_0 table_1 ") && text.len() <= 255, "{text}");
        assert_eq!(summary("BEGIN", &[]), "BEGIN");
    }
}
