//! Reads the schema and writes the models.

fn main() {
    nuages_schema::build();
}
