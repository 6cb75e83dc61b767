//! The schema as `build.rs` leaves it for macros, which then need not read its text.
//!
//! In: a schema, or the files of one and the bytes that were made of it. Out: bytes, or the same schema again. Cargo does not
//! optimise macros in `dev`, and each crate with a query reads the schema once: from these bytes that takes a tenth of
//! what the text takes. The bytes are of exactly these files and settings and of this version, and whole, or they are not used.

mod pack;
mod shapes;
#[cfg(test)]
mod tests;

use crate::Schema;
use crate::source::SourceFile;
use pack::{Packed, Reader, Writer};

/// Name of the file in `OUT_DIR`.
pub(crate) const FILE: &str = "nuages_schema.bin";

/// What a file begins with; the number is of the form. Behind it come the sum of the rest, how long the next part is, that
/// part, which says what the schema was made of, and the schema.
const HEAD: &[u8] = concat!("nuages ", env!("CARGO_PKG_VERSION"), " 1\n").as_bytes();

/// The bytes of a schema.
pub(crate) fn write(schema: &Schema) -> Vec<u8> {
    let of = origin(&schema.sources, &schema.time_zone);
    let mut rest = (of.len() as u64).to_le_bytes().to_vec();
    rest.extend(of);
    let mut body = Writer::new(rest);
    schema.models.write(&mut body);
    schema.enums.write(&mut body);
    schema.extensions.write(&mut body);
    let rest = body.bytes;
    [HEAD, &sum(&rest).to_le_bytes(), &rest].concat()
}

/// The schema of these files, if these are its bytes and none is missing or another. The files are in the order of
/// [`Schema::sources`].
pub(crate) fn read(bytes: &[u8], sources: &[SourceFile], time_zone: &str) -> Option<Schema> {
    let (whole, rest) = bytes.strip_prefix(HEAD)?.split_first_chunk()?;
    let (length, parts) = rest.split_first_chunk()?;
    let (of, body) = parts.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    if of != origin(sources, time_zone) || u128::from_le_bytes(*whole) != sum(rest) {
        return None;
    }
    let mut input = Reader::new(body);
    let (models, enums, extensions) = (Packed::read(&mut input), Packed::read(&mut input), Packed::read(&mut input));
    let (time_zone, sources) = (time_zone.to_owned(), sources.to_vec());
    input.is_done().then_some(Schema { models, enums, extensions, time_zone, sources })
}

/// What a schema is made of. Files are as good as their text: where they are does not matter. The text itself stands here, as
/// to compare it costs less than any hash that is not optimised.
fn origin(sources: &[SourceFile], time_zone: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut part = |text: &str| {
        out.extend_from_slice(&(text.len() as u64).to_le_bytes());
        out.extend_from_slice(text.as_bytes());
    };
    part(time_zone);
    for source in sources {
        part(&source.path);
        part(source.app.as_deref().unwrap_or("."));
        part(&source.text);
    }
    out
}

/// A sum that is another if one of the bytes is: for files that were damaged, so it has few steps and no secrets.
fn sum(bytes: &[u8]) -> u128 {
    let (chunks, rest) = bytes.as_chunks::<16>();
    let mut sum = bytes.len() as u128;
    let mut at = 0;
    while at < chunks.len() {
        sum = sum.rotate_left(7) ^ u128::from_le_bytes(chunks[at]);
        at += 1;
    }
    let mut last = [0; 16];
    last[..rest.len()].copy_from_slice(rest);
    sum.rotate_left(7) ^ u128::from_le_bytes(last)
}
