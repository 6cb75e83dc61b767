//! The words of the language, as tables: what may stand where, and what the parser reads behind it.

/// What an attribute takes in parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// No parentheses.
    Nothing,
    /// A name.
    Word,
    /// A name or `-`.
    WordOrDash,
    /// A string.
    Text,
    /// A value.
    Value,
    /// An expression.
    Code,
}

/// Names that Rust cannot write, not even as raw identifiers.
pub(crate) const RESERVED: &[&str] = &["self", "Self", "super", "crate", "_"];

/// Whether a name contains `__`. Every name is asked, in a macro that nothing optimises: the search of std costs ten times
/// as much there.
pub(crate) fn has_separator(name: &str) -> bool {
    let (bytes, mut i) = (name.as_bytes(), 1);
    while i < bytes.len() {
        if bytes[i] == b'_' && bytes[i - 1] == b'_' {
            return true;
        }
        i += 1;
    }
    false
}

/// Items of a file.
pub(crate) const ITEMS: &[&str] = &["model", "abstract", "enum", "extension"];

/// Members of a model that are no fields.
pub(crate) const MEMBERS: &[&str] = &[
    "table",
    "schema",
    "comment",
    "renamed_from",
    "unmanaged",
    "ordering",
    "primary_key",
    "index",
    "unique",
    "check",
    "exclude",
    "scope",
];

/// What may follow the keys of an index, and where: `i` index, `u` unique, `e` exclude.
pub(crate) const OPTIONS: &[(&str, &str)] = &[
    ("name", "iu"),
    ("where", "iue"),
    ("include", "iu"),
    ("using", "ie"),
    ("opclass", "iu"),
    ("nulls_not_distinct", "u"),
    ("deferrable", "ue"),
];

/// Attributes of a field, what they take, and what they fit: `c` plain columns, `f` foreign keys, `o` one-to-ones,
/// `m` many-to-manys.
pub(crate) const ATTRIBUTES: &[(&str, Shape, &str)] = &[
    ("primary_key", Shape::Nothing, "cfo"),
    ("unique", Shape::Nothing, "cfo"),
    ("index", Shape::Nothing, "cfo"),
    ("default", Shape::Value, "cfo"),
    ("auto_now", Shape::Nothing, "c"),
    ("auto_now_add", Shape::Nothing, "c"),
    ("column", Shape::Text, "cfo"),
    ("db_type", Shape::Text, "cfo"),
    ("help", Shape::Text, "cfom"),
    ("collation", Shape::Text, "c"),
    ("generated", Shape::Code, "c"),
    ("renamed_from", Shape::Word, "cfom"),
    ("on_delete", Shape::Word, "fo"),
    ("related_name", Shape::WordOrDash, "fom"),
    ("to_field", Shape::Word, "fo"),
    ("no_constraint", Shape::Nothing, "fo"),
    ("no_index", Shape::Nothing, "f"),
    ("through", Shape::Word, "m"),
    ("asymmetrical", Shape::Nothing, "m"),
];

/// What `on_delete(…)` takes.
pub(crate) const ON_DELETE: &[&str] = &["cascade", "protect", "restrict", "set_null", "set_default", "do_nothing"];

/// What `using(…)` takes.
pub(crate) const METHODS: &[&str] = &["gin", "gist", "brin", "hash", "spgist"];

/// The extensions that come with PostgreSQL 14 to 18.
pub(crate) const EXTENSIONS: &[&str] = &[
    "adminpack",
    "amcheck",
    "autoinc",
    "bloom",
    "bool_plperl",
    "bool_plperlu",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "hstore_plperl",
    "hstore_plperlu",
    "hstore_plpython2u",
    "hstore_plpython3u",
    "hstore_plpythonu",
    "insert_username",
    "intagg",
    "intarray",
    "isn",
    "jsonb_plperl",
    "jsonb_plperlu",
    "jsonb_plpython2u",
    "jsonb_plpython3u",
    "jsonb_plpythonu",
    "lo",
    "ltree",
    "ltree_plpython2u",
    "ltree_plpython3u",
    "ltree_plpythonu",
    "moddatetime",
    "old_snapshot",
    "pageinspect",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_logicalinspect",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_surgery",
    "pg_trgm",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "plperl",
    "plperlu",
    "plpgsql",
    "plpython2u",
    "plpython3u",
    "plpythonu",
    "pltcl",
    "pltclu",
    "postgres_fdw",
    "refint",
    "seg",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "xml2",
];

/// The names of all field types.
pub(crate) const TYPES: &[&str] = &[
    "Char",
    "Text",
    "Slug",
    "Email",
    "Url",
    "Boolean",
    "SmallInteger",
    "Integer",
    "BigInteger",
    "PositiveSmallInteger",
    "PositiveInteger",
    "PositiveBigInteger",
    "SmallAuto",
    "Auto",
    "BigAuto",
    "Serial",
    "BigSerial",
    "Float",
    "Real",
    "Decimal",
    "Date",
    "Time",
    "DateTime",
    "Duration",
    "Interval",
    "Uuid",
    "Binary",
    "Json",
    "Inet",
    "Array",
    "Range",
    "HStore",
    "SearchVector",
    "Custom",
];

/// Methods of a scope's chain.
pub(crate) const SCOPE_METHODS: &[&str] = &["filter", "exclude", "annotate", "alias", "order_by"];

/// Other methods of chains: no scope may have such a name, and none stands in a scope.
pub(crate) const CHAIN_METHODS: &[&str] = &[
    "all",
    "reverse",
    "distinct",
    "after",
    "before",
    "select_related",
    "prefetch_related",
    "only",
    "defer",
    "values",
    "values_list",
    "union",
    "union_all",
    "intersection",
    "difference",
    "select_for_update",
    "using",
    "unscoped",
    "get",
    "first",
    "last",
    "latest",
    "earliest",
    "count",
    "exists",
    "contains",
    "aggregate",
    "page",
    "in_bulk",
    "dates",
    "datetimes",
    "none",
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
    "add",
    "set",
    "remove",
    "clear",
    "returning",
    "no_returning",
    "copy",
    "ignore_conflicts",
    "update_conflicts",
    "run",
    "stream",
    "tz",
];

/// Lookups and transforms: what may follow a field's name in a path.
pub(crate) const LOOKUPS: &[&str] = &[
    "exact",
    "iexact",
    "contains",
    "icontains",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "range",
    "isnull",
    "regex",
    "iregex",
    "date",
    "time",
    "year",
    "iso_year",
    "quarter",
    "month",
    "week",
    "week_day",
    "iso_week_day",
    "day",
    "hour",
    "minute",
    "second",
    "search",
    "trigram_similar",
    "trigram_word_similar",
    "lower",
    "upper",
    "length",
    "trim",
    "unaccent",
    "contained_by",
    "overlap",
    "len",
    "fully_lt",
    "fully_gt",
    "not_lt",
    "not_gt",
    "adjacent_to",
    "isempty",
    "has_key",
    "has_keys",
    "has_any_keys",
    "tz",
    "asc",
    "desc",
    "iso_week",
    "epoch",
    "microsecond",
    "dow",
    "doy",
    "abs",
    "ceil",
    "floor",
    "round",
];
