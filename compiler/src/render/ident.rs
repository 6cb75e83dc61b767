//! The one function that quotes identifiers.

/// `"name"`, with quotes inside doubled (PostgreSQL manual, 4.1.1 Identifiers and Key Words).
pub fn quote(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push('"');
    for c in name.chars() {
        if c == '"' {
            quoted.push('"');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}
