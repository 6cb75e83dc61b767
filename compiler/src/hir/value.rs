//! Rust values and literals of a query.

use super::types::SqlType;
use crate::ast::Tokens;
use nuages_schema::model::{EnumId, ModelId};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};

/// Index into [`super::Query::values`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ValueId(pub u16);

/// A Rust value of the query.
#[derive(Debug, Clone)]
pub struct Value {
    /// As written. For a scope's argument: the caller's tokens.
    pub tokens: TokenStream,
    /// First and last token.
    pub place: Tokens,
    /// The `=` before it (helper identifiers get this span), or the call site.
    pub equals: Span,
    /// Type of the value, of an element for [`Bind::List`], of both ends for [`Bind::Range`].
    pub ty: SqlType,
    /// Set where a key of this model is expected, so that a reference to one is accepted too.
    pub key_of: Option<ModelId>,
    /// What it is bound for, as a message about its type names it: `Product.stock`, `Product.created_at.year`.
    pub subject: Option<String>,
    /// How it is bound.
    pub bind: Bind,
    /// The switch it sets, if any: `? =` (set if `Some`), or `= opt` on a nullable field (set if not NULL).
    pub switch: Option<u8>,
    /// First of its slots; their number is [`Bind::slots`].
    pub slot: u16,
    /// It is that argument of a scope, which a [`super::Step::Given`] before it has evaluated; [`argument`] makes the
    /// name it has. In a list of several its name stands among the tokens.
    pub argument: Option<usize>,
}

/// A Rust value given to a scope.
#[derive(Debug, Clone)]
pub struct Given {
    /// Index among the query's arguments of scopes.
    pub argument: usize,
    /// As written.
    pub tokens: TokenStream,
    /// First and last token.
    pub place: Tokens,
    /// Nothing uses it: what it would be bound as, so that its type is known.
    pub unused: Option<Box<Value>>,
}

const ARGUMENT: &str = "__nuages_argument_";

/// The name of a scope's argument.
pub fn argument(index: usize, span: Span) -> Ident {
    Ident::new(&format!("{ARGUMENT}{index}"), span)
}

/// The argument of which this is the name.
pub fn argument_of(tree: &TokenTree) -> Option<usize> {
    match tree {
        TokenTree::Ident(ident) => ident.to_string().strip_prefix(ARGUMENT)?.parse().ok(),
        _ => None,
    }
}

/// The arguments whose names stand in tokens, in order.
pub fn arguments(tokens: &TokenStream) -> Vec<usize> {
    let trees = tokens.clone().into_iter();
    trees
        .flat_map(|tree| match &tree {
            TokenTree::Group(group) => arguments(&group.stream()),
            tree => argument_of(tree).into_iter().collect(),
        })
        .collect()
}

/// How a Rust value becomes parameters.
#[derive(Debug, Clone)]
pub enum Bind {
    /// One value; with a switch the value is an `Option` that sets it.
    One,
    /// One value or an `Option`, `None` being NULL; with a switch it is set when not NULL (`name = opt` in conditions:
    /// `= $n` or `IS NULL`), without one (assignments) NULL is simply stored.
    Nullable,
    /// Anything that iterates, as one array; with a switch an `Option` of it.
    List,
    /// `(a, b)` or `a..=b`: two slots.
    Range,
    /// Text that becomes a LIKE pattern, escaped.
    Pattern(Pattern),
    /// A composite key: one slot for each type.
    Key(Vec<SqlType>),
    /// Anything that iterates over composite keys: one array slot for each type.
    Keys(Vec<SqlType>),
    /// A slice: offset and limit. The bounds' tokens stand here; [`Value::tokens`] is empty.
    Slice {
        /// `a..`.
        start: Option<TokenStream>,
        /// `..b`.
        end: Option<TokenStream>,
        /// `..=b`.
        inclusive: bool,
        /// A slice of the slice that begins so many slots before, whose slots take what comes of both; it has none of
        /// its own.
        within: Option<u16>,
    },
    /// `page(number, size)`: offset and limit.
    Page {
        /// Counted from 1.
        number: TokenStream,
        /// Rows on a page.
        size: TokenStream,
        /// A page of the rows of the slice that begins so many slots before.
        within: Option<u16>,
    },
    /// `after(c)`, `before(c)`: a cursor or an `Option` of one, which sets the switch; with `total` also the values of
    /// the keys. One slot for each key of each order.
    Cursor {
        /// The variants of the order, one of which is in force where the value stands.
        orders: Vec<CursorOrder>,
        /// The order is total as it was written, so that values say where in it a row stands.
        total: bool,
    },
    /// A column of `bulk_create`: evaluated for every row, one array slot.
    Column {
        /// Elements may be `Option`.
        nullable: bool,
    },
}

impl Bind {
    /// Whether the same value bound both ways is the same parameter.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One, Self::One)
            | (Self::Nullable, Self::Nullable)
            | (Self::List, Self::List)
            | (Self::Range, Self::Range) => true,
            (Self::Pattern(a), Self::Pattern(b)) => a == b,
            (Self::Key(a), Self::Key(b)) | (Self::Keys(a), Self::Keys(b)) => a == b,
            _ => false,
        }
    }

    /// How many slots it fills.
    pub fn slots(&self) -> u16 {
        match self {
            Self::Slice { within: Some(_), .. } => 0,
            Self::Range | Self::Slice { .. } | Self::Page { .. } => 2,
            Self::Key(types) | Self::Keys(types) => u16::try_from(types.len()).unwrap_or(u16::MAX),
            Self::Cursor { orders, .. } => {
                u16::try_from(orders.iter().map(|order| order.keys.len()).sum::<usize>()).unwrap_or(u16::MAX)
            }
            _ => 1,
        }
    }
}

/// An order, as a cursor must be of it.
#[derive(Debug, Clone)]
pub struct CursorOrder {
    /// In force only if the switch is set; `None`: always.
    pub variant: Option<u8>,
    /// What tells the order from others.
    pub fingerprint: u64,
    /// Its keys.
    pub keys: Vec<CursorKey>,
}

/// A key of an order, as a cursor has its value.
#[derive(Debug, Clone)]
pub struct CursorKey {
    /// Its type.
    pub ty: SqlType,
    /// It can be NULL; the switch is set where it is not.
    pub switch: Option<u8>,
}

/// Where the wildcards stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// `%x%`.
    Contains,
    /// `x%`.
    StartsWith,
    /// `%x`.
    EndsWith,
}

/// A constant of the query, checked against what it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `NULL`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A number with a fraction or an exponent, as written with its sign, digits checked.
    Number(String),
    /// Text, or the ISO text of a date, time, instant, UUID, address, interval; JSON text.
    Text(String),
    /// A variant of an enum, by index.
    Variant(EnumId, u32),
    /// Elements of an array.
    Array(Vec<Literal>),
}
