//! The methods of a chain: one row, one method.
//!
//! In: nothing, this is data. Out: how `parse` reads a method's arguments, and what the documentation says of it.

/// How the arguments of a method are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `filter(a = 1, Q(b) | Q(c))`.
    Conditions,
    /// `annotate(name = expr)`.
    Named,
    /// `values(a, b.c, n = expr)`.
    Selections,
    /// `order_by(-a, Lower(b))`.
    Orders,
    /// `only(a, b.c)`; may be empty.
    Paths,
    /// `prefetch_related(a.b, best = c.filter(…))`.
    Prefetches,
    /// `create(a = 1, defaults(b = 2))`.
    Assignments,
    /// `bulk_create(for x in xs => a = x)`.
    Bulk,
    /// `union(chain, chain)`.
    Chains,
    /// Nothing may stand in the parentheses.
    Nothing,
    /// Rust values.
    Values,
    /// Words and paths, `select_for_update(nowait, of(self))`, and `tz = …`.
    Words,
    /// A list and a field, `in_bulk(slugs, slug)`.
    Keyed,
}

/// What a method does to its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Gives a chain again.
    Step,
    /// Decides the shape.
    Ending,
    /// Writes.
    Write,
    /// Changes the ending before it: `returning`, `ignore_conflicts`.
    Modifier,
}

/// A method of a chain.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// `filter`.
    pub name: &'static str,
    /// How its arguments are read.
    pub kind: Kind,
    /// What it does to the chain.
    pub role: Role,
    /// One line.
    pub doc: &'static str,
}

/// The method called `name`; anything else is a scope.
pub fn method(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|m| m.name == name)
}

const fn row(name: &'static str, kind: Kind, role: Role, doc: &'static str) -> Method {
    Method { name, kind, role, doc }
}

use Kind::{
    Assignments, Bulk, Chains, Conditions, Keyed, Named, Nothing, Orders, Paths, Prefetches, Selections, Values, Words,
};
use Role::{Ending, Modifier, Step, Write};

/// Every method and ending of the language.
#[rustfmt::skip] // One row, one line
pub const METHODS: &[Method] = &[
    row("all", Nothing, Step, "all rows"),
    row("filter", Conditions, Step, "the rows for which all conditions hold"),
    row("exclude", Conditions, Step, "the rows for which not all conditions hold"),
    row("annotate", Named, Step, "adds fields"),
    row("alias", Named, Step, "names expressions without selecting them"),
    row("order_by", Orders, Step, "orders; nothing in the parentheses clears the order"),
    row("reverse", Nothing, Step, "reverses the order"),
    row("distinct", Paths, Step, "each row once, or the first row for each value of the paths"),
    row("after", Values, Step, "the rows after a cursor"),
    row("before", Values, Step, "the rows before a cursor"),
    row("select_related", Paths, Step, "reads to-one relations in the same statement"),
    row("prefetch_related", Prefetches, Step, "reads relations in one statement each"),
    row("pipelined", Nothing, Step, "reads prefetched relations in one round trip with the rows"),
    row("only", Paths, Step, "reads these fields only"),
    row("defer", Paths, Step, "reads all fields but these"),
    row("values", Selections, Step, "records of paths and expressions"),
    row("values_list", Selections, Step, "tuples of paths and expressions, or bare values with `flat`"),
    row("union", Chains, Step, "the rows of this chain and of others, each once"),
    row("union_all", Chains, Step, "the rows of this chain and of others"),
    row("intersection", Chains, Step, "the rows that this chain and others have in common"),
    row("difference", Chains, Step, "the rows of this chain that others do not have"),
    row("select_for_update", Words, Step, "locks the rows until the end of the transaction"),
    row("using", Words, Step, "pins the database"),
    row("unscoped", Nothing, Step, "without the model's default scope"),
    row("get", Conditions, Ending, "the one row; none or several is an error"),
    row("first", Nothing, Ending, "the first row, if there is one"),
    row("last", Nothing, Ending, "the last row, if there is one"),
    row("latest", Orders, Ending, "the row with the greatest value of a field, if there is one"),
    row("earliest", Orders, Ending, "the row with the least value of a field, if there is one"),
    row("count", Nothing, Ending, "how many rows there are"),
    row("exists", Nothing, Ending, "whether there is a row"),
    row("contains", Values, Ending, "whether an object is among the rows"),
    row("aggregate", Named, Ending, "one record of numbers over all rows"),
    row("page", Values, Ending, "the rows of a page, and how many there are in all"),
    row("in_bulk", Keyed, Ending, "a map from key to row"),
    row("dates", Words, Ending, "the different dates of a field, cut to a unit"),
    row("datetimes", Words, Ending, "the different instants of a field, cut to a unit"),
    row("none", Nothing, Ending, "no rows, without asking the database"),
    row("create", Assignments, Write, "makes a row and gives it back"),
    row("bulk_create", Bulk, Write, "makes many rows in one statement"),
    row("bulk_update", Bulk, Write, "changes many rows by key in one statement"),
    row("get_or_create", Assignments, Write, "the row with these fields, made if there is none"),
    row("update_or_create", Assignments, Write, "changes the row with these fields, or makes it"),
    row("update", Assignments, Write, "changes all rows of the chain"),
    row("delete", Nothing, Write, "deletes all rows of the chain"),
    row("add", Values, Write, "adds links of a many-to-many"),
    row("remove", Values, Write, "removes links of a many-to-many"),
    row("set", Values, Write, "makes the links of a many-to-many exactly these"),
    row("clear", Nothing, Write, "removes all links of a many-to-many"),
    row("ignore_conflicts", Nothing, Modifier, "rows that break a unique constraint are left out"),
    row("update_conflicts", Assignments, Modifier, "rows that are there are changed"),
    row("no_returning", Nothing, Modifier, "the number of rows instead of the rows"),
    row("copy", Nothing, Modifier, "streams the rows by binary COPY and gives their number"),
    row("returning", Paths, Modifier, "the touched rows instead of their number"),
];

/// Groups of assignments or paths within a write.
pub const GROUPS: &[&str] = &["defaults", "create_defaults", "unique_fields", "update_fields"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_stands_once() {
        for (i, m) in METHODS.iter().enumerate() {
            assert!(METHODS[..i].iter().all(|o| o.name != m.name), "{} stands twice", m.name);
        }
    }
}
