//! Expressions and conditions as text.
//!
//! In: plan expressions. Out: fragments in which neighbouring text is joined; parentheses stand where an operand is an
//! operator itself.

use super::ident::quote;
use super::literal::literal;
use super::{Fragment, Param};
use crate::hir::SqlType;
use crate::plan::{Aggregate, Condition, Expr};
use nuages_schema::model::Schema;

/// Writes one statement: numbers its parameters in order of appearance.
pub(super) struct Writer<'s> {
    pub schema: &'s Schema,
    pub params: Vec<Param>,
}

impl<'s> Writer<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        Self { schema, params: Vec::new() }
    }

    /// `$n` of a slot.
    fn param(&mut self, slot: u16, ty: &SqlType) -> String {
        let known = self.params.iter().position(|p| p.slot == slot && p.ty == *ty);
        let index = known.unwrap_or_else(|| {
            self.params.push(Param { slot, ty: ty.clone(), oid: ty.oid() });
            self.params.len() - 1
        });
        format!("${}", index + 1)
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Fragment {
        match expr {
            Expr::Column(alias, name) => text(&format!("t{}.{}", alias.0, quote(name))),
            Expr::Bare(name) => text(&quote(name)),
            Expr::Excluded(name) => text(&format!("EXCLUDED.{}", quote(name))),
            Expr::Param(slot, ty) => text(&self.param(*slot, ty)),
            Expr::Literal(value, ty) => text(&literal(value, ty, self.schema)),
            Expr::Template(sql, operands) => self.template(sql, operands),
            Expr::Written(written, operands) => self.written(written, operands),
            Expr::Window(window) => self.window(window),
            Expr::Cast(inner, ty) => {
                let name = ty.sql_name(self.schema);
                seq(vec![text("CAST("), self.expr(inner), text(&format!(" AS {name})"))])
            }
            Expr::Case(arms, otherwise) => {
                let mut parts = vec![text("CASE")];
                for (when, then) in arms {
                    parts.extend([text(" WHEN "), self.or_true(when), text(" THEN "), self.expr(then)]);
                }
                if let Some(e) = otherwise {
                    parts.extend([text(" ELSE "), self.expr(e)]);
                }
                parts.push(text(" END"));
                seq(parts)
            }
            Expr::Condition(c) => seq(vec![text("("), self.or_true(c), text(")")]),
            Expr::Scalar(select) => seq(vec![text("("), self.select(select), text(")")]),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Default => text("DEFAULT"),
            Expr::Position(n) => text(&n.to_string()),
            Expr::When(switch, then, otherwise) => Fragment::When {
                any: 1 << *switch,
                then: Box::new(self.expr(then)),
                otherwise: Box::new(self.expr(otherwise)),
            },
        }
    }

    /// An operand of an operator: in parentheses if it is one itself.
    pub(super) fn operand(&mut self, expr: &Expr) -> Fragment {
        let inner = self.expr(expr);
        let bare = match expr {
            Expr::Template(sql, _) => is_atomic(sql),
            Expr::Literal(crate::hir::Literal::Integer(n), _) => *n >= 0,
            Expr::Literal(crate::hir::Literal::Number(n), _) => !n.starts_with('-'),
            Expr::Case(..) | Expr::When(..) => false,
            _ => true,
        };
        if bare { inner } else { seq(vec![text("("), inner, text(")")]) }
    }

    fn template(&mut self, sql: &str, operands: &[Expr]) -> Fragment {
        let mut parts = Vec::new();
        let mut rest = sql;
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}').map(|i| open + i) else { break };
            let before = &rest[..open];
            let name = &rest[open + 1..close];
            let after = &rest[close + 1..];
            parts.push(text(before));
            let enclosed = before.ends_with(['(', ',', '[']) || before.ends_with(", ");
            let enclosed = enclosed && after.starts_with([')', ',', ']']);
            match name {
                "*" | "+" => {
                    let start = usize::from(name == "+");
                    for (i, operand) in operands.iter().skip(start).enumerate() {
                        if i > 0 {
                            parts.push(text(", "));
                        }
                        parts.push(self.expr(operand));
                    }
                }
                _ => {
                    if let Some(operand) = name.parse::<usize>().ok().and_then(|i| operands.get(i)) {
                        parts.push(if enclosed { self.expr(operand) } else { self.operand(operand) });
                    }
                }
            }
            rest = after;
        }
        parts.push(text(rest));
        seq(parts)
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Fragment {
        // `SUM({0})`: what stands between the parentheses takes DISTINCT and ORDER BY.
        let sql = aggregate.sql;
        let (head, inner) = sql.split_once('(').unwrap_or((sql, ")"));
        let inner = inner.strip_suffix(')').unwrap_or(inner);
        let mut parts = vec![text(head), text("(")];
        if aggregate.distinct {
            parts.push(text("DISTINCT "));
        }
        parts.push(match (inner, aggregate.arguments.as_slice()) {
            ("{0}", [argument]) => self.expr(argument),
            _ => self.template(inner, &aggregate.arguments),
        });
        let order = aggregate.order.iter().map(|o| self.order(o)).collect();
        parts.push(list(" ORDER BY ", ", ", "", order));
        parts.push(text(")"));
        if let Some(filter) = &aggregate.filter {
            parts.push(match self.condition(filter) {
                Fragment::Text(t) if t.is_empty() => text(""),
                filter => list(" FILTER (WHERE ", "", ")", vec![filter]),
            });
        }
        seq(parts)
    }

    /// A condition; empty where there is none.
    pub(super) fn condition(&mut self, condition: &Condition) -> Fragment {
        match condition {
            Condition::All(parts) => self.joined(parts, " AND "),
            Condition::Any(parts) => self.joined(parts, " OR "),
            Condition::Expr(e) => self.expr(e),
            Condition::Exists { negated, select } => {
                let open = if *negated { "NOT EXISTS (" } else { "EXISTS (" };
                seq(vec![text(open), self.select(select), text(")")])
            }
            Condition::In(left, select) => {
                let mut parts: Vec<Fragment> = Vec::new();
                if let [one] = left.as_slice() {
                    parts.push(self.operand(one));
                } else {
                    let left = left.iter().map(|e| self.expr(e)).collect();
                    parts.push(list("(", ", ", ")", left));
                }
                parts.extend([text(" IN ("), self.select(select), text(")")]);
                seq(parts)
            }
            Condition::NotTrue(inner) => list("(", "", ") IS NOT TRUE", vec![self.unwrapped(inner)]),
            Condition::Not(inner) => list("NOT (", "", ")", vec![self.unwrapped(inner)]),
            Condition::Xor(a, b, negated) => {
                let (a, b) = (self.condition(a), self.condition(b));
                let side = |c| list("((", "", ") IS TRUE)", vec![c]);
                let sides = vec![side(a), side(b)];
                match (negated, sides.iter().all(|s| matches!(s, Fragment::Text(t) if !t.is_empty()))) {
                    (false, _) => list("", " <> ", "", sides),
                    (true, true) => list("", " = ", "", sides),
                    // Of one side alone its negation is left.
                    (true, false) => list("NOT (", " <> ", ")", sides),
                }
            }
            Condition::When(any, then, otherwise) => Fragment::When {
                any: *any,
                then: Box::new(self.condition(then)),
                otherwise: Box::new(otherwise.as_ref().map_or_else(|| text(""), |o| self.condition(o))),
            },
        }
    }

    /// A condition that stands in parentheses already.
    fn unwrapped(&mut self, condition: &Condition) -> Fragment {
        match condition {
            Condition::All(parts) => self.conjunction("", parts),
            other => self.condition(other),
        }
    }

    /// A condition where a boolean must stand: none is true.
    fn or_true(&mut self, condition: &Condition) -> Fragment {
        match self.condition(condition) {
            Fragment::Text(t) if t.is_empty() => text("TRUE"),
            fragment @ Fragment::Text(_) => fragment,
            fragment => list("", " AND ", "", vec![text("TRUE"), fragment]),
        }
    }

    fn joined(&mut self, parts: &[Condition], separator: &str) -> Fragment {
        let live: Vec<&Condition> = parts.iter().filter(|c| !c.is_empty()).collect();
        if let [one] = live.as_slice() {
            return self.condition(one);
        }
        let items = live.into_iter().map(|c| self.condition(c)).collect();
        list("(", separator, ")", items)
    }

    /// `keyword a AND b AND c`, or nothing.
    pub(super) fn conjunction(&mut self, keyword: &str, conditions: &[Condition]) -> Fragment {
        let mut flat = Vec::new();
        conditions.iter().for_each(|c| flatten(c, &mut flat));
        let items = flat.into_iter().map(|c| self.condition(c)).collect();
        list(keyword, " AND ", "", items)
    }
}

fn flatten<'c>(condition: &'c Condition, into: &mut Vec<&'c Condition>) {
    match condition {
        Condition::All(parts) => parts.iter().for_each(|c| flatten(c, into)),
        other => into.push(other),
    }
}

/// Whether a template needs no parentheses as an operand: a call, or already in parentheses.
fn is_atomic(sql: &str) -> bool {
    if !sql.ends_with(')') {
        return sql.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '{' || c == '}');
    }
    let mut depth = 0_i32;
    let mut chars = sql.char_indices().skip_while(|(_, c)| c.is_ascii_alphanumeric() || *c == '_').peekable();
    if chars.peek().is_none_or(|(_, c)| *c != '(') {
        return false;
    }
    for (i, c) in chars {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return i + 1 == sql.len();
                }
            }
            _ => {}
        }
    }
    false
}

/// Plain text.
pub(super) fn text(text: &str) -> Fragment {
    Fragment::Text(text.to_owned())
}

/// One after the other; neighbouring texts become one.
pub(super) fn seq(parts: Vec<Fragment>) -> Fragment {
    let mut joined: Vec<Fragment> = Vec::new();
    for part in parts {
        push(&mut joined, part);
    }
    match joined.len() {
        0 => text(""),
        1 => joined.remove(0),
        _ => Fragment::Seq(joined),
    }
}

fn push(joined: &mut Vec<Fragment>, part: Fragment) {
    match (joined.last_mut(), part) {
        (_, Fragment::Text(t)) if t.is_empty() => {}
        (Some(Fragment::Text(last)), Fragment::Text(t)) => last.push_str(&t),
        (_, Fragment::Seq(inner)) => inner.into_iter().for_each(|p| push(joined, p)),
        (_, part) => joined.push(part),
    }
}

/// A list: plain text if all its items are.
pub(super) fn list(open: &str, separator: &str, close: &str, items: Vec<Fragment>) -> Fragment {
    let items: Vec<Fragment> = items.into_iter().filter(|i| *i != Fragment::Text(String::new())).collect();
    if items.is_empty() {
        return text("");
    }
    // An item that is always there and never empty lets the list be written out.
    if items.iter().all(|i| matches!(i, Fragment::Text(_))) {
        let mut parts = vec![text(open)];
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                parts.push(text(separator));
            }
            parts.push(item);
        }
        parts.push(text(close));
        return seq(parts);
    }
    Fragment::List { open: open.into(), separator: separator.into(), close: close.into(), items }
}

/// Present only under a mask of switches.
pub(super) fn guarded(guard: Option<u64>, fragment: Fragment) -> Fragment {
    match guard {
        None => fragment,
        Some(any) => Fragment::When { any, then: Box::new(fragment), otherwise: Box::new(text("")) },
    }
}
