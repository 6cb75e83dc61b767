//! Statements that write many rows, and links between rows: what comes from Rust is rows of `unnest`.
//!
//! In: columns of values, one array each. Out: one `INSERT … SELECT` or `UPDATE … FROM`, whatever the number of rows.

use super::Lower;
use crate::hir::write::Conflict;
use crate::hir::{BulkCreate, BulkUpdate, Literal, SqlType, ValueId};
use crate::plan::{
    self, Alias, Assigned, Body, Condition, Expr, From, Guard, Insert, Output, Rows, Select, Source, Statement,
};
use nuages_schema::model::FieldId;

impl<'a> Lower<'a> {
    /// `bulk_create(…)`.
    pub(super) fn bulk_create(&mut self, bulk: &'a BulkCreate) -> Statement {
        if bulk.copied {
            let given = bulk.columns.iter().map(|(field, _)| *field);
            let fields: Vec<FieldId> = given.chain(bulk.constants.iter().map(|constant| constant.field)).collect();
            let body = Body::Copy { table: self.table_of(bulk.model), columns: self.column_names(bulk.model, &fields) };
            return Statement { body, columns: Vec::new() };
        }
        let alias = self.alias();
        let mut columns: Vec<String> = bulk.columns.iter().map(|(f, _)| self.column_name(bulk.model, *f)).collect();
        let ids = bulk.columns.iter().map(|(_, id)| *id);
        let arrays = ids.clone().map(|id| self.array_of(id)).collect();
        let read = ids.enumerate().map(|(i, id)| Output { expr: self.element(alias, i, id), name: None });
        let mut outputs: Vec<Output> = read.collect();
        for constant in &bulk.constants {
            columns.push(self.column_name(bulk.model, constant.field));
            let expr = super::expr::typed(self.stored(constant), &constant.value.ty);
            outputs.push(Output { expr, name: None });
        }
        let select = Select {
            columns: outputs,
            from: Some(From { source: Source::Unnest { arrays, ordinality: true }, alias }),
            order: vec![ascending(alias, "n")],
            ..Select::default()
        };
        let conflict = match &bulk.conflict {
            Conflict::Fail => plan::Conflict::Fail,
            Conflict::Ignore => plan::Conflict::Ignore(Vec::new()),
            Conflict::Update { target, fields } => plan::Conflict::Update {
                target: self.column_names(bulk.model, &target.fields),
                condition: self.only_where(target, bulk.model),
                set: self
                    .column_names(bulk.model, fields)
                    .into_iter()
                    .map(|column| Assigned { value: Expr::Excluded(column.clone()), column, guard: Guard::Always })
                    .collect(),
            },
        };
        let (returning, answer) = self.answer(bulk.record.as_ref(), None);
        let insert = Insert {
            table: self.table_of(bulk.model),
            alias: None,
            columns: columns.into_iter().map(|name| (name, Guard::Always)).collect(),
            rows: Rows::Select(Box::new(select)),
            conflict,
            returning,
        };
        match &bulk.links {
            None => Statement { body: Body::Insert(insert), columns: answer },
            Some(links) => self.linked(links, insert, bulk.record.as_ref().map(|record| (record, answer))),
        }
    }

    /// `bulk_update(…)`.
    pub(super) fn bulk_update(&mut self, bulk: &'a BulkUpdate) -> Statement {
        let model = bulk.select.model;
        let (table, conditions) = self.touched(&bulk.select);
        let alias = self.alias();
        self.given = Some((alias, &bulk.columns));
        let set = self.set_of(&bulk.select, &bulk.assignments, table.alias);
        let mut filter: Vec<Condition> = Vec::new();
        for part in &bulk.key {
            let column = self.read(table.alias, model, part.field);
            let value = self.stored(part);
            filter.push(Condition::template("{0} = {1}", vec![column, value]));
        }
        self.given = None;
        filter.extend(conditions);
        let arrays: Vec<Expr> = bulk.columns.iter().map(|id| self.array_of(*id)).collect();
        let from = (!arrays.is_empty()).then_some(From { source: Source::Unnest { arrays, ordinality: false }, alias });
        let update = plan::Update { table, set, from, filter, returning: Vec::new() };
        Statement { body: Body::Update(update), columns: Vec::new() }
    }

    /// A value of each row of a bulk write.
    pub(super) fn given_column(&self, id: ValueId) -> Option<Expr> {
        let (alias, columns) = self.given?;
        let position = columns.iter().position(|known| *known == id)?;
        Some(self.element(alias, position, id))
    }

    /// The array that a column travels in. What has no array type of its own goes as text; an array of arrays would be
    /// flattened by `unnest`.
    fn array_of(&self, id: ValueId) -> Expr {
        let value = &self.values[usize::from(id.0)];
        if matches!(value.ty, SqlType::Custom { .. }) {
            return Self::array(value.slot, &value.ty);
        }
        let element = if travels(&value.ty) { value.ty.clone() } else { SqlType::Text };
        Expr::Param(value.slot, SqlType::Array(Box::new(element), false))
    }

    /// A column of the rows that come from Rust, as its own type has it.
    fn element(&self, alias: Alias, position: usize, id: ValueId) -> Expr {
        let ty = &self.values[usize::from(id.0)].ty;
        let read = Expr::Column(alias, format!("k{position}"));
        if travels(ty) { read } else { Expr::Cast(Box::new(read), ty.clone()) }
    }
}

/// Whether values of a type are elements of an array as they are.
fn travels(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Custom { .. }) || (!matches!(ty, SqlType::Array(..)) && ty.array_oid() != 0)
}

pub(super) fn ascending(alias: Alias, name: &str) -> plan::Order {
    plan::Order { expr: Expr::Column(alias, name.into()), descending: false, nulls_first: None, switch: None }
}

pub(super) fn outputs(columns: [Expr; 2], names: [Option<String>; 2]) -> Vec<Output> {
    columns.into_iter().zip(names).map(|(expr, name)| Output { expr, name }).collect()
}

/// What is counted of a row that nobody reads.
pub(super) fn one() -> Expr {
    Expr::Literal(Literal::Integer(1), SqlType::Int4)
}
