//! The checked query to an SQL-shaped plan.
//!
//! In: [`hir::Query`], every part of which is valid. Out: [`plan::Plan`]: joins, semi-joins, derived tables for
//! aggregates, one statement for each prefetch. Nothing here can fail; what cannot be planned was refused by `check`.

mod aggregate;
mod binding;
mod bulk;
mod condition;
mod defer;
mod distinct;
mod ending;
mod expr;
mod fold;
mod group;
mod join;
mod keyset;
mod link;
mod list;
mod lock;
mod merge;
mod pipelined;
mod prefetch;
mod presence;
mod select;
mod set;
mod simplify;
mod single;
mod test;
mod text;
mod total;
mod window;
mod write;

use crate::hir::{self, Hop};
use crate::plan::{self, Alias, From, Source};
use crate::render::{self, Compiled};
use join::Frame;
use nuages_schema::model::{FieldId, ModelId, Schema};
use presence::Known;
use std::cell::RefCell;

/// Plans and renders a query.
pub fn compile(query: &hir::Query, schema: &Schema) -> Compiled {
    render::render(&lower(query, schema), schema)
}

/// Plans a query.
pub fn lower(query: &hir::Query, schema: &Schema) -> plan::Plan {
    let mut lower = Lower::new(schema, &query.values);
    match &query.body {
        hir::Body::Select(select, ending) if select.together => lower.together(select, ending),
        hir::Body::Select(select, ending) => lower.root(select, ending),
        hir::Body::Create(create) => single(lower.create(create)),
        hir::Body::BulkCreate(bulk) => single(lower.bulk_create(bulk)),
        hir::Body::Update(update) => single(lower.update(update)),
        hir::Body::Delete(delete) => single(lower.delete(delete)),
        hir::Body::Upsert(upsert) => single(lower.upsert(upsert)),
        hir::Body::BulkUpdate(bulk) => single(lower.bulk_update(bulk)),
        hir::Body::Link(link) => single(lower.link(link)),
    }
}

/// Plans a condition on one model with unqualified columns: of a check, a partial index.
pub fn bare_condition(condition: &hir::Condition, model: ModelId, schema: &Schema) -> Vec<plan::Condition> {
    let select = bare_select(model);
    let mut lower = Lower::new(schema, &[]);
    lower.chains.push(Scope::bare(&select));
    lower.conjunction(&[condition])
}

/// Plans an expression on one model with unqualified columns: of an index, a generated column.
pub fn bare_expr(expr: &hir::Expr, model: ModelId, schema: &Schema) -> plan::Expr {
    let select = bare_select(model);
    let mut lower = Lower::new(schema, &[]);
    lower.chains.push(Scope::bare(&select));
    lower.expr(expr)
}

fn bare_select(model: ModelId) -> hir::Select {
    hir::Select {
        model,
        set: None,
        anchor: None,
        single: false,
        filters: Vec::new(),
        annotations: Vec::new(),
        group: None,
        distinct: hir::select::Distinct::No,
        order: Vec::new(),
        keyset: None,
        slice: None,
        shape: hir::Shape::Nothing,
        lock: None,
        pinned: false,
        together: false,
    }
}

fn single(root: plan::Statement) -> plan::Plan {
    plan::Plan { root, children: Vec::new(), count: None, together: false }
}

/// State of one query's planning.
struct Lower<'a> {
    schema: &'a Schema,
    values: &'a [hir::Value],
    /// Aliases given out.
    aliases: u32,
    /// The chain being planned, under the chains that enclose it.
    chains: Vec<Scope<'a>>,
    /// Switches under which the clause being planned is present; `None`: always.
    guard: Option<u64>,
    /// What is known of the switches where conditions are planned.
    known: Known,
    /// Columns that are read of the derived tables that hold windows.
    reads: RefCell<Vec<(Alias, Vec<String>)>>,
    /// Tables that semi-joins of the root read, each of whose rows belongs to one of the root's model.
    certain: Vec<Alias>,
    /// Prefetches are read in one flight with the rows.
    together: Option<pipelined::Level>,
    /// The columns that such prefetches find their parents by.
    handed: Vec<pipelined::Handed>,
    /// Of a bulk write: the rows that come from Rust, and the values that are their columns.
    given: Option<(Alias, &'a [hir::ValueId])>,
}

/// A chain being planned.
struct Scope<'a> {
    select: &'a hir::Select,
    /// Tables that columns can be read from, innermost semi-join last.
    frames: Vec<Frame>,
    /// What an aggregate becomes.
    mode: Mode,
    /// Filters before this position bind the aggregates being planned.
    horizon: usize,
    /// How aggregates of each row are computed.
    per_row: PerRow,
    /// Derived tables of aggregates, joined to the chain's own table.
    derived: Vec<aggregate::Derived>,
    /// Of a prefetch: the relation that leads here from the parents.
    parents: Option<Hop>,
    /// The rows that aggregates read may be made up by a left join.
    left: bool,
    /// What group keys and aggregates are called in an inner select, when they are read from one.
    mapped: Option<group::Mapped>,
    /// What windows and aggregates are called that an inner select has computed.
    given: Vec<(*const (), plan::Expr)>,
    /// Of a prefetch: the key of the parent that a row belongs to.
    owner: Option<plan::Expr>,
    /// How many of the filters hold for the rows being planned.
    within: usize,
    /// How far conditions speak of the rows that a to-many path was joined to: what goes on from there is a semi-join,
    /// joined or not.
    reach: usize,
    /// The chain's own rows are those that are written: nothing can be joined to them.
    written: bool,
}

/// What an aggregate becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// A value of each row.
    Rows,
    /// An aggregate call of the statement being planned.
    Call,
    /// The same; of those over relations, what merges the values that its rows have.
    Merge,
}

/// How aggregates over relations are computed for each row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PerRow {
    /// One derived table for each path, grouped by the row's key.
    Derived,
    /// A scalar subselect: for one row, or a page of them.
    Scalar,
}

impl<'a> Scope<'a> {
    fn new(select: &'a hir::Select, frame: Frame, per_row: PerRow) -> Self {
        Self {
            select,
            frames: vec![frame],
            mode: Mode::Rows,
            horizon: select.filters.len(),
            per_row,
            derived: Vec::new(),
            parents: None,
            left: false,
            mapped: None,
            given: Vec::new(),
            owner: None,
            within: select.filters.len(),
            reach: 0,
            written: false,
        }
    }

    fn bare(select: &'a hir::Select) -> Self {
        Self::new(select, Frame::bare(), PerRow::Scalar)
    }

    /// The joins of all its frames.
    fn joins(self) -> Vec<plan::Join> {
        self.frames.into_iter().flat_map(|f| f.joins).collect()
    }
}

impl<'a> Lower<'a> {
    fn new(schema: &'a Schema, values: &'a [hir::Value]) -> Self {
        Self {
            schema,
            values,
            aliases: 0,
            chains: Vec::new(),
            guard: None,
            known: Known::default(),
            reads: RefCell::default(),
            certain: Vec::new(),
            together: None,
            handed: Vec::new(),
            given: None,
        }
    }

    fn alias(&mut self) -> Alias {
        let alias = Alias(self.aliases);
        self.aliases += 1;
        alias
    }

    /// The chain being planned.
    fn scope(&mut self) -> &mut Scope<'a> {
        let last = self.chains.len() - 1;
        &mut self.chains[last]
    }

    /// Index of the chain being planned.
    fn current(&self) -> usize {
        self.chains.len() - 1
    }

    /// A model's table.
    fn table_of(&self, model: ModelId) -> Source {
        let model = self.schema.model(model);
        Source::Table { namespace: model.namespace.clone(), name: model.table.clone() }
    }

    /// A model's table under a new alias.
    fn from(&mut self, model: ModelId) -> From {
        From { source: self.table_of(model), alias: self.alias() }
    }

    /// The name of a column.
    fn column_name(&self, model: ModelId, field: FieldId) -> String {
        self.schema.field(model, field).column.clone()
    }

    /// `alias."column"`.
    fn read(&self, alias: Alias, model: ModelId, field: FieldId) -> plan::Expr {
        let name = self.column_name(model, field);
        self.note_read(alias, &name);
        plan::Expr::Column(alias, name)
    }

    /// The primary key of `model` under `alias`.
    fn key(&self, alias: Alias, model: ModelId) -> Vec<plan::Expr> {
        self.schema.model(model).key.iter().map(|f| self.read(alias, model, *f)).collect()
    }

    /// Does `plan` for other rows than those at hand: no guard is in force, nothing is known of the switches, and what the
    /// rows at hand call their columns means nothing.
    fn apart<T>(&mut self, plan: impl FnOnce(&mut Self) -> T) -> T {
        let mapped = self.scope().mapped.take();
        let result = self.knowing(Known::default(), |l| l.guarded(None, plan));
        self.scope().mapped = mapped;
        result
    }

    /// Does `plan` where conditions speak of the rows that this much of a path was joined to.
    fn reaching<T>(&mut self, reach: usize, plan: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.scope().reach, reach);
        let result = plan(self);
        self.scope().reach = before;
        result
    }

    /// Does `plan` with the given guard in force.
    fn guarded<T>(&mut self, guard: Option<u64>, plan: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.guard, guard);
        let result = plan(self);
        self.guard = before;
        result
    }
}

/// Where the first to-many relation of a path ends: the length of the prefix that includes it.
fn first_many(hops: &[Hop]) -> Option<usize> {
    hops.iter().position(|h| !h.to_one).map(|i| i + 1)
}
