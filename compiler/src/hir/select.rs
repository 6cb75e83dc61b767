//! Chains that read.

use super::Target;
use super::condition::Condition;
use super::expr::{Expr, ExprKind, Hop, same};
use super::value::ValueId;
use nuages_schema::model::{FieldId, ModelId, RelationId};
use proc_macro2::Ident;

/// A chain of rows.
#[derive(Debug, Clone)]
pub struct Select {
    /// The model of the rows.
    pub model: ModelId,
    /// Set: the rows are those of several chains, and their columns are [`ExprKind::Output`]s.
    pub set: Option<Box<Set>>,
    /// `Model(x).relation`: only the rows that `relation` of the object with that key leads to.
    pub anchor: Option<Anchor>,
    /// `Model(x)`: the condition on the key is the first of [`Select::filters`]; at most one row can come.
    pub single: bool,
    /// Conditions in the order written; all hold.
    pub filters: Vec<Filter>,
    /// Annotations and aliases in the order written. Later ones may use earlier ones.
    pub annotations: Vec<Annotation>,
    /// Set by an aggregate annotation after `values`: the keys that rows are grouped by, in order. The outputs of a
    /// grouped chain stand in [`Select::shape`].
    pub group: Option<Vec<Expr>>,
    /// `distinct()`, `distinct(on…)`.
    pub distinct: Distinct,
    /// The order in force, with `ordering` and the completing key already written out; empty: none. Where `if` or
    /// `match` make several variants of it, their keys stand one variant after the other, each complete, under a switch
    /// that is set in that variant only: [`crate::check::order::variants`].
    pub order: Vec<Order>,
    /// `after(c)`, `before(c)`: which part of that order is read.
    pub keyset: Option<Box<Keyset>>,
    /// Slices, first to last as written (a slice of a slice is already folded when both are constant).
    pub slice: Option<Slice>,
    /// What comes of each row.
    pub shape: Shape,
    /// `select_for_update`.
    pub lock: Option<Lock>,
    /// `using(primary)`.
    pub pinned: bool,
    /// `pipelined()`: the prefetches are read in one flight with the rows. There are some, and nothing is locked.
    pub together: bool,
}

/// `select_for_update(…)`.
#[derive(Debug, Clone)]
pub struct Lock {
    /// `no_key`: what refers to the rows by their key is not kept out.
    pub no_key: bool,
    /// What happens where another transaction holds a row.
    pub wait: Wait,
    /// The tables whose rows are locked: paths of to-one relations, the empty one being the chain's own. All of them
    /// are read by the shape, none may lack its row.
    pub tables: Vec<Vec<Hop>>,
}

/// What happens where another transaction holds a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// It is waited for.
    Block,
    /// `nowait`: an error.
    Never,
    /// `skip_locked`: the row is left out.
    Skip,
}

/// `union` and the like, left to right. Every chain has the columns of the first, in their order.
#[derive(Debug, Clone)]
pub struct Set {
    /// The first chain.
    pub first: Select,
    /// The others. None: the rows of the first.
    pub rest: Vec<(SetOperator, Select)>,
}

/// How the rows of chains are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOperator {
    /// `UNION`.
    Union,
    /// `UNION ALL`.
    UnionAll,
    /// `INTERSECT`.
    Intersection,
    /// `EXCEPT`.
    Difference,
}

/// `Model(x).relation`.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// From the object's model to the rows' model. To-many, or to-one.
    pub hop: Hop,
    /// The key's parts, one for each field of the model's key: bound values, literals, or columns of the enclosing
    /// chain ([`ExprKind::Outer`]) where a chain starts at a relation of it.
    pub key: Vec<Expr>,
}

/// One `filter`, `exclude`, `get` or the like.
#[derive(Debug, Clone)]
pub struct Filter {
    /// The condition; of an `exclude` it is already under `Not`.
    pub condition: Condition,
    /// How many annotations stood before it: those can be used in it, and their numbers are not limited by it.
    pub after: usize,
    /// Whether it stands after grouping and tests an aggregate: `HAVING`. Any other filter of a grouped chain is about
    /// its rows, also one that stands after the grouping.
    pub having: bool,
}

/// `annotate(name = expr)`, `alias(name = expr)`.
#[derive(Debug, Clone)]
pub struct Annotation {
    /// Name.
    pub name: String,
    /// The user's token (for the record's field), if it has one.
    pub ident: Option<Ident>,
    /// Value.
    pub expr: Expr,
    /// False for `alias`.
    pub selected: bool,
    /// How many filters stood before it: its aggregates see rows bound by those.
    pub after: usize,
}

/// `distinct()`.
#[derive(Debug, Clone)]
pub enum Distinct {
    /// All rows.
    No,
    /// `DISTINCT`.
    Rows,
    /// `DISTINCT ON`.
    On(Vec<Expr>),
}

/// A key of an order.
#[derive(Debug, Clone)]
pub struct Order {
    /// By what.
    pub expr: Expr,
    /// Descending.
    pub descending: bool,
    /// `NULLS FIRST` (`true`) or `NULLS LAST` (`false`) if written.
    pub nulls_first: Option<bool>,
    /// Present only if the switch is set: a variant of the order, an arm of `if` or `match` in an aggregate's.
    pub switch: Option<u8>,
}

/// What `after` and `before` go by.
#[derive(Debug, Clone)]
pub struct Keyset {
    /// The order that rows are compared in, of which one variant is in force. It is also there where the rows' order is
    /// not read, and `last()` does not turn it round.
    pub variants: Vec<KeysetVariant>,
    /// One or two; none for `after(None)`.
    pub bounds: Vec<Bound>,
    /// `before(c)[..n]`: the slice counts backwards from the bound.
    pub backward: bool,
    /// The rows are records with a cursor.
    pub cursors: bool,
}

/// A variant of the order that rows are compared in.
#[derive(Debug, Clone)]
pub struct KeysetVariant {
    /// Set in this variant only; `None`: there is no other.
    pub switch: Option<u8>,
    /// The keys, which tell all rows apart.
    pub keys: Vec<Order>,
    /// What tells this order from others.
    pub fingerprint: u64,
}

impl Keyset {
    /// The keys of all variants, one variant after the other.
    pub fn keys(&self) -> impl Iterator<Item = &Order> {
        self.variants.iter().flat_map(|variant| &variant.keys)
    }
}

/// One end of the rows that are read.
#[derive(Debug, Clone)]
pub struct Bound {
    /// Which.
    pub side: Side,
    /// Present only if the switch is set.
    pub switch: Option<u8>,
    /// One value for each key of all variants.
    pub values: Vec<KeyValue>,
}

/// The side of a bound that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `after`.
    After,
    /// `before`.
    Before,
}

/// The value of a key at a bound.
#[derive(Debug, Clone)]
pub struct KeyValue {
    /// The value.
    pub expr: Expr,
    /// Whether it is NULL.
    pub null: Null,
}

/// Whether a value is NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Null {
    /// Never.
    Never,
    /// Always.
    Always,
    /// Unless the switch is set.
    Unless(u8),
}

/// Offset and limit.
#[derive(Debug, Clone)]
pub enum Slice {
    /// Known when the query is compiled.
    Constant {
        /// Rows to leave out.
        offset: u64,
        /// Rows to give.
        limit: Option<u64>,
    },
    /// Two slots of a value: offset, limit (NULL: no limit).
    Bound(ValueId),
}

/// What comes of each row.
#[derive(Debug, Clone)]
pub enum Shape {
    /// The model, or a record on it.
    Model(Box<Record>),
    /// `values(…)`: a record with these fields.
    Values(Vec<Output>, Target),
    /// `values_list(a, b)`: a tuple.
    Tuple(Vec<Output>),
    /// `values_list(a, flat)`: bare values, each of one output or of the parts of a key.
    Flat(Vec<Output>),
    /// Nothing is read of the rows: `count`, `exists`, `Exists(…)`, `update`, `delete`.
    Nothing,
}

/// A column of a `values` record, and most often a field of it.
#[derive(Debug, Clone)]
pub struct Output {
    /// `name`, `category__name`, `n`.
    pub name: String,
    /// The user's token for it, if it has one.
    pub ident: Option<Ident>,
    /// Value, with the nullability that the field has.
    pub expr: Expr,
    /// The next one is a further part of the same field: a key of several columns is a tuple of as many outputs, all of
    /// them with its name.
    pub more: bool,
}

/// The fields that outputs make: each of one output, or of all parts of a key.
pub fn fields(outputs: &[Output]) -> impl Iterator<Item = &[Output]> {
    outputs.split_inclusive(|output| !output.more)
}

/// A model with what was asked for beside it.
#[derive(Debug, Clone)]
pub struct Record {
    /// The model.
    pub model: ModelId,
    /// Its columns that are read: all, or those of `only`/`defer`, in the model's order.
    pub fields: Vec<FieldId>,
    /// Whether these are all of the model's columns, so that the model's own struct holds them.
    pub whole: bool,
    /// A column read behind them only because it is never NULL: of a related row that may be missing, where the others
    /// do not tell.
    pub witness: Option<FieldId>,
    /// `select_related`.
    pub related: Vec<Related>,
    /// Indexes of the selected annotations.
    pub annotations: Vec<usize>,
    /// `prefetch_related`.
    pub prefetches: Vec<Prefetch>,
    /// What it is built into.
    pub target: Target,
}

impl Record {
    /// How many columns its own row has.
    pub fn own_width(&self) -> usize {
        self.fields.len() + usize::from(self.witness.is_some())
    }

    /// How many columns its row has, with its related rows.
    pub fn width(&self) -> usize {
        self.own_width() + self.related.iter().map(|r| r.record.width()).sum::<usize>()
    }

    /// The prefetches that hang on its row: its own, then those of its related rows, depth first.
    pub fn all_prefetches(&self) -> Vec<&Prefetch> {
        let below = self.related.iter().flat_map(|related| related.record.all_prefetches());
        self.prefetches.iter().chain(below).collect()
    }

    /// How many prefetches hang on its row: its own come first, then those of its related rows, depth first.
    pub fn groups(&self) -> usize {
        self.prefetches.len() + self.related.iter().map(|r| r.record.groups()).sum::<usize>()
    }
}

/// One relation of `select_related`.
#[derive(Debug, Clone)]
pub struct Related {
    /// The relation, to-one.
    pub hop: Hop,
    /// Its name: the record's field.
    pub name: String,
    /// The user's token.
    pub ident: Option<Ident>,
    /// `Option<…>`: there may be no row. Below an optional relation the others are as their own relation says.
    pub optional: bool,
    /// The related model, its own relations and what is prefetched of it; no annotations.
    pub record: Record,
}

/// One relation of `prefetch_related`.
#[derive(Debug, Clone)]
pub struct Prefetch {
    /// The relation, from the parent's model.
    pub hop: Hop,
    /// The record's field: the relation's name, or what stands before `=`.
    pub name: String,
    /// The user's token.
    pub ident: Option<Ident>,
    /// `Vec<…>`, `Option<…>` or the bare type.
    pub cardinality: Cardinality,
    /// The related rows: filters, order and shape; a slice is per parent.
    pub select: Select,
}

/// How many rows of a prefetched relation a parent has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cardinality {
    /// `Vec`.
    Many,
    /// `Option`.
    Optional,
    /// Exactly one.
    One,
}

/// What the chain ends in.
#[derive(Debug, Clone)]
pub enum Ending {
    /// `Vec` of rows.
    Rows,
    /// `get()`, `Model(x)`: one row or an error.
    One,
    /// `first()`, `last()`, `latest`, `earliest`: `Option` of a row; the order is already turned round where needed and the limit is
    /// not written into [`Select::slice`].
    First,
    /// `last()` of a slice or of `distinct(on…)`: `Option` of a row; the order is the chain's.
    Last,
    /// `count()`.
    Count,
    /// `exists()`.
    Exists,
    /// `aggregate(…)`.
    Aggregate(Vec<Output>, Target),
    /// `page(number, size)`: the value fills offset and limit. Of combined rows also what is counted: the same rows, with
    /// no more columns than tell them apart.
    Page(ValueId, Option<Box<Select>>),
    /// `in_bulk(…)`: a map from these columns of the chain's model to its rows; the condition on them is among
    /// [`Select::filters`].
    Keyed(Vec<FieldId>),
    /// `none()`: nothing is sent.
    None,
}

/// A column of a row's cursor.
#[derive(Debug, Clone, Copy)]
pub struct CursorColumn<'s> {
    /// Where it stands in the row.
    pub position: usize,
    /// What is read there in addition to the shape.
    pub further: Option<&'s Expr>,
}

/// A relation id with the model it belongs to, for callers that look relations up.
pub type RelationRef = (ModelId, RelationId);

impl Select {
    /// Where the columns of a row's cursor stand: each is one that the shape has (its position), or an expression that
    /// is read behind all of them, in this order. Empty: the rows have no cursor.
    pub fn cursor_columns(&self) -> Vec<CursorColumn<'_>> {
        let Some(keyset) = self.keyset.as_ref().filter(|keyset| keyset.cursors) else { return Vec::new() };
        let (keys, mut next) = (keyset.keys().map(|key| &key.expr), self.shape.width());
        keys.map(|key| {
            let (position, further) = match self.position(key) {
                Some(position) => (position, None),
                None => (next, Some(key)),
            };
            next += usize::from(further.is_some());
            CursorColumn { position, further }
        })
        .collect()
    }

    /// Where the variant of the order stands that is in force, as a number: behind all columns of the row's cursor.
    /// `None`: there is one variant only, or the rows have no cursor.
    pub fn variant_column(&self) -> Option<usize> {
        self.keyset.as_ref().filter(|keyset| keyset.cursors && keyset.variants.len() > 1)?;
        let further = self.cursor_columns().iter().filter(|column| column.further.is_some()).count();
        Some(self.shape.width() + further)
    }

    /// The column of the shape that an expression is.
    fn position(&self, expr: &Expr) -> Option<usize> {
        match &self.shape {
            Shape::Model(record) => match &expr.kind {
                ExprKind::Column(path) if path.hops.is_empty() => record.fields.iter().position(|f| *f == path.field),
                ExprKind::Annotation(i) => {
                    let first = self.shape.width() - record.annotations.len();
                    record.annotations.iter().position(|a| a == i).map(|n| first + n)
                }
                _ => None,
            },
            Shape::Values(outputs, _) => outputs.iter().position(|output| same(&output.expr, expr)),
            Shape::Tuple(_) | Shape::Flat(_) | Shape::Nothing => None,
        }
    }
}

impl Shape {
    /// The prefetches of a row, see [`Record::all_prefetches`].
    pub fn prefetches(&self) -> Vec<&Prefetch> {
        match self {
            Self::Model(record) => record.all_prefetches(),
            _ => Vec::new(),
        }
    }

    /// The outputs of a shape of values.
    pub fn outputs(&self) -> &[Output] {
        match self {
            Self::Values(list, _) | Self::Tuple(list) | Self::Flat(list) => list,
            Self::Model(_) | Self::Nothing => &[],
        }
    }

    /// How many columns it has, without those that prefetches and cursors need.
    fn width(&self) -> usize {
        match self {
            Self::Model(record) => record.width() + record.annotations.len(),
            values => values.outputs().len(),
        }
    }
}
