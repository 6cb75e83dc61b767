//! Prefetches: one statement for all parents of a level.
//!
//! In: a prefetched relation with its chain. Out: a statement that takes the parents' keys as arrays and answers with
//! the related rows and, in its last columns, the key of the parent each belongs to. A slice, groups
//! and `distinct(on…)` are taken for each parent on its own, from a lateral subselect over the keys.

use super::Lower;
use super::join::equal;
use super::select::{Built, Want};
use crate::hir::select::Distinct;
use crate::hir::stored::Stored;
use crate::hir::{Hop, Prefetch, SqlType};
use crate::plan::{self, Alias, Condition, Expr, From, Join, JoinKind, Output, Select, Source};
use crate::render::{Column, PARENT_KEY};
use nuages_schema::model::{ModelId, RelationKind};

impl<'a> Lower<'a> {
    /// The statements of a record's prefetches. `parent` are the columns of the parent's key, for each of them.
    pub(super) fn prefetch(&mut self, prefetch: &'a Prefetch, parent: u16) -> plan::Child {
        let (model, field) = self.parent_field(prefetch.hop);
        let ty = SqlType::of_field(self.schema, self.schema.field(model, field));
        let stored = self.parent_stored(prefetch.hop);
        let want = Want::Children(prefetch.hop);
        let select = &prefetch.select;
        // What speaks of all rows speaks of one parent's.
        let each = select.slice.is_some() || select.group.is_some() || matches!(select.distinct, Distinct::On(_));
        self.begin_level(prefetch.hop, &stored);
        let mut built = if each { self.sliced(prefetch, &stored) } else { self.select(select, &want) };
        let key = Self::key_column(&mut built, &ty);
        let children = built.children;
        plan::Child {
            statement: plan::Statement { body: plan::Body::Select(Box::new(built.select)), columns: built.columns },
            parent: vec![parent],
            parent_types: vec![stored.ty],
            key: vec![key],
            children,
        }
    }

    /// Where the parents' key stands among the columns of their children: it is the last one, unless the shape has it.
    fn key_column(built: &mut Built, ty: &SqlType) -> u16 {
        let columns = &mut built.select.columns;
        let known = columns.split_last().and_then(|(key, own)| own.iter().position(|column| column.expr == key.expr));
        if known.is_some() {
            columns.pop();
        } else {
            built.columns.push(Column { ty: ty.clone(), nullable: false });
        }
        u16::try_from(known.unwrap_or(built.columns.len() - 1)).unwrap_or(u16::MAX)
    }

    /// The field of the parent whose value finds its related rows.
    pub(super) fn parent_field(&self, hop: Hop) -> (ModelId, nuages_schema::model::FieldId) {
        (hop.from, self.near_field(hop))
    }

    /// What that value is compared as: `character(4)` is not text, which has no spaces at its end to be passed over.
    pub(super) fn parent_stored(&self, hop: Hop) -> Stored {
        let (model, field) = self.parent_field(hop);
        let (other, end) = match self.kind(hop) {
            RelationKind::Forward { field } => (hop.to, self.referred(hop.from, field)),
            RelationKind::ReverseOne { field } | RelationKind::ReverseMany { field } => (hop.to, field),
            RelationKind::ManyToMany { through, near, .. } => (through, near),
        };
        Stored::of(self.schema, self.schema.field(model, field), self.schema.field(other, end))
    }

    /// Ties the chain being planned to the rows that `hop` comes from: the column that holds a parent's key (joined
    /// if it is in a many-to-many table), and the condition that it is one of the parents'.
    pub(super) fn parent_link(&mut self, hop: Hop) -> (Expr, Option<Condition>) {
        let key = self.parent_key(hop);
        let stored = self.parent_stored(hop);
        if !stored.is_exact {
            return (self.parent_equal(hop, key, &stored), None);
        }
        let condition = match self.handed_keys(hop, &stored, false) {
            Some(keys) => self.among_handed(&key, keys, hop),
            None => Condition::template("{0} = ANY({1})", vec![key.clone(), given(&stored.ty)]),
        };
        (key, Some(condition))
    }

    /// The same where equal keys may differ in their bytes, by which parents find their rows: joins the parents' own keys,
    /// and gives these.
    fn parent_equal(&mut self, hop: Hop, key: Expr, stored: &Stored) -> Expr {
        let from = self.parent_keys(hop, stored);
        let parent = Expr::Column(from.alias, "k0".into());
        let on = vec![equal(key, parent.clone())];
        let join = Join { kind: JoinKind::Inner, from, on, guard: None, single: false };
        self.scope().frames[0].joins.push(join);
        parent
    }

    /// The keys of the parents as rows, each once.
    fn parent_keys(&mut self, hop: Hop, stored: &Stored) -> From {
        let keys = self.handed_keys(hop, stored, true).unwrap_or_else(|| known(&stored.ty));
        From { source: Source::Unnest { arrays: vec![keys], ordinality: false }, alias: self.alias() }
    }

    /// The column that holds the key of the row that `hop` comes from.
    pub(super) fn parent_key(&mut self, hop: Hop) -> Expr {
        let chain = self.current();
        let alias = self.table(chain, 0, &[]);
        match self.kind(hop) {
            RelationKind::Forward { field } => {
                let field = self.referred(hop.from, field);
                self.read(alias, hop.to, field)
            }
            RelationKind::ReverseOne { field } | RelationKind::ReverseMany { field } => self.read(alias, hop.to, field),
            RelationKind::ManyToMany { through, near, far, .. } => {
                let from = self.from(through);
                let link = from.alias;
                let end = self.read(alias, hop.to, self.referred(through, far));
                let on = vec![equal(self.read(link, through, far), end)];
                let join = Join { kind: JoinKind::Inner, from, on, guard: None, single: false };
                self.scope().frames[0].joins.push(join);
                self.read(link, through, near)
            }
        }
    }

    /// `unnest(keys) CROSS JOIN LATERAL (… WHERE key = k ORDER BY … LIMIT n)`.
    fn sliced(&mut self, prefetch: &'a Prefetch, stored: &Stored) -> Built {
        let parents = self.parent_keys(prefetch.hop, stored);
        let rows = self.alias();
        let parent = Expr::Column(parents.alias, "k0".into());
        let mut inner = self.select(&prefetch.select, &Want::ChildrenOf(prefetch.hop, parent.clone()));
        let mut columns = name_columns(&mut inner.select, rows);
        columns.push(Output { expr: parent, name: None });
        let join = Join {
            kind: JoinKind::Lateral,
            from: From { source: Source::Derived(Box::new(inner.select)), alias: rows },
            on: Vec::new(),
            guard: None,
            single: false,
        };
        let select = Select { columns, from: Some(parents), joins: vec![join], ..Select::default() };
        Built { select, columns: inner.columns, children: inner.children }
    }
}

/// The keys of the parents, as a parameter.
fn given(ty: &SqlType) -> Expr {
    Expr::Param(PARENT_KEY, SqlType::Array(Box::new(ty.clone()), false))
}

/// The same where nothing beside it says of which type it is.
fn known(ty: &SqlType) -> Expr {
    let list = SqlType::Array(Box::new(ty.clone()), false);
    if list.oid() == 0 { Expr::Cast(Box::new(given(ty)), list) } else { given(ty) }
}

/// Names the columns of an inner select `c0`, `c1`, … and reads them under its alias.
pub(super) fn name_columns(inner: &mut Select, alias: Alias) -> Vec<Output> {
    let mut outer = Vec::new();
    for (i, column) in inner.columns.iter_mut().enumerate() {
        let name = format!("c{i}");
        column.name = Some(name.clone());
        outer.push(Output { expr: Expr::Column(alias, name), name: None });
    }
    outer
}
