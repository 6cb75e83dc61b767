//! Conditions.

use super::expr::Expr;
use super::select::Select;
use super::value::{Pattern, ValueId};

/// A condition.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "a query holds a handful; most of them are tests")]
pub enum Condition {
    /// All of them; the top-level conditions of one `filter`, `exclude` or `Q`: to-many paths that begin with the
    /// same relation speak of one row. Empty: no condition.
    All(Vec<Condition>),
    /// Any of them. Empty parts are left out; all empty: no condition.
    Any(Vec<Condition>),
    /// Exactly one of the two.
    Xor(Box<Condition>, Box<Condition>),
    /// Not so; rows for which the inner condition is NULL are kept.
    Not(Box<Condition>),
    /// A comparison. Its paths may be to-many.
    Test(Test),
    /// `Exists(chain)`; the chain sees this query's columns as `Outer`.
    Exists(Box<Select>),
    /// A boolean expression used as it is.
    Expr(Expr),
    /// Present only if the switch is set: a branch of `if` or `match`.
    Switched(u8, Box<Condition>),
}

/// `left.lookup = right`.
#[derive(Debug, Clone)]
pub struct Test {
    /// The column with its transforms applied, or an annotation.
    pub left: Expr,
    /// What is compared.
    pub operator: Comparison,
    /// The clause is there only if this switch is set (`? =`).
    pub switch: Option<u8>,
}

/// What a test compares.
#[derive(Debug, Clone)]
pub enum Comparison {
    /// `= <> < <= > >=`, as SQL text.
    Operator(&'static str, Expr),
    /// `= opt` on a nullable column: `=` if the switch is set, else `IS NULL`.
    EqualOrNull(ValueId, u8),
    /// A boolean SQL form `{0} … {1}`: the first operand is `left`, the others are here (regex, array and json
    /// operators, …).
    Template(&'static str, Vec<Expr>),
    /// `IS NULL`, `IS NOT NULL`. Of a relation: `left` is the related row's key at the end of the path.
    IsNull(bool),
    /// `isnull = expr`: a Rust boolean.
    IsNullBound(ValueId),
    /// `relation.isnull`: no related row / some related row; `left` is the key of the related model.
    NoRow(bool),
    /// `lower(left) = lower(right)`.
    Iexact(Expr),
    /// `LIKE`, or `ILIKE` if `caseless`. The right side is a bound pattern ([`super::Bind::Pattern`]), a literal
    /// pattern (escaped already), or any expression, whose value is then escaped in SQL.
    Like {
        /// Where the wildcards stand.
        pattern: Pattern,
        /// `ILIKE`.
        caseless: bool,
        /// What is looked for.
        right: Expr,
        /// False: the value is already a pattern.
        escape: bool,
    },
    /// `= ANY(array)`: a bound list.
    InList(ValueId),
    /// `IN (SELECT f(k) FROM unnest(array))`: a bound list whose elements go through these functions, innermost first;
    /// or of arrays, which no array holds as they are.
    InEach(ValueId, Vec<&'static str>),
    /// `(left, …) IN (SELECT * FROM unnest(array, …))`: a bound list of keys of several columns, of which these are the
    /// further ones.
    InKeys(Vec<Expr>, ValueId),
    /// `(left, …) IN (chain)`: the same with a chain of as many columns.
    InKeySelect(Vec<Expr>, Box<Select>),
    /// `IN (a, b)`: constants and expressions; empty: never.
    InValues(Vec<Expr>),
    /// `IN (chain)`: its single column. The chain does not see this query's columns.
    InSelect(Box<Select>),
    /// Both ends included.
    Between(Expr, Expr),
    /// `date`, `year` of an instant or date as a half-open range that an index serves: `left` is the plain column.
    Period {
        /// What part.
        unit: Unit,
        /// The comparison on it.
        relation: PeriodRelation,
        /// The zone that instants are seen in; `None` for dates and naive timestamps.
        zone: Option<String>,
    },
}

/// The part of a date that a [`Comparison::Period`] compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A calendar day; operands are dates.
    Day,
    /// A calendar year; operands are `integer`.
    Year,
}

/// The comparison of a [`Comparison::Period`].
#[derive(Debug, Clone)]
pub enum PeriodRelation {
    /// `=`
    Equal(Expr),
    /// `<`
    Less(Expr),
    /// `<=`
    LessEqual(Expr),
    /// `>`
    Greater(Expr),
    /// `>=`
    GreaterEqual(Expr),
    /// Both ends included.
    Between(Expr, Expr),
}

impl Condition {
    /// No condition at all, whatever the switches.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::All(list) | Self::Any(list) => list.iter().all(Self::is_empty),
            Self::Not(inner) | Self::Switched(_, inner) => inner.is_empty(),
            _ => false,
        }
    }

    /// Whether every part of it is there only if some switch is set.
    pub fn is_switched(&self) -> bool {
        match self {
            Self::All(list) | Self::Any(list) => list.iter().filter(|c| !c.is_empty()).all(Self::is_switched),
            Self::Xor(a, b) => a.is_switched() && b.is_switched(),
            Self::Not(c) => c.is_switched(),
            Self::Test(test) => test.switch.is_some(),
            Self::Switched(..) => true,
            Self::Exists(_) | Self::Expr(_) => false,
        }
    }

    /// Calls `visit` on every expression of this condition, in the same chain: not inside subqueries.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Self::All(list) | Self::Any(list) => list.iter().for_each(|c| c.walk(visit)),
            Self::Xor(a, b) => {
                a.walk(visit);
                b.walk(visit);
            }
            Self::Not(c) | Self::Switched(_, c) => c.walk(visit),
            Self::Test(t) => {
                t.left.walk(visit);
                t.operator.operands(&mut |e| e.walk(visit));
            }
            Self::Exists(_) => {}
            Self::Expr(e) => e.walk(visit),
        }
    }
}

impl Comparison {
    /// Calls `visit` on every operand but the left one.
    pub fn operands<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Self::Operator(_, e) | Self::Iexact(e) | Self::Like { right: e, .. } => visit(e),
            Self::Template(_, list) | Self::InValues(list) | Self::InKeys(list, _) | Self::InKeySelect(list, _) => {
                list.iter().for_each(visit);
            }
            Self::Between(a, b) => {
                visit(a);
                visit(b);
            }
            Self::Period { relation, .. } => match relation {
                PeriodRelation::Equal(e)
                | PeriodRelation::Less(e)
                | PeriodRelation::LessEqual(e)
                | PeriodRelation::Greater(e)
                | PeriodRelation::GreaterEqual(e) => visit(e),
                PeriodRelation::Between(a, b) => {
                    visit(a);
                    visit(b);
                }
            },
            Self::EqualOrNull(..)
            | Self::IsNull(_)
            | Self::IsNullBound(_)
            | Self::NoRow(_)
            | Self::InList(_)
            | Self::InEach(..)
            | Self::InSelect(_) => {}
        }
    }
}
