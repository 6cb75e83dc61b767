//! A schema comes back as it was; nothing else comes of other files, or of bytes that are not whole.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::{read, write};
use crate::{Schema, SourceFile, parse};
use std::path::{Path, PathBuf};

/// One of each kind that a schema can have.
const ALL: &str = r#"
extension(pg_trgm, btree_gist, hstore)

/// Columns of several.
abstract Timestamped { created_at: DateTime auto_now_add index, updated_at: DateTime auto_now }
/// How far.
enum Status { /// Not yet.
    Draft = "draft", Active = "active" }
enum Rating native("rating") { G = "G", R = "R" }

/// What is sold.
model Product: Timestamped {
    name: Char(100) collation("C") help("as printed"), text: Text?, slug: Slug(50) unique, mail: Email, url: Url,
    flag: Boolean default(true), small: SmallInteger default(-3), big: BigInteger default(-9223372036854775808),
    ps: PositiveSmallInteger, pi: PositiveInteger, pb: PositiveBigInteger,
    f: Float default(1.5), r: Real, d: Decimal(10, 2), dd: Decimal, day: Date default("2020-01-01"), time: Time,
    naive: DateTime(naive), span: Duration, interval: Interval, uuid: Uuid default(gen_random_uuid()), bytes: Binary,
    json: Json, typed: Json(crate::Typed), ip: Inet, list: Array(Integer) default([1, 2]), nested: Array(Text?),
    range: Range(Date), store: HStore, vector: SearchVector, status: Status default(Draft) index, rating: Rating?,
    own: Custom("citext", crate::Own), made: Integer generated(small + 1), said: Text default(sql("'é'")),
    fixed: Char(3) db_type("character(3)"), old: Integer renamed_from(older) column("elder"),
    at: DateTime default(now()), tags: [Tag] related_name(products), friends: [Product],
    index(status, -name) where(status = "active") include(slug) name("by_status"), index(Lower(mail)),
    index(name) using(gin) opclass(gin_trgm_ops), unique(name, day) nulls_not_distinct, unique(time) deferrable,
    check cheap(small.gte = 0), exclude apart using(gist)(range with "&&") where(flag = true) deferrable,
    scope active = filter(status = "active"),
    /// Dear ones.
    scope dear(min: Decimal?, of: Tag, all: Array(Integer)) = filter(d.gte? = min, tags = of),
    scope default = filter(flag = true),
    ordering(-created_at, name), comment("what is sold"), renamed_from(Ware), table("ware"), schema("shop"),
}
model Tag { code: Char(5) primary_key, name: Text unique }
model Line {
    product: Product on_delete(cascade) related_name(lines), twin: unique Product? on_delete(set_null) related_name(-),
    by_name: Tag to_field(name) on_delete(do_nothing) no_constraint no_index, n: Serial,
    primary_key(product, n), unmanaged,
}
model View { id: Integer, primary_key(none) }
"#;

fn files(text: &str) -> Vec<SourceFile> {
    vec![SourceFile { path: "schema.nuages".into(), location: PathBuf::new(), app: None, text: text.into() }]
}

fn schema() -> Schema {
    parse(files(ALL), "Europe/Paris").unwrap()
}

#[test]
fn a_schema_comes_back_as_it_was() {
    let schema = schema();
    assert_eq!(read(&write(&schema), &schema.sources, "Europe/Paris"), Some(schema));
}

#[test]
fn every_schema_of_the_project_comes_back_as_it_was() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut count = 0;
    for folder in ["examples/shop", "examples/bookshop", "examples/flights", "tests", "tests/odd"] {
        let config = crate::Config::find(&root.join(folder)).unwrap();
        let schema = crate::load(&config).unwrap();
        assert_eq!(read(&write(&schema), &schema.sources, &schema.time_zone).as_ref(), Some(&schema), "{folder}");
        count += schema.models.len();
    }
    assert!(count > 40, "{count} models");
}

#[test]
fn the_bytes_of_other_files_are_not_used() {
    let schema = schema();
    let bytes = write(&schema);
    let changed = files(&ALL.replace("Char(100)", "Char(101)"));
    assert_eq!(read(&bytes, &changed, "Europe/Paris"), None);
    assert_eq!(read(&bytes, &[], "Europe/Paris"), None);
    assert_eq!(read(&bytes, &schema.sources, "UTC"), None, "another time zone");
    let named = |path: &str, app: Option<&str>| {
        vec![SourceFile { path: path.into(), app: app.map(Into::into), ..schema.sources[0].clone() }]
    };
    assert_eq!(read(&bytes, &named("other.nuages", None), "Europe/Paris"), None, "another name");
    assert_eq!(read(&bytes, &named("schema.nuages", Some("app")), "Europe/Paris"), None, "another app");
}

#[test]
fn bytes_that_are_not_whole_are_not_used() {
    let schema = schema();
    let bytes = write(&schema);
    for end in 0..bytes.len() {
        assert_eq!(read(&bytes[..end], &schema.sources, "Europe/Paris"), None, "cut at {end}");
    }
    let mut other = bytes.clone();
    for at in 0..bytes.len() {
        other[at] ^= 1;
        assert_eq!(read(&other, &schema.sources, "Europe/Paris"), None, "changed at {at}");
        other[at] ^= 1;
    }
    let longer = [bytes.as_slice(), b"\0"].concat();
    assert_eq!(read(&longer, &schema.sources, "Europe/Paris"), None);
}

#[test]
fn bytes_that_are_wrong_and_said_to_be_whole_end_nothing() {
    let schema = schema();
    let bytes = write(&schema);
    let head = super::HEAD.len();
    let first = bytes.len() - 2500;
    assert!(first > head + 24 + ALL.len(), "only the schema itself is changed");
    for at in first..bytes.len() {
        for value in [0, 0xff] {
            let mut other = bytes.clone();
            other[at] = value;
            let sum = super::sum(&other[head + 16..]).to_le_bytes();
            other[head..head + 16].copy_from_slice(&sum);
            // Whatever comes of it, it comes.
            let _ = read(&other, &schema.sources, "Europe/Paris");
        }
    }
}

#[test]
fn a_macro_reads_what_is_true_now() {
    let folder = std::env::temp_dir().join(format!("nuages-compiled-{}", std::process::id()));
    let (out, file) = (folder.join("out"), folder.join("schema.nuages"));
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(&file, "model Product { name: Text }").unwrap();
    let config = crate::Config::find(&folder).unwrap();
    let names = |what: &str| {
        let schema = crate::load_beside(&config, &out).unwrap();
        assert_eq!(schema, crate::load(&config).unwrap(), "{what}");
        schema.models.iter().map(|model| model.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names("no build.rs"), ["Product"]);
    // What the bytes say is what is used: here they say something else.
    let mut other = crate::load(&config).unwrap();
    other.models[0].name = "Ware".into();
    std::fs::write(out.join(super::FILE), write(&other)).unwrap();
    assert_eq!(crate::load_beside(&config, &out).unwrap(), other);
    // The text has changed, and build.rs has not run yet.
    std::fs::write(&file, "model Tag { name: Text }").unwrap();
    assert_eq!(names("changed"), ["Tag"]);
    std::fs::write(out.join(super::FILE), "nuages").unwrap();
    assert_eq!(names("broken"), ["Tag"]);
    // Mistakes are told as without.
    std::fs::write(&file, "model Tag { name: Txet }").unwrap();
    assert_eq!(
        crate::load_beside(&config, &out).unwrap_err().to_string(),
        crate::load(&config).unwrap_err().to_string()
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
