//! SQL-side expressions.
//!
//! In: an expression as written, the names in force, and what is expected where it stands (for the types of Rust
//! values and literals). Out: an expression with the type and nullability that the server computes. Rust values are
//! registered in the order written.

use super::context::{About, Context, Expected, Names};
use super::peek::peek;
use super::transform::transformed;
use super::{call, condition, path, search, through};
use crate::ast::{self, Form, Literal, Operator, SegmentKind, Tokens};
use crate::check::literal::{array, json, literal, natural};
use crate::check::nullability;
use crate::check::types::{arithmetic, bare, column_name, common, describe, label, sibling};
use crate::hir::{Bind, Expr, ExprKind, SqlType};
use crate::tables::names::FUNCTIONS;
use nuages_schema::suggest::nearest;
use proc_macro2::Span;

/// An SQL-side expression. `None`: reported.
pub fn expr(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Expr, expected: Option<&Expected>) -> Option<Expr> {
    let outer = cx.seen.enter(written);
    let found = one(cx, names, written, expected);
    if let Some(outer) = outer {
        cx.seen = outer;
    }
    found
}

/// The values of an expression where a key of several columns stands for all of them. `None`: reported.
pub fn exprs(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Expr) -> Option<Vec<Expr>> {
    let ast::Expr::Path(p) = written else { return expr(cx, names, written, None).map(|value| vec![value]) };
    let before = cx.diagnostics.len();
    let found = key_or_value(cx, names, p);
    if found.is_none() && cx.diagnostics.len() > before && p.single().is_some() {
        rust_note(cx);
    }
    found
}

/// The values at a path. `None`: reported.
fn key_or_value(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Path) -> Option<Vec<Expr>> {
    let followed = through::follow(cx, names, written)?;
    if let Some(key) = path::whole_key(cx.schema, names, &followed) {
        return Some(key);
    }
    let column = path::column(cx, names, &followed)?;
    transformed(cx, &followed, column).map(|value| vec![value])
}

/// The same, where the types seen on the way are remembered.
fn one(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Expr, expected: Option<&Expected>) -> Option<Expr> {
    match written {
        ast::Expr::Path(p) => {
            let before = cx.diagnostics.len();
            let found = path_value(cx, names, p);
            if found.is_none() && cx.diagnostics.len() > before && p.single().is_some() {
                rust_note(cx);
            }
            found
        }
        ast::Expr::Literal(l, tokens) => constant(cx, l, *tokens, expected),
        ast::Expr::Rust(value) => rust(cx, value, expected),
        ast::Expr::Call(c) => call::call(cx, names, c, expected),
        ast::Expr::Binary { left, operator, span, right } => binary(cx, names, left, *operator, *span, right, expected),
        ast::Expr::Negative(inner, span) => negative(cx, names, inner, *span, expected),
        ast::Expr::Condition(c, _) if search::is_query(c) => search::combined(cx, names, c),
        ast::Expr::Condition(c, _) => {
            let condition = condition::conditions(cx, names, std::slice::from_ref(c));
            Some(boolean(condition))
        }
        ast::Expr::Chain(chain) => {
            if let ast::Head::Name { name, key: Some(_) } = &chain.head
                && cx.schema.model_named(&name.text).is_none()
            {
                let tokens = Tokens::one(name.ident.span());
                let error = cx.diagnostics.error("N0301", tokens, format!("no function `{}`", name.text));
                error.suggest(nearest(&name.text, FUNCTIONS.iter().copied()));
                return None;
            }
            if let ast::Head::Name { name, key: None } = &chain.head
                && chain.steps.is_empty()
                && cx.schema.model_named(&name.text).is_none()
            {
                // A name in capitals, and no model's.
                let kind = ast::SegmentKind::Name(name.text.clone());
                let segment = ast::Segment { kind, span: name.ident.span(), ident: None, alias: None };
                return path_value(cx, names, &ast::Path { segments: vec![segment], dangling: false });
            }
            let relation = match &chain.head {
                ast::Head::Name { name, key: None } if chain.steps.is_empty() => {
                    path::relation_to(cx.schema, cx.schema.model(names.model), &name.text)
                }
                _ => None,
            };
            let error = cx.diagnostics.error("N0327", chain.tokens, "a chain is not a value here");
            if relation.is_some() {
                error.suggest(relation);
                return None;
            }
            error.note("`Subquery(chain)` is its single value, `Exists(chain)` whether it has rows");
            None
        }
        ast::Expr::Star(span) => {
            cx.diagnostics.error("N0303", Tokens::one(*span), "`*` stands only in `Count(*)`");
            None
        }
        ast::Expr::Error => None,
    }
}

/// An unknown name with nothing near it may have been meant as Rust's.
fn rust_note(cx: &mut Context<'_>) {
    if let Some(last) = cx.diagnostics.last_mut()
        && last.code == "N0202"
        && !last.notes.iter().any(|n| n.starts_with("did you mean"))
    {
        last.note("names are fields here; a Rust value stands in `{ }`");
    }
}

/// A condition as a boolean.
pub fn boolean(condition: crate::hir::Condition) -> Expr {
    let nullable = nullability::condition(&condition);
    Expr { kind: ExprKind::Condition(Box::new(condition)), ty: SqlType::Bool, nullable }
}

/// The value at a path, with its transforms.
pub fn path_value(cx: &mut Context<'_>, names: &Names<'_>, written: &ast::Path) -> Option<Expr> {
    let followed = through::follow(cx, names, written)?;
    let column = path::column(cx, names, &followed)?;
    transformed(cx, &followed, column)
}

/// A literal: of the type expected, or of its own.
fn constant(cx: &mut Context<'_>, written: &Literal, tokens: Tokens, expected: Option<&Expected>) -> Option<Expr> {
    match (expected, natural(written)) {
        (Some(expected), _) => literal(cx, written, tokens, expected),
        (None, Some(ty)) => literal(cx, written, tokens, &bare(ty)),
        (None, None) => {
            unknown_type(cx, tokens, "`None`");
            None
        }
    }
}

/// A Rust value on the SQL side.
fn rust(cx: &mut Context<'_>, value: &ast::Value, expected: Option<&Expected>) -> Option<Expr> {
    match (&value.form, expected) {
        (Form::Empty, _) => None,
        (Form::Literal(l), _) => constant(cx, l, value.place, expected),
        (Form::Array(elements), _) if expected.is_none_or(|e| takes_array(&e.ty)) => {
            list(cx, value, elements, expected)
        }
        (Form::Array(_), Some(expected)) if is_scalar(&expected.ty) => {
            let text = format!("an array does not fit {}", label(cx.schema, expected));
            cx.diagnostics.error("N0330", value.place, text);
            None
        }
        (_, Some(expected)) => {
            let bind = if expected.nullable { Bind::Nullable } else { Bind::One };
            let id = cx.value(value.tokens.clone(), value.place, Span::call_site(), expected, bind, None);
            Some(Expr { kind: ExprKind::Bound(id, 0), ty: expected.ty.clone(), nullable: expected.nullable })
        }
        (_, None) => {
            unknown_type(cx, value.place, "a Rust value");
            None
        }
    }
}

fn takes_array(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Array(..) | SqlType::Jsonb(None))
}

/// Whether no value of the type is written as an array.
fn is_scalar(ty: &SqlType) -> bool {
    !matches!(ty, SqlType::Custom { .. } | SqlType::Jsonb(_))
}

/// `[1, 2]`: of the type expected, or of that of its elements.
fn list(
    cx: &mut Context<'_>,
    value: &ast::Value,
    elements: &[ast::Value],
    expected: Option<&Expected>,
) -> Option<Expr> {
    if let Some(Expected { ty: ty @ SqlType::Jsonb(None), .. }) = expected {
        let kind = ExprKind::Literal(crate::hir::Literal::Text(json_array(elements)));
        return Some(Expr { kind, ty: ty.clone(), nullable: false });
    }
    let own = || {
        let literals = elements.iter().map(|e| if let Form::Literal(l) = &e.form { Some(l) } else { None });
        let literals = literals.collect::<Option<Vec<_>>>()?;
        let mut types = literals.iter().filter_map(|l| natural(l));
        let first = types.next()?;
        let ty = types.try_fold(first, |a, b| common(&a, &b))?;
        Some(bare(SqlType::Array(Box::new(ty), literals.contains(&&Literal::None))))
    };
    let Some(expected) = expected.cloned().or_else(own) else {
        unknown_type(cx, value.place, "an array");
        return None;
    };
    array(cx, elements, &expected).flatten()
}

/// An array of literals as a document.
fn json_array(elements: &[ast::Value]) -> String {
    let elements = elements.iter().map(|e| match &e.form {
        Form::Array(inner) => json_array(inner),
        Form::Literal(l) => json(l),
        _ => String::new(),
    });
    format!("[{}]", elements.collect::<Vec<_>>().join(","))
}

fn unknown_type(cx: &mut Context<'_>, tokens: Tokens, found: &str) {
    let text = format!("nothing here says which type {found} has");
    cx.diagnostics.error("N0305", tokens, text).note("`Value(x, Type)` says it");
}

/// Whether an expression takes its type from what stands beside it.
pub fn is_untyped(written: &ast::Expr) -> bool {
    match written {
        ast::Expr::Rust(value) => !matches!(&value.form, Form::Literal(l) if typed_literal(l)),
        ast::Expr::Literal(l, _) => !typed_literal(l),
        ast::Expr::Call(c) if c.name.text == "Value" && c.options.is_empty() => match c.arguments.as_slice() {
            [one] => is_untyped(one),
            _ => false,
        },
        ast::Expr::Negative(inner, _) => is_untyped(inner),
        ast::Expr::Binary { left, right, .. } => is_untyped(left) && is_untyped(right),
        _ => false,
    }
}

/// Text may be a date, `None` anything; numbers and truths are what they are.
fn typed_literal(literal: &Literal) -> bool {
    matches!(literal, Literal::Bool(_) | Literal::Integer(_) | Literal::Number(_))
}

/// A number literal, perhaps in `Value(…)`: it takes on the type of what stands beside it where that holds it.
pub fn literal_of(written: &ast::Expr) -> Option<&Literal> {
    match written {
        ast::Expr::Literal(l, _) | ast::Expr::Rust(ast::Value { form: Form::Literal(l), .. }) => Some(l),
        ast::Expr::Call(c) if c.name.text == "Value" && c.options.is_empty() => match c.arguments.as_slice() {
            [one] => literal_of(one),
            _ => None,
        },
        _ => None,
    }
}

/// `left operator right`.
fn binary(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    left: &ast::Expr,
    operator: Operator,
    span: Span,
    right: &ast::Expr,
    expected: Option<&Expected>,
) -> Option<Expr> {
    let (l, r) = match (is_untyped(left), is_untyped(right)) {
        (true, false) => {
            let beside = peek(cx, names, right).and_then(|ty| sibling(operator, &ty, true)).map(bare);
            let l = expr(cx, names, left, beside.as_ref());
            (l, expr(cx, names, right, None))
        }
        (false, true) => {
            let l = expr(cx, names, left, None)?;
            let about = column_name(cx.schema, &l).map(About::Value);
            let beside = sibling(operator, &l.ty, false).map(|ty| Expected { about, ..bare(ty) });
            (Some(l), expr(cx, names, right, beside.as_ref()))
        }
        (false, false) => (expr(cx, names, left, None), expr(cx, names, right, None)),
        (true, true) => {
            let bare = expected.map(|e| bare(e.ty.clone()));
            (expr(cx, names, left, bare.as_ref()), expr(cx, names, right, bare.as_ref()))
        }
    };
    let (l, r) = (l?, r?);
    let Some((sql, ty)) = arithmetic(operator, &l.ty, &r.ty) else {
        mismatch(cx, operator, span, &l, &r);
        return None;
    };
    let nullable = l.nullable || r.nullable;
    Some(Expr { kind: ExprKind::Template(sql, vec![l, r]), ty, nullable })
}

/// Reports operands that do not go together.
fn mismatch(cx: &mut Context<'_>, operator: Operator, span: Span, left: &Expr, right: &Expr) {
    let (l, r) = (describe(cx.schema, &left.ty), describe(cx.schema, &right.ty));
    let text = format!("no `{}` between `{l}` and `{r}`", symbol(operator));
    let error = cx.diagnostics.error("N0304", Tokens::one(span), text);
    let float = |e: &Expr| matches!(e.ty, SqlType::Float4 | SqlType::Float8);
    if left.ty.is_text() && right.ty.is_text() && operator == Operator::Add {
        error.note("`Concat(a, b)` joins texts");
    } else if operator == Operator::Remainder && (float(left) || float(right)) {
        error.note("`Mod(a, b)` is the remainder of floats");
    } else if matches!(
        (&left.ty, &right.ty),
        (SqlType::TimestampTz, SqlType::Date) | (SqlType::Date, SqlType::TimestampTz)
    ) {
        error.note("`TruncDate(x)` is the date of an instant");
    }
}

/// An operator as written.
pub fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Remainder => "%",
        Operator::And => "&",
        Operator::Or => "|",
    }
}

/// `-inner`.
fn negative(
    cx: &mut Context<'_>,
    names: &Names<'_>,
    inner: &ast::Expr,
    span: Span,
    expected: Option<&Expected>,
) -> Option<Expr> {
    let found = expr(cx, names, inner, expected)?;
    if !found.ty.is_number() && !matches!(found.ty, SqlType::Duration | SqlType::Interval) {
        let text = format!("no `-` before `{}`", describe(cx.schema, &found.ty));
        cx.diagnostics.error("N0304", Tokens::one(span), text);
        return None;
    }
    let (ty, nullable) = (found.ty.clone(), found.nullable);
    Some(Expr { kind: ExprKind::Template("(-{0})", vec![found]), ty, nullable })
}

/// The single word that an operand is: `month` in `Trunc(x, month)`.
pub fn word(written: &ast::Expr) -> Option<(&str, Tokens)> {
    match written {
        ast::Expr::Path(p) => match p.segments.as_slice() {
            [ast::Segment { kind: SegmentKind::Name(name), .. }] => Some((name, p.tokens())),
            _ => None,
        },
        _ => None,
    }
}
