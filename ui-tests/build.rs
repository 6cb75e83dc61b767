//! The whole of a build script.

fn main() {
    nuages_schema::build();
}
