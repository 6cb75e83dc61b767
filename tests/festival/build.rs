//! Reads the schema and writes its models.

fn main() {
    nuages_schema::build();
}
