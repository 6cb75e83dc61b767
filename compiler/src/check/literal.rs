//! Literals against the type they stand for: what was written becomes a constant, or an error that names the field,
//! its type and the value.
//!
//! In: a literal and what is expected. Out: an expression of exactly the expected type whose text the server accepts.

use super::temporal;
use super::types::{describe, label};
use crate::ast::{Form, Literal, Tokens, Value};
use crate::hir::{self, Expr, ExprKind, SqlType};
use crate::resolve::context::{Context, Expected};
use nuages_schema::model::{EnumId, FieldType, Schema};
use nuages_schema::suggest::nearest;

/// Why a literal does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Diagnostic's code.
    pub code: &'static str,
    /// What is wrong, as it follows a colon.
    pub text: String,
    /// A near value.
    pub near: Option<String>,
}

/// A literal that fits.
#[derive(Debug, Clone, PartialEq)]
pub enum Checked {
    /// A constant.
    Constant(hir::Literal),
    /// An instant without an offset: its local text, to be seen in the schema's time zone.
    Local(String),
}

/// A literal as an expression of the expected type. `None`: reported. `None` as a value is the caller's to judge; here
/// it is NULL.
pub fn literal(cx: &mut Context<'_>, literal: &Literal, tokens: Tokens, expected: &Expected) -> Option<Expr> {
    let schema = cx.schema;
    let field = expected.field.map(|(model, id)| &schema.field(model, id).ty);
    match check(schema, literal, &expected.ty, field) {
        Ok(checked) => Some(constant(schema, checked, &expected.ty)),
        Err(problem) => {
            report(cx, &problem, &written(literal), tokens, expected);
            None
        }
    }
}

/// Reports a literal that does not fit.
fn report(cx: &mut Context<'_>, problem: &Problem, found: &str, tokens: Tokens, expected: &Expected) {
    let text = format!("{found} does not fit {}: {}", label(cx.schema, expected), problem.text);
    cx.diagnostics.error(problem.code, tokens, text).suggest(problem.near.as_deref());
}

/// A checked literal as an expression.
fn constant(schema: &Schema, checked: Checked, ty: &SqlType) -> Expr {
    match checked {
        Checked::Constant(literal) => {
            let nullable = literal == hir::Literal::Null;
            Expr { kind: ExprKind::Literal(literal), ty: ty.clone(), nullable }
        }
        Checked::Local(text) => {
            let local =
                Expr { kind: ExprKind::Literal(hir::Literal::Text(text)), ty: SqlType::Timestamp, nullable: false };
            let operands = vec![local, text_constant(&schema.time_zone)];
            Expr { kind: ExprKind::Template("({0} AT TIME ZONE {1})", operands), ty: ty.clone(), nullable: false }
        }
    }
}

/// A text that the compiler itself puts into a query.
pub fn text_constant(text: &str) -> Expr {
    Expr { kind: ExprKind::Literal(hir::Literal::Text(text.to_owned())), ty: SqlType::Text, nullable: false }
}

/// A whole number that the compiler itself puts into a query.
pub fn integer_constant(value: i128) -> Expr {
    Expr { kind: ExprKind::Literal(hir::Literal::Integer(value)), ty: SqlType::Int4, nullable: false }
}

/// The type that a literal has on its own, as PostgreSQL reads it; `None` for `None`.
pub fn natural(literal: &Literal) -> Option<SqlType> {
    match literal {
        Literal::Bool(_) => Some(SqlType::Bool),
        Literal::Integer(n) if i32::try_from(*n).is_ok() => Some(SqlType::Int4),
        Literal::Integer(n) if i64::try_from(*n).is_ok() => Some(SqlType::Int8),
        Literal::Integer(_) | Literal::Number(_) => Some(SqlType::Numeric),
        Literal::Text(_) => Some(SqlType::Text),
        Literal::None => None,
    }
}

/// A literal as it is shown in messages.
pub fn written(literal: &Literal) -> String {
    match literal {
        Literal::Bool(b) => format!("`{b}`"),
        Literal::Integer(n) => format!("`{n}`"),
        Literal::Number(n) => format!("`{n}`"),
        Literal::Text(t) => {
            let mut short: String = t.chars().take(40).collect();
            if short.len() < t.len() {
                short.push('…');
            }
            format!("`{short:?}`")
        }
        Literal::None => "`None`".into(),
    }
}

/// An array of values all of which are literals, as a constant; `None` if one is not a literal.
pub fn array(cx: &mut Context<'_>, elements: &[Value], expected: &Expected) -> Option<Option<Expr>> {
    let SqlType::Array(element, nullable) = &expected.ty else { return None };
    let literals = literals(elements)?;
    let schema = cx.schema;
    let field = expected.field.map(|(model, id)| &schema.field(model, id).ty);
    let element_field = match field {
        Some(FieldType::Array { element, .. }) => Some(&**element),
        _ => None,
    };
    let mut list = Vec::new();
    let mut failed = false;
    for (value, nested) in literals {
        let result = match nested {
            Nested::One(Literal::None) if !nullable => Err((
                "`None`".to_owned(),
                Problem { code: "N0330", text: "its elements cannot be NULL".into(), near: None },
            )),
            Nested::One(literal) => check(schema, literal, element, element_field).map_err(|p| (written(literal), p)),
            Nested::Many(inner) => {
                let inner_expected = Expected { ty: (**element).clone(), field: None, ..expected.clone() };
                match array(cx, inner, &inner_expected) {
                    Some(Some(Expr { kind: ExprKind::Literal(l), .. })) => Ok(Checked::Constant(l)),
                    Some(_) => {
                        failed = true;
                        continue;
                    }
                    None => return None,
                }
            }
        };
        match result {
            Ok(Checked::Constant(literal)) => list.push(literal),
            Ok(Checked::Local(_)) => {
                let problem = Problem {
                    code: "N0335",
                    text: "in an array an instant needs its offset, like `Z`".into(),
                    near: None,
                };
                report(cx, &problem, "the text", value.place, expected);
                failed = true;
            }
            Err((found, problem)) => {
                report(cx, &problem, &found, value.place, expected);
                failed = true;
            }
        }
    }
    let kind = ExprKind::Literal(hir::Literal::Array(list));
    Some((!failed).then(|| Expr { kind, ty: expected.ty.clone(), nullable: false }))
}

/// A literal or an array of them.
enum Nested<'v> {
    One(&'v Literal),
    Many(&'v [Value]),
}

/// The literals of a list of values, if they all are.
fn literals(values: &[Value]) -> Option<Vec<(&Value, Nested<'_>)>> {
    values
        .iter()
        .map(|value| match &value.form {
            Form::Literal(literal) => Some((value, Nested::One(literal))),
            Form::Array(inner) => {
                literals(inner)?;
                Some((value, Nested::Many(inner)))
            }
            _ => None,
        })
        .collect()
}

/// Whether a literal fits a type, and the field's own type where there is one.
///
/// # Errors
/// Why it does not.
pub fn check(schema: &Schema, literal: &Literal, ty: &SqlType, field: Option<&FieldType>) -> Result<Checked, Problem> {
    if *literal == Literal::None {
        return Ok(Checked::Constant(hir::Literal::Null));
    }
    let constant = |l| Ok(Checked::Constant(l));
    match (ty, literal) {
        (SqlType::Bool, Literal::Bool(b)) => constant(hir::Literal::Bool(*b)),
        (SqlType::Int2 | SqlType::Int4 | SqlType::Int8, Literal::Integer(n)) => {
            integer(*n, ty, field).map(Checked::Constant)
        }
        (SqlType::Int2 | SqlType::Int4 | SqlType::Int8, Literal::Number(_)) => wrong("expected a whole number"),
        (SqlType::Float4 | SqlType::Float8, Literal::Integer(n)) => constant(hir::Literal::Number(n.to_string())),
        (SqlType::Float4 | SqlType::Float8, Literal::Number(n)) => float(n, ty).map(Checked::Constant),
        (SqlType::Numeric, Literal::Integer(n)) => {
            digits(&n.to_string(), field)?;
            constant(hir::Literal::Integer(*n))
        }
        (SqlType::Numeric, Literal::Number(n)) => {
            digits(n, field)?;
            constant(hir::Literal::Number(n.clone()))
        }
        (SqlType::Text, Literal::Text(t)) => text(t, field).map(Checked::Constant),
        (SqlType::Enum(id) | SqlType::NativeEnum(id), Literal::Text(t)) => {
            variant(schema, *id, t).map(Checked::Constant)
        }
        (SqlType::Enum(id) | SqlType::NativeEnum(id), _) => {
            wrong(&format!("expected one of its values, like {:?}", first_value(schema, *id)))
        }
        (SqlType::Date, Literal::Text(t)) => {
            iso(temporal::date(t), "a date like \"2024-05-01\"").map(Checked::Constant)
        }
        (SqlType::Time, Literal::Text(t)) => {
            iso(temporal::time(t), "a time of day like \"10:30:00\"").map(Checked::Constant)
        }
        (SqlType::Timestamp, Literal::Text(t)) => match temporal::instant(t) {
            Some(i) if i.offset.is_none() => constant(hir::Literal::Text(i.local)),
            Some(_) => Err(Problem { code: "N0335", text: "a `DateTime(naive)` has no offset".into(), near: None }),
            None => iso(None, "a date or instant like \"2024-05-01 10:30:00\"").map(Checked::Constant),
        },
        (SqlType::TimestampTz, Literal::Text(t)) => match temporal::instant(t) {
            Some(i) => Ok(match i.offset {
                Some(offset) => Checked::Constant(hir::Literal::Text(i.local + &offset)),
                None if schema.time_zone.eq_ignore_ascii_case("utc") => {
                    Checked::Constant(hir::Literal::Text(i.local + "+00:00"))
                }
                None => Checked::Local(i.local),
            }),
            None => iso(None, "a date or instant like \"2024-05-01 10:30:00Z\"").map(Checked::Constant),
        },
        (SqlType::Duration | SqlType::Interval, Literal::Text(t)) => match temporal::interval(t) {
            Some(temporal::Length::Calendar) if *ty == SqlType::Duration => {
                Err(Problem { code: "N0335", text: "a `Duration` has no months or years".into(), near: None })
            }
            found => {
                iso(found.map(|_| t.trim().to_owned()), "an interval like \"1 day 02:30:00\"").map(Checked::Constant)
            }
        },
        (SqlType::Uuid, Literal::Text(t)) => match uuid(t) {
            Some(canonical) => constant(hir::Literal::Text(canonical)),
            None => Err(Problem {
                code: "N0336",
                text: "expected 32 hexadecimal digits in groups of 8-4-4-4-12".into(),
                near: None,
            }),
        },
        (SqlType::Inet, Literal::Text(t)) => match t.parse::<std::net::IpAddr>() {
            Ok(address) => constant(hir::Literal::Text(address.to_string())),
            Err(_) => Err(Problem { code: "N0336", text: "expected an IPv4 or IPv6 address".into(), near: None }),
        },
        (SqlType::Jsonb(None), _) => constant(hir::Literal::Text(json(literal))),
        (SqlType::Jsonb(Some(path)), _) => wrong(&format!("expected a value of type `{path}`")),
        (SqlType::HStore, Literal::Text(_)) => wrong("expected a map"),
        _ => wrong(&format!("expected {}", words(schema, ty))),
    }
}

/// What a type's literals are, in words.
fn words(schema: &Schema, ty: &SqlType) -> String {
    match ty {
        SqlType::Bool => "`true` or `false`".into(),
        SqlType::Int2 | SqlType::Int4 | SqlType::Int8 => "a whole number".into(),
        SqlType::Float4 | SqlType::Float8 | SqlType::Numeric => "a number".into(),
        SqlType::Text => "text in quotes".into(),
        SqlType::Date
        | SqlType::Time
        | SqlType::TimestampTz
        | SqlType::Timestamp
        | SqlType::Duration
        | SqlType::Interval => "its ISO text in quotes".into(),
        SqlType::Uuid | SqlType::Inet => "its text in quotes".into(),
        SqlType::Bytea => "bytes, like `b\"…\"`".into(),
        SqlType::Array(element, _) => format!("an array of `{}`", describe(schema, element)),
        other => format!("a Rust value for `{}`", describe(schema, other)),
    }
}

fn wrong<T>(text: &str) -> Result<T, Problem> {
    Err(Problem { code: "N0330", text: text.to_owned(), near: None })
}

fn iso(text: Option<String>, like: &str) -> Result<hir::Literal, Problem> {
    match text {
        Some(text) => Ok(hir::Literal::Text(text)),
        None => Err(Problem { code: "N0335", text: format!("expected {like}"), near: None }),
    }
}

fn integer(n: i128, ty: &SqlType, field: Option<&FieldType>) -> Result<hir::Literal, Problem> {
    use FieldType as F;
    let range = |text: String| Err(Problem { code: "N0334", text, near: None });
    let (low, high) = match ty {
        SqlType::Int2 => (i128::from(i16::MIN), i128::from(i16::MAX)),
        SqlType::Int4 => (i128::from(i32::MIN), i128::from(i32::MAX)),
        _ => (i128::from(i64::MIN), i128::from(i64::MAX)),
    };
    let positive = matches!(field, Some(F::PositiveSmallInteger | F::PositiveInteger | F::PositiveBigInteger));
    let low = if positive { 0 } else { low };
    if n < 0 && positive {
        return range("it is never negative".into());
    }
    if n < low || n > high {
        return range(format!("it holds {low} to {high}"));
    }
    Ok(hir::Literal::Integer(n))
}

fn float(text: &str, ty: &SqlType) -> Result<hir::Literal, Problem> {
    let finite = match ty {
        SqlType::Float4 => text.parse::<f32>().is_ok_and(f32::is_finite),
        _ => text.parse::<f64>().is_ok_and(f64::is_finite),
    };
    if !finite {
        return Err(Problem { code: "N0334", text: "it is too large".into(), near: None });
    }
    Ok(hir::Literal::Number(text.to_owned()))
}

/// Digits before and after the point against `Decimal(p, s)`.
fn digits(text: &str, field: Option<&FieldType>) -> Result<(), Problem> {
    let Some((whole, fraction)) = places(text) else { return wrong("expected a number") };
    let problem = |text: String| Err(Problem { code: "N0333", text, near: None });
    match field {
        Some(FieldType::Decimal(Some((precision, scale)))) => {
            let before = i64::from(*precision) - i64::from(*scale);
            if fraction > i64::from(*scale) {
                return problem(format!("{fraction} digits after the point, at most {scale}"));
            }
            if whole > before {
                return problem(format!("{whole} digits before the point, at most {before}"));
            }
            Ok(())
        }
        _ if whole > 29 || fraction > 28 || whole + fraction > 29 => {
            problem("a `Decimal` has at most 28 digits".into())
        }
        _ => Ok(()),
    }
}

/// How many significant digits stand before and after the point: `1.50e1` has two and none.
fn places(text: &str) -> Option<(i64, i64)> {
    let text = text.trim_start_matches('-');
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    let first = digits.iter().position(|d| *d != b'0');
    let last = digits.iter().rposition(|d| *d != b'0');
    let (Some(first), Some(last)) = (first, last) else { return Some((0, 0)) };
    let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let point = length(whole.len()).saturating_add(exponent);
    Some(((point - length(first)).max(0), (length(last) + 1 - point).max(0)))
}

fn text(text: &str, field: Option<&FieldType>) -> Result<hir::Literal, Problem> {
    if text.contains('\0') {
        return wrong("text in the database has no NUL character");
    }
    if let Some(limit) = field.and_then(FieldType::max_length).filter(|n| *n > 0) {
        let length = text.chars().count();
        if length > limit as usize {
            let text = format!("{length} characters, at most {limit}");
            return Err(Problem { code: "N0331", text, near: None });
        }
    }
    Ok(hir::Literal::Text(text.to_owned()))
}

fn variant(schema: &Schema, id: EnumId, text: &str) -> Result<hir::Literal, Problem> {
    let declared = schema.enumeration(id);
    if let Some(i) = declared.variants.iter().position(|v| v.value == text) {
        return Ok(hir::Literal::Variant(id, u32::try_from(i).unwrap_or(u32::MAX)));
    }
    let by_name = declared.variants.iter().find(|v| v.name == text).map(|v| v.value.clone());
    let values: Vec<&str> = declared.variants.iter().map(|v| v.value.as_str()).collect();
    let near = by_name.or_else(|| nearest(text, values.iter().copied()).map(str::to_owned));
    let shown: Vec<String> = values.iter().take(8).map(|v| format!("{v:?}")).collect();
    let more = if values.len() > 8 { ", …" } else { "" };
    Err(Problem { code: "N0332", text: format!("its values are {}{more}", shown.join(", ")), near })
}

fn first_value(schema: &Schema, id: EnumId) -> &str {
    schema.enumeration(id).variants.first().map_or("", |v| v.value.as_str())
}

/// The canonical text of a UUID.
fn uuid(text: &str) -> Option<String> {
    let hex: String = text.chars().filter(|c| *c != '-').collect();
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let shape = groups == [8, 4, 4, 4, 12] || groups == [32];
    if !shape || hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let hex = hex.to_ascii_lowercase();
    Some(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

/// A literal as JSON.
pub fn json(literal: &Literal) -> String {
    match literal {
        Literal::Bool(b) => b.to_string(),
        Literal::Integer(n) => n.to_string(),
        Literal::Number(n) => n.clone(),
        Literal::None => "null".into(),
        Literal::Text(t) => {
            let mut out = String::from('"');
            for c in t.chars() {
                match c {
                    '"' => out.push_str("\\\""),
                    '\\' => out.push_str("\\\\"),
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    '\t' => out.push_str("\\t"),
                    c if c.is_control() => {
                        use std::fmt::Write as _;
                        let _ = write!(out, "\\u{:04x}", u32::from(c));
                    }
                    c => out.push(c),
                }
            }
            out.push('"');
            out
        }
    }
}
