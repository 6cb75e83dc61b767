//! `nuages.toml`, and finding and reading the files of a schema.

// A test that cannot read its own files has nothing better to do than to stop.
#![allow(clippy::unwrap_used)]

use nuages_schema::{Config, Diagnostics, Schema, load};
use std::path::{Path, PathBuf};

/// A folder of its own for a test, with files in it.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("settings").join(name);
    if root.exists() {
        std::fs::remove_dir_all(&root).unwrap();
    }
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

fn read(manifest_dir: &Path) -> Result<Schema, Diagnostics> {
    Config::find(manifest_dir).and_then(|config| load(&config))
}

/// Names of models and tables.
fn tables(schema: &Schema) -> Vec<(String, String)> {
    schema.models.iter().map(|m| (m.name.clone(), m.table.clone())).collect()
}

fn pair(model: &str, table: &str) -> (String, String) {
    (model.to_owned(), table.to_owned())
}

const MODEL: &str = "model MediaType { name: Text }";

#[test]
fn a_folder_gives_app_labels() {
    let root = folder(
        "folder",
        &[
            ("schema/catalog.nuages", MODEL),
            ("schema/app.nuages", "model B { m: MediaType }"),
            ("schema/notes.txt", "x"),
        ],
    );
    let schema = read(&root).unwrap();
    assert_eq!(tables(&schema), [pair("B", "app_b"), pair("MediaType", "catalog_media_type")]);
    assert_eq!(schema.models[1].app.as_deref(), Some("catalog"));
    assert_eq!(schema.sources[1].path, "schema/catalog.nuages");
    assert_eq!(schema.sources[1].location, root.join("schema/catalog.nuages"));
    assert_eq!(schema.time_zone, "UTC");
}

#[test]
fn a_single_file_gives_none() {
    let root = folder("single", &[("schema.nuages", MODEL)]);
    let schema = read(&root).unwrap();
    assert_eq!(tables(&schema), [pair("MediaType", "media_type")]);
    assert_eq!(schema.models[0].app, None);
}

#[test]
fn settings_say_otherwise() {
    let toml = "# settings\nschema = \"../db/models\" # there\nmodels = 'db::models'\n\ntime_zone = \"Europe/Paris\"\r\n\
         test_server = \"db::server\"\n";
    let root = folder("otherwise/package", &[("nuages.toml", toml), ("../db/models/x.nuages", MODEL)]);
    let config = Config::find(&root).unwrap();
    assert_eq!(config.models, "db::models");
    assert_eq!(config.test_server.as_deref(), Some("db::server"));
    assert_eq!(config.file, Some(root.join("nuages.toml")));
    assert_eq!(config.root, root);
    let schema = load(&config).unwrap();
    assert_eq!(schema.time_zone, "Europe/Paris");
    assert_eq!(schema.sources[0].path, "../db/models/x.nuages");
}

#[test]
fn settings_of_a_workspace_are_found_above() {
    let root = folder(
        "workspace",
        &[
            ("nuages.toml", "time_zone = \"Asia/Tokyo\""),
            ("schema.nuages", "model Above { a: Text }"),
            ("crates/own/schema.nuages", "model Own { a: Text }"),
            ("crates/none/Cargo.toml", ""),
        ],
    );
    let own = read(&root.join("crates/own")).unwrap();
    assert_eq!((own.models[0].name.as_str(), own.time_zone.as_str()), ("Own", "Asia/Tokyo"));
    let none = read(&root.join("crates/none")).unwrap();
    assert_eq!(none.models[0].name, "Above");
}

#[test]
fn a_missing_schema_is_one_error() {
    let root = folder("missing", &[("Cargo.toml", "")]);
    let text = read(&root).unwrap_err().to_string();
    let expected =
        format!("error[S096]: no schema: there is neither a folder nor a file `{}`\n", root.join("schema").display());
    assert!(text.starts_with(&expected), "{text}");
    assert!(text.contains("help: put `*.nuages` files into `schema/`"), "{text}");

    let root = folder("empty", &[("schema/readme.txt", "")]);
    let text = read(&root).unwrap_err().to_string();
    assert!(text.starts_with("error[S096]: no schema: there is no `*.nuages` file in"), "{text}");

    let root = folder("named", &[("nuages.toml", "schema = \"there\"")]);
    let text = read(&root).unwrap_err().to_string();
    assert!(text.contains("note: `schema` is set in"), "{text}");
}

#[test]
fn the_server_of_tests_is_a_path() {
    let root = folder("server", &[("nuages.toml", "test_server = \"postgres://localhost/shop\"")]);
    let text = Config::find(&root).unwrap_err().to_string();
    let expected = "error[S094]: expected the path of a function like `nuages_devdb::server`, found \
                    `postgres://localhost/shop`\n --> nuages.toml:1:1\n";
    assert!(text.starts_with(expected), "{text}");
    let root = folder("no_server", &[("schema.nuages", MODEL)]);
    assert_eq!(Config::find(&root).unwrap().test_server, None);
}

#[test]
fn bad_settings_are_shown_in_their_lines() {
    let toml = "schma = \"a\"\nmodels = \"not a path\"\nmodels = \"x\"\ntime_zone = UTC\n[table]\nschema\ntime_zone = \"\"\nschema = \"a\\q\"\n";
    let root = folder("bad", &[("nuages.toml", toml)]);
    let expected = "\
error[S092]: unknown setting `schma`
 --> nuages.toml:1:1
  |
1 | schma = \"a\"
  | ^^^^^
  |
  = help: did you mean `schema`?
  = note: the settings are `schema`, `models`, `time_zone`, `test_server`

error[S094]: expected the path of a module like `crate::models`, found `not a path`
 --> nuages.toml:2:1
  |
2 | models = \"not a path\"
  | ^^^^^^

error[S093]: `models` is set twice
 --> nuages.toml:3:1
  |
3 | models = \"x\"
  | ^^^^^^

error[S095]: expected a text in quotes after `time_zone =`
 --> nuages.toml:4:1
  |
4 | time_zone = UTC
  | ^^^^^^^^^^^^^^^

error[S095]: expected `key = \"value\"`: `nuages.toml` has no tables
 --> nuages.toml:5:1
  |
5 | [table]
  | ^^^^^^^

error[S095]: expected `key = \"value\"`
 --> nuages.toml:6:1
  |
6 | schema
  | ^^^^^^

error[S094]: expected the name of a time zone like `Europe/Paris`, found ``
 --> nuages.toml:7:1
  |
7 | time_zone = \"\"
  | ^^^^^^^^^

error[S095]: only `\\\"` and `\\\\` may follow a backslash here
 --> nuages.toml:8:1
  |
8 | schema = \"a\\q\"
  | ^^^^^^^^^^^^^^
";
    assert_eq!(Config::find(&root).unwrap_err().to_string(), expected);
}

#[test]
fn a_schema_that_is_no_text_is_an_error() {
    let root = folder("bytes", &[("Cargo.toml", "")]);
    std::fs::write(root.join("schema.nuages"), [0xff, 0xfe]).unwrap();
    let text = read(&root).unwrap_err().to_string();
    assert!(text.starts_with("error[S096]: cannot read `"), "{text}");
}

#[test]
fn settings_that_are_no_text_are_one_mistake() {
    let root = folder("no-text", &[("schema.nuages", MODEL)]);
    std::fs::write(root.join("nuages.toml"), [0xff, 0xfe]).unwrap();
    let text = read(&root).unwrap_err().to_string();
    assert!(text.starts_with("error[S091]: cannot read `"), "{text}");
}
