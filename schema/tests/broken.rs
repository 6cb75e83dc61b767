//! A schema with mistakes beside code that needs its models: `build.rs` ends the build first, so that what rustc would
//! say of models that are not there is never said.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::PathBuf;
use std::process::Command;

/// What rustc says if it ever reads the package.
const AFTER: &str = "rustc has read the package";

/// A package with this schema, which is compiled: whether that went well, and what was said.
fn check(schema: &str) -> (bool, String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("broken");
    let manifest = format!(
        "[package]\nname = \"broken\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [build-dependencies]\nnuages-schema = {{ path = {:?} }}\n",
        env!("CARGO_MANIFEST_DIR")
    );
    let files = [
        ("Cargo.toml", manifest.as_str()),
        ("build.rs", "fn main() {\n    nuages_schema::build();\n}\n"),
        ("schema.nuages", schema),
        ("src/lib.rs", &format!("compile_error!(\"{AFTER}\");\npub fn cheap(_: Product) {{}}\n")),
    ];
    for (name, text) in files {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--offline", "--quiet"]).current_dir(&folder).env("CARGO_TARGET_DIR", folder.join("target"));
    // What the run of the tests was given for itself.
    let output = cargo.env_remove("RUSTFLAGS").env_remove("OUT_DIR").output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_broken_schema_ends_the_build_with_its_own_mistakes_alone() {
    let (good, said) = check("model Product {\n    name: Txet,\n}\n");
    assert!(!good, "{said}");
    assert_eq!(said.matches("did you mean `Text`").count(), 1, "{said}");
    assert!(said.contains("the schema has 1 mistake"), "{said}");
    assert!(!said.contains(AFTER) && !said.contains("cannot find type"), "{said}");

    // The same package with the mistake mended comes to rustc.
    let (_, said) = check("model Product {\n    name: Text,\n}\n");
    assert!(said.contains(AFTER) && !said.contains("the schema has"), "{said}");
}
