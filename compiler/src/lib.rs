//! Query tokens and a schema to checked, static SQL and Rust tokens.
