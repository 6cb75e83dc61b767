//! What the tests that ask a server for golden queries share.
//!
//! In: `compiler/tests/sql` and the shop's schema. Out: the queries as text, in the order of their files; a connection to
//! a database with the schema's tables; the statements of what a query compiles to.

#[path = "../compiler/tests/support/files.rs"]
mod files;

use files::files;
use nuages_compiler::hir::SqlType;
use nuages_compiler::render::{Child, Compiled, Sql};
use nuages_schema::model::Schema;
use nuages_schema::source::SourceFile;
use std::path::Path;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls};

/// The folder of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The schema of the shop.
pub(crate) fn schema() -> Schema {
    let config = nuages_schema::Config::find(root()).unwrap_or_else(|d| panic!("{d}"));
    nuages_schema::load(&config).unwrap_or_else(|d| panic!("{d}"))
}

/// A schema of the compiler's tests, from its one file.
pub(crate) fn schema_of(file: &str, zone: &str) -> Schema {
    let location = root().join("../compiler/tests").join(file);
    let text = std::fs::read_to_string(&location).unwrap();
    let source = SourceFile { path: file.into(), location, app: None, text };
    nuages_schema::parse(vec![source], zone).unwrap_or_else(|d| panic!("{d}"))
}

/// The golden queries, right and wrong.
pub(crate) fn queries() -> Vec<String> {
    queries_in("sql")
}

/// The golden queries of a folder of the compiler's tests.
pub(crate) fn queries_in(folder: &str) -> Vec<String> {
    let folder = root().join("../compiler/tests").join(folder);
    let texts = files(&folder).into_iter().map(|path| std::fs::read_to_string(path).unwrap());
    texts.map(|text| text.split("\n\n").next().unwrap_or_default().to_owned()).collect()
}

/// A connection to a database, in which the tables are created.
pub(crate) async fn client(url: &str, schema: &Schema) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&nuages_migrate::ddl(schema).unwrap()).await.unwrap();
    client
}

/// All statements of a query.
pub(crate) fn statements(compiled: &Compiled) -> Vec<&Sql> {
    fn children<'c>(list: &'c [Child], into: &mut Vec<&'c Sql>) {
        for child in list {
            into.push(&child.sql);
            children(&child.children, into);
        }
    }
    let mut all = vec![&compiled.root];
    all.extend(&compiled.count);
    children(&compiled.children, &mut all);
    all
}

/// Whether the server's type is the one promised; text has several names, and what a client cannot know comes as text.
pub(crate) fn fits(found: &Type, promised: &SqlType) -> bool {
    let text = [Type::TEXT, Type::VARCHAR, Type::BPCHAR].contains(found);
    match promised {
        SqlType::Text
        | SqlType::Enum(_)
        | SqlType::NativeEnum(_)
        | SqlType::HStore
        | SqlType::TsVector
        | SqlType::TsQuery => text,
        SqlType::Custom { .. } => true,
        SqlType::Array(element, _) if in_texts(element) => [Type::TEXT_ARRAY, Type::VARCHAR_ARRAY].contains(found),
        other => found.oid() == other.oid(),
    }
}

/// Whether an array of a type comes as one of texts.
fn in_texts(element: &SqlType) -> bool {
    element.is_text() || matches!(element, SqlType::NativeEnum(_) | SqlType::HStore | SqlType::TsVector)
}
