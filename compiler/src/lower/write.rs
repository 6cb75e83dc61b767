//! Statements that write.
//!
//! In: assignments and a chain that says which rows. Out: one `INSERT`, `UPDATE` or `DELETE`. Conditions that need a
//! join, and slices, select the keys in a subselect.

use super::join::Frame;
use super::select::Want;
use super::{Lower, PerRow, Scope};
use crate::hir::select::{Distinct, Record};
use crate::hir::write::Arbiter;
use crate::hir::{self, Assignment, Create, Delete, Literal, SqlType, Update, Upsert};
use crate::plan::{
    self, Alias, Assigned, Body, Condition, Expr, From, Guard, Insert, Output, Rows, Select, Source, Statement,
};
use crate::render::Column;
use nuages_schema::model::{FieldId, IndexTarget, ModelId};

impl<'a> Lower<'a> {
    /// `create(…)`.
    pub(super) fn create(&mut self, create: &'a Create) -> Statement {
        let column = |a: &Assignment| (self.column_name(create.model, a.field), Guard::Always);
        let columns = create.assignments.iter().map(column).collect();
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
            alias: None,
            columns,
            rows: Rows::One(values),
            conflict: plan::Conflict::Fail,
            returning,
        };
        let Some(links) = &create.links else { return Statement { body: Body::Insert(insert), columns: answer } };
        self.linked(links, insert, Some((&create.record, answer)))
    }

    /// `update(…)`.
    pub(super) fn update(&mut self, update: &'a Update) -> Statement {
        let (table, filter) = self.touched(&update.select);
        let set = self.set_of(&update.select, &update.assignments, table.alias);
        let (returning, columns) = self.answer(update.record.as_ref(), Some(table.alias));
        Statement { body: Body::Update(plan::Update { table, set, from: None, filter, returning }), columns }
    }

    /// `delete()`.
    pub(super) fn delete(&mut self, delete: &'a Delete) -> Statement {
        let (table, filter) = self.touched(&delete.select);
        let (returning, columns) = self.answer(delete.record.as_ref(), Some(table.alias));
        Statement { body: Body::Delete(plan::Delete { table, filter, returning }), columns }
    }

    /// What is assigned to rows of `select` under an alias.
    pub(super) fn set_of(&mut self, select: &'a hir::Select, list: &'a [Assignment], alias: Alias) -> Vec<Assigned> {
        self.chains.push(Scope { written: true, ..Scope::new(select, Frame::new(alias), PerRow::Scalar) });
        let set = list
            .iter()
            .map(|a| {
                let mask = a.switch.map(|s| 1 << s);
                let value = self.guarded(mask, |l| l.stored(a));
                let guard = mask.map_or(Guard::Always, Guard::If);
                Assigned { column: self.column_name(select.model, a.field), value, guard }
            })
            .collect();
        self.chains.pop();
        set
    }

    /// A column that is set to what it is, so that its row is locked, if there is one in no key. Who sets a column of a key
    /// shuts out those who only link to the row, and these may have what it waits for
    /// ([row locks](https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS)).
    fn kept(&self, model: ModelId) -> Option<String> {
        let declared = self.schema.model(model);
        let unique = |field: FieldId| {
            let items = declared.uniques.iter().flat_map(|unique| &unique.items);
            items.into_iter().any(|item| !matches!(item.target, IndexTarget::Field(other) if other != field))
        };
        let free = |field: &FieldId| {
            !declared.key.contains(field) && !unique(*field) && declared.field(*field).generated.is_none()
        };
        Some(self.column_name(model, declared.field_ids().find(free)?))
    }

    /// `get_or_create(…)`, `update_or_create(…)`.
    pub(super) fn upsert(&mut self, upsert: &'a Upsert) -> Statement {
        let model = upsert.select.model;
        let names = ["found", "made"].map(|name| self.unused_name(name));
        let (table, filter) = self.touched(&upsert.select);
        let near = table.alias;
        let (mut columns, mut answer) = self.returning(&upsert.record, Some(near));
        columns.push(Expr::Literal(Literal::Bool(false), SqlType::Bool));
        answer.push(Column { ty: SqlType::Bool, nullable: false });
        let update = (!upsert.update.is_empty()).then(|| {
            let set = self.set_of(&upsert.select, &upsert.update, near);
            let guard = upsert.unless_empty.map_or(Guard::Always, Guard::If);
            (
                guard,
                plan::Update {
                    table: table.clone(),
                    set,
                    from: None,
                    filter: filter.clone(),
                    returning: columns.clone(),
                },
            )
        });
        let outputs = columns.into_iter().map(|expr| Output { expr, name: None }).collect();
        let found = Select { columns: outputs, from: Some(table), filter, ..Select::default() };
        // A row that another has made in the meantime is not seen, but met: it is locked and comes back.
        let alias = self.alias();
        let target = self.column_names(model, &upsert.arbiter.fields);
        let mut set = self.set_of(&upsert.select, &upsert.update, alias);
        let kept = self.kept(model).or_else(|| target.first().cloned()).into_iter().map(|column| Assigned {
            value: Expr::Column(alias, column.clone()),
            column,
            guard: upsert.unless_empty.map_or(Guard::Always, Guard::Unless),
        });
        match upsert.unless_empty {
            _ if set.is_empty() => set.extend(kept),
            // What the language sets by itself is set where the user sets something.
            Some(mask) => {
                set.iter_mut().filter(|a| a.guard == Guard::Always).for_each(|a| a.guard = Guard::If(mask));
                set.extend(kept);
            }
            None => {}
        }
        let (mut returning, _) = self.returning(&upsert.record, Some(alias));
        returning.push(Expr::Template("({0} = 0)", vec![Expr::Column(alias, "xmax".into())]));
        let column =
            |a: &Assignment| (self.column_name(model, a.field), a.switch.map_or(Guard::Always, |s| Guard::If(1 << s)));
        let columns = upsert.create.iter().map(column).collect();
        let values = upsert.create.iter().map(|a| self.stored(a)).collect();
        let insert = Insert {
            table: self.table_of(model),
            alias: Some(alias),
            columns,
            rows: Rows::Unless(values, names[0].clone()),
            conflict: plan::Conflict::Update { target, condition: self.only_where(&upsert.arbiter, model), set },
            returning,
        };
        let links = upsert.links.as_ref().map(|links| {
            let rows = names.each_ref().map(String::as_str);
            (self.unused_name("linked"), self.links_of(links, &rows, &upsert.record.fields))
        });
        Statement {
            body: Body::Upsert(Box::new(plan::Upsert { names, found, update, insert, links })),
            columns: answer,
        }
    }

    /// The condition of a partial constraint.
    pub(super) fn only_where(&self, arbiter: &Arbiter, model: ModelId) -> Vec<Condition> {
        arbiter.condition.as_ref().map(|c| super::bare_condition(c, model, self.schema)).unwrap_or_default()
    }

    pub(super) fn column_names(&self, model: ModelId, fields: &[FieldId]) -> Vec<String> {
        fields.iter().map(|field| self.column_name(model, *field)).collect()
    }

    /// A name for a part of a statement that no table has.
    pub(super) fn unused_name(&self, name: &str) -> String {
        let mut name = name.to_owned();
        while self.schema.models.iter().any(|model| model.table == name) {
            name.push('_');
        }
        name
    }

    /// The table of a write and the condition on its rows.
    pub(super) fn touched(&mut self, select: &'a hir::Select) -> (From, Vec<Condition>) {
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
    pub(super) fn stored(&mut self, assignment: &'a Assignment) -> Expr {
        match (&assignment.value.kind, &assignment.value.ty) {
            (hir::ExprKind::Literal(Literal::Null), _) => Expr::Literal(Literal::Null, SqlType::Text),
            _ => self.expr(&assignment.value),
        }
    }

    pub(super) fn answer(
        &mut self,
        record: Option<&'a Record>,
        alias: Option<plan::Alias>,
    ) -> (Vec<Expr>, Vec<Column>) {
        record.map_or_else(Default::default, |r| self.returning(r, alias))
    }
}
