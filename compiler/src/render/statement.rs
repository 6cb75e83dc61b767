//! Statements as text.

use super::expr::{Writer, guarded, list, seq, text};
use super::ident::quote;
use super::{Child, Column, Compiled, Fragment, Sql, write};
use crate::hir::SqlType;
use crate::hir::select::{SetOperator, Wait};
use crate::plan::{Body, Distinct, Expr, From, Join, JoinKind, Lock, Order, Plan, Select, Set, Source, Statement};
use nuages_schema::model::Schema;

/// All statements of a plan.
pub fn render(plan: &Plan, schema: &Schema) -> Compiled {
    Compiled {
        root: statement(&plan.root, schema),
        children: plan.children.iter().map(|c| child(c, schema)).collect(),
        count: plan.count.as_ref().map(|s| statement(s, schema)),
        together: plan.together,
        width: plan.root.columns.len(),
    }
}

fn child(plan: &crate::plan::Child, schema: &Schema) -> Child {
    Child {
        sql: statement(&plan.statement, schema),
        parent: plan.parent.clone(),
        parent_types: plan.parent_types.clone(),
        key: plan.key.clone(),
        children: plan.children.iter().map(|c| child(c, schema)).collect(),
    }
}

fn statement(statement: &Statement, schema: &Schema) -> Sql {
    let mut writer = Writer::new(schema);
    let text = match &statement.body {
        Body::Select(select) => writer.select(select),
        Body::Exists(select) => seq(vec![text("SELECT EXISTS ("), writer.select(select), text(")")]),
        Body::Insert(insert) => writer.insert(insert),
        Body::Update(update) => writer.update(update),
        Body::Delete(delete) => writer.delete(delete),
        Body::Copy { table, columns } => write::copy(table, columns),
        Body::Replace(replace) => writer.replace(replace),
        Body::Upsert(upsert) => writer.upsert(upsert),
        Body::Linked(linked) => writer.linked(linked),
        Body::Handing(handing) => writer.handing(handing),
    };
    let columns: Vec<Column> = statement.columns.clone();
    Sql { text, params: writer.params, columns }
}

impl Writer<'_> {
    /// `SELECT …`.
    pub(super) fn select(&mut self, select: &Select) -> Fragment {
        let mut parts = vec![text("SELECT ")];
        match &select.distinct {
            Distinct::No => {}
            Distinct::Rows => parts.push(text("DISTINCT ")),
            Distinct::On(keys) => {
                let keys = keys.iter().map(|e| self.expr(e)).collect();
                parts.push(list("DISTINCT ON (", ", ", ") ", keys));
            }
        }
        if select.columns.is_empty() {
            parts.push(text("1"));
        }
        for (i, column) in select.columns.iter().enumerate() {
            if i > 0 {
                parts.push(text(", "));
            }
            parts.push(self.expr(&column.expr));
            if let Some(name) = &column.name {
                parts.push(text(&format!(" AS {}", quote(name))));
            }
        }
        if let Some(from) = &select.from {
            parts.push(text(" FROM "));
            parts.push(self.from(from));
        }
        for join in &select.joins {
            parts.push(self.join(join));
        }
        parts.push(self.conjunction(" WHERE ", &select.filter));
        let group = select.group.iter().map(|e| self.sort_key(e)).collect();
        parts.push(list(" GROUP BY ", ", ", "", group));
        parts.push(self.conjunction(" HAVING ", &select.having));
        let order = select.order.iter().map(|o| self.order(o)).collect();
        parts.push(list(" ORDER BY ", ", ", "", order));
        for (word, value) in [(" LIMIT ", &select.limit), (" OFFSET ", &select.offset)] {
            if let Some(value) = value {
                parts.push(text(word));
                parts.push(self.expr(value));
            }
        }
        parts.extend(select.lock.as_ref().map(locking));
        seq(parts)
    }

    /// What rows are grouped or ordered by. A bare constant would be the number of a column there, or refused; a
    /// condition of which nothing is left is one.
    pub(super) fn sort_key(&mut self, expr: &Expr) -> Fragment {
        let key = self.expr(expr);
        let ty = match expr {
            Expr::Literal(_, ty) => ty,
            Expr::Condition(_) => &SqlType::Bool,
            _ => return key,
        };
        seq(vec![text("CAST("), key, text(&format!(" AS {})", ty.sql_name(self.schema)))])
    }

    /// A key of `ORDER BY`.
    pub(super) fn order(&mut self, order: &Order) -> Fragment {
        let mut parts = vec![self.sort_key(&order.expr)];
        if order.descending {
            parts.push(text(" DESC"));
        }
        match order.nulls_first {
            Some(true) => parts.push(text(" NULLS FIRST")),
            Some(false) => parts.push(text(" NULLS LAST")),
            None => {}
        }
        guarded(order.switch.map(|s| 1 << s), seq(parts))
    }

    pub(super) fn from(&mut self, from: &From) -> Fragment {
        let alias = from.alias.0;
        match &from.source {
            Source::Table { .. } => text(&format!("{} AS t{alias}", table(&from.source))),
            Source::Rows => text(&format!("t{alias}")),
            Source::Derived(select) => seq(vec![text("("), self.select(select), text(&format!(") AS t{alias}"))]),
            Source::Set(set) => seq(vec![text("("), self.set(set), text(&format!(") AS t{alias}"))]),
            Source::Unnest { arrays, ordinality } => {
                let mut names: Vec<String> = (0..arrays.len()).map(|i| quote(&format!("k{i}"))).collect();
                let mut parts = vec![text("UNNEST(")];
                for (i, array) in arrays.iter().enumerate() {
                    if i > 0 {
                        parts.push(text(", "));
                    }
                    parts.push(self.expr(array));
                }
                parts.push(text(")"));
                if *ordinality {
                    parts.push(text(" WITH ORDINALITY"));
                    names.push(quote("n"));
                }
                parts.push(text(&format!(" AS t{alias}({})", names.join(", "))));
                seq(parts)
            }
        }
    }

    /// Selects side by side. `INTERSECT` binds tighter than the others: parentheses keep the order written.
    fn set(&mut self, set: &Set) -> Fragment {
        if set.rest.is_empty() {
            return self.select(&set.first);
        }
        let mut all = self.part(&set.first);
        for (i, (operator, part)) in set.rest.iter().enumerate() {
            if i > 0 && set.rest[i - 1].0 != *operator {
                all = seq(vec![text("("), all, text(")")]);
            }
            let word = match operator {
                SetOperator::Union => " UNION ",
                SetOperator::UnionAll => " UNION ALL ",
                SetOperator::Intersection => " INTERSECT ",
                SetOperator::Difference => " EXCEPT ",
            };
            all = seq(vec![all, text(word), self.part(part)]);
        }
        all
    }

    fn part(&mut self, select: &Select) -> Fragment {
        let plain = select.order.is_empty() && select.limit.is_none() && select.offset.is_none();
        let part = self.select(select);
        if plain { part } else { seq(vec![text("("), part, text(")")]) }
    }

    fn join(&mut self, join: &Join) -> Fragment {
        let word = match join.kind {
            JoinKind::Inner => " JOIN ",
            JoinKind::Left => " LEFT JOIN ",
            JoinKind::Cross => " CROSS JOIN ",
            JoinKind::Lateral => " CROSS JOIN LATERAL ",
        };
        let parts = vec![text(word), self.from(&join.from), self.conjunction(" ON ", &join.on)];
        guarded(join.guard, seq(parts))
    }
}

/// `FOR UPDATE …`.
fn locking(lock: &Lock) -> Fragment {
    let words = if lock.no_key { " FOR NO KEY UPDATE" } else { " FOR UPDATE" };
    let tables = lock.tables.iter().map(|alias| text(&format!("t{}", alias.0))).collect();
    let wait = match lock.wait {
        Wait::Block => "",
        Wait::Never => " NOWAIT",
        Wait::Skip => " SKIP LOCKED",
    };
    seq(vec![text(words), list(" OF ", ", ", "", tables), text(wait)])
}

pub(super) fn table(source: &Source) -> String {
    match source {
        Source::Table { namespace: Some(namespace), name } => format!("{}.{}", quote(namespace), quote(name)),
        Source::Table { namespace: None, name } => quote(name),
        Source::Derived(_) | Source::Set(_) | Source::Rows | Source::Unnest { .. } => String::new(),
    }
}

/// A conjunction on unqualified columns.
pub fn bare_condition(conditions: &[crate::plan::Condition], schema: &Schema) -> String {
    Writer::new(schema).conjunction("", conditions).text(0)
}

/// An expression on unqualified columns.
pub fn bare_expr(expr: &Expr, schema: &Schema) -> String {
    Writer::new(schema).expr(expr).text(0)
}
