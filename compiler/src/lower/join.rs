//! Joins: where a column at the end of a path is read from.
//!
//! In: a path of relations. Out: an alias, with the joins that lead to it added to the frame that owns it. A path is
//! joined once in a frame; to-one relations join inner where both ends guarantee a row, else left.

use super::{Lower, Scope};
use crate::hir::{ColumnPath, Hop};
use crate::plan::{self, Alias, Condition, Expr, From, Join, JoinKind, Output, Select};
use nuages_schema::model::{FieldId, ForeignKey, ModelId, RelationKind};

/// The tables of one select: those that begin with a path of to-many relations (none for the chain's own).
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    /// Path from the chain's model to the frame's own rows.
    pub prefix: Vec<Hop>,
    nodes: Vec<Node>,
    /// Joins in order.
    pub joins: Vec<Join>,
}

#[derive(Debug, Clone)]
struct Node {
    path: Vec<Hop>,
    place: Place,
    /// The row may be missing (left-joined).
    optional: bool,
    /// Index in the frame's joins; `None` for its first table.
    join: Option<usize>,
}

/// Where a node's columns are.
#[derive(Debug, Clone)]
enum Place {
    /// In a table.
    Table(Alias),
    /// Only one of them is known without a join: the key that a many-to-many row holds.
    Key { alias: Alias, column: String, field: FieldId, model: ModelId },
    /// Unqualified columns of a single table.
    Bare,
}

impl Frame {
    /// The frame of a chain's own table.
    pub(super) fn new(alias: Alias) -> Self {
        let node = Node { path: Vec::new(), place: Place::Table(alias), optional: false, join: None };
        Self { prefix: Vec::new(), nodes: vec![node], joins: Vec::new() }
    }

    /// The frame of a single table whose columns need no alias.
    pub(super) fn bare() -> Self {
        let node = Node { path: Vec::new(), place: Place::Bare, optional: false, join: None };
        Self { prefix: Vec::new(), nodes: vec![node], joins: Vec::new() }
    }

    /// A frame of the row alone that a path was joined to, for a select in which that is an outer row.
    pub(super) fn row(&self, path: &[Hop]) -> Self {
        let node = self.node(path).map(|node| Node { join: None, optional: false, ..self.nodes[node].clone() });
        Self { prefix: path.to_vec(), nodes: node.into_iter().collect(), joins: Vec::new() }
    }

    fn node(&self, path: &[Hop]) -> Option<usize> {
        self.nodes.iter().position(|n| n.path == path)
    }

    /// Length of the longest known part of `path`.
    fn known(&self, path: &[Hop]) -> usize {
        self.nodes.iter().filter(|n| path.starts_with(&n.path)).map(|n| n.path.len()).max().unwrap_or(0)
    }
}

/// The start of a select over a to-many relation.
pub(super) struct Opened {
    /// Its first table.
    pub from: From,
    /// The column that holds the key of the row the relation starts from.
    pub near: Expr,
    /// That key, as a column of the row the relation starts from.
    pub outer: ColumnPath,
    /// What its rows must have to be links to a related row.
    pub arrives: Option<Condition>,
    /// Its frame.
    pub frame: Frame,
}

impl Scope<'_> {
    /// The innermost frame that a path starts in.
    pub(super) fn frame_of(&self, hops: &[Hop]) -> usize {
        self.frames.iter().rposition(|f| hops.starts_with(&f.prefix)).unwrap_or(0)
    }

    /// The end of the first to-many relation of `hops` whose rows are not at hand.
    pub(super) fn uncovered(&self, hops: &[Hop]) -> Option<usize> {
        let frame = &self.frames[self.frame_of(hops)];
        let known = frame.known(hops).min(self.reach).max(frame.prefix.len());
        super::first_many(&hops[known..]).map(|n| known + n)
    }
}

impl Lower<'_> {
    /// The foreign key in a field.
    pub(super) fn foreign_key(&self, model: ModelId, field: FieldId) -> Option<&ForeignKey> {
        self.schema.field(model, field).foreign_key.as_ref()
    }

    /// The field that a foreign key refers to; its own id if it is none (never the case for relations).
    pub(super) fn referred(&self, model: ModelId, field: FieldId) -> FieldId {
        self.foreign_key(model, field).map_or(field, |k| k.to_field)
    }

    /// How a hop is joined.
    pub(super) fn kind(&self, hop: Hop) -> RelationKind {
        self.schema.relation(hop.from, hop.relation).kind
    }

    /// Whether each row of the table that a relation is opened at has a row that the relation starts from.
    pub(super) fn belongs(&self, hop: Hop) -> bool {
        let (model, field) = match self.kind(hop) {
            RelationKind::ReverseOne { field } | RelationKind::ReverseMany { field } => (hop.to, field),
            RelationKind::ManyToMany { through, near, .. } => (through, near),
            RelationKind::Forward { .. } => return false,
        };
        let field = self.schema.field(model, field);
        !field.nullable && field.foreign_key.as_ref().is_some_and(|key| key.constraint)
    }

    /// The field at the near end of a hop whose value finds the rows at the other end.
    pub(super) fn near_field(&self, hop: Hop) -> FieldId {
        match self.kind(hop) {
            RelationKind::Forward { field } => field,
            RelationKind::ReverseOne { field } | RelationKind::ReverseMany { field } => self.referred(hop.to, field),
            RelationKind::ManyToMany { through, near, .. } => self.referred(through, near),
        }
    }

    /// A column of the chain being planned.
    pub(super) fn column(&mut self, path: &ColumnPath) -> Expr {
        self.column_in(self.current(), path)
    }

    /// A column of one of the chains.
    pub(super) fn column_in(&mut self, chain: usize, path: &ColumnPath) -> Expr {
        let path = self.reduced(path);
        let frame = self.chains[chain].frame_of(&path.hops);
        if let Some(node) = self.chains[chain].frames[frame].node(&path.hops) {
            match &self.chains[chain].frames[frame].nodes[node].place {
                Place::Bare => return Expr::Bare(self.column_name(path.model, path.field)),
                Place::Key { alias, column, field, .. } if *field == path.field => {
                    return Expr::Column(*alias, column.clone());
                }
                _ => {}
            }
        }
        if self.looks_up(chain, frame, &path.hops) {
            return self.looked_up(chain, &path);
        }
        let alias = self.table(chain, frame, &path.hops);
        self.read(alias, path.model, path.field)
    }

    /// Whether the end of a path is not joined to the rows it starts from: these are written.
    pub(super) fn looks_up(&self, chain: usize, frame: usize, path: &[Hop]) -> bool {
        self.chains[chain].written && frame == 0 && !path.is_empty()
    }

    /// A column at the end of a path of to-one relations, as a value of its own. `UPDATE … FROM` would lose rows without
    /// a related one, and those that another transaction has just led to another one.
    fn looked_up(&mut self, chain: usize, path: &ColumnPath) -> Expr {
        let Some(opened) = self.open(&path.hops[..1]) else { return Expr::Bare(String::new()) };
        let outer = self.column_in(chain, &opened.outer);
        self.chains[chain].frames.push(opened.frame);
        let value = self.guarded(None, |l| l.column_in(chain, path));
        let joins = self.chains[chain].frames.pop().map(|frame| frame.joins).unwrap_or_default();
        let mut filter = vec![equal(opened.near, outer)];
        filter.extend(opened.arrives);
        let columns = vec![Output { expr: value, name: None }];
        Expr::Scalar(Box::new(Select { columns, from: Some(opened.from), joins, filter, ..Select::default() }))
    }

    /// The same value as near to the chain's model as it can be read: `category.id` is `category_id`.
    fn reduced(&self, path: &ColumnPath) -> ColumnPath {
        let mut path = path.clone();
        while let Some(hop) = path.hops.last().copied() {
            let RelationKind::Forward { field } = self.kind(hop) else { break };
            let Some(key) = self.foreign_key(hop.from, field) else { break };
            if key.to_field != path.field || !key.constraint {
                break;
            }
            path.hops.pop();
            path.model = hop.from;
            path.field = field;
        }
        path
    }

    /// The alias of the table at the end of a path, joined if it is not yet.
    pub(super) fn table(&mut self, chain: usize, frame: usize, path: &[Hop]) -> Alias {
        let known = self.chains[chain].frames[frame].node(path);
        if let Some(index) = known {
            let node = self.chains[chain].frames[frame].nodes[index].clone();
            match node.place {
                Place::Table(alias) => {
                    self.keep(chain, frame, &node);
                    return alias;
                }
                Place::Key { alias, column, field, model } => {
                    let from = self.from(model);
                    let target = from.alias;
                    let on = equal(self.read(target, model, field), Expr::Column(alias, column));
                    let kind = if node.optional { JoinKind::Left } else { JoinKind::Inner };
                    let join = self.push(chain, frame, kind, from, vec![on]);
                    let node = &mut self.chains[chain].frames[frame].nodes[index];
                    node.place = Place::Table(target);
                    node.join = Some(join);
                    return target;
                }
                Place::Bare => return Alias(0),
            }
        }
        let Some((hop, before)) = path.split_last() else { return Alias(0) };
        self.hop(chain, frame, before, *hop);
        self.table(chain, frame, path)
    }

    /// Joins a path whose last relation is to-many to a chain's own frame: the join of that relation.
    pub(super) fn joined(&mut self, chain: usize, path: &[Hop]) -> usize {
        if let Some((hop, before)) = path.split_last()
            && self.chains[chain].frames[0].node(path).is_none()
        {
            self.hop(chain, 0, before, *hop);
        }
        let frame = &self.chains[chain].frames[0];
        frame.node(path).and_then(|node| frame.nodes[node].join).unwrap_or_default()
    }

    /// Joins one more relation to a frame.
    fn hop(&mut self, chain: usize, frame: usize, before: &[Hop], hop: Hop) {
        let parent_optional = {
            let f = &self.chains[chain].frames[frame];
            f.node(before).is_some_and(|n| f.nodes[n].optional)
        };
        let near = ColumnPath { hops: before.to_vec(), model: hop.from, field: self.near_field(hop) };
        // A forward key is read from its own table, never reduced further.
        let near = self.column_in(chain, &near);
        let parent_optional = parent_optional || {
            let f = &self.chains[chain].frames[frame];
            f.node(before).is_some_and(|n| f.nodes[n].optional)
        };
        let optional = hop.optional || parent_optional;
        let kind = if optional { JoinKind::Left } else { JoinKind::Inner };
        let mut path = before.to_vec();
        path.push(hop);
        let (place, join) = match self.kind(hop) {
            RelationKind::Forward { field } => {
                let from = self.from(hop.to);
                let alias = from.alias;
                let on = equal(self.read(alias, hop.to, self.referred(hop.from, field)), near);
                (Place::Table(alias), self.push(chain, frame, kind, from, vec![on]))
            }
            RelationKind::ReverseOne { field } | RelationKind::ReverseMany { field } => {
                let from = self.from(hop.to);
                let alias = from.alias;
                let on = equal(self.read(alias, hop.to, field), near);
                (Place::Table(alias), self.push(chain, frame, kind, from, vec![on]))
            }
            RelationKind::ManyToMany { through, near: near_field, far, .. } => {
                let from = self.from(through);
                let alias = from.alias;
                let mut on = vec![equal(self.read(alias, through, near_field), near)];
                on.extend(self.arrives(alias, through, far));
                let join = self.push(chain, frame, kind, from, on);
                let column = self.column_name(through, far);
                let field = self.referred(through, far);
                (Place::Key { alias, column, field, model: hop.to }, join)
            }
        };
        let frame = &mut self.chains[chain].frames[frame];
        frame.joins[join].single = hop.to_one;
        frame.nodes.push(Node { path, place, optional, join: Some(join) });
    }

    fn push(&mut self, chain: usize, frame: usize, kind: JoinKind, from: From, on: Vec<Condition>) -> usize {
        let guard = self.guard;
        let joins = &mut self.chains[chain].frames[frame].joins;
        joins.push(Join { kind, from, on, guard, single: false });
        joins.len() - 1
    }

    /// A join that is used again is there for both uses, and so are the joins it stands on.
    fn keep(&mut self, chain: usize, frame: usize, node: &Node) {
        // A relation whose key is read before it may not be joined itself.
        let known = &self.chains[chain].frames[frame];
        let parent = (0..node.path.len()).rev().find_map(|end| known.node(&node.path[..end]));
        if let Some(parent) = parent {
            let parent = known.nodes[parent].clone();
            self.keep(chain, frame, &parent);
        }
        if let Some(join) = node.join {
            let guard = self.guard;
            let join = &mut self.chains[chain].frames[frame].joins[join];
            join.guard = match (join.guard, guard) {
                (Some(a), Some(b)) => Some(a | b),
                _ => None,
            };
        }
    }

    /// Starts a select over the to-many relation that ends `prefix`.
    pub(super) fn open(&mut self, prefix: &[Hop]) -> Option<Opened> {
        let (hop, before) = prefix.split_last()?;
        let outer = ColumnPath { hops: before.to_vec(), model: hop.from, field: self.near_field(*hop) };
        let mut arrives = None;
        let (from, near, place) = match self.kind(*hop) {
            RelationKind::ManyToMany { through, near, far, .. } => {
                let from = self.from(through);
                arrives = self.arrives(from.alias, through, far);
                let near = self.read(from.alias, through, near);
                let place = Place::Key {
                    alias: from.alias,
                    column: self.column_name(through, far),
                    field: self.referred(through, far),
                    model: hop.to,
                };
                (from, near, place)
            }
            RelationKind::ReverseMany { field } | RelationKind::ReverseOne { field } => {
                let from = self.from(hop.to);
                let near = self.read(from.alias, hop.to, field);
                let place = Place::Table(from.alias);
                (from, near, place)
            }
            RelationKind::Forward { field } => {
                let from = self.from(hop.to);
                let near = self.read(from.alias, hop.to, self.referred(hop.from, field));
                let place = Place::Table(from.alias);
                (from, near, place)
            }
        };
        let node = Node { path: prefix.to_vec(), place, optional: false, join: None };
        let frame = Frame { prefix: prefix.to_vec(), nodes: vec![node], joins: Vec::new() };
        Some(Opened { from, near, outer, arrives, frame })
    }

    /// A row between two models without a far one is no link: what is asked of it, if its far key may be NULL.
    pub(super) fn arrives(&self, alias: Alias, through: ModelId, far: FieldId) -> Option<Condition> {
        let nullable = self.schema.field(through, far).nullable;
        nullable.then(|| Condition::template("{0} IS NOT NULL", vec![self.read(alias, through, far)]))
    }

    /// Joins the rest of a path to the innermost frame, all of it inner: only rows that have an end count.
    pub(super) fn extend(&mut self, path: &[Hop]) {
        let chain = self.current();
        let frame = self.chains[chain].frames.len() - 1;
        let start = self.chains[chain].frames[frame].prefix.len();
        for end in start + 1..=path.len() {
            if self.chains[chain].frames[frame].node(&path[..end]).is_none() {
                let hop = Hop { optional: false, ..path[end - 1] };
                self.hop(chain, frame, &path[..end - 1], hop);
                // The node is found again by the path as the query has it.
                let last = self.chains[chain].frames[frame].nodes.len() - 1;
                self.chains[chain].frames[frame].nodes[last].path = path[..end].to_vec();
            }
        }
    }

    /// The key of the row at the end of a joined path: its key columns, or the key that a many-to-many row holds.
    pub(super) fn end_key(&mut self, path: &[Hop]) -> Vec<Expr> {
        let chain = self.current();
        let frame = self.chains[chain].frame_of(path);
        if let Some(node) = self.chains[chain].frames[frame].node(path)
            && let Place::Key { alias, column, .. } = &self.chains[chain].frames[frame].nodes[node].place
        {
            return vec![Expr::Column(*alias, column.clone())];
        }
        let model = path.last().map_or(self.chains[chain].select.model, |h| h.to);
        let alias = self.table(chain, frame, path);
        self.key(alias, model)
    }
}

/// `a = b`.
pub(super) fn equal(a: Expr, b: Expr) -> plan::Condition {
    Condition::template("{0} = {1}", vec![a, b])
}
