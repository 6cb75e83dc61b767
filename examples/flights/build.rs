//! Reads `schema.nuages` and writes the models.

fn main() {
    nuages_schema::build();
}
