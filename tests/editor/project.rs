//! The server and the project that it is asked about.
//!
//! In: the environment. Out: a server's program, and a package of its own beside what is built, with the shop's schema,
//! one of every other type, and one source file, in which a query can be put.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How to get what is missing.
pub(crate) const INSTALL: &str = "no rust-analyzer with the library's sources was found: rustup component add rust-analyzer \
     rust-src, or NUAGES_RUST_ANALYZER=program and RUST_SRC_PATH=folder of the library";

/// A program and the sources of the standard library.
pub(crate) struct Found {
    program: PathBuf,
    library: PathBuf,
}

/// Finds a server that runs.
pub(crate) fn find() -> Option<Found> {
    let runs = |program: &PathBuf| {
        let mut command = Command::new(program);
        let status = command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let given = std::env::var_os("NUAGES_RUST_ANALYZER").map(PathBuf::from);
    let of_toolchain = said("rustup", &["which", "rust-analyzer"]).map(PathBuf::from);
    let on_path = Some(PathBuf::from("rust-analyzer"));
    let program = [given, of_toolchain, on_path].into_iter().flatten().find(runs)?;
    let given = std::env::var_os("RUST_SRC_PATH").map(PathBuf::from);
    let of_toolchain =
        said("rustc", &["--print", "sysroot"]).map(|root| Path::new(&root).join("lib/rustlib/src/rust/library"));
    let library = [given, of_toolchain].into_iter().flatten().find(|folder| folder.join("core").is_dir())?;
    Some(Found { program, library })
}

/// What a program prints, if it succeeds.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

impl Found {
    /// The command that starts it. What Cargo builds for the server goes where the tests' own builds are, so that
    /// packages of others are compiled once.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("CARGO_NET_OFFLINE", "true").env("RUST_SRC_PATH", &self.library);
        if let Some(target) = Path::new(env!("CARGO_TARGET_TMPDIR")).parent() {
            command.env("CARGO_TARGET_DIR", target);
        }
        for (name, _) in std::env::vars_os() {
            // What Cargo says of the test's package is not about the project.
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "OUT_DIR" {
                command.env_remove(&name);
            }
        }
        command
    }

    /// What it is told: nothing is checked by Cargo, completion lists are whole and hold nothing of other crates.
    pub(crate) fn settings(&self) -> Value {
        json!({
            "cargo": {
                "sysrootSrc": self.library,
                "allTargets": false,
                "buildScripts": { "enable": true, "useRustcWrapper": false },
            },
            "procMacro": { "enable": true },
            "checkOnSave": false,
            "cachePriming": { "enable": false },
            "completion": {
                "autoimport": { "enable": false },
                "postfix": { "enable": false },
                "callable": { "snippets": "none" },
                "limit": null,
            },
        })
    }
}

/// Writes the project; gives its folder.
pub(crate) fn write() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repository = here.parent().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("editor");
    let schema = folder.join("schema");
    std::fs::create_dir_all(folder.join("src")).unwrap();
    std::fs::create_dir_all(&schema).unwrap();
    let manifest = format!(
        "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nnuages = {{ path = \"{}\" }}\n\n[build-dependencies]\nnuages-schema = {{ path = \"{}\" }}\n\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n",
        repository.join("runtime").display(),
        repository.join("schema").display(),
    );
    put(&folder.join("Cargo.toml"), &manifest);
    put(&folder.join("build.rs"), "fn main() {\n    nuages_schema::build();\n}\n");
    put(&folder.join("Cargo.lock"), &std::fs::read_to_string(repository.join("Cargo.lock")).unwrap());
    put(&folder.join("src/lib.rs"), &source("", ""));
    let (of_shop, more) = (repository.join("examples/shop/schema"), here.join("editor/project"));
    for file in [&of_shop, &more].into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let file = file.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "nuages") {
            put(&schema.join(file.file_name().unwrap()), &std::fs::read_to_string(&file).unwrap());
        }
    }
    folder
}

/// Writes a file unless it holds the text already: its time is what Cargo goes by.
fn put(file: &Path, text: &str) {
    if std::fs::read_to_string(file).ok().as_deref() != Some(text) {
        std::fs::write(file, text).unwrap();
    }
}

/// The project's source with items and statements of a position.
pub(crate) fn source(items: &str, statements: &str) -> String {
    include_str!("project/lib.rs").replace("// items", items).replace("// statements", statements)
}
