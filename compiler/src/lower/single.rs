//! `single_query()`: a chain and its prefetches as one statement.
//!
//! In: a chain with prefetches. Out: one statement of as many parts as there are levels, depth first, in which each reads
//! the keys of its parents from the part before it that has them; and where the columns of each level stand in its rows.
//! What a level is by itself is what it is as a statement of its own.

use super::Lower;
use super::text::readable;
use crate::hir::pack::{Packed, pack};
use crate::hir::{self, Ending, SqlType};
use crate::plan::{self, Cell, Condition, Expr, From, Output, Part, Select, Source};
use crate::render::Column;
use nuages_schema::model::{FieldId, IndexMethod, IndexTarget, ModelId, RelationKind};

/// Where the planning of a statement of several levels is.
#[derive(Clone, Copy)]
pub(super) struct Level {
    /// The level whose prefetches are planned.
    number: usize,
    /// The number of the next one.
    next: usize,
    /// Of a prefetch: its parents' level, and the column of their keys there.
    parent: (usize, u16),
}

impl<'a> Lower<'a> {
    /// A whole reading query with its prefetches; those that nothing is read of are not there.
    pub(super) fn together(&mut self, select: &'a hir::Select, ending: &'a Ending) -> plan::Plan {
        self.together = Some(Level { number: 0, next: 1, parent: (0, 0) });
        let plan = self.root(select, ending);
        if plan.children.is_empty() { plan } else { self.merged_levels(plan) }
    }

    /// Plans a prefetch whose parents have their key in this column.
    pub(super) fn level<T>(&mut self, column: u16, plan: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.together;
        self.together =
            outside.map(|level| Level { number: level.next, next: level.next + 1, parent: (level.number, column) });
        let result = plan(self);
        if let (Some(outside), Some(inside)) = (outside, self.together) {
            self.together = Some(Level { next: inside.next, ..outside });
        }
        result
    }

    /// The keys of the parents as a list of their level; `None`: they come as a parameter.
    pub(super) fn parents_in_place(&mut self, distinct: bool) -> Option<Select> {
        let (number, column) = self.together?.parent;
        let source = Source::Table { namespace: None, name: self.level_name(number) };
        let alias = self.alias();
        let columns = vec![Output { expr: Expr::Column(alias, format!("c{column}")), name: None }];
        let distinct = if distinct { plan::Distinct::Rows } else { plan::Distinct::No };
        Some(Select { columns, from: Some(From { source, alias }), distinct, ..Select::default() })
    }

    /// Whether a child's key is one of its parents', who are in the same statement.
    pub(super) fn among_parents(&self, key: &Expr, ty: &SqlType, parents: Select, hop: hir::Hop) -> Condition {
        if self.is_found(hop) {
            let array = array(parents, ty);
            return Condition::template("{0} = ANY({1})", vec![key.clone(), array]);
        }
        // Without an index all rows are looked at, each beside all keys: a list the server hashes, an array that it
        // computes itself it does not.
        Condition::In(vec![key.clone()], Box::new(parents))
    }

    /// Whether an index finds the related rows by their key.
    fn is_found(&self, hop: hir::Hop) -> bool {
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

    fn level_name(&self, number: usize) -> String {
        self.unused_name(&format!("l{number}"))
    }

    /// Makes one statement of the first one and those of the prefetches.
    fn merged_levels(&self, plan: plan::Plan) -> plan::Plan {
        let plan::Plan { root, children, count, .. } = plan;
        let mut selects = Vec::new();
        if let plan::Body::Select(select) = root.body {
            selects.push((*select, root.columns));
        }
        let shapes = flatten(children, &mut selects);
        let names: Vec<Vec<String>> = selects.iter().map(|(select, _)| names(select)).collect();
        let types: Vec<Vec<SqlType>> = selects.iter().map(|(_, columns)| types(columns)).collect();
        let packed = pack(self.schema, &types);
        let read = parents(&shapes);
        let parts = selects.into_iter().enumerate().map(|(number, (select, _))| Part {
            name: self.level_name(number),
            cells: cells(&packed, number, &names),
            select,
            kept: read.contains(&number),
        });
        let body = plan::Body::Levels(parts.collect());
        let levels = placed(&shapes, 0, &packed, &names, &mut 1);
        let nullable = packed.columns.into_iter().map(|ty| Column { ty, nullable: true });
        let columns = nullable.chain([Column { ty: SqlType::Int4, nullable: false }]).collect();
        plan::Plan { root: plan::Statement { body, columns }, children: Vec::new(), count, levels }
    }
}

/// An array of the rows of a select of one column.
pub(super) fn array(select: Select, ty: &SqlType) -> Expr {
    let array = Expr::Template("ARRAY{0}", vec![Expr::Scalar(Box::new(select))]);
    let list = SqlType::Array(Box::new(ty.clone()), false);
    // Keys that come back as text are compared as what they are.
    let text = Expr::Param(0, ty.clone());
    if readable(text.clone(), ty) == text { array } else { Expr::Cast(Box::new(array), list) }
}

/// What is left of a prefetch when its statement is taken out: the columns of the keys, and those below.
struct Shape {
    parent: Vec<u16>,
    key: Vec<u16>,
    below: Vec<Shape>,
}

/// Takes the selects out, depth first.
fn flatten(children: Vec<plan::Child>, selects: &mut Vec<(Select, Vec<Column>)>) -> Vec<Shape> {
    let one = |child: plan::Child| {
        let plan::Child { statement, parent, key, children, .. } = child;
        if let plan::Body::Select(mut select) = statement.body {
            // Keys of two levels have one place, and those of the parents come as text where their type does.
            for column in &key {
                let column = usize::from(*column);
                if let (Some(output), Some(known)) = (select.columns.get_mut(column), statement.columns.get(column)) {
                    output.expr = readable(output.expr.clone(), &known.ty);
                }
            }
            selects.push((*select, statement.columns));
        }
        Shape { parent, key, below: flatten(children, selects) }
    };
    children.into_iter().map(one).collect()
}

fn types(columns: &[Column]) -> Vec<SqlType> {
    columns.iter().map(|column| column.ty.clone()).collect()
}

/// What the server calls the columns of a select.
fn names(select: &Select) -> Vec<String> {
    select.columns.iter().map(|column| column.name.clone().unwrap_or_else(|| called(&column.expr).to_owned())).collect()
}

/// What the server calls a column with this value.
fn called(expr: &Expr) -> &str {
    match expr {
        Expr::Column(_, name) => name,
        Expr::Cast(inner, _) => called(inner),
        _ => "?column?",
    }
}

/// The numbers of the levels that others have as parents. The numbers are those of [`flatten`].
fn parents(shapes: &[Shape]) -> Vec<usize> {
    fn below(shapes: &[Shape], number: usize, next: &mut usize, out: &mut Vec<usize>) {
        out.extend((!shapes.is_empty()).then_some(number));
        for shape in shapes {
            let own = *next;
            *next += 1;
            below(&shape.below, own, next, out);
        }
    }
    let mut out = Vec::new();
    below(shapes, 0, &mut 1, &mut out);
    out
}

/// Whether a type has one name, whatever column it is of, so that NULL can be said to be of it.
fn is_plain(ty: &SqlType, exact: &[SqlType]) -> bool {
    let other = matches!(
        ty,
        SqlType::Array(..) | SqlType::Range(_) | SqlType::Custom { .. } | SqlType::NativeEnum(_) | SqlType::Inferred
    );
    !other && !exact.contains(ty)
}

/// What is read of a level. The first one fills what others fill with NULLs; these are of the type that the second says,
/// and of those behind it if they are told.
fn cells(packed: &Packed, number: usize, names: &[Vec<String>]) -> Vec<Cell> {
    let source = |place: usize, level: usize| packed.places.get(level)?.iter().position(|known| *known == place);
    let cell = |place: usize| match source(place, number) {
        // What is read of the first one names the columns.
        Some(column) => {
            Cell::Column(column, names.get(number).filter(|_| number == 0).and_then(|own| own.get(column).cloned()))
        }
        None if number == 0 => {
            let first = (0..packed.places.len()).find_map(|level| Some((level, source(place, level)?)));
            match first {
                Some((level, column)) if level > 1 => match packed.columns.get(place) {
                    Some(ty) if is_plain(ty, &packed.exact) => Cell::NullAs(ty.clone()),
                    _ => Cell::NullOf(level, column),
                },
                _ => Cell::Null,
            }
        }
        None => Cell::Null,
    };
    (0..packed.columns.len()).map(cell).collect()
}

/// Where the columns of the levels stand, below the one with this number.
fn placed(
    shapes: &[Shape],
    parent: usize,
    packed: &Packed,
    names: &[Vec<String>],
    next: &mut usize,
) -> Vec<plan::Level> {
    let place = |level: usize, columns: &[u16]| {
        let places = packed.places.get(level).map_or(&[][..], Vec::as_slice);
        columns.iter().filter_map(|column| places.get(usize::from(*column))).map(|place| small(*place)).collect()
    };
    let one = |shape: &Shape| {
        let number = *next;
        *next += 1;
        let places = packed.places.get(number).map_or(&[][..], Vec::as_slice);
        plan::Level {
            places: places.iter().map(|place| small(*place)).collect(),
            parent: place(parent, &shape.parent),
            key: place(number, &shape.key),
            names: names.get(number).cloned().unwrap_or_default(),
            levels: placed(&shape.below, number, packed, names, next),
        }
    };
    shapes.iter().map(one).collect()
}

fn small(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}
