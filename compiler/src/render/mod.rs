//! Plans to SQL text. The only place that writes the text of a query.
//!
//! In: [`crate::plan`]. Out: [`Compiled`]: for each statement its text (with optional parts as [`Fragment`]s), its
//! parameters in the order of their numbers, and its columns. The same plan gives the same text, byte for byte.

mod expr;
mod handing;
pub mod ident;
pub mod literal;
pub mod object;
mod statement;
mod window;
mod write;

pub use statement::{bare_condition, bare_expr, render};

use crate::hir::SqlType;

/// The statements of one query.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    /// The statement itself; of `page`, the one for the items.
    pub root: Sql,
    /// The prefetches of its rows: a record's own, then those of its related records, depth first.
    pub children: Vec<Child>,
    /// `page`: the statement that counts.
    pub count: Option<Sql>,
    /// They are sent in one flight, in a transaction of which [`PARENT_KEY`] is the prefix of the settings that
    /// hand keys on.
    pub together: bool,
    /// How many columns a row of the first level has.
    pub width: usize,
}

/// A prefetch's statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Child {
    /// The statement. Its parameters numbered [`PARENT_KEY`] − i are the arrays of the parents' keys.
    pub sql: Sql,
    /// Columns of the parent's row that hold the key.
    pub parent: Vec<u16>,
    /// Types of those columns.
    pub parent_types: Vec<SqlType>,
    /// Columns of this statement's rows that hold the parent's key.
    pub key: Vec<u16>,
    /// Its own prefetches.
    pub children: Vec<Child>,
}

/// The slot number that stands for the first array of parent keys; the next is one less.
pub const PARENT_KEY: u16 = u16::MAX;

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Sql {
    /// Its text.
    pub text: Fragment,
    /// `$1`, `$2`, … in order: the slot that fills it, and its type.
    pub params: Vec<Param>,
    /// Its columns in order. The layout that `emit` relies on: for a record its fields in order (and the one that shows that there is a row), then each related
    /// record (depth first, the same layout), then the selected annotations; after the shape's columns those that
    /// prefetches need.
    pub columns: Vec<Column>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// The slot.
    pub slot: u16,
    /// Type of the parameter.
    pub ty: SqlType,
    /// The OID it is declared with.
    pub oid: u32,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Type.
    pub ty: SqlType,
    /// Whether it can be NULL.
    pub nullable: bool,
}

/// SQL text with optional parts; the owned twin of the runtime's `Frag`.
#[derive(Debug, Clone, PartialEq)]
pub enum Fragment {
    /// Text.
    Text(String),
    /// One after the other.
    Seq(Vec<Fragment>),
    /// Items that come out empty are left out; if all are, the whole is empty.
    List {
        /// Before the first item.
        open: String,
        /// Between items.
        separator: String,
        /// After the last item.
        close: String,
        /// The items.
        items: Vec<Fragment>,
    },
    /// `then` if one of the switches in the mask is set, else `otherwise`.
    When {
        /// Mask of switches.
        any: u64,
        /// If one is set.
        then: Box<Fragment>,
        /// If none is.
        otherwise: Box<Fragment>,
    },
}

impl Fragment {
    /// The text under a mask of switches.
    pub fn text(&self, mask: u64) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Seq(parts) => parts.iter().map(|p| p.text(mask)).collect(),
            Self::List { open, separator, close, items } => {
                let items: Vec<String> = items.iter().map(|i| i.text(mask)).filter(|t| !t.is_empty()).collect();
                if items.is_empty() { String::new() } else { format!("{open}{}{close}", items.join(separator)) }
            }
            Self::When { any, then, otherwise } => {
                if mask & any == 0 {
                    otherwise.text(mask)
                } else {
                    then.text(mask)
                }
            }
        }
    }
}
