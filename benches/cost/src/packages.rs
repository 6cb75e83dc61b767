//! The packages that are compiled.
//!
//! In: a folder. Out: a workspace in it with the same queries in three ways of writing, each beside a package of the same
//! kind without queries, over models in a package of their own; and the models of a thousand tables as plain structs, as
//! structs with what reads and inserts them by hand, and as `models!()`. Files that are there and right are left alone, so
//! that a second run does not compile all again.

use crate::queries::{Query, queries};
use crate::schema::{Model, columns, files, models};
use std::fmt::Write as _;
use std::io::Result;
use std::path::{Path, PathBuf};

/// Tables of the schema that the queries are about.
pub(crate) const TABLES: usize = 100;
/// Tables of a large one.
pub(crate) const MANY: usize = 1000;
/// Queries.
pub(crate) const QUERIES: usize = 200;

/// What stands at the head of each made file.
const LIB: &str = "//! Made by `cost`.\n#![allow(missing_docs, non_snake_case, clippy::all)]\n\n";

/// Writes all packages.
pub(crate) fn write(root: &Path) -> Result<()> {
    let (narrow, wide) = (models(TABLES), models(MANY));
    let all = queries(&narrow, QUERIES);
    let text = |of: fn(&Query) -> &str, count: usize| all.iter().take(count).map(of).collect::<String>();
    let mut members = Vec::new();
    let mut package = |name: &str, dependencies: &str, lib: &str| -> Result<PathBuf> {
        let folder = root.join(name);
        let own = name.replace('/', "-");
        let manifest = format!(
            "[package]\nname = \"{own}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[lib]\ndoctest = false\n\n\
             [lints.rust]\nunexpected_cfgs = {{ level = \"warn\", check-cfg = ['cfg(rust_analyzer)'] }}\n\n[dependencies]\n{dependencies}"
        );
        put(&folder.join("Cargo.toml"), &manifest)?;
        put(&folder.join("src/lib.rs"), &format!("{LIB}{lib}"))?;
        members.push(name.to_owned());
        Ok(folder)
    };
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let project = project.display();
    let plain = "chrono = { version = \"0.4\", default-features = false, features = [\"std\", \"clock\", \"serde\"] }\n\
                 rust_decimal = { version = \"1\", default-features = false, features = [\"std\", \"serde\", \"db-tokio-postgres\"] }\n";
    let uses = "use chrono::{DateTime, Utc};\nuse rust_decimal::Decimal;\n";

    // Nuages, over a schema of usual size and over a large one.
    let nuages = format!("nuages = {{ path = \"{project}/runtime\" }}\n{plain}");
    for (family, models, counts) in [("narrow", &narrow, [0, 1, QUERIES].as_slice()), ("wide", &wide, &[1, QUERIES])] {
        for (stem, text) in files(models) {
            put(&root.join(family).join(format!("schema/{stem}.nuages")), &text)?;
        }
        put(&root.join(family).join("nuages.toml"), &format!("models = \"{family}_models::models\"\n"))?;
        let build = format!("\n[build-dependencies]\nnuages-schema = {{ path = \"{project}/schema\" }}\n");
        let script = "//! Made by `cost`.\n\nfn main() {\n    nuages_schema::build();\n}\n";
        let lib = "pub mod models {\n    nuages::models!();\n}\n";
        put(&package(&format!("{family}/models"), &format!("{nuages}{build}"), lib)?.join("build.rs"), script)?;
        for count in counts {
            let lib = format!(
                "use {family}_models::models::*;\nuse nuages::{{Db, query}};\n{uses}use std::fmt::Write as _;\n\n{}",
                text(|query| &query.nuages, *count)
            );
            let models = format!("{family}-models = {{ path = \"../models\" }}\n{nuages}");
            let own = format!("{models}{build}");
            put(&package(&format!("{family}/q{count}"), &own, &allowed(&lib))?.join("build.rs"), script)?;
            // Without a build.rs the macro reads the schema's text.
            if (family, *count) == ("wide", 1) {
                package("wide/text", &models, &allowed(&lib))?;
            }
        }
    }

    // sqlx and tokio-postgres over the same structs.
    let sqlx = format!(
        "sqlx = {{ version = \"0.9\", default-features = false, features = [\"postgres\", \"macros\", \"runtime-tokio\", \"chrono\", \
         \"rust_decimal\"] }}\n{plain}"
    );
    let hand = format!("tokio-postgres = {{ version = \"0.7\", features = [\"with-chrono-0_4\"] }}\n{plain}");
    package("sqlx/models", plain, &format!("{uses}\n{}", structs(&narrow)))?;
    package(
        "hand/models",
        &hand,
        &format!("{uses}use tokio_postgres::{{Error, Row}};\n\n{}{}", structs(&narrow), readers(&narrow)),
    )?;
    for count in [0, QUERIES] {
        let head = format!("{uses}use std::collections::HashMap;\nuse std::fmt::Write as _;\n");
        let lib = format!("use sqlx_models::*;\nuse sqlx::PgPool;\n{head}\n{}", text(|query| &query.sqlx, count));
        package(
            &format!("sqlx/q{count}"),
            &format!("sqlx-models = {{ path = \"../models\" }}\n{sqlx}"),
            &allowed(&lib),
        )?;
        let lib =
            format!("use hand_models::*;\nuse tokio_postgres::Client;\n{head}\n{}", text(|query| &query.hand, count));
        package(
            &format!("hand/q{count}"),
            &format!("hand-models = {{ path = \"../models\" }}\n{hand}"),
            &allowed(&lib),
        )?;
    }

    // What rustc needs for the structs of a large schema.
    package("structs", plain, &format!("{uses}\n{}", structs(&wide)))?;
    package(
        "structs/hand",
        &hand,
        &format!(
            "{uses}use tokio_postgres::{{Client, Error, Row}};\n\n{}{}{}",
            structs(&wide),
            readers(&wide),
            writers(&wide)
        ),
    )?;

    let members: Vec<String> = members.iter().map(|name| format!("\"{name}\"")).collect();
    put(&root.join("Cargo.toml"), &format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", ")))
}

/// A library whose imports need not all be used.
fn allowed(text: &str) -> String {
    format!("#![allow(unused_imports)]\n{text}")
}

/// The structs of the models.
fn structs(models: &[Model]) -> String {
    let mut out = String::new();
    for model in models {
        let _ = writeln!(out, "/// One of many.\n#[derive(Debug, Clone, PartialEq)]\npub struct {} {{", model.name);
        for (name, ty) in columns(model, "String") {
            let _ = writeln!(out, "    /// `{name}`.\n    pub {name}: {ty},");
        }
        out.push_str("}\n\n");
    }
    out
}

/// How rows are read by hand.
fn readers(models: &[Model]) -> String {
    let mut out = String::new();
    for model in models {
        let _ = writeln!(
            out,
            "impl {} {{\n    /// Reads a row from some column on.\n    pub fn read(row: &Row, at: usize) -> Result<Self, Error> {{\n        Ok(Self {{",
            model.name
        );
        for (i, (name, _)) in columns(model, "String").iter().enumerate() {
            let _ = writeln!(out, "            {name}: row.try_get(at + {i})?,");
        }
        out.push_str("        })\n    }\n}\n\n");
    }
    out
}

/// How objects are inserted by hand.
fn writers(models: &[Model]) -> String {
    let mut out = String::new();
    for model in models {
        let columns = columns(model, "String");
        // The database gives the key.
        let names: Vec<&str> = columns.iter().skip(1).map(|(name, _)| name.as_str()).collect();
        let slots: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let values: Vec<String> = names.iter().map(|name| format!("&self.{name}")).collect();
        let _ = writeln!(
            out,
            "impl {} {{\n    /// Inserts it.\n    pub async fn insert(&self, client: &Client) -> Result<u64, Error> {{\n        client.execute(\"INSERT INTO {} ({}) VALUES ({})\", &[{}]).await\n    }}\n}}\n",
            model.name,
            model.table,
            names.join(", "),
            slots.join(", "),
            values.join(", ")
        );
    }
    out
}

/// Writes a file unless it holds that text already.
fn put(file: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(file).is_ok_and(|there| there == text) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, text)
}
