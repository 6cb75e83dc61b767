//! What PostgreSQL holds after the statements of a schema, read back from its catalogs.

use crate::{cases, compare, fail, read, server};
use nuages_migrate::ddl;
use nuages_schema::Config;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tokio_postgres::Client;

#[tokio::test]
async fn a_server_holds_what_the_schema_says() {
    let mut problems = Vec::new();
    for case in cases("golden") {
        let text = match ddl(&read(&case)) {
            Ok(text) => text,
            Err(error) => {
                problems.push(error.to_string());
                continue;
            }
        };
        let (database, client) = server::empty().await;
        if let Some(what) = server::missing(&database, &client, &text).await {
            eprintln!("{} was not run: the server does not have {what}", case.display());
            continue;
        }
        match server::run(&client, &text).await {
            Ok(()) => problems.extend(compare(&case, "catalog", &catalog(&client).await)),
            Err(error) => problems.push(format!("{}: {error}", case.display())),
        }
    }
    fail(&problems);
}

#[tokio::test]
async fn the_examples_can_be_created() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut count = 0;
    for entry in std::fs::read_dir(examples).unwrap() {
        let folder: PathBuf = entry.unwrap().path();
        if !folder.join("schema").is_dir() && !folder.join("schema.nuages").is_file() {
            continue;
        }
        let schema = nuages_schema::load(&Config::find(&folder).unwrap()).unwrap_or_else(|e| panic!("{e}"));
        let (_database, client) = server::empty().await;
        server::run(&client, &ddl(&schema).unwrap_or_else(|e| panic!("{e}"))).await.unwrap();
        // Every table of the schema is there, and no other.
        let mut expected: Vec<&str> = schema.models.iter().map(|model| model.table.as_str()).collect();
        expected.sort_unstable();
        let rows = client.query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'", &[]).await;
        let mut found: Vec<String> = rows.unwrap().iter().map(|row| row.get(0)).collect();
        found.sort_unstable();
        assert_eq!(found, expected);
        count += 1;
    }
    assert!(count > 0, "there is no example with a schema");
}

/// Tables that are nobody's but ours.
const TABLES: &str = "
    SELECT c.oid, c.oid::regclass::text, obj_description(c.oid, 'pg_class')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"";

/// Columns: name and type, and then whatever there is. Names are not quoted: which ones must be depends on the version.
const COLUMNS: &str = "
    SELECT concat_ws(' ',
        a.attname,
        format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || a.attcollation::regcollation END,
        CASE WHEN a.attnotnull THEN 'not null' END,
        CASE a.attidentity WHEN 'd' THEN 'identity by default' WHEN 'a' THEN 'identity always' END,
        CASE a.attgenerated WHEN 's' THEN 'generated' ELSE 'default' END || ' ' || pg_get_expr(d.adbin, d.adrelid),
        '-- ' || to_json(col_description(a.attrelid, a.attnum))::text)
    FROM pg_attribute a
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = $1 AND a.attnum > 0
    ORDER BY a.attnum";

/// Constraints (NOT NULL is one of them since 18), then indexes that no constraint made.
const RULES: &str = "
    (SELECT conname || ': ' || pg_get_constraintdef(oid)
     FROM pg_constraint WHERE conrelid = $1 AND contype <> 'n' ORDER BY conname COLLATE \"C\")
    UNION ALL
    (SELECT pg_get_indexdef(i.indexrelid)
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = $1 AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND conrelid = $1)
     ORDER BY c.relname COLLATE \"C\")";

/// Enum types that are nobody's but ours.
const ENUMS: &str = "
    SELECT t.oid::regtype::text || ': ' || string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
    FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
    GROUP BY t.oid ORDER BY t.oid::regtype::text COLLATE \"C\"";

/// Everything in a database, as text.
async fn catalog(client: &Client) -> String {
    let mut out = String::new();
    for row in client.query(ENUMS, &[]).await.unwrap() {
        writeln!(out, "enum {}", row.get::<_, &str>(0)).unwrap();
    }
    for table in client.query(TABLES, &[]).await.unwrap() {
        let oid: u32 = table.get(0);
        writeln!(out, "table {}", table.get::<_, &str>(1)).unwrap();
        if let Some(comment) = table.get::<_, Option<&str>>(2) {
            writeln!(out, "    -- {comment}").unwrap();
        }
        for query in [COLUMNS, RULES] {
            for row in client.query(query, &[&oid]).await.unwrap() {
                writeln!(out, "    {}", row.get::<_, &str>(0)).unwrap();
            }
        }
    }
    out
}
