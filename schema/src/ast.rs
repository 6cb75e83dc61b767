//! What was written, with spans; nothing is looked up yet.

use crate::model::Code;
use crate::source::Span;

/// A file.
#[derive(Debug, Default)]
pub(crate) struct File {
    /// Its items in order.
    pub(crate) items: Vec<Item>,
    /// An item could not be read: names may be missing.
    pub(crate) broken: bool,
}

/// An item of a file.
#[derive(Debug)]
pub(crate) enum Item {
    /// `model` or `abstract`.
    Model(Model),
    /// `enum`.
    Enum(Enum),
    /// `extension(…)`.
    Extensions(Vec<Name>),
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// The name.
    pub(crate) text: String,
    /// Where it stands; of a string the quotes are in.
    pub(crate) span: Span,
}

/// A model or an abstract.
#[derive(Debug)]
pub(crate) struct Model {
    /// `abstract`.
    pub(crate) is_abstract: bool,
    /// Its name.
    pub(crate) name: Name,
    /// The abstracts it inherits.
    pub(crate) bases: Vec<Name>,
    /// Its `///` lines.
    pub(crate) docs: String,
    /// Its members in order.
    pub(crate) members: Vec<Member>,
    /// A member could not be read: names may be missing.
    pub(crate) broken: bool,
}

/// A member of a model.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// What it is.
    pub(crate) kind: MemberKind,
    /// The word it begins with.
    pub(crate) span: Span,
    /// Its `///` lines.
    pub(crate) docs: String,
}

/// What a member is.
#[derive(Debug, Clone)]
pub(crate) enum MemberKind {
    /// `name: Type …`.
    Field(Field),
    /// `table("…")`.
    Table(Name),
    /// `schema("…")`.
    Namespace(Name),
    /// `comment("…")`.
    Comment(Name),
    /// `renamed_from(Old)`.
    RenamedFrom(Name),
    /// `unmanaged`.
    Unmanaged,
    /// `ordering(…)`.
    Ordering(Vec<OrderKey>),
    /// `primary_key(a, b)`.
    PrimaryKey(Vec<Name>),
    /// `index(…)`.
    Index(Index),
    /// `unique(…)`.
    Unique(Index),
    /// `check name(…)`.
    Check(Name, Code),
    /// `exclude name …`.
    Exclude(Name, Index),
    /// `scope name(…) = …`.
    Scope(Scope),
}

impl MemberKind {
    /// The word it is written with; empty for a field.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Field(_) => "",
            Self::Table(_) => "table",
            Self::Namespace(_) => "schema",
            Self::Comment(_) => "comment",
            Self::RenamedFrom(_) => "renamed_from",
            Self::Unmanaged => "unmanaged",
            Self::Ordering(_) => "ordering",
            Self::PrimaryKey(_) => "primary_key",
            Self::Index(_) => "index",
            Self::Unique(_) => "unique",
            Self::Check(..) => "check",
            Self::Exclude(..) => "exclude",
            Self::Scope(_) => "scope",
        }
    }
}

/// A field.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: Name,
    /// Its type.
    pub(crate) ty: Type,
    /// `?` after the type.
    pub(crate) nullable: Option<Span>,
    /// What follows the type.
    pub(crate) attributes: Vec<Attribute>,
}

impl Field {
    /// The first attribute of a name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name.text == name)
    }

    /// Whether there is an attribute of a name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// The word or text of an attribute.
    pub(crate) fn word(&self, name: &str) -> Option<&Name> {
        match &self.attribute(name)?.arg {
            Arg::Word(word) | Arg::Text(word) => Some(word),
            _ => None,
        }
    }
}

/// A type.
#[derive(Debug, Clone)]
pub(crate) struct Type {
    /// How it is written.
    pub(crate) kind: TypeKind,
    /// The whole of it, without `?`.
    pub(crate) span: Span,
}

/// How a type is written.
#[derive(Debug, Clone)]
pub(crate) enum TypeKind {
    /// `Name` or `Name(…)`: a field type, an enum, or a foreign key.
    Named(Name, Option<Vec<TypeArg>>),
    /// `unique Name`.
    OneToOne(Name),
    /// `[Name]`.
    ManyToMany(Name),
}

/// An argument of a type.
#[derive(Debug, Clone)]
pub(crate) enum TypeArg {
    /// `150`, as written.
    Number(Name),
    /// `"citext"`.
    Text(Name),
    /// `naive`, `crate::shop::Address`: the text as written.
    Path(Name),
    /// The element of `Array` and `Range`, with its `?`.
    Type(Type, Option<Span>),
}

/// An attribute of a field.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// Its name.
    pub(crate) name: Name,
    /// What stands in its parentheses.
    pub(crate) arg: Arg,
}

/// What stands in the parentheses of an attribute.
#[derive(Debug, Clone)]
pub(crate) enum Arg {
    /// No parentheses.
    Nothing,
    /// One name.
    Word(Name),
    /// `-`.
    Dash,
    /// One string.
    Text(Name),
    /// A value.
    Value(Value),
    /// An expression of the query language.
    Code(Code),
}

/// A value.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    /// What it is.
    pub(crate) kind: ValueKind,
    /// Where it stands.
    pub(crate) span: Span,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum ValueKind {
    /// `true`, `false`.
    Bool(bool),
    /// A number as written, with its sign.
    Number(String),
    /// A string.
    Text(String),
    /// A word: a variant; of `Status::Draft` the last word.
    Word(String),
    /// `None`.
    Null,
    /// `[a, b]`.
    Array(Vec<Value>),
    /// `now()`, `sql("…")`: the name and the string in its parentheses, if any.
    Call(Name, Option<Name>),
}

/// A key of `ordering(…)`.
#[derive(Debug, Clone)]
pub(crate) struct OrderKey {
    /// The segments.
    pub(crate) path: Vec<Name>,
    /// `-`.
    pub(crate) descending: bool,
    /// The path.
    pub(crate) span: Span,
}

/// `index(…)`, `unique(…)` or `exclude …`, with all that follows.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    /// From the first word to the end.
    pub(crate) span: Span,
    /// What is indexed.
    pub(crate) keys: Vec<Key>,
    /// `name("…")`.
    pub(crate) name: Option<Name>,
    /// `where(…)`.
    pub(crate) condition: Option<Code>,
    /// `include(…)`.
    pub(crate) include: Vec<Name>,
    /// `using(…)`.
    pub(crate) method: Option<Name>,
    /// `opclass(…)`.
    pub(crate) opclass: Vec<Name>,
    /// `nulls_not_distinct`.
    pub(crate) nulls_not_distinct: Option<Span>,
    /// `deferrable`.
    pub(crate) deferrable: Option<Span>,
}

/// A key of an index.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// What it is.
    pub(crate) target: KeyTarget,
    /// `-` before it.
    pub(crate) descending: Option<Span>,
    /// `opclass(x)` behind it.
    pub(crate) opclass: Option<Name>,
    /// `with "…"` behind it.
    pub(crate) operator: Option<Name>,
    /// The whole of it.
    pub(crate) span: Span,
}

/// What a key of an index is.
#[derive(Debug, Clone)]
pub(crate) enum KeyTarget {
    /// A field or a key column.
    Name(Name),
    /// An expression.
    Expression(Code),
}

/// A scope.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Its name.
    pub(crate) name: Name,
    /// Its parameters.
    pub(crate) params: Vec<Param>,
    /// Its chain.
    pub(crate) chain: Code,
}

/// A parameter of a scope.
#[derive(Debug, Clone)]
pub(crate) struct Param {
    /// Its name.
    pub(crate) name: Name,
    /// Its type.
    pub(crate) ty: Type,
    /// `?`.
    pub(crate) nullable: Option<Span>,
}

/// An enum.
#[derive(Debug)]
pub(crate) struct Enum {
    /// Its name.
    pub(crate) name: Name,
    /// Its `///` lines.
    pub(crate) docs: String,
    /// `native("…")`.
    pub(crate) native: Option<Name>,
    /// Its variants.
    pub(crate) variants: Vec<Variant>,
    /// A variant could not be read: names may be missing.
    pub(crate) broken: bool,
}

/// A variant of an enum.
#[derive(Debug)]
pub(crate) struct Variant {
    /// Its name.
    pub(crate) name: Name,
    /// Its value.
    pub(crate) value: Name,
    /// Its `///` lines.
    pub(crate) docs: String,
}
