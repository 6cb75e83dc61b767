//! The pages about mistakes as a table, for `nuages explain`.
//!
//! In: `pages/*.md`, which is a link to `docs/errors`: packing follows it, so that a published package holds the pages
//! themselves. Out: `pages.rs` in the folder of what is built, an array of codes and the text of their pages, sorted by code.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let folder = folder();
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let code = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if path.extension().is_some_and(|end| end == "md") && code != "README" {
            pages.push((code, path.canonicalize()?.display().to_string()));
        }
    }
    pages.sort();
    let mut text = String::from("&[\n");
    for (code, path) in pages {
        let _ = writeln!(text, "    ({code:?}, include_str!({path:?})),");
    }
    text.push_str("]\n");
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    std::fs::write(out.join("pages.rs"), text)
}

/// Where the pages are. A checkout without symbolic links, as on Windows, has a file in the place of the link.
fn folder() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let linked = package.join("pages");
    if linked.is_dir() { linked } else { package.join("../docs/errors") }
}
