//! `pipelined()`: a chain and its prefetches as statements of one flight.
//!
//! In: a chain with prefetches. Out: the statements that they are otherwise, but for the keys of the parents: these do not
//! come back to be sent again. A statement whose rows others are found by leaves their keys in a setting of the
//! transaction, and those others read it there.

use super::Lower;
use crate::hir::stored::{Stored, Text};
use crate::hir::{self, Ending, Hop, Literal, SqlType};
use crate::plan::{self, Condition, Expr, From, Output, Select, Source};
use crate::render::PARENT_KEY;
use nuages_schema::model::{FieldId, IndexMethod, IndexTarget, ModelId, RelationKind};

/// Where the planning of a flight is.
#[derive(Clone, Copy, Default)]
pub(super) struct Level {
    /// The level whose prefetches are planned.
    number: usize,
    /// The number of the next one.
    next: usize,
    /// A row of it may come several times.
    repeated: bool,
    /// Of a prefetch: its parents' level, and the column of their keys there.
    parent: (usize, u16),
    /// A row of its parents may come several times.
    repeated_parent: bool,
}

/// A column of keys that are handed on.
pub(super) struct Handed {
    level: usize,
    column: u16,
    /// Each key has to come once, and where rows come once what the column of such keys is called.
    distinct: bool,
    unique: Option<String>,
    is_exact: bool,
    text: Text,
}

impl<'a> Lower<'a> {
    /// A whole reading query with its prefetches; those that nothing is read of are not there.
    pub(super) fn together(&mut self, select: &'a hir::Select, ending: &'a Ending) -> plan::Plan {
        self.together = Some(Level { next: 1, ..Level::default() });
        let mut plan = self.root(select, ending);
        plan.together = !plan.children.is_empty();
        let mut statements = vec![(0, &mut plan.root)];
        numbered(&mut plan.children, &mut 1, &mut statements);
        for (number, statement) in statements {
            self.handing(number, statement);
        }
        plan
    }

    /// Plans a prefetch whose parents have their key in this column.
    pub(super) fn level<T>(&mut self, column: u16, plan: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.together;
        self.together = outside.map(|level| Level {
            number: level.next,
            next: level.next + 1,
            repeated: false,
            parent: (level.number, column),
            repeated_parent: level.repeated,
        });
        let result = plan(self);
        if let (Some(outside), Some(inside)) = (outside, self.together) {
            self.together = Some(Level { next: inside.next, ..outside });
        }
        result
    }

    /// Says of the level that is planned which relation leads to it: by a many-to-many one a row comes for each parent, and
    /// by keys of which equal ones differ for each of these.
    pub(super) fn begin_level(&mut self, hop: Hop, stored: &Stored) {
        let repeated = !stored.is_exact || matches!(self.kind(hop), RelationKind::ManyToMany { .. });
        if let Some(level) = &mut self.together {
            level.repeated = repeated;
        }
    }

    /// The keys of the parents as an array that their statement has left; `None`: they come as a parameter.
    pub(super) fn handed_keys(&mut self, hop: Hop, stored: &Stored, distinct: bool) -> Option<Expr> {
        let Level { parent: (level, column), repeated_parent, .. } = self.together?;
        let (model, field) = self.parent_field(hop);
        let (model, name) = (self.schema.model(model), self.column_name(model, field));
        let unique = (model.key == [field] && !repeated_parent).then_some(name);
        let Stored { ref ty, is_exact, text } = *stored;
        self.handed.push(Handed { level, column, distinct, unique, is_exact, text });
        let value = Expr::Template("CURRENT_SETTING({0})", vec![setting(level, column)]);
        Some(Expr::Cast(Box::new(value), SqlType::Array(Box::new(ty.clone()), false)))
    }

    /// Whether a child's key is one of its parents'.
    pub(super) fn among_handed(&self, key: &Expr, keys: Expr, hop: Hop) -> Condition {
        // A subselect is computed once. By itself the setting would be read again for each row.
        let one = Output { expr: Expr::Template("UNNEST({0})", vec![keys]), name: None };
        let keys = Box::new(Select { columns: vec![one], ..Select::default() });
        if self.is_found(hop) {
            let array = Expr::Template("ARRAY{0}", vec![Expr::Scalar(keys)]);
            return Condition::template("{0} = ANY({1})", vec![key.clone(), array]);
        }
        // Without an index all rows are looked at, each beside all keys: a list the server hashes, an array that it
        // computes itself it does not.
        Condition::In(vec![key.clone()], keys)
    }

    /// Whether an index finds the related rows by their key.
    fn is_found(&self, hop: Hop) -> bool {
        match self.kind(hop) {
            RelationKind::Forward { .. } => true,
            RelationKind::ReverseOne { field } | RelationKind::ReverseMany { field } => self.leads(hop.to, field),
            RelationKind::ManyToMany { through, near, .. } => self.leads(through, near),
        }
    }

    fn leads(&self, model: ModelId, field: FieldId) -> bool {
        let model = self.schema.model(model);
        let is = |target: &IndexTarget| matches!(target, IndexTarget::Field(first) if *first == field);
        let whole = |index: &&nuages_schema::model::Index| {
            index.condition.is_none() && matches!(index.method, None | Some(IndexMethod::Hash))
        };
        let uniques = model.uniques.iter().filter(|unique| unique.condition.is_none()).map(|unique| &unique.items);
        let mut all = model.indexes.iter().filter(whole).map(|index| &index.items).chain(uniques);
        model.key.first() == Some(&field) || all.any(|items| items.first().is_some_and(|item| is(&item.target)))
    }

    /// Lets a statement leave the keys that others read.
    fn handing(&self, level: usize, statement: &mut plan::Statement) {
        let mut keys: Vec<plan::Handed> = Vec::new();
        let plan::Body::Select(select) = &mut statement.body else { return };
        for handed in self.handed.iter().filter(|handed| handed.level == level) {
            let unique = is_unique(handed, select);
            let distinct = handed.distinct || !unique;
            if let Some(known) = keys.iter_mut().find(|known| known.column == handed.column) {
                known.distinct |= distinct;
            } else {
                let setting = setting(level, handed.column);
                let Handed { column, is_exact, text, .. } = *handed;
                keys.push(plan::Handed { column, setting, distinct, nullable: !unique, is_exact, text });
            }
        }
        if !keys.is_empty() {
            let names = names(select);
            let select = std::mem::take(&mut **select);
            statement.body = plan::Body::Handing(Box::new(plan::Handing { select, names, keys }));
        }
    }
}

/// The statements of prefetches with the numbers of their levels.
fn numbered<'p>(children: &'p mut [plan::Child], next: &mut usize, out: &mut Vec<(usize, &'p mut plan::Statement)>) {
    for child in children {
        out.push((*next, &mut child.statement));
        *next += 1;
        numbered(&mut child.children, next, out);
    }
}

/// The name of the setting for the keys in a column of a level; what stands before it differs from flight to flight.
fn setting(level: usize, column: u16) -> Expr {
    let own = Expr::Literal(Literal::Text(format!("{level}_{column}")), SqlType::Text);
    Expr::Template("{0} || {1}", vec![Expr::Param(PARENT_KEY, SqlType::Text), own])
}

/// Whether a column of keys has each but once, as its rows come once.
fn is_unique(handed: &Handed, select: &Select) -> bool {
    let Some(From { source: Source::Table { .. }, alias }) = &select.from else { return false };
    let column = select.columns.get(usize::from(handed.column)).map(|output| &output.expr);
    matches!((column, &handed.unique), (Some(Expr::Column(of, name)), Some(unique)) if of == alias && name == unique)
}

/// What the server calls the columns of a select.
fn names(select: &Select) -> Vec<String> {
    let name = |column: &Output| column.name.clone().unwrap_or_else(|| called(&column.expr).to_owned());
    select.columns.iter().map(name).collect()
}

/// What the server calls a column with this value.
fn called(expr: &Expr) -> &str {
    match expr {
        Expr::Column(_, name) => name,
        Expr::Cast(inner, _) => called(inner),
        _ => "?column?",
    }
}
