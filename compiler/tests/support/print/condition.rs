//! Conditions as text.

use super::{Printer, switch};
use nuages_compiler::hir::Expr;
use nuages_compiler::hir::condition::{Comparison, Condition, PeriodRelation};
use nuages_compiler::hir::select::Annotation;

impl Printer<'_> {
    pub(super) fn condition(&self, condition: &Condition, names: &[Annotation]) -> String {
        let list = |parts: &[Condition], join: &str| {
            let parts: Vec<String> = parts.iter().map(|c| self.condition(c, names)).collect();
            match parts.as_slice() {
                [one] => one.clone(),
                many => format!("({})", many.join(join)),
            }
        };
        match condition {
            Condition::All(parts) => list(parts, " and "),
            Condition::Any(parts) => list(parts, " or "),
            Condition::Xor(a, b) => format!("({} xor {})", self.condition(a, names), self.condition(b, names)),
            Condition::Not(inner) => format!("not {}", self.condition(inner, names)),
            Condition::Exists(select) => format!("exists({})", self.inner(select)),
            Condition::Expr(expr) => self.expr(expr, names),
            Condition::Switched(n, inner) => format!("{}?{n}", self.condition(inner, names)),
            Condition::Test(test) => {
                let left = self.expr(&test.left, names);
                format!("{}{}", self.comparison(&left, &test.operator, names), switch(test.switch))
            }
        }
    }

    fn comparison(&self, left: &str, comparison: &Comparison, names: &[Annotation]) -> String {
        let e = |expr: &Expr| self.expr(expr, names);
        match comparison {
            Comparison::Operator(operator, right) => format!("{left} {operator} {}", e(right)),
            Comparison::EqualOrNull(value, n) => format!("{left} = ${} or null ?{n}", value.0),
            Comparison::Template(sql, right) => {
                let mut text = sql.replace("{0}", left);
                for (i, operand) in right.iter().enumerate() {
                    text = text.replace(&format!("{{{}}}", i + 1), &e(operand));
                }
                text
            }
            Comparison::IsNull(yes) => format!("{left} is{} null", if *yes { "" } else { " not" }),
            Comparison::IsNullBound(value) => format!("{left} is null = ${}", value.0),
            Comparison::NoRow(yes) => format!("{} row at {left}", if *yes { "no" } else { "some" }),
            Comparison::Iexact(right) => format!("lower({left}) = lower({})", e(right)),
            Comparison::Like { pattern, caseless, right, escape } => format!(
                "{left} {} {:?} {}{}",
                if *caseless { "ilike" } else { "like" },
                pattern,
                e(right),
                if *escape { " escaped" } else { "" }
            ),
            Comparison::InList(value) => format!("{left} = any(${})", value.0),
            Comparison::InEach(value, each) => format!("{left} in each({}) of ${}", each.join(", "), value.0),
            Comparison::InKeys(more, value) => format!("({left}, {}) in ${}", self.exprs(more, names), value.0),
            Comparison::InKeySelect(more, select) => {
                format!("({left}, {}) in ({})", self.exprs(more, names), self.inner(select))
            }
            Comparison::InValues(list) => format!("{left} in ({})", self.exprs(list, names)),
            Comparison::InSelect(select) => format!("{left} in ({})", self.inner(select)),
            Comparison::Between(a, b) => format!("{left} between {} and {}", e(a), e(b)),
            Comparison::Period { unit, relation, zone } => {
                let zone = zone.as_ref().map(|z| format!(" in {z}")).unwrap_or_default();
                let relation = match relation {
                    PeriodRelation::Equal(v) => format!("= {}", e(v)),
                    PeriodRelation::Less(v) => format!("< {}", e(v)),
                    PeriodRelation::LessEqual(v) => format!("<= {}", e(v)),
                    PeriodRelation::Greater(v) => format!("> {}", e(v)),
                    PeriodRelation::GreaterEqual(v) => format!(">= {}", e(v)),
                    PeriodRelation::Between(a, b) => format!("between {} and {}", e(a), e(b)),
                };
                format!("{unit:?}({left}){zone} {relation}")
            }
        }
    }
}
