//! The README's first steps are the package `examples/bookshop`, word for word.

use std::path::Path;

#[test]
fn the_first_steps_are_the_bookshop() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect(path);
    let readme = read("README.md");
    for file in ["build.rs", "schema.nuages", "src/main.rs"] {
        let text = read(&format!("examples/bookshop/{file}"));
        assert!(readme.contains(text.trim_end()), "examples/bookshop/{file} is not in README.md as it is");
    }
}
