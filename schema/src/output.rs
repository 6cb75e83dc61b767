//! What a user's `build.rs` calls: schema in, the models' Rust source in `OUT_DIR` out, and beside it the schema as
//! macros read it.

use crate::{Config, Diagnostics, Schema, codegen, compiled, load};
use std::path::PathBuf;

/// Name of the models' file in `OUT_DIR`.
const MODELS: &str = "nuages_models.rs";
/// Name of the file that is read with serde.
const SERIAL: &str = "nuages_serial.rs";
/// Name of the file that editors read beside it.
const COLUMNS: &str = "nuages_columns.rs";

/// Reads the schema of the package that is being built and writes its models to `OUT_DIR`.
///
/// The whole `main` of a `build.rs`:
///
/// ```no_run
/// nuages_schema::build();
/// ```
///
/// A package that has nothing but queries over the models of another needs none of that. Its macros then read the text of the
/// schema; with the same `build.rs` they read what this leaves beside the models, which takes a tenth of the time.
///
/// Mistakes in the schema are printed as rustc prints its own, and the build ends. Cargo runs it again when the
/// folder, one of its files or `nuages.toml` changes.
pub fn build() {
    let folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| ".".into()));
    let result = Config::find(&folder).and_then(|config| {
        watch(&config);
        load(&config)
    });
    match result {
        Ok(schema) => write(&schema),
        Err(diagnostics) => fail(&diagnostics),
    }
}

/// Tells Cargo what the models depend on. Only what exists: for a file that does not, Cargo would rebuild each time.
fn watch(config: &Config) {
    // What only editors compile stands under this cfg, which rust-analyzer sets.
    println!("cargo::rustc-check-cfg=cfg(rust_analyzer)");
    println!("cargo::rerun-if-changed={}", config.schema.display());
    if let Some(file) = &config.file {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    for file in config.files().unwrap_or_default() {
        println!("cargo::rerun-if-changed={}", file.location.display());
    }
}

/// Writes the models and the schema.
fn write(schema: &Schema) {
    let Some(folder) = std::env::var_os("OUT_DIR").map(PathBuf::from) else {
        stop("error: `OUT_DIR` is not set: `nuages_schema::build()` belongs into a `build.rs`");
    };
    let files = [
        (MODELS, codegen::models(schema).into_bytes()),
        (SERIAL, codegen::serial(schema).into_bytes()),
        (COLUMNS, codegen::columns(schema).into_bytes()),
        (compiled::FILE, compiled::write(schema)),
    ];
    for (name, bytes) in files {
        let file = folder.join(name);
        if let Err(error) = std::fs::write(&file, bytes) {
            stop(&format!("error: cannot write `{}`: {error}", file.display()));
        }
    }
}

/// Prints the mistakes and ends the build.
fn fail(diagnostics: &Diagnostics) -> ! {
    let count = diagnostics.list.len();
    let plural = if count == 1 { "" } else { "s" };
    stop(&format!("{diagnostics}\nerror: the schema has {count} mistake{plural}; {}", diagnostics.explained()))
}

/// Ends the build with a message.
fn stop(message: &str) -> ! {
    eprintln!("{message}");
    std::process::exit(1)
}
