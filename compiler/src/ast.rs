//! What was written inside `query!(…)`, with spans and without meaning: names are not looked up, an argument that
//! could be two things stays both.
//!
//! In: nothing, these are types. Out: the result of [`crate::parse`]. A part that could not be read is an `Error`
//! variant (its diagnostic has been reported); everything else of the query is kept, so that an editor can complete
//! in half-written text.

use crate::diagnostic::Diagnostics;
use proc_macro2::{Ident, Span, TokenStream};

/// The whole input of `query!`.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "there is one for each call of the macro")]
pub enum Input {
    /// `query!(chain)` or `query!(chain as Type)`.
    Expression(Chain),
    /// `query! { pub fn name(args) -> Shape { chain } }`.
    Named(Box<Named>),
}

/// A named query at item position.
#[derive(Debug, Clone)]
pub struct Named {
    /// `#[doc]`, `#[derive]`, `#[serde]` and other attributes, as tokens `#[…]`, in order.
    pub attributes: Vec<TokenStream>,
    /// `pub`, `pub(crate)` or nothing.
    pub visibility: TokenStream,
    /// The function's name.
    pub name: Ident,
    /// `<…>` with its bounds, as written.
    pub generics: TokenStream,
    /// What stands between the parentheses.
    pub arguments: TokenStream,
    /// The return type, as written, without what a function that runs the query would have around it.
    pub output: TokenStream,
    /// What is wrong with the return type, if the query is whole without it.
    pub around: Diagnostics,
    /// `where …`, as written.
    pub where_clause: TokenStream,
    /// The body.
    pub chain: Chain,
}

/// A run of tokens for a diagnostic: its first and last token (a stable macro cannot join spans).
#[derive(Debug, Clone, Copy)]
pub struct Tokens {
    /// Span of the first token.
    pub first: Span,
    /// Span of the last token.
    pub last: Span,
}

/// A name as written: `category`, `r#in`. Its text is without `r#`.
#[derive(Debug, Clone)]
pub struct Name {
    /// Without `r#`.
    pub text: String,
    /// The token (raw where it was raw); its span is the user's.
    pub ident: Ident,
}

/// A chain from its head to its ending.
#[derive(Debug, Clone)]
pub struct Chain {
    /// What it starts from: a model, or (inside `Exists`, `Subquery`, `prefetch_related`) a relation path.
    pub head: Head,
    /// Its methods, slices and relations in order.
    pub steps: Vec<Step>,
    /// `as Type`: the struct to build.
    pub target: Option<Target>,
    /// The lifetime in the return type of a named query without `as`: its records borrow.
    pub lent: Option<Lifetime>,
    /// All of it.
    pub tokens: Tokens,
    /// Mistakes of a chain that may be Rust instead ([`Form::Chain`], an operand that starts with a CamelCase name):
    /// the resolver reports them once it knows that the head is a model. Empty in chains that can be nothing else.
    pub problems: Diagnostics,
}

/// A lifetime in the type of rows.
#[derive(Debug, Clone)]
pub struct Lifetime {
    /// Without `'`; `_` says that they borrow from the answer.
    pub name: String,
    /// Its place.
    pub tokens: Tokens,
}

/// `as Type`.
#[derive(Debug, Clone)]
pub struct Target {
    /// The `as` token.
    pub keyword: Span,
    /// The type, as written.
    pub ty: TokenStream,
}

/// The start of a chain.
#[derive(Debug, Clone)]
pub enum Head {
    /// `Product`, `Product(key)`; inside another chain also a relation, `reviews`.
    Name {
        /// `Product`.
        name: Name,
        /// `(key)`.
        key: Option<Key>,
    },
    /// `items.product`: a path of relations (only inside another chain). At least two segments.
    Path(Path),
    /// Nothing usable was written.
    Error,
}

/// `(key)` after a model's name.
#[derive(Debug, Clone)]
pub struct Key {
    /// The key.
    pub value: Value,
    /// The parentheses.
    pub parentheses: Span,
}

/// One step of a chain.
#[derive(Debug, Clone)]
pub enum Step {
    /// `.name(args)`.
    Method(Method),
    /// `[a..b]`.
    Slice(Slice),
    /// `.name` without parentheses: a relation of one object, `Product(&p).reviews`; or a half-written method.
    Relation(Name),
    /// A dot with nothing after it, already reported.
    Dot(Span),
}

/// A method call in a chain.
#[derive(Debug, Clone)]
pub struct Method {
    /// `filter`.
    pub name: Name,
    /// Its arguments, read as the method's kind says; a name that is no method of the language has
    /// [`Arguments::Values`] (a scope).
    pub arguments: Arguments,
    /// The parentheses.
    pub parentheses: Span,
    /// Something in them was reported, so that what seems to be missing may be that.
    pub spoilt: bool,
    /// What is wrong in them if the name is that of a scope. If it is none, nobody knows how they are read.
    pub held: Diagnostics,
}

/// Arguments of a method.
#[derive(Debug, Clone)]
pub enum Arguments {
    /// `filter exclude get`: conditions.
    Conditions(Vec<Condition>),
    /// `annotate alias aggregate`: `name = expr`.
    Named(Vec<Assignment>),
    /// `values values_list`: paths, expressions, `name = expr`; `flat` is a path here.
    Selections(Vec<Selection>),
    /// `order_by`.
    Orders(Vec<Order>),
    /// `select_related only defer distinct`, `unique_fields`: paths.
    Paths(Vec<Path>),
    /// `prefetch_related`.
    Prefetches(Vec<Prefetch>),
    /// `create update get_or_create update_or_create`: assignments, and groups such as `defaults(…)`.
    Assignments(Vec<Assignment>, Vec<Group>),
    /// `bulk_create bulk_update`.
    Bulk(Option<Bulk>),
    /// `union …`: chains.
    Chains(Vec<Chain>),
    /// `all first last count exists delete none reverse` and others that take nothing; what was written is kept to
    /// be reported.
    None,
    /// `page contains in_bulk after before add` and scopes: Rust values.
    Values(Vec<Value>),
    /// `dates(field, month, desc)`, `select_for_update(nowait, of(a))`, `using(primary)`: words and paths, as written.
    Words(Vec<Word>, Vec<WordOption>),
    /// `in_bulk(values, field)`; both may be missing.
    Keyed(Option<Value>, Option<Path>),
}

/// `defaults(a = 1, b = 2)` within a write, `unique_fields(a)`.
#[derive(Debug, Clone)]
pub struct Group {
    /// `defaults`.
    pub name: Name,
    /// What stands in it.
    pub assignments: Vec<Assignment>,
    /// Bare paths in it.
    pub paths: Vec<Path>,
}

/// A word argument, perhaps with words of its own.
#[derive(Debug, Clone)]
pub struct Word {
    /// The path or single word.
    pub path: Path,
    /// `of(self, category)`.
    pub inner: Option<Vec<Path>>,
}

/// `tz = "Europe/Paris"` among words.
#[derive(Debug, Clone)]
pub struct WordOption {
    /// What stands before the `=`.
    pub name: Name,
    /// The `=`.
    pub equals: Span,
    /// What stands behind it.
    pub value: Value,
}

/// `for pattern in iterable => a = x, b = y`.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// The pattern, as written.
    pub pattern: TokenStream,
    /// The iterable, as written.
    pub iterable: TokenStream,
    /// The assignments; their values are Rust.
    pub assignments: Vec<Assignment>,
    /// From `for` to the last token.
    pub tokens: Tokens,
}

/// A dotted path, `category.slug.icontains`; `category__slug` is the same path.
#[derive(Debug, Clone)]
pub struct Path {
    /// At least one.
    pub segments: Vec<Segment>,
    /// Ends in a dot with nothing after it (an editor is completing); already reported.
    pub dangling: bool,
}

/// A segment of a path.
#[derive(Debug, Clone)]
pub struct Segment {
    /// What it says.
    pub kind: SegmentKind,
    /// Where it stands: the token; a part of a `__` name has the whole name's token.
    pub span: Span,
    /// The user's token, once per token: `None` on all but the first part of a `__` name.
    pub ident: Option<Ident>,
    /// For parts of a `__` name: the whole name as written.
    pub alias: Option<String>,
}

/// What a segment says.
#[derive(Debug, Clone)]
pub enum SegmentKind {
    /// A name without `r#`.
    Name(String),
    /// An array position, `tags.0`.
    Index(u32),
    /// A key in brackets, `meta["odd key"]`.
    Key(String),
    /// `tz("Europe/Paris")` or another transform with Rust arguments.
    Call(String, Vec<Value>),
}

/// A condition.
#[derive(Debug, Clone)]
pub enum Condition {
    /// `path = value`, `path? = value`.
    Lookup(Lookup),
    /// `Q(a, b)`: all of them.
    All(Vec<Condition>, Tokens),
    /// `a & b`.
    And(Box<Condition>, Box<Condition>),
    /// `a | b`.
    Or(Box<Condition>, Box<Condition>),
    /// `a ^ b`.
    Xor(Box<Condition>, Box<Condition>),
    /// `!a`, `~a`.
    Not(Box<Condition>, Span),
    /// `Exists(chain)`.
    Exists(Box<Chain>, Tokens),
    /// `F(a) > F(b)`.
    Compare {
        /// Left side.
        left: Expr,
        /// Operator.
        operator: Comparison,
        /// The operator's token.
        span: Span,
        /// Right side.
        right: Expr,
    },
    /// `if cond { a } else if … { b } else { c }`.
    If {
        /// Heads in order: the tokens between `if` and the brace (also `let` conditions), and the branch.
        branches: Vec<(TokenStream, Condition)>,
        /// `else`.
        otherwise: Option<Box<Condition>>,
        /// All of it.
        tokens: Tokens,
    },
    /// `match scrutinee { pattern => a, … }`.
    Match {
        /// The tokens between `match` and the brace.
        scrutinee: TokenStream,
        /// Pattern (with its guard) and branch; an empty branch `()` or `{}` is [`Condition::Always`].
        arms: Vec<(TokenStream, Condition)>,
        /// Where each arm ends: its last token, or its braces.
        ends: Vec<Span>,
        /// All of it.
        tokens: Tokens,
    },
    /// An empty branch: no condition.
    Always,
    /// A bare path or other expression where a condition is expected (an annotation or a boolean expression), or a
    /// half-written lookup.
    Bare(Expr),
    /// Already reported: what was meant as its path, whose names are still looked up, and as its values.
    Reported(Option<Path>, Vec<Value>),
    /// Already reported.
    Error,
}

/// `path.lookup? = value`.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// Path, transforms and lookup, undivided.
    pub path: Path,
    /// `? =`.
    pub optional: bool,
    /// Span of the `=`.
    pub equals: Span,
    /// Right side.
    pub value: Value,
}

/// Operators between expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

/// A right-hand side: everything that it can be, decided by the resolver.
#[derive(Debug, Clone)]
pub struct Value {
    /// The tokens as written (never empty unless the slot was empty).
    pub tokens: TokenStream,
    /// First and last token.
    pub place: Tokens,
    /// What they look like.
    pub form: Form,
}

/// What a right-hand side looks like.
#[derive(Debug, Clone)]
pub enum Form {
    /// Any Rust expression.
    Rust,
    /// A literal, with its sign.
    Literal(Literal),
    /// `(a, b)`: a tuple of values (ranges, composite keys); `(a)` is its inner form.
    Tuple(Vec<Value>),
    /// `[a, b]`: an array of values.
    Array(Vec<Value>),
    /// `a..=b`.
    Range(Box<Value>, Box<Value>),
    /// Holds a call of a DSL function as an operand.
    Expr(Box<Expr>),
    /// Starts with a CamelCase name, alone or followed by `(` or `.`: a chain if the name is a model's, otherwise
    /// Rust (`Status::Draft` is Rust and never this).
    Chain(Box<Chain>),
    /// Nothing was written (already reported).
    Empty,
}

/// A literal of Rust or `None`.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true`, `false`.
    Bool(bool),
    /// `1`, `-1`, `1_000`; no suffix.
    Integer(i128),
    /// `1.5`, `1e3`, `-0.5`: as written, without `_`.
    Number(String),
    /// `"text"`, `r"text"`, unescaped.
    Text(String),
    /// `None`.
    None,
}

/// An SQL-side expression.
#[derive(Debug, Clone)]
pub enum Expr {
    /// `price`, `category.name`, an annotation.
    Path(Path),
    /// A literal.
    Literal(Literal, Tokens),
    /// `{ rust }` on the SQL side, or a part without a DSL call on the Rust side.
    Rust(Value),
    /// `Sum(quantity * unit_price, filter = Q(…))`.
    Call(Call),
    /// `a + b`.
    Binary {
        /// Left.
        left: Box<Expr>,
        /// Operator.
        operator: Operator,
        /// The operator's token.
        span: Span,
        /// Right.
        right: Box<Expr>,
    },
    /// `-a`.
    Negative(Box<Expr>, Span),
    /// `Q(…)`, comparisons, `!`: a condition as an expression.
    Condition(Box<Condition>, Tokens),
    /// A chain: the argument of `Subquery`, `Exists`, or a model's chain.
    Chain(Box<Chain>),
    /// `*` in `Count(*)`.
    Star(Span),
    /// Already reported.
    Error,
}

/// A call of a DSL function.
#[derive(Debug, Clone)]
pub struct Call {
    /// `Sum`.
    pub name: Name,
    /// Positional arguments.
    pub arguments: Vec<Expr>,
    /// `filter = …`, `distinct`, `order_by(…)`, `then = …`; a bare `distinct` stays a positional path.
    pub options: Vec<CallOption>,
    /// The parentheses.
    pub parentheses: Span,
    /// Something in them or behind them was reported, so that what seems to be missing may be that.
    pub spoilt: bool,
}

/// Options of functions whose parentheses hold a list.
pub const LISTS: &[&str] = &["partition_by", "order_by", "frame"];

/// A named argument of a call.
#[derive(Debug, Clone)]
pub struct CallOption {
    /// `filter`.
    pub name: Name,
    /// Its value.
    pub value: OptionValue,
    /// How many positional arguments stand before it.
    pub at: usize,
}

/// The value of a named argument, read as the name says.
#[derive(Debug, Clone)]
pub enum OptionValue {
    /// `filter = cond`.
    Condition(Condition),
    /// `default = e`, `then = e`, keys of `JSONObject`.
    Expr(Expr),
    /// `tz = rust`, `sample = true` and other Rust-side or word arguments.
    Value(Value),
    /// `order_by(-a, b)`.
    Orders(Vec<Order>),
    /// `partition_by(a, b)`.
    Exprs(Vec<Expr>),
    /// `frame(rows, a..=b)`: tokens as written. Also the type in `Cast(e, Decimal(10, 2))`, `Value(v, Type)`,
    /// `Func("name", …, Type)`, `RawSQL("…", Type?)`, an option called `type`.
    Tokens(TokenStream),
}

/// Arithmetic and joining operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `&` of search queries
    And,
    /// `|` of search queries
    Or,
}

/// `name = expr`, `name? = value`.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The left side: one segment in `annotate`, a field or relation name in writes.
    pub path: Path,
    /// `? =`.
    pub optional: bool,
    /// Span of the `=`; the path's last token when nothing was written.
    pub equals: Span,
    /// Right side. In `annotate alias aggregate values` it is read as an SQL-side expression when it holds a DSL call
    /// or is a bare path (reported later with a suggestion), see [`Form::Expr`].
    pub value: Value,
}

/// An item of `values` or `values_list`.
#[derive(Debug, Clone)]
pub enum Selection {
    /// A path or an expression.
    Expr(Expr),
    /// `name = expr`.
    Named(Assignment),
}

/// An item of `order_by`.
#[derive(Debug, Clone)]
pub enum Order {
    /// `-a.b`, `F(x).desc(nulls_last)`, `Lower(name)`.
    Key(OrderKey),
    /// `if`/`match` between orders.
    If {
        /// Heads and the orders of each branch.
        branches: Vec<(TokenStream, Vec<Order>)>,
        /// `else`.
        otherwise: Option<Vec<Order>>,
        /// All of it.
        tokens: Tokens,
    },
    /// `match scrutinee { pattern => order, … }`.
    Match {
        /// The tokens between `match` and the brace.
        scrutinee: TokenStream,
        /// Pattern and orders.
        arms: Vec<(TokenStream, Vec<Order>)>,
        /// Where each arm ends: its last token, or its braces.
        ends: Vec<Span>,
        /// All of it.
        tokens: Tokens,
    },
}

/// One order key.
#[derive(Debug, Clone)]
pub struct OrderKey {
    /// What is ordered by.
    pub expr: Expr,
    /// `-a`, `.desc()`.
    pub descending: bool,
    /// `nulls_first` is `Some(true)`, `nulls_last` `Some(false)`.
    pub nulls_first: Option<bool>,
    /// First and last token.
    pub tokens: Tokens,
}

/// An item of `prefetch_related`: a path of relations, perhaps with a chain on it and a name.
#[derive(Debug, Clone)]
pub struct Prefetch {
    /// `best = …`.
    pub name: Option<Name>,
    /// The relation path and what follows: the head is a name or a path.
    pub chain: Chain,
}

/// `[start..end]`.
#[derive(Debug, Clone)]
pub struct Slice {
    /// First row.
    pub start: Option<Value>,
    /// One past the last row; the last row itself if [`Slice::inclusive`].
    pub end: Option<Value>,
    /// `..=`.
    pub inclusive: bool,
    /// The brackets.
    pub brackets: Span,
}

impl Tokens {
    /// A single token.
    pub fn one(span: Span) -> Self {
        Self { first: span, last: span }
    }
}

impl Path {
    /// First and last token.
    pub fn tokens(&self) -> Tokens {
        let first = self.segments.first().map_or_else(Span::call_site, |s| s.span);
        let last = self.segments.last().map_or(first, |s| s.span);
        Tokens { first, last }
    }

    /// The single name, if the path is one.
    pub fn single(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [Segment { kind: SegmentKind::Name(n), .. }] => Some(n),
            _ => None,
        }
    }
}
