//! What a constraint is about, in the words of the schema.
//!
//! In: the text that the models come with, and an error that names a constraint. Out: the model and the fields.

use std::fmt;

use crate::error::{Error, ErrorKind, Integrity};

/// The constraints of a schema; `nuages::models!()` has those of its models as `CONSTRAINTS`.
#[derive(Clone, Copy, Debug)]
pub struct Constraints(&'static str);

/// A constraint of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Constraint {
    /// Its name, as [`Error::constraint`] gives it.
    pub name: &'static str,
    /// The table it is of.
    pub table: &'static str,
    /// What it keeps out.
    pub kind: Integrity,
    /// The model it is of; for a foreign key the one that refers.
    pub model: &'static str,
    /// Its fields, as the model has them; empty for a condition or an exclusion.
    pub fields: Vec<&'static str>,
    /// Of a foreign key: the model that is referred to.
    pub target: Option<&'static str>,
}

impl Constraints {
    #[doc(hidden)]
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The constraint that refused a write. `None`: the error is another, or the constraint is none of the schema's.
    ///
    /// Of a row that others refer to it is the foreign key of those: `model` and `fields` say where they are.
    pub fn of(&self, error: &Error) -> Option<Constraint> {
        let ErrorKind::Integrity(_) = error.kind() else { return None };
        let (name, table) = (error.constraint()?, error.table());
        self.iter().find(|constraint| constraint.name == name && table.is_none_or(|table| table == constraint.table))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Constraint> + use<> {
        self.0.lines().filter_map(read)
    }
}

fn read(line: &'static str) -> Option<Constraint> {
    let mut parts = line.split('\u{1f}');
    let (name, table) = (parts.next()?, parts.next()?);
    let kind = match parts.next()? {
        "u" => Integrity::Unique,
        "f" => Integrity::ForeignKey,
        "c" => Integrity::Check,
        _ => Integrity::Exclusion,
    };
    let (model, target, fields) = (parts.next()?, parts.next()?, parts.next()?);
    let fields = fields.split(',').filter(|field| !field.is_empty()).collect();
    Some(Constraint { name, table, kind, model, fields, target: Some(target).filter(|target| !target.is_empty()) })
}

/// "`Product.category` refers to `Category`", "`Review.product`, `Review.user` are unique".
impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, field) in self.fields.iter().enumerate() {
            write!(f, "{}`{}.{field}`", if i > 0 { ", " } else { "" }, self.model)?;
        }
        let is = if self.fields.len() > 1 { "are" } else { "is" };
        match (self.kind, self.target) {
            (_, Some(target)) => write!(f, " refers to `{target}`"),
            (Integrity::Unique, _) if !self.fields.is_empty() => write!(f, " {is} unique"),
            (Integrity::Check, _) if !self.fields.is_empty() => write!(f, " {is} checked by `{}`", self.name),
            _ => write!(f, "`{}` has `{}`", self.model, self.name),
        }
    }
}
