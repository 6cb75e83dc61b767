//! The `nuages` command as a shell runs it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    /// A new folder with these files.
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("nuages-cli-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        for (file, text) in files {
            let file = path.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Exit code, standard output and standard error of a command line.
fn nuages(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_nuages")).args(args).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const GOOD: (&str, &str) =
    ("schema/shop.nuages", "model Product { name: Text, tags: [Tag] }\nmodel Tag { name: Text }\n");
const BAD: (&str, &str) = ("schema/shop.nuages", "model Product {\n    name: Txet,\n    price: Decmal,\n}\n");
const TABLE: &str = "CREATE TABLE \"shop_tag\" (";

#[test]
fn ddl_prints_the_statements() {
    let folder = Folder::new("ddl", &[GOOD, ("Cargo.toml", ""), ("src/lib.rs", "")]);
    let (code, out, err) = nuages(&folder.0, &["ddl"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.starts_with("CREATE TABLE \"shop_product\" (\n") && out.contains(TABLE) && out.ends_with(";\n"),
        "{out}"
    );
    // From anywhere within the package it is the same.
    assert_eq!(nuages(&folder.0.join("src"), &["ddl"]).1, out);
}

#[test]
fn check_counts_models() {
    let folder = Folder::new("check", &[GOOD]);
    assert_eq!(nuages(&folder.0, &["check"]), (0, "ok: 2 models\n".into(), String::new()));
    let folder = Folder::new("check-one", &[("schema.nuages", "model Tag { name: Text }")]);
    assert_eq!(nuages(&folder.0, &["check"]), (0, "ok: 1 model\n".into(), String::new()));
}

#[test]
fn mistakes_are_told_with_their_places() {
    let folder = Folder::new("bad", &[BAD]);
    for command in ["check", "ddl"] {
        let (code, out, err) = nuages(&folder.0, &[command]);
        assert_eq!((code, out.as_str()), (1, ""));
        for line in [
            "--> schema/shop.nuages:2:11",
            "--> schema/shop.nuages:3:12",
            "2 |     name: Txet,",
            "did you mean `Text`?",
            "\n\n`nuages explain S030` says more\n",
        ] {
            assert!(err.contains(line), "{line} is not in\n{err}");
        }
    }
}

#[test]
fn mistakes_in_conditions_are_told_too() {
    let text = "model Product {\n    price: Integer,\n    check positive(prise.gt = 0),\n}\n";
    let folder = Folder::new("condition", &[("schema.nuages", text)]);
    let (code, out, err) = nuages(&folder.0, &["check"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("--> schema.nuages:3:"), "{err}");
}

#[test]
fn mistakes_in_scopes_are_told_too() {
    let text = "model Product {\n    price: Integer,\n    scope cheap = filter(price.icontains = 3),\n}\n";
    let folder = Folder::new("scope", &[("schema.nuages", text)]);
    let (code, out, err) = nuages(&folder.0, &["check"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.starts_with("error[N0") && err.contains("icontains"), "{err}");
    assert!(err.contains("--> schema.nuages:3:19"), "{err}");
    // Tables do not need scopes.
    assert_eq!(nuages(&folder.0, &["ddl"]).0, 0);
}

#[test]
fn a_schema_may_be_named() {
    let folder =
        Folder::new("named", &[("a/schema/shop.nuages", GOOD.1), ("b/Cargo.toml", ""), ("c/bad.nuages", BAD.1)]);
    let path = folder.0.join("a/schema");
    for schema in [path.to_str().unwrap(), "../a/schema"] {
        let (code, out, err) = nuages(&folder.0.join("b"), &["ddl", "--schema", schema]);
        assert!(code == 0 && out.contains(TABLE), "{err}");
    }
    // A single file has no app label.
    let (code, out, err) = nuages(&folder.0, &["ddl", "--schema=a/schema/shop.nuages"]);
    assert!(code == 0 && out.contains("CREATE TABLE \"tag\" ("), "{err}");
    // Places are shown as seen from where the command runs.
    let (code, _, err) = nuages(&folder.0.join("b"), &["check", "--schema", "../c/bad.nuages"]);
    assert!(code == 1 && err.contains("--> ../c/bad.nuages:2:11"), "{err}");
}

#[test]
fn the_settings_beside_a_schema_hold() {
    let schema = "model One { at: DateTime(naive) default(now()) }";
    let zone = "time_zone = \"Asia/Tokyo\"\n";
    let folder = Folder::new("zone", &[("p/nuages.toml", zone), ("p/schema/one.nuages", schema)]);
    for args in [&["ddl", "--schema", "p/schema"], &["ddl", "--schema", "p/schema/one.nuages"]] {
        let (_, out, err) = nuages(&folder.0, args);
        assert!(out.contains("AT TIME ZONE 'Asia/Tokyo'"), "{out}{err}");
    }
    let settings = "schema = \"models\"\n";
    let folder = Folder::new("elsewhere", &[("nuages.toml", settings), ("models/shop.nuages", GOOD.1), ("sub/x", "")]);
    assert_eq!(nuages(&folder.0.join("sub"), &["check"]).1, "ok: 2 models\n");
}

#[test]
fn a_schema_that_is_not_there_is_a_mistake() {
    let folder = Folder::new("none", &[("Cargo.toml", "")]);
    for args in [&["check"][..], &["ddl", "--schema", "nowhere"]] {
        let (code, out, err) = nuages(&folder.0, args);
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(err.starts_with("error[S096]: no schema: "), "{err}");
    }
    let folder = Folder::new("settings", &[("nuages.toml", "shema = \"x\"\n")]);
    let (code, _, err) = nuages(&folder.0, &["check"]);
    assert!(code == 1 && err.contains("did you mean `schema`?"), "{err}");
}

#[test]
fn the_command_line_is_explained() {
    let folder = Folder::new("usage", &[]);
    let (code, out, err) = nuages(&folder.0, &["--version"]);
    assert_eq!((code, out, err), (0, format!("nuages {}\n", env!("CARGO_PKG_VERSION")), String::new()));
    let (code, out, err) = nuages(&folder.0, &["--help"]);
    assert!(code == 0 && err.is_empty() && out.contains("ddl") && out.contains("check"), "{out}");
    let (code, out, _) = nuages(&folder.0, &["ddl", "--help"]);
    assert!(code == 0 && out.contains("--schema <PATH>"), "{out}");
    for args in [&[][..], &["dld"], &["ddl", "--shema", "x"], &["check", "--schema"], &["check", "more"]] {
        let (code, out, err) = nuages(&folder.0, args);
        assert!(code == 2 && out.is_empty() && err.contains("--help"), "{args:?} {code}\n{err}");
    }
    assert!(nuages(&folder.0, &["ddl", "--shema", "x"]).2.contains("'--schema'"));
}

#[test]
fn a_reader_may_go_away() {
    let models: Vec<String> = (0..2000).map(|i| format!("model Model{i} {{ name: Text }}\n")).collect();
    let folder = Folder::new("pipe", &[("schema.nuages", &models.concat())]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_nuages"))
        .arg("ddl")
        .current_dir(&folder.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn explain_prints_the_page_of_a_code() {
    let here = std::env::temp_dir();
    let (code, out, err) = nuages(&here, &["explain", "N0202"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors/N0202.md")).unwrap();
    assert_eq!(out, page);
    for given in ["n0202", "202", "[N0202]"] {
        assert_eq!(nuages(&here, &["explain", given]).1, page);
    }
    assert!(nuages(&here, &["explain", "s012"]).1.starts_with("# S012: "));
}

/// What is published is built from nothing but its package.
#[test]
fn the_package_holds_the_pages() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cargo = Command::new(env!("CARGO"));
    let list = cargo.args(["package", "--list", "--allow-dirty", "--offline"]).current_dir(package).output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    for entry in std::fs::read_dir(package.join("../docs/errors")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(list.lines().any(|line| line == format!("pages/{name}")), "{name} is not in:\n{list}");
    }
}

#[test]
fn explain_says_of_an_unknown_code_which_is_near() {
    let (code, out, err) = nuages(&std::env::temp_dir(), &["explain", "n0220x"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(
        err,
        "error: there is no code `n0220x`, a code is like `N0202`, `S012` or `M001`\n  = did you mean `N0220`?\n"
    );
    assert_eq!(nuages(&std::env::temp_dir(), &["explain"]).0, 2);
}
