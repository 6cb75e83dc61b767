//! What a `Cargo.toml` says of the package's library.
//!
//! In: the folder of a package. Out: the name under which its other targets and other packages see its library.

use std::path::Path;

/// The name of the library, if the package has one.
pub(crate) fn library(package: &Path) -> Option<String> {
    let text = std::fs::read_to_string(package.join("Cargo.toml")).ok()?;
    named(&text, package.join("src/lib.rs").is_file())
}

/// The same of a manifest's text; `conventional` says whether there is a `src/lib.rs`.
fn named(text: &str, conventional: bool) -> Option<String> {
    if let Some(name) = value(text, "lib", "name") {
        return Some(name.replace('-', "_"));
    }
    let declared = text.lines().any(|line| header(line) == Some("lib"));
    if !conventional && !declared {
        return None;
    }
    value(text, "package", "name").map(|name| name.replace('-', "_"))
}

/// The text of `key` in `[section]`; enough of TOML for the names of packages and libraries.
fn value(text: &str, section: &str, key: &str) -> Option<String> {
    let mut inside = false;
    for line in text.lines() {
        if let Some(name) = header(line) {
            inside = name == section;
        } else if inside
            && let Some((name, rest)) = line.split_once('=')
            && name.trim() == key
        {
            let rest = rest.trim();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            return rest[1..].split(quote).next().map(str::to_owned);
        }
    }
    None
}

/// `lib` of a line `[lib]`.
fn header(line: &str) -> Option<&str> {
    let line = line.split('#').next().unwrap_or_default().trim();
    line.strip_prefix('[')?.strip_suffix(']').map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_library_has_its_own_name_or_the_package_s() {
        let package = "[package]\nname = \"my-shop\" # the shop\nversion = \"1.0.0\"\n";
        assert_eq!(named(package, true).as_deref(), Some("my_shop"));
        assert_eq!(named(package, false), None);
        let declared = format!("{package}\n[lib]\npath = \"src/shop.rs\"\n");
        assert_eq!(named(&declared, false).as_deref(), Some("my_shop"));
        let called = format!("[dependencies]\nname = \"no\"\n{package}[lib] # here\nname = 'core-of-it'\n");
        assert_eq!(named(&called, false).as_deref(), Some("core_of_it"));
        let other = format!("{package}[[bin]]\nname = \"tool\"\n");
        assert_eq!(named(&other, false), None);
    }
}
