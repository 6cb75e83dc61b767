//! What Django, SQL and Rust call things that a schema declares.
//!
//! In: nothing, this is data. Out: for each foreign word what is written here instead.

use crate::words::TYPES;

/// A foreign word, and what is written instead.
type Row = (&'static str, &'static str);

/// The field type that is meant by a type of Django, SQL or Rust. Case does not matter.
///
/// ```
/// use nuages_schema::foreign::field_type;
/// assert_eq!(field_type("CharField"), Some("Char"));
/// assert_eq!(field_type("varchar"), Some("Char"));
/// assert_eq!(field_type("i64"), Some("BigInteger"));
/// assert_eq!(field_type("Product"), None);
/// ```
pub fn field_type(name: &str) -> Option<&'static str> {
    if let Some(here) = found(FIELD_TYPES, name) {
        return Some(here);
    }
    let stem = name.strip_suffix("Field")?;
    found(FIELD_TYPES, stem).or_else(|| TYPES.iter().copied().find(|ty| ty.eq_ignore_ascii_case(stem)))
}

/// How a relation, or a type that may be missing, is written.
pub(crate) fn relation(name: &str) -> Option<&'static str> {
    found(RELATIONS, name)
}

/// What is written instead of an attribute of a field.
pub(crate) fn attribute(name: &str) -> Option<&'static str> {
    found(ATTRIBUTES, name)
}

/// What is written instead of a member of a model.
pub(crate) fn member(name: &str) -> Option<&'static str> {
    found(MEMBERS, name)
}

/// What is written instead of a word, or the last of a path, in `default(…)`.
pub(crate) fn default(name: &str) -> Option<&'static str> {
    found(DEFAULTS, name)
}

/// What is written instead of an item of a file.
pub(crate) fn item(name: &str) -> Option<&'static str> {
    found(ITEMS, name)
}

fn found(rows: &[Row], name: &str) -> Option<&'static str> {
    rows.iter().find(|(word, _)| word.eq_ignore_ascii_case(name)).map(|(_, here)| *here)
}

#[rustfmt::skip] // One row, one line
const FIELD_TYPES: &[Row] = &[
    ("string", "Text"),
    ("str", "Text"),
    ("varchar", "Char"),
    ("character", "Char"),
    ("bool", "Boolean"),
    ("int", "Integer"),
    ("int2", "SmallInteger"),
    ("int4", "Integer"),
    ("int8", "BigInteger"),
    ("smallint", "SmallInteger"),
    ("bigint", "BigInteger"),
    ("i16", "SmallInteger"),
    ("i32", "Integer"),
    ("i64", "BigInteger"),
    ("u16", "PositiveSmallInteger"),
    ("u32", "PositiveInteger"),
    ("u64", "PositiveBigInteger"),
    ("f32", "Real"),
    ("f64", "Float"),
    ("double", "Float"),
    ("float4", "Real"),
    ("float8", "Float"),
    ("numeric", "Decimal"),
    ("money", "Decimal"),
    ("timestamp", "DateTime"),
    ("timestamptz", "DateTime"),
    ("NaiveDate", "Date"),
    ("NaiveTime", "Time"),
    ("NaiveDateTime", "DateTime"),
    ("bytes", "Binary"),
    ("bytea", "Binary"),
    ("blob", "Binary"),
    ("jsonb", "Json"),
    ("ipaddress", "Inet"),
    ("GenericIPAddress", "Inet"),
    ("NullBoolean", "Boolean"),
    ("File", "Char"),
    ("Image", "Char"),
    ("FilePath", "Char"),
];

#[rustfmt::skip] // One row, one line
const RELATIONS: &[Row] = &[
    ("ForeignKey", "a foreign key has the model as its type: `category: Category on_delete(cascade)`"),
    ("OneToOneField", "a one-to-one is `unique` and the model: `order: unique Order`"),
    ("OneToOne", "a one-to-one is `unique` and the model: `order: unique Order`"),
    ("ManyToManyField", "a many-to-many is the model in brackets: `tags: [Tag]`"),
    ("ManyToMany", "a many-to-many is the model in brackets: `tags: [Tag]`"),
    ("HasMany", "the foreign key says it on the other side: `related_name(products)`"),
    ("BelongsTo", "a foreign key has the model as its type: `category: Category`"),
    ("References", "a foreign key has the model as its type: `category: Category`"),
    ("self", "a relation of a model to itself has its name as the type: `parent: Category?`"),
    ("Option", "a type that may be missing has `?` behind it: `note: Text?`"),
    ("Vec", "a list of values is `Array(Text)`, one of related rows `[Tag]`"),
];

#[rustfmt::skip] // One row, one line
const ATTRIBUTES: &[Row] = &[
    ("null", "a field that may be NULL has `?` behind its type: `note: Text?`"),
    ("nullable", "a field that may be NULL has `?` behind its type: `note: Text?`"),
    ("blank", "a field that may be NULL has `?` behind its type: `note: Text?`"),
    ("optional", "a field that may be NULL has `?` behind its type: `note: Text?`"),
    ("not", "a field is never NULL unless `?` stands behind its type"),
    ("not_null", "a field is never NULL unless `?` stands behind its type"),
    ("required", "a field is never NULL unless `?` stands behind its type"),
    ("primary", "the key is marked by `primary_key`"),
    ("pk", "the key is marked by `primary_key`"),
    ("references", "a foreign key has the model as its type: `category: Category`"),
    ("choices", "a field of given values has an enum as its type: `status: Status`"),
    ("check", "a check is a member of the model: `check name(price.gte = 0)`"),
    ("validators", "a check is a member of the model: `check name(price.gte = 0)`"),
    ("max_length", "the length stands behind the type: `Char(255)`"),
    ("verbose_name", "what a field is for is said by `help(\"…\")` or a comment `///`"),
    ("help_text", "what a field is for is said by `help(\"…\")` or a comment `///`"),
    ("db_comment", "what a field is for is said by `help(\"…\")` or a comment `///`"),
    ("db_index", "an index is `index`"),
    ("db_column", "the column's name is `column(\"…\")`"),
    ("db_default", "a default is `default(value)`"),
    ("auto_increment", "a number that counts itself is `BigAuto`, `Auto` or `SmallAuto`"),
    ("autoincrement", "a number that counts itself is `BigAuto`, `Auto` or `SmallAuto`"),
    ("foreign_key", "a foreign key has the model as its type: `category: Category`"),
    ("backref", "the way back has its name from `related_name(products)`"),
    ("related_query_name", "the way back has its name from `related_name(products)`"),
    ("editable", "who may change a field is for the program to say"),
];

#[rustfmt::skip] // One row, one line
const MEMBERS: &[Row] = &[
    ("class", "what Django's `Meta` says are members: `ordering(name)`, `table(\"…\")`, `unique(a, b)`"),
    ("Meta", "what Django's `Meta` says are members: `ordering(name)`, `table(\"…\")`, `unique(a, b)`"),
    ("unique_together", "it is `unique(a, b)`"),
    ("index_together", "it is `index(a, b)`"),
    ("indexes", "each index is a member: `index(a, b)`"),
    ("constraint", "it is `check name(price.gte = 0)` or `unique(a, b)`"),
    ("constraints", "each is a member: `check name(price.gte = 0)` or `unique(a, b)`"),
    ("db_table", "it is `table(\"…\")`"),
    ("table_name", "it is `table(\"…\")`"),
    ("order_by", "it is `ordering(-published_at, name)`"),
    ("managed", "a table that is not ours to migrate is `unmanaged`"),
    ("verbose_name", "what a model is for is said by a comment `///`"),
    ("verbose_name_plural", "what a model is for is said by a comment `///`"),
    ("primary", "it is `primary_key(a, b)`"),
    ("foreign", "a foreign key is a field with the model as its type: `category: Category`"),
    ("fn", "a piece of chain with a name is `scope active = filter(is_active = true)`"),
    ("def", "a piece of chain with a name is `scope active = filter(is_active = true)`"),
    ("manager", "a piece of chain with a name is `scope active = filter(is_active = true)`"),
    ("pub", "a field is `name: Type`"),
    ("let", "a field is `name: Type`"),
];

#[rustfmt::skip] // One row, one line
const DEFAULTS: &[Row] = &[
    ("now", "the time of the server is `now()`"),
    ("utcnow", "the time of the server is `now()`"),
    ("today", "the date of the server is `now()`"),
    ("current_timestamp", "the time of the server is `now()`"),
    ("current_date", "the date of the server is `now()`"),
    ("current_time", "the time of the server is `now()`"),
    ("uuid4", "a random UUID is `gen_random_uuid()`"),
    ("new_v4", "a random UUID is `gen_random_uuid()`"),
    ("uuid_generate_v4", "a random UUID is `gen_random_uuid()`"),
    ("uuid", "a random UUID is `gen_random_uuid()`"),
    ("list", "a list without elements is `[]`"),
    ("dict", "a document without keys is `\"{}\"`"),
    ("null", "a field whose type has `?` is NULL by itself"),
    ("nextval", "a number that counts itself is `BigAuto`, `Auto` or `SmallAuto`"),
];

#[rustfmt::skip] // One row, one line
const ITEMS: &[Row] = &[
    ("class", "a model is `model Product { name: Text }`"),
    ("struct", "a model is `model Product { name: Text }`"),
    ("table", "a model is `model Product { name: Text }`"),
    ("create", "a model is `model Product { name: Text }`, an extension `extension(pg_trgm)`"),
    ("entity", "a model is `model Product { name: Text }`"),
    ("pub", "models are public: `model Product { name: Text }`"),
    ("type", "an enum is `enum Status { Draft = \"draft\" }`"),
    ("import", "all files of a schema know each other"),
    ("use", "all files of a schema know each other"),
    ("from", "all files of a schema know each other"),
    ("trait", "columns shared by models are `abstract Timestamped { … }`"),
    ("mixin", "columns shared by models are `abstract Timestamped { … }`"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn every_word_stands_once_and_none_is_of_the_language() {
        for rows in [FIELD_TYPES, RELATIONS, ATTRIBUTES, MEMBERS, DEFAULTS, ITEMS] {
            for (i, (word, _)) in rows.iter().enumerate() {
                assert!(rows[..i].iter().all(|(other, _)| !other.eq_ignore_ascii_case(word)), "{word} stands twice");
            }
        }
        assert!(FIELD_TYPES.iter().all(|(word, here)| !TYPES.contains(word) && TYPES.contains(here)));
        assert!(ATTRIBUTES.iter().all(|(word, _)| words::ATTRIBUTES.iter().all(|(known, _, _)| known != word)));
        assert!(MEMBERS.iter().all(|(word, _)| !words::MEMBERS.contains(word)));
        assert!(ITEMS.iter().all(|(word, _)| !words::ITEMS.contains(word)));
    }
}
