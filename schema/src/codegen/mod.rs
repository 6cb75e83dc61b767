//! The Rust source of the models.

use crate::{Config, Schema};

/// The Rust source that `nuages::models!()` includes.
pub fn models(schema: &Schema, config: &Config) -> String {
    let _ = (schema, config);
    String::new()
}
