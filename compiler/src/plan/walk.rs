//! The columns that a part of a plan reads.
//!
//! In: a select, an expression, a condition. Out: each column in it with the alias it is read from, as often as it stands
//! there, those of the selects inside as well; each may be made another one.

use super::{Alias, Condition, Distinct, Expr, From, Join, Order, Select, Source};

/// What is told of each column.
type Visit<'v> = &'v mut dyn FnMut(&mut Alias, &mut String);

impl Select {
    /// All columns that are read anywhere in it.
    pub fn columns_read(&mut self, visit: Visit<'_>) {
        if let Distinct::On(keys) = &mut self.distinct {
            keys.iter_mut().for_each(|key| key.columns_read(visit));
        }
        self.columns.iter_mut().for_each(|output| output.expr.columns_read(visit));
        self.from.iter_mut().for_each(|from| from.columns_read(visit));
        self.joins.iter_mut().for_each(|join| join.columns_read(visit));
        self.filter.iter_mut().for_each(|condition| condition.columns_read(visit));
        self.group.iter_mut().for_each(|key| key.columns_read(visit));
        self.having.iter_mut().for_each(|condition| condition.columns_read(visit));
        self.order.iter_mut().for_each(|key| key.columns_read(visit));
        self.limit.iter_mut().chain(&mut self.offset).for_each(|bound| bound.columns_read(visit));
    }
}

impl From {
    fn columns_read(&mut self, visit: Visit<'_>) {
        match &mut self.source {
            Source::Table { .. } | Source::Rows => {}
            Source::Derived(select) => select.columns_read(visit),
            Source::Set(set) => {
                set.first.columns_read(visit);
                set.rest.iter_mut().for_each(|(_, part)| part.columns_read(visit));
            }
            Source::Unnest { arrays, .. } => arrays.iter_mut().for_each(|array| array.columns_read(visit)),
        }
    }
}

impl Join {
    /// All columns that are read in its rows and its condition.
    pub fn columns_read(&mut self, visit: Visit<'_>) {
        self.from.columns_read(visit);
        self.on.iter_mut().for_each(|condition| condition.columns_read(visit));
    }
}

impl Order {
    /// All columns that are read in the key.
    pub fn columns_read(&mut self, visit: Visit<'_>) {
        self.expr.columns_read(visit);
    }
}

impl Expr {
    /// All columns that are read in it.
    pub fn columns_read(&mut self, visit: Visit<'_>) {
        match self {
            Self::Column(alias, name) => visit(alias, name),
            Self::Bare(_)
            | Self::Excluded(_)
            | Self::Param(..)
            | Self::Literal(..)
            | Self::Default
            | Self::Position(_) => {}
            Self::Template(_, operands) | Self::Written(_, operands) => {
                operands.iter_mut().for_each(|operand| operand.columns_read(visit));
            }
            Self::Window(window) => {
                window.call.columns_read(visit);
                window.partition.iter_mut().for_each(|key| key.columns_read(visit));
                window.order.iter_mut().for_each(|key| key.columns_read(visit));
            }
            Self::Cast(inner, _) => inner.columns_read(visit),
            Self::Case(arms, otherwise) => {
                for (when, then) in arms {
                    when.columns_read(visit);
                    then.columns_read(visit);
                }
                otherwise.iter_mut().for_each(|otherwise| otherwise.columns_read(visit));
            }
            Self::Condition(condition) => condition.columns_read(visit),
            Self::Scalar(select) => select.columns_read(visit),
            Self::Aggregate(aggregate) => {
                aggregate.arguments.iter_mut().for_each(|argument| argument.columns_read(visit));
                aggregate.order.iter_mut().for_each(|key| key.columns_read(visit));
                aggregate.filter.iter_mut().for_each(|condition| condition.columns_read(visit));
            }
            Self::When(_, then, otherwise) => {
                then.columns_read(visit);
                otherwise.columns_read(visit);
            }
        }
    }
}

impl Condition {
    /// All columns that are read in it.
    pub fn columns_read(&mut self, visit: Visit<'_>) {
        match self {
            Self::All(list) | Self::Any(list) => list.iter_mut().for_each(|condition| condition.columns_read(visit)),
            Self::Expr(expr) => expr.columns_read(visit),
            Self::Exists { select, .. } => select.columns_read(visit),
            Self::In(keys, select) => {
                keys.iter_mut().for_each(|key| key.columns_read(visit));
                select.columns_read(visit);
            }
            Self::NotTrue(inner) | Self::Not(inner) => inner.columns_read(visit),
            Self::Xor(left, right, _) => {
                left.columns_read(visit);
                right.columns_read(visit);
            }
            Self::When(_, then, otherwise) => {
                then.columns_read(visit);
                otherwise.iter_mut().for_each(|otherwise| otherwise.columns_read(visit));
            }
        }
    }
}
