//! The `nuages` command.
fn main() {}
