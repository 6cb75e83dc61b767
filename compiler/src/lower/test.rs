//! Tests: one comparison, or its negation.
//!
//! In: a test all of whose paths can be read. Out: a condition; a negated one keeps rows in which an operand is NULL.

use super::Lower;
use super::condition::negate;
use super::join::equal;
use crate::hir::condition::{Comparison, PeriodRelation, Unit};
use crate::hir::value::Pattern;
use crate::hir::{self, ColumnPath, ExprKind, SqlType, Test};
use crate::plan::{Condition, Expr};
use nuages_schema::model::RelationKind;

/// A comparison's text, its negation for operands that are not NULL.
const OPERATORS: &[(&str, &str, &str)] = &[
    ("=", "{0} = {1}", "{0} <> {1}"),
    ("<>", "{0} <> {1}", "{0} = {1}"),
    ("!=", "{0} <> {1}", "{0} = {1}"),
    ("<", "{0} < {1}", "{0} >= {1}"),
    ("<=", "{0} <= {1}", "{0} > {1}"),
    (">", "{0} > {1}", "{0} <= {1}"),
    (">=", "{0} >= {1}", "{0} < {1}"),
];

impl<'a> Lower<'a> {
    /// The comparison of a test, whatever its switch.
    pub(super) fn test(&mut self, test: &'a Test, negated: bool) -> Condition {
        let nullable = self.nullable(&test.left) || {
            let mut any = false;
            test.operator.operands(&mut |e| any |= self.nullable(e));
            any
        };
        match &test.operator {
            Comparison::Operator(operator, right) => {
                let operands = vec![self.expr(&test.left), self.expr(right)];
                let row = OPERATORS.iter().find(|r| r.0 == *operator).unwrap_or(&OPERATORS[0]);
                // `!=` keeps rows where a side is NULL, so that its negation does not.
                let (plain, inverse) = if row.0 == "!=" && nullable {
                    ("{0} IS DISTINCT FROM {1}", "{0} IS NOT DISTINCT FROM {1}")
                } else {
                    (row.1, row.2)
                };
                if negated && nullable && row.0 != "!=" {
                    Condition::NotTrue(Box::new(Condition::template(plain, operands)))
                } else {
                    Condition::template(if negated { inverse } else { plain }, operands)
                }
            }
            Comparison::EqualOrNull(value, switch) => {
                let left = self.expr(&test.left);
                let right = self.param(*value, 0);
                let is_null = self.is_null(&test.left, !negated);
                let equals = negate(equal(left, right), negated, true);
                Condition::When(1 << *switch, Box::new(equals), Some(Box::new(is_null)))
            }
            Comparison::Template(sql, operands) => {
                let mut all = vec![self.expr(&test.left)];
                all.extend(operands.iter().map(|e| self.expr(e)));
                negate(Condition::template(sql, all), negated, nullable)
            }
            // `isnull = false` is the opposite of `isnull = true` on the column, so a missing row satisfies neither;
            // what is negated is the whole statement.
            Comparison::IsNull(true) => self.is_null(&test.left, !negated),
            Comparison::IsNull(false) => {
                let left = self.expr(&test.left);
                Condition::template(null_test(negated), vec![left])
            }
            Comparison::IsNullBound(value) => {
                let is_null = Expr::Condition(Box::new(self.is_null(&test.left, true)));
                let some = match self.row_key(&test.left) {
                    Some(key) => Condition::template("{0} IS NOT NULL", vec![key]),
                    None => Condition::All(Vec::new()),
                };
                let equals = Condition::template("{0} = {1}", vec![is_null, self.param(*value, 0)]);
                negate(Condition::All(vec![some, equals]), negated, false)
            }
            Comparison::NoRow(none) => self.no_row(&test.left, *none != negated),
            Comparison::Iexact(right) => {
                let operands = vec![self.expr(&test.left), self.expr(right)];
                negate(Condition::template("LOWER({0}) = LOWER({1})", operands), negated, nullable)
            }
            Comparison::Like { pattern, caseless, right, escape } => {
                let mut right = self.expr(right);
                if *escape {
                    right = escaped(*pattern, right);
                }
                let sql = if *caseless { "{0} ILIKE {1}" } else { "{0} LIKE {1}" };
                let left = self.expr(&test.left);
                negate(Condition::template(sql, vec![left, right]), negated, nullable)
            }
            Comparison::InList(value) => {
                let left = self.expr(&test.left);
                let array = self.list(*value);
                if negated && !nullable {
                    Condition::template("{0} <> ALL({1})", vec![left, array])
                } else {
                    negate(Condition::template("{0} = ANY({1})", vec![left, array]), negated, nullable)
                }
            }
            Comparison::InEach(value, functions) => {
                let left = self.expr(&test.left);
                let select = self.each(*value, functions);
                negate(Condition::In(vec![left], Box::new(select)), negated, true)
            }
            Comparison::InKeys(more, value) => {
                let mut columns = vec![self.expr(&test.left)];
                columns.extend(more.iter().map(|e| self.expr(e)));
                let select = self.keys(*value);
                negate(Condition::In(columns, Box::new(select)), negated, true)
            }
            Comparison::InKeySelect(more, select) => {
                let mut columns = vec![self.expr(&test.left)];
                columns.extend(more.iter().map(|e| self.expr(e)));
                let select = self.column_select(select);
                negate(Condition::In(columns, Box::new(select)), negated, true)
            }
            Comparison::InValues(list) if list.is_empty() => {
                let never = Expr::Literal(hir::Literal::Bool(negated), SqlType::Bool);
                Condition::Expr(never)
            }
            Comparison::InValues(list) => {
                let mut operands = vec![self.expr(&test.left)];
                operands.extend(list.iter().map(|e| self.expr(e)));
                let sql = if negated && !nullable { "{0} NOT IN ({+})" } else { "{0} IN ({+})" };
                negate(Condition::template(sql, operands), negated && nullable, nullable)
            }
            Comparison::InSelect(select) => {
                let left = self.expr(&test.left);
                if negated {
                    let select = self.inner_select(select, Some(left));
                    Condition::Exists { negated: true, select: Box::new(select) }
                } else {
                    let select = self.column_select(select);
                    Condition::In(vec![left], Box::new(select))
                }
            }
            Comparison::Between(a, b) => {
                let operands = vec![self.expr(&test.left), self.expr(a), self.expr(b)];
                let sql = if negated && !nullable { "{0} NOT BETWEEN {1} AND {2}" } else { "{0} BETWEEN {1} AND {2}" };
                negate(Condition::template(sql, operands), negated && nullable, nullable)
            }
            Comparison::Period { unit, relation, zone } => {
                let condition = self.period(&test.left, *unit, relation, zone.as_deref());
                negate(condition, negated, nullable)
            }
        }
    }

    /// `IS NULL`, or its opposite. Through a relation that may lead to no row: of a related row (LANGUAGE.md §2,
    /// *Relations in conditions*).
    fn is_null(&mut self, left: &'a hir::Expr, is: bool) -> Condition {
        let value = self.expr(left);
        let test = Condition::template(null_test(is), vec![value]);
        let Some(key) = self.row_key(left) else { return test };
        let row = Condition::template(null_test(!is), vec![key]);
        if is { Condition::All(vec![row, test]) } else { Condition::Any(vec![row, test]) }
    }

    /// The key of the row that a column is read from, if there may be none.
    fn row_key(&mut self, left: &'a hir::Expr) -> Option<Expr> {
        let ExprKind::Column(path) = &left.kind else { return None };
        let chain = self.current();
        let frame = self.scope().frame_of(&path.hops);
        let followed = self.scope().frames[frame].prefix.len();
        if !path.hops[followed..].iter().any(|h| h.optional) {
            return None;
        }
        if self.looks_up(chain, frame, &path.hops) {
            let field = *self.schema.model(path.model).key.first()?;
            return Some(self.column(&ColumnPath { field, ..path.clone() }));
        }
        let alias = self.table(chain, frame, &path.hops);
        self.key(alias, path.model).into_iter().next()
    }

    /// No related row at all, or some related row.
    fn no_row(&mut self, key: &'a hir::Expr, none: bool) -> Condition {
        if let ExprKind::Column(path) = &key.kind
            && let Some(last) = path.hops.last()
            && !last.to_one
            && self.scope().uncovered(&path.hops).is_some()
        {
            return self.exists(&path.hops.clone(), none, |_| Vec::new());
        }
        let key = match self.linking(key) {
            Some(link) => self.column(&link),
            None => self.expr(key),
        };
        Condition::template(null_test(none), vec![key])
    }

    /// The column by which the row is joined whose key this is, if its own column: by that the server sees that no row is
    /// there, and need not join one.
    fn linking(&self, key: &hir::Expr) -> Option<ColumnPath> {
        let ExprKind::Column(path) = &key.kind else { return None };
        let RelationKind::ReverseOne { field } = self.kind(*path.hops.last()?) else { return None };
        let own = self.schema.model(path.model).key.contains(&path.field);
        own.then(|| ColumnPath { field, ..path.clone() })
    }

    /// A day or year as a half-open range of the plain column.
    fn period(
        &mut self,
        left: &'a hir::Expr,
        unit: Unit,
        relation: &'a PeriodRelation,
        zone: Option<&str>,
    ) -> Condition {
        let column = self.expr(left);
        let instant = left.ty == SqlType::TimestampTz;
        let date = left.ty == SqlType::Date;
        let edge = |l: &mut Self, e: &'a hir::Expr, next: bool| {
            let value = l.expr(e);
            let day = match (unit, next) {
                (Unit::Day, false) => value,
                (Unit::Day, true) => Expr::Template("{0} + 1", vec![value]),
                (Unit::Year, false) => Expr::Template("MAKE_DATE({0}, 1, 1)", vec![value]),
                (Unit::Year, true) => Expr::Template("MAKE_DATE({0} + 1, 1, 1)", vec![value]),
            };
            if date {
                return day;
            }
            let midnight = Expr::Cast(Box::new(day), SqlType::Timestamp);
            match zone {
                Some(zone) if instant => {
                    let zone = Expr::Literal(hir::Literal::Text(zone.to_owned()), SqlType::Text);
                    Expr::Template("({0} AT TIME ZONE {1})", vec![midnight, zone])
                }
                _ => midnight,
            }
        };
        let from = |column: &Expr, edge: Expr| Condition::template("{0} >= {1}", vec![column.clone(), edge]);
        let until = |column: &Expr, edge: Expr| Condition::template("{0} < {1}", vec![column.clone(), edge]);
        match relation {
            PeriodRelation::Equal(e) => {
                let (a, b) = (edge(self, e, false), edge(self, e, true));
                Condition::All(vec![from(&column, a), until(&column, b)])
            }
            PeriodRelation::Less(e) => until(&column, edge(self, e, false)),
            PeriodRelation::LessEqual(e) => until(&column, edge(self, e, true)),
            PeriodRelation::Greater(e) => from(&column, edge(self, e, true)),
            PeriodRelation::GreaterEqual(e) => from(&column, edge(self, e, false)),
            PeriodRelation::Between(a, b) => {
                let (a, b) = (edge(self, a, false), edge(self, b, true));
                Condition::All(vec![from(&column, a), until(&column, b)])
            }
        }
    }
}

fn null_test(is: bool) -> &'static str {
    if is { "{0} IS NULL" } else { "{0} IS NOT NULL" }
}

/// A pattern made in SQL of a value that is known only there.
fn escaped(pattern: Pattern, value: Expr) -> Expr {
    let sql = match pattern {
        Pattern::Contains => r"'%' || REPLACE(REPLACE(REPLACE({0}, '\', '\\'), '%', '\%'), '_', '\_') || '%'",
        Pattern::StartsWith => r"REPLACE(REPLACE(REPLACE({0}, '\', '\\'), '%', '\%'), '_', '\_') || '%'",
        Pattern::EndsWith => r"'%' || REPLACE(REPLACE(REPLACE({0}, '\', '\\'), '%', '\%'), '_', '\_')",
    };
    Expr::Template(sql, vec![value])
}
