//! Conditions: `filter`, `exclude`, `get`, `Q`, and `filter =` of aggregates.
//!
//! In: conditions as written and the names in force. Out: [`Condition`]s; one that was reported is no condition.

use super::context::{About, Context, Expected, Names, Purpose};
use super::shape::expr_tokens;
use super::through;
use crate::ast::{self, Comparison as Sign, Form, Tokens};
use crate::check::types::{self, article, column_name, describe};
use crate::hir::condition::Comparison;
use crate::hir::{Condition, Expr, ExprKind, Literal, SqlType, Test};
use crate::tables::foreign;

/// All of the conditions: the top level of one `filter`, `exclude`, `get` or `Q`.
pub fn conditions(cx: &mut Context<'_>, names: &Names<'_>, list: &[ast::Condition]) -> Condition {
    let mut parts = Vec::new();
    for written in list {
        // What stands in a branch is a condition like those beside it.
        parts.extend(super::branch::conditions(cx, names, written));
        if !matches!(written, ast::Condition::If { .. } | ast::Condition::Match { .. }) {
            parts.extend(condition(cx, names, written).filter(|part| !part.is_empty()));
        }
    }
    Condition::All(parts)
}

/// One condition. `None`: reported, or nothing was written.
pub fn condition(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Condition) -> Option<Condition> {
    use ast::Condition as C;
    match written {
        C::Lookup(lookup) => {
            let none = matches!(lookup.value.form, Form::Literal(ast::Literal::None));
            let followed = through::follow_tested(cx, names, &lookup.path, none)?;
            let before = cx.diagnostics.len();
            let test = super::lookup::test(cx, names, &followed, lookup.optional, lookup.equals, &lookup.value);
            if test.is_none() && cx.diagnostics.len() > before {
                foreign_lookup(cx, lookup);
            }
            let test = test?;
            let mut aggregate = false;
            test.walk(&mut |e| aggregate |= matches!(e.kind, ExprKind::Aggregate(_)));
            if aggregate { unnamed_aggregate(cx, lookup.value.place) } else { Some(test) }
        }
        C::All(list, _) => Some(conditions(cx, names, list)),
        C::And(..) => {
            let mut parts = Vec::new();
            flatten(written, &mut parts, Join::And);
            Some(Condition::All(parts.into_iter().filter_map(|c| condition(cx, names, c)).collect()))
        }
        C::Or(..) => {
            let mut parts = Vec::new();
            flatten(written, &mut parts, Join::Or);
            Some(Condition::Any(parts.into_iter().filter_map(|c| condition(cx, names, c)).collect()))
        }
        C::Xor(a, b) => {
            let (a, b) = (condition(cx, names, a), condition(cx, names, b));
            Some(Condition::Xor(Box::new(a?), Box::new(b?)))
        }
        C::Not(inner, _) => Some(Condition::Not(Box::new(condition(cx, names, inner)?))),
        C::Exists(chain, _) => {
            let select = super::chain::select(cx, Some(names), chain, Purpose::Exists)?;
            Some(Condition::Exists(Box::new(select)))
        }
        C::Compare { left, operator, span, right } => compare(cx, names, left, *operator, *span, right),
        C::If { .. } | C::Match { .. } => Some(Condition::All(super::branch::conditions(cx, names, written))),
        C::Always => Some(Condition::All(Vec::new())),
        C::Bare(expr) => bare(cx, names, expr),
        C::Reported(path, _) => {
            // A name that is not there is another mistake.
            let _ = path.as_ref().and_then(|path| through::follow(cx, names, path));
            None
        }
        C::Error => None,
    }
}

/// Says beside an unknown lookup what it is called here.
fn foreign_lookup(cx: &mut Context<'_>, lookup: &ast::Lookup) {
    let Some((last, before)) = lookup.path.segments.split_last() else { return };
    let (name, called) = match &last.kind {
        ast::SegmentKind::Name(name) => (name, false),
        ast::SegmentKind::Call(name, _) => (name, true),
        _ => return,
    };
    let Some(error) = cx.diagnostics.last_mut().filter(|d| matches!(d.code, "N0320" | "N0321")) else { return };
    let path = ast::Path { segments: before.to_vec(), dangling: false };
    let (path, value) = (super::shape::written(&path), crate::parse::brief(&lookup.value.tokens));
    let note = match foreign::lookup(name) {
        Some(hint) => format!("it is written {}", foreign::filled(hint, &path, &value)),
        None if called && name != "tz" => format!("it is written without parentheses: `{path}.{name} = {value}`"),
        None => return,
    };
    error.notes = vec![note];
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    And,
    Or,
}

/// The operands of a row of the same operator, in order.
fn flatten<'c>(written: &'c ast::Condition, parts: &mut Vec<&'c ast::Condition>, join: Join) {
    match (written, join) {
        (ast::Condition::And(a, b), Join::And) | (ast::Condition::Or(a, b), Join::Or) => {
            flatten(a, parts, join);
            flatten(b, parts, join);
        }
        _ => parts.push(written),
    }
}

/// `F(a) > F(b)`. The Rust side takes the type of the other one.
fn compare(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    left: &ast::Expr,
    sign: Sign,
    span: proc_macro2::Span,
    right: &ast::Expr,
) -> Option<Condition> {
    let whole =
        Tokens { first: expr_tokens(left, Tokens::one(span)).first, last: expr_tokens(right, Tokens::one(span)).last };
    let (left, right) = if takes_type(left) {
        if takes_type(right) {
            let text = "neither side of the comparison is of the database";
            cx.diagnostics.error("N0232", whole, text).note("a field is `F(name)` here");
            return None;
        }
        // The type is known from the right; a Rust value on the left is still evaluated where it is registered, and
        // the two sides of a comparison have no order that could be told from outside.
        let right = super::expr::expr(cx, names, right, None)?;
        (super::expr::expr(cx, names, left, Some(&beside(cx.schema, &right)))?, right)
    } else {
        let left = super::expr::expr(cx, names, left, None)?;
        let expected = beside(cx.schema, &left);
        let right = super::expr::expr(cx, names, right, Some(&expected))?;
        (left, right)
    };
    if !crate::check::types::comparable(&left.ty, &right.ty) {
        let text = format!(
            "{} cannot be compared with {}",
            article(&describe(cx.schema, &left.ty)),
            article(&describe(cx.schema, &right.ty))
        );
        cx.diagnostics.error("N0232", whole, text);
        return None;
    }
    if left.has_aggregate() || right.has_aggregate() {
        return unnamed_aggregate(cx, whole);
    }
    let (operator, negated) = match sign {
        Sign::Equal => ("=", false),
        Sign::NotEqual => ("=", true),
        Sign::Less => ("<", false),
        Sign::LessEqual => ("<=", false),
        Sign::Greater => (">", false),
        Sign::GreaterEqual => (">=", false),
    };
    let test = Condition::Test(Test { left, operator: Comparison::Operator(operator, right), switch: None });
    // `!=` keeps rows where a side is NULL, as every negation does.
    Some(if negated { Condition::Not(Box::new(test)) } else { test })
}

/// An expression that takes its type from the other side.
fn takes_type(expr: &ast::Expr) -> bool {
    super::expr::is_untyped(expr) || super::expr::literal_of(expr).is_some()
}

fn beside(schema: &nuages_schema::Schema, expr: &Expr) -> Expected {
    Expected { about: column_name(schema, expr).map(About::Value), ..types::bare(expr.ty.clone()) }
}

/// A boolean field, annotation or expression as a condition.
fn bare(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Expr) -> Option<Condition> {
    let before = cx.diagnostics.len();
    let expr = super::expr::expr(cx, names, written, None);
    if let (None, ast::Expr::Path(path), true) = (&expr, written, cx.diagnostics.len() > before)
        && let Some(error) = cx.diagnostics.last_mut().filter(|d| d.code == "N0322")
    {
        error.note(format!("a condition is `{} = value`", super::shape::written(path)));
    }
    let expr = expr?;
    let tokens = expr_tokens(written, Tokens::one(proc_macro2::Span::call_site()));
    if expr.ty != SqlType::Bool {
        let error = cx.diagnostics.error(
            "N0232",
            tokens,
            format!("expected a condition, found {}", article(&describe(cx.schema, &expr.ty))),
        );
        if let ast::Expr::Path(path) = written {
            let path_text = super::shape::written(path);
            let relation = path.single().is_some_and(|name| {
                matches!(cx.schema.model(names.model).member(name), Some(nuages_schema::model::Member::Relation(_)))
            });
            error.note(if relation {
                format!("whether there is one is asked by `{path_text}.isnull = false`")
            } else {
                format!("a condition is `{path_text} = value`")
            });
        }
        return None;
    }
    if expr.has_aggregate() {
        return unnamed_aggregate(cx, tokens);
    }
    match expr.kind {
        ExprKind::Condition(inner) => Some(*inner),
        // As a test it may go through a to-many path: a semi-join.
        ExprKind::Column(_) | ExprKind::Annotation(_) => {
            let right = Expr { kind: ExprKind::Literal(Literal::Bool(true)), ty: SqlType::Bool, nullable: false };
            Some(Condition::Test(Test { left: expr, operator: Comparison::Operator("=", right), switch: None }))
        }
        _ => Some(Condition::Expr(expr)),
    }
}

fn unnamed_aggregate(cx: &mut Context<'_>, tokens: Tokens) -> Option<Condition> {
    let error = cx.diagnostics.error("N0219", tokens, "an aggregate in a condition needs a name");
    error.note("`annotate(n = Count(…)).filter(n.gt = 1)`");
    None
}
