//! The one function that quotes identifiers.

/// `"name"`, with quotes inside doubled (PostgreSQL manual, 4.1.1 Identifiers and Key Words).
pub fn quote(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push('"');
    // Nearly no name has one, and macros are not optimized in debug builds: a loop over characters would be felt.
    if name.contains('"') {
        quoted.push_str(&name.replace('"', "\"\""));
    } else {
        quoted.push_str(name);
    }
    quoted.push('"');
    quoted
}
