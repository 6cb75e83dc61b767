//! Statements that write.
//!
//! In: assignments and a chain that says which rows. Out: one `INSERT`, `UPDATE` or `DELETE`. Conditions that need a
//! join, and slices, select the keys in a subselect.

use super::join::Frame;
use super::select::Want;
use super::{Lower, PerRow, Scope};
use crate::hir::select::{Distinct, Record};
use crate::hir::write::Conflict;
use crate::hir::{self, Assignment, BulkCreate, Create, Delete, Literal, SqlType, Update};
use crate::plan::{self, Body, Condition, Expr, From, Insert, Output, Rows, Select, Source, Statement};
use crate::render::Column;

impl<'a> Lower<'a> {
    /// `create(…)`.
    pub(super) fn create(&mut self, create: &'a Create) -> Statement {
        let columns = create.assignments.iter().map(|a| self.column_name(create.model, a.field)).collect();
        let values = create
            .assignments
            .iter()
            .map(|a| {
                let value = self.stored(a);
                match a.switch {
                    Some(switch) => Expr::When(switch, Box::new(value), Box::new(Expr::Default)),
                    None => value,
                }
            })
            .collect();
        let (returning, answer) = self.returning(&create.record, None);
        let insert = Insert {
            table: self.table_of(create.model),
            columns,
            rows: Rows::One(values),
            conflict: plan::Conflict::Fail,
            returning,
        };
        Statement { body: Body::Insert(insert), columns: answer }
    }

    /// `bulk_create(…)`: one array for each column.
    pub(super) fn bulk_create(&mut self, bulk: &'a BulkCreate) -> Statement {
        let mut columns: Vec<String> = bulk.columns.iter().map(|(f, _)| self.column_name(bulk.model, *f)).collect();
        let alias = self.alias();
        let mut arrays = Vec::new();
        let mut outputs = Vec::new();
        for (i, (_, value)) in bulk.columns.iter().enumerate() {
            let value = &self.values[usize::from(value.0)];
            let read = Expr::Column(alias, format!("k{i}"));
            // What has no array type of its own travels as text and is cast row by row; an array of arrays would be
            // flattened by unnest.
            let travels = match &value.ty {
                SqlType::Array(..) => None,
                ty if ty.array_oid() == 0 => None,
                ty => Some(ty.clone()),
            };
            let element = travels.clone().unwrap_or(SqlType::Text);
            arrays.push(Expr::Param(value.slot, SqlType::Array(Box::new(element), false)));
            let expr = if travels.is_some() { read } else { Expr::Cast(Box::new(read), value.ty.clone()) };
            outputs.push(Output { expr, name: None });
        }
        for constant in &bulk.constants {
            columns.push(self.column_name(bulk.model, constant.field));
            let expr = super::expr::typed(self.stored(constant), &constant.value.ty);
            outputs.push(Output { expr, name: None });
        }
        let order =
            plan::Order { expr: Expr::Column(alias, "n".into()), descending: false, nulls_first: None, switch: None };
        let select = Select {
            columns: outputs,
            from: Some(From { source: Source::Unnest { arrays, ordinality: true }, alias }),
            order: vec![order],
            ..Select::default()
        };
        let conflict = match &bulk.conflict {
            Conflict::Fail => plan::Conflict::Fail,
            Conflict::Ignore => plan::Conflict::Ignore,
            Conflict::Update { target, fields } => plan::Conflict::Update {
                target: target.iter().map(|f| self.column_name(bulk.model, *f)).collect(),
                set: fields
                    .iter()
                    .map(|f| self.column_name(bulk.model, *f))
                    .map(|name| (name.clone(), Expr::Excluded(name)))
                    .collect(),
            },
        };
        let (returning, answer) = self.answer(bulk.record.as_ref(), None);
        let insert = Insert {
            table: self.table_of(bulk.model),
            columns,
            rows: Rows::Select(Box::new(select)),
            conflict,
            returning,
        };
        Statement { body: Body::Insert(insert), columns: answer }
    }

    /// `update(…)`.
    pub(super) fn update(&mut self, update: &'a Update) -> Statement {
        let (table, filter) = self.touched(&update.select);
        self.chains.push(Scope::new(&update.select, Frame::new(table.alias), PerRow::Scalar));
        let set = update
            .assignments
            .iter()
            .map(|a| {
                let guard = a.switch.map(|s| 1 << s);
                let value = self.guarded(guard, |l| l.stored(a));
                (self.column_name(update.select.model, a.field), value, a.switch)
            })
            .collect();
        self.chains.pop();
        let (returning, columns) = self.answer(update.record.as_ref(), Some(table.alias));
        Statement { body: Body::Update(plan::Update { table, set, filter, returning }), columns }
    }

    /// `delete()`.
    pub(super) fn delete(&mut self, delete: &'a Delete) -> Statement {
        let (table, filter) = self.touched(&delete.select);
        let (returning, columns) = self.answer(delete.record.as_ref(), Some(table.alias));
        Statement { body: Body::Delete(plan::Delete { table, filter, returning }), columns }
    }

    /// The table of a write and the condition on its rows.
    fn touched(&mut self, select: &'a hir::Select) -> (From, Vec<Condition>) {
        let start = self.aliases;
        if select.slice.is_none() && select.group.is_none() && matches!(select.distinct, Distinct::No) {
            let inner = self.select(select, &Want::Presence).select;
            if inner.joins.is_empty()
                && let Some(from @ From { source: Source::Table { .. }, .. }) = inner.from
            {
                return (from, inner.filter);
            }
            self.aliases = start;
        }
        let table = self.from(select.model);
        let mut inner = self.select(select, &Want::Presence).select;
        let alias = inner.from.as_ref().map_or(table.alias, |f| f.alias);
        inner.columns = self.key(alias, select.model).into_iter().map(|expr| Output { expr, name: None }).collect();
        let key = self.key(table.alias, select.model);
        (table, vec![Condition::In(key, Box::new(inner))])
    }

    /// A value as it is stored.
    fn stored(&mut self, assignment: &'a Assignment) -> Expr {
        match (&assignment.value.kind, &assignment.value.ty) {
            (hir::ExprKind::Literal(Literal::Null), _) => Expr::Literal(Literal::Null, SqlType::Text),
            _ => self.expr(&assignment.value),
        }
    }

    fn answer(&mut self, record: Option<&'a Record>, alias: Option<plan::Alias>) -> (Vec<Expr>, Vec<Column>) {
        record.map_or_else(Default::default, |r| self.returning(r, alias))
    }
}
