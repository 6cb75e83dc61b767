//! The resolved schema: what a correct set of `*.nuages` files means. Everything downstream (the query compiler, the
//! migrations, the code generator) reads this and nothing else.
//!
//! In: nothing, these are types and their read API. Out: [`Schema`], in which every name is resolved to a typed id,
//! abstract models are flattened into their heirs, implied members (`id`, hidden many-to-many tables, reverse
//! relations, foreign-key indexes, check constraints of `Positive*` fields and enums) are written out, and every
//! database name is final and at most 63 bytes long.

use crate::source::{SourceFile, Span};

/// A whole schema.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// All models in order of declaration (files sorted by path), then the hidden tables of many-to-many fields.
    pub models: Vec<Model>,
    /// All enums in order of declaration.
    pub enums: Vec<Enum>,
    /// Declared extensions, sorted, each once.
    pub extensions: Vec<String>,
    /// Time zone in which date parts are taken (`nuages.toml`, default `UTC`).
    pub time_zone: String,
    /// The files the schema was read from; [`Span::file`] indexes it.
    pub sources: Vec<SourceFile>,
}

/// Index of a model in [`Schema::models`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId(pub u32);

/// Index of an enum in [`Schema::enums`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumId(pub u32);

/// Index of a field in [`Model::fields`] of the model in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub u32);

/// Index of a relation in [`Model::relations`] of the model in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelationId(pub u32);

/// A model: a table, or a view when [`Model::key`] is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Name in the schema, `Product`. Hidden many-to-many tables are called `Product_tags`.
    pub name: String,
    /// App label: stem of the file when the schema is a folder.
    pub app: Option<String>,
    /// `schema("sales")`: the PostgreSQL schema (namespace) of the table.
    pub namespace: Option<String>,
    /// Name of the table.
    pub table: String,
    /// `///` lines, joined by newlines, without the leading space.
    pub docs: String,
    /// `comment("...")`.
    pub comment: Option<String>,
    /// The columns, in order of declaration (fields of abstracts first, in order of inheritance; an implied `id` first).
    pub fields: Vec<Field>,
    /// Every relation that can be followed from here: own foreign keys, one-to-ones and many-to-manys in order of
    /// declaration, then reverse relations in order of the declaration of their other side.
    pub relations: Vec<Relation>,
    /// The primary key's fields in order; empty for `primary_key(none)`.
    pub key: Vec<FieldId>,
    /// Name of the primary-key constraint.
    pub key_name: String,
    /// `ordering(...)`.
    pub ordering: Vec<OrderKey>,
    /// All indexes, also those that `index` on a field and foreign keys imply.
    pub indexes: Vec<Index>,
    /// All unique constraints, also those of `unique` fields and one-to-ones; without the primary key.
    pub uniques: Vec<Unique>,
    /// All check constraints, also implied ones.
    pub checks: Vec<Check>,
    /// Exclusion constraints.
    pub excludes: Vec<Exclude>,
    /// Named scopes; the one called `default` is [`Model::default_scope`].
    pub scopes: Vec<Scope>,
    /// `scope default = …`.
    pub default_scope: Option<Scope>,
    /// `unmanaged`: not ours to create or migrate.
    pub unmanaged: bool,
    /// The table of a many-to-many field without `through`: has no Rust struct and cannot be named.
    pub hidden: bool,
    /// `renamed_from(Old)`.
    pub renamed_from: Option<String>,
    /// Where the model's name stands.
    pub span: Span,
}

/// A column of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Name in the schema: `price`, or `category` for a foreign key.
    pub name: String,
    /// Name of the Rust struct field and of the key in queries: `price`, `category_id` for the foreign key `category`.
    pub attname: String,
    /// Name of the column.
    pub column: String,
    /// Type of the value. For a foreign key: the type of the field it points to, automatic types reduced to their
    /// integers (`BigAuto` becomes `BigInteger`).
    pub ty: FieldType,
    /// `?` after the type.
    pub nullable: bool,
    /// Set for foreign keys and one-to-ones.
    pub foreign_key: Option<ForeignKey>,
    /// `default(...)`.
    pub default: Option<Default>,
    /// `auto_now_add`.
    pub auto_now_add: bool,
    /// `auto_now`.
    pub auto_now: bool,
    /// `generated(expr)`, a stored generated column.
    pub generated: Option<Code>,
    /// `collation("...")`.
    pub collation: Option<String>,
    /// `db_type("...")`.
    pub db_type: Option<String>,
    /// `help("...")`.
    pub help: Option<String>,
    /// `///` lines.
    pub docs: String,
    /// `renamed_from(old)`.
    pub renamed_from: Option<String>,
    /// Where the field's name stands.
    pub span: Span,
}

/// What a foreign key or one-to-one points to.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignKey {
    /// The model pointed to.
    pub target: ModelId,
    /// The field of the target that the column refers to (its primary key, or `to_field`).
    pub to_field: FieldId,
    /// `unique Model`: a one-to-one.
    pub one_to_one: bool,
    /// `on_delete(...)`.
    pub on_delete: OnDelete,
    /// False with `no_constraint`.
    pub constraint: bool,
    /// Name of the constraint.
    pub name: String,
}

/// What the database does with a row when the row it refers to goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// `CASCADE`.
    Cascade,
    /// `RESTRICT`.
    Protect,
    /// `RESTRICT`.
    Restrict,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
    /// `NO ACTION`.
    DoNothing,
}

/// A relation as it can be followed in a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// Name in paths: `category`, `tags`, `order_items`, `review_set`.
    pub name: String,
    /// The model it leads to.
    pub target: ModelId,
    /// How it is joined.
    pub kind: RelationKind,
    /// `///` lines of the declaring field (empty for a reverse relation).
    pub docs: String,
    /// Where the declaring field stands.
    pub span: Span,
}

/// How a relation is joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// Own foreign key or one-to-one: `field` of this model refers to `to_field` of the target.
    Forward {
        /// The key column, on this model.
        field: FieldId,
    },
    /// Reverse side of a one-to-one: `field` of the target refers to this model. At most one row.
    ReverseOne {
        /// The key column, on the target.
        field: FieldId,
    },
    /// Reverse side of a foreign key: `field` of the target refers to this model. Any number of rows.
    ReverseMany {
        /// The key column, on the target.
        field: FieldId,
    },
    /// Either side of a many-to-many.
    ManyToMany {
        /// The table between.
        through: ModelId,
        /// The foreign key of `through` that refers to this model.
        near: FieldId,
        /// The foreign key of `through` that refers to the target.
        far: FieldId,
        /// A self-relation in which each link holds both ways: `add` and `remove` write both rows. Reading is the
        /// same as for any other.
        symmetrical: bool,
    },
}

impl RelationKind {
    /// At most one related row.
    pub fn is_to_one(self) -> bool {
        matches!(self, Self::Forward { .. } | Self::ReverseOne { .. })
    }
}

/// The type of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldType {
    /// `varchar(n)`.
    Char(u32),
    /// `text`.
    Text,
    /// `varchar(n)`.
    Slug(u32),
    /// `varchar(254)`.
    Email,
    /// `varchar(200)`.
    Url,
    /// `boolean`.
    Boolean,
    /// `smallint`.
    SmallInteger,
    /// `integer`.
    Integer,
    /// `bigint`.
    BigInteger,
    /// `smallint`, checked `>= 0`.
    PositiveSmallInteger,
    /// `integer`, checked `>= 0`.
    PositiveInteger,
    /// `bigint`, checked `>= 0`.
    PositiveBigInteger,
    /// `smallint` identity.
    SmallAuto,
    /// `integer` identity.
    Auto,
    /// `bigint` identity.
    BigAuto,
    /// `integer` with a sequence's default.
    Serial,
    /// `bigint` with a sequence's default.
    BigSerial,
    /// `double precision`.
    Float,
    /// `real`.
    Real,
    /// `numeric(p, s)`, or `numeric`.
    Decimal(Option<(u32, u32)>),
    /// `date`.
    Date,
    /// `time`.
    Time,
    /// `timestamptz`.
    DateTime,
    /// `timestamp`: `DateTime(naive)`.
    NaiveDateTime,
    /// `interval`, without months.
    Duration,
    /// `interval`.
    Interval,
    /// `uuid`.
    Uuid,
    /// `bytea`.
    Binary,
    /// `jsonb`; the path of the Rust type of a typed document.
    Json(Option<String>),
    /// `inet`.
    Inet,
    /// `T[]`.
    Array {
        /// Type of the elements; may be an array itself.
        element: Box<FieldType>,
        /// `Array(T?)`.
        nullable: bool,
    },
    /// A range type; the element is one of `Integer BigInteger Decimal(None) Date DateTime`.
    Range(Box<FieldType>),
    /// `hstore`.
    HStore,
    /// `tsvector`.
    SearchVector,
    /// An enum of the schema.
    Enum(EnumId),
    /// `Custom("pg_type", path::RustType)`.
    Custom {
        /// The SQL type, as written.
        pg_type: String,
        /// The Rust path, as written.
        rust_type: String,
    },
}

impl FieldType {
    /// A column whose value the database makes: identity columns and sequences.
    pub fn is_auto(&self) -> bool {
        matches!(self, Self::SmallAuto | Self::Auto | Self::BigAuto | Self::Serial | Self::BigSerial)
    }

    /// Text of any length: `Char Text Slug Email Url`.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Char(_) | Self::Text | Self::Slug(_) | Self::Email | Self::Url)
    }

    /// Longest text the column holds, in characters.
    pub fn max_length(&self) -> Option<u32> {
        match self {
            Self::Char(n) | Self::Slug(n) => Some(*n),
            Self::Email => Some(254),
            Self::Url => Some(200),
            _ => None,
        }
    }

    /// The name as written in a schema, without its arguments: `Char`, `PositiveInteger`, `Array`.
    /// Enums and custom types have the names of their own; here they are `enum` and `Custom`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Char(_) => "Char",
            Self::Text => "Text",
            Self::Slug(_) => "Slug",
            Self::Email => "Email",
            Self::Url => "Url",
            Self::Boolean => "Boolean",
            Self::SmallInteger => "SmallInteger",
            Self::Integer => "Integer",
            Self::BigInteger => "BigInteger",
            Self::PositiveSmallInteger => "PositiveSmallInteger",
            Self::PositiveInteger => "PositiveInteger",
            Self::PositiveBigInteger => "PositiveBigInteger",
            Self::SmallAuto => "SmallAuto",
            Self::Auto => "Auto",
            Self::BigAuto => "BigAuto",
            Self::Serial => "Serial",
            Self::BigSerial => "BigSerial",
            Self::Float => "Float",
            Self::Real => "Real",
            Self::Decimal(_) => "Decimal",
            Self::Date => "Date",
            Self::Time => "Time",
            Self::DateTime | Self::NaiveDateTime => "DateTime",
            Self::Duration => "Duration",
            Self::Interval => "Interval",
            Self::Uuid => "Uuid",
            Self::Binary => "Binary",
            Self::Json(_) => "Json",
            Self::Inet => "Inet",
            Self::Array { .. } => "Array",
            Self::Range(_) => "Range",
            Self::HStore => "HStore",
            Self::SearchVector => "SearchVector",
            Self::Enum(_) => "enum",
            Self::Custom { .. } => "Custom",
        }
    }
}

/// The default of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Default {
    /// A literal of the field's type, already checked against it.
    Literal(Literal),
    /// `now()`.
    Now,
    /// `gen_random_uuid()`.
    RandomUuid,
    /// `sql("...")`: an SQL expression, taken as written by the owner of the schema.
    Sql(String),
}

/// A literal of the schema language.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true`, `false`.
    Bool(bool),
    /// Any integer.
    Integer(i64),
    /// A number with a fraction or an exponent, or an integer beyond `i64`, as written, with its sign.
    Number(String),
    /// Text. A date, time, instant, UUID or address is its ISO text.
    Text(String),
    /// A value of an enum: index into [`Enum::variants`].
    Variant(EnumId, u32),
    /// `[a, b]`.
    Array(Vec<Literal>),
    /// `None`, only as an element of an array.
    Null,
}

/// An enum.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// Name in the schema.
    pub name: String,
    /// App label of the file.
    pub app: Option<String>,
    /// `///` lines.
    pub docs: String,
    /// `native("type_name")`: a PostgreSQL enum type of that name; otherwise a varchar with a check.
    pub native: Option<String>,
    /// At least one.
    pub variants: Vec<Variant>,
    /// Where the name stands.
    pub span: Span,
}

impl Enum {
    /// Length in characters of the longest value: the n of `varchar(n)`.
    pub fn max_length(&self) -> u32 {
        self.variants.iter().map(|v| u32::try_from(v.value.chars().count()).unwrap_or(u32::MAX)).max().unwrap_or(1)
    }
}

/// A variant of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// `Draft`.
    pub name: String,
    /// `"draft"`.
    pub value: String,
    /// `///` lines.
    pub docs: String,
    /// Where the name stands.
    pub span: Span,
}

/// A piece of the query language inside the schema (a scope's chain, a condition, an expression), as written. The
/// query compiler reads it; the schema has checked the names it can.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// The text between the delimiters, comments removed.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Code {
    /// Where the methods of a scope's chain stand, each with its arguments.
    pub fn methods(&self) -> Vec<Span> {
        crate::validate::methods(self)
    }
}

/// One key of `ordering(...)`: a path through to-one relations.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderKey {
    /// The path's segments as written: `["category", "name"]`.
    pub path: Vec<String>,
    /// `-path`.
    pub descending: bool,
    /// Where the path stands.
    pub span: Span,
}

/// An index.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Database name.
    pub name: String,
    /// Its keys in order.
    pub items: Vec<IndexItem>,
    /// `where(cond)`.
    pub condition: Option<Code>,
    /// `include(...)`.
    pub include: Vec<FieldId>,
    /// `using(...)`; `None` is btree.
    pub method: Option<IndexMethod>,
    /// Where it is declared.
    pub span: Span,
}

/// A key of an index, unique constraint or exclusion constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexItem {
    /// What is indexed.
    pub target: IndexTarget,
    /// `-field`.
    pub descending: bool,
    /// `opclass(...)`, applied to every key in order, or given per key.
    pub opclass: Option<String>,
}

/// What a key of an index is.
#[derive(Debug, Clone, PartialEq)]
pub enum IndexTarget {
    /// A column.
    Field(FieldId),
    /// An expression, `Lower(email)`.
    Expression(Code),
}

/// An index's access method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexMethod {
    /// `gin`.
    Gin,
    /// `gist`.
    Gist,
    /// `brin`.
    Brin,
    /// `hash`.
    Hash,
    /// `spgist`.
    SpGist,
}

/// A unique constraint. With a condition or expressions it is a unique index in the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Unique {
    /// Database name.
    pub name: String,
    /// Its keys in order.
    pub items: Vec<IndexItem>,
    /// `where(cond)`.
    pub condition: Option<Code>,
    /// `include(...)`.
    pub include: Vec<FieldId>,
    /// `nulls_not_distinct`.
    pub nulls_not_distinct: bool,
    /// `deferrable`.
    pub deferrable: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Database name.
    pub name: String,
    /// What is checked.
    pub condition: CheckCondition,
    /// Where it is declared.
    pub span: Span,
}

/// What a check constraint says.
#[derive(Debug, Clone, PartialEq)]
pub enum CheckCondition {
    /// `check name(cond)`.
    Code(Code),
    /// A `Positive*` field: `field >= 0`.
    NotNegative(FieldId),
    /// An enum field stored as text: its value is one of the enum's.
    OneOf(FieldId, EnumId),
}

/// `exclude name using(gist)(room with "=", during with "&&") where(cond)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Exclude {
    /// Database name.
    pub name: String,
    /// Access method, `gist` unless given.
    pub method: IndexMethod,
    /// Keys and their operators, as written between the quotes (checked to be operator characters).
    pub items: Vec<(IndexItem, String)>,
    /// `where(cond)`.
    pub condition: Option<Code>,
    /// `deferrable`.
    pub deferrable: bool,
    /// Where it is declared.
    pub span: Span,
}

/// `scope name(params) = chain`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    /// Name, used as a method of chains.
    pub name: String,
    /// Its parameters in order.
    pub params: Vec<ScopeParam>,
    /// The chain's methods, from the first method's name: `filter(a = 1).order_by(b)`.
    pub chain: Code,
    /// `///` lines.
    pub docs: String,
    /// Where the name stands.
    pub span: Span,
}

/// A parameter of a scope.
#[derive(Debug, Clone, PartialEq)]
pub struct ScopeParam {
    /// Name.
    pub name: String,
    /// Its type.
    pub ty: ScopeParamType,
    /// `?`: an `Option`.
    pub nullable: bool,
    /// Where the name stands.
    pub span: Span,
}

/// Type of a scope's parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum ScopeParamType {
    /// A field type without lengths (`Char(0)`, `Slug(0)`, `Decimal(None)` stand for those), an array or an enum.
    Field(FieldType),
    /// A model's name: its key, or a reference to one.
    Model(ModelId),
}

/// What a name means on a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// A plain column, or the key column of a foreign key by its `…_id` name.
    Field(FieldId),
    /// A relation.
    Relation(RelationId),
}

impl Schema {
    /// The model of an id.
    pub fn model(&self, id: ModelId) -> &Model {
        &self.models[id.0 as usize]
    }

    /// The enum of an id.
    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0 as usize]
    }

    /// The field of an id.
    pub fn field(&self, model: ModelId, field: FieldId) -> &Field {
        self.model(model).field(field)
    }

    /// The relation of an id.
    pub fn relation(&self, model: ModelId, relation: RelationId) -> &Relation {
        self.model(model).relation(relation)
    }

    /// A visible (not hidden) model by its name.
    pub fn model_named(&self, name: &str) -> Option<ModelId> {
        self.model_ids().find(|id| {
            let m = self.model(*id);
            !m.hidden && m.name == name
        })
    }

    /// An enum by its name.
    pub fn enum_named(&self, name: &str) -> Option<EnumId> {
        self.enums.iter().position(|e| e.name == name).map(|i| EnumId(index(i)))
    }

    /// All model ids, hidden ones too.
    pub fn model_ids(&self) -> impl Iterator<Item = ModelId> + use<> {
        (0..index(self.models.len())).map(ModelId)
    }

    /// Ids of all enums.
    pub fn enum_ids(&self) -> impl Iterator<Item = EnumId> + use<> {
        (0..index(self.enums.len())).map(EnumId)
    }

    /// Whether `extension(name)` is declared.
    pub fn has_extension(&self, name: &str) -> bool {
        self.extensions.iter().any(|e| e == name)
    }
}

impl Model {
    /// The field of an id.
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[id.0 as usize]
    }

    /// The relation of an id.
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.relations[id.0 as usize]
    }

    /// Whether these fields tell rows apart: they hold the primary key, or all fields of an unconditional unique
    /// constraint none of which can be NULL.
    pub fn tells_apart(&self, fields: &[FieldId]) -> bool {
        let holds = |key: &[FieldId]| !key.is_empty() && key.iter().all(|f| fields.contains(f));
        if holds(&self.key) {
            return true;
        }
        self.uniques.iter().filter(|u| u.condition.is_none() && !u.deferrable).any(|unique| {
            let key: Option<Vec<FieldId>> = unique
                .items
                .iter()
                .map(|item| match item.target {
                    IndexTarget::Field(f) if !self.field(f).nullable => Some(f),
                    _ => None,
                })
                .collect();
            key.is_some_and(|key| holds(&key))
        })
    }

    /// All field ids in order.
    pub fn field_ids(&self) -> impl Iterator<Item = FieldId> + use<> {
        (0..index(self.fields.len())).map(FieldId)
    }

    /// All relation ids in order.
    pub fn relation_ids(&self) -> impl Iterator<Item = RelationId> + use<> {
        (0..index(self.relations.len())).map(RelationId)
    }

    /// What `name` means here: a relation by its name, a column by its [`Field::attname`]. `pk` is not a member.
    pub fn member(&self, name: &str) -> Option<Member> {
        if let Some(i) = self.relations.iter().position(|r| r.name == name) {
            return Some(Member::Relation(RelationId(index(i))));
        }
        self.fields.iter().position(|f| f.attname == name).map(|i| Member::Field(FieldId(index(i))))
    }

    /// The forward relation of a foreign-key field.
    pub fn relation_of(&self, field: FieldId) -> Option<RelationId> {
        self.relations.iter().position(|r| r.kind == RelationKind::Forward { field }).map(|i| RelationId(index(i)))
    }
}

/// A position as an id; a schema has far fewer than `u32::MAX` of anything.
fn index(i: usize) -> u32 {
    u32::try_from(i).unwrap_or(u32::MAX)
}
