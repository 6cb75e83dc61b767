//! Parts of dates and times: `Extract(x, year)`, `TruncMonth(x)`, and the zone that instants are seen in.

use super::call::{count, name_tokens, option, options};
use super::context::{Context, Names};
use super::expr::{expr, word};
use super::shape::expr_tokens;
use super::value::bound;
use crate::ast::{self, Call, Form, Literal, OptionValue, Tokens};
use crate::check::literal::text_constant;
use crate::check::types::{article, bare, describe};
use crate::hir::{Expr, ExprKind, SqlType};
use crate::tables::classes::Class;
use crate::tables::parts::{self, DATE, PartRow, TIME};
use nuages_schema::suggest::nearest;

/// What a call does with a date or time.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// `Extract(x, part)`, `ExtractPart(x)`.
    Extract(Option<&'static PartRow>),
    /// `Trunc(x, part)`, `TruncPart(x)`.
    Trunc(Option<&'static PartRow>),
    /// `TruncDate(x)`.
    Date,
    /// `TruncTime(x)`.
    Time,
}

/// The function of a name, if it is one of these.
pub fn named(name: &str) -> Option<Part> {
    match name {
        "Extract" => return Some(Part::Extract(None)),
        "Trunc" => return Some(Part::Trunc(None)),
        "TruncDate" => return Some(Part::Date),
        "TruncTime" => return Some(Part::Time),
        _ => {}
    }
    if let Some(row) = name.strip_prefix("Extract").and_then(parts::suffixed) {
        return Some(Part::Extract(Some(row)));
    }
    let row = name.strip_prefix("Trunc").and_then(parts::suffixed)?;
    row.trunc.is_some().then_some(Part::Trunc(Some(row)))
}

/// A call of one of these functions. `None`: reported.
pub fn call(cx: &mut Context<'_>, names: &Names<'_>, call: &Call, part: Part) -> Option<Expr> {
    options(cx, call, &["tz"])?;
    let row = match part {
        Part::Extract(Some(row)) | Part::Trunc(Some(row)) => {
            count(cx, call, 1, 1)?;
            Some(row)
        }
        Part::Date | Part::Time => {
            count(cx, call, 1, 1)?;
            None
        }
        Part::Extract(None) | Part::Trunc(None) => {
            count(cx, call, 2, 2)?;
            Some(word_part(cx, call, part)?)
        }
    };
    let operand = expr(cx, names, &call.arguments[0], None)?;
    let place = expr_tokens(&call.arguments[0], name_tokens(call));
    let zone = zone_option(cx, call, &operand)?;
    let template = match (part, row) {
        (Part::Date, _) => whole(&operand.ty, DATE, SqlType::Date),
        (Part::Time, _) => whole(&operand.ty, TIME, SqlType::Time),
        (Part::Extract(_), Some(row)) if row.fits.contains(&Class::of(&operand.ty)) => Some(match operand.ty {
            SqlType::TimestampTz => (row.extract_zoned, true, SqlType::Int4),
            _ => (row.extract, false, SqlType::Int4),
        }),
        (Part::Trunc(_), Some(row)) => row.truncation(&operand.ty).map(|(sql, zoned)| (sql, zoned, operand.ty.clone())),
        _ => None,
    };
    let Some((sql, zoned, ty)) = template else {
        let found = article(&describe(cx.schema, &operand.ty));
        let part = row.map_or(String::new(), |r| format!(" `{}`", r.name));
        let text = match row {
            Some(_) => format!("`{}` finds no{part} in {found}", call.name.text),
            None => format!("`{}` takes a `DateTime`, found {found}", call.name.text),
        };
        cx.diagnostics.error("N0303", place, text);
        return None;
    };
    let nullable = operand.nullable;
    let mut operands = vec![operand];
    if zoned {
        operands.push(zone);
    }
    Some(Expr { kind: ExprKind::Template(sql, operands), ty, nullable })
}

/// Template, whether it takes a zone, and result type of `TruncDate` and `TruncTime`.
fn whole(ty: &SqlType, sql: (&'static str, &'static str), result: SqlType) -> Option<(&'static str, bool, SqlType)> {
    match ty {
        SqlType::TimestampTz => Some((sql.0, true, result)),
        SqlType::Timestamp => Some((sql.1, false, result)),
        same if *same == result => Some(("{0}", false, result)),
        _ => None,
    }
}

/// The part that the second operand names. `None`: reported.
fn word_part(cx: &mut Context<'_>, call: &Call, part: Part) -> Option<&'static PartRow> {
    let written = &call.arguments[1];
    let tokens = expr_tokens(written, name_tokens(call));
    let trunc = matches!(part, Part::Trunc(_));
    let known = || parts::PARTS.iter().filter(move |row| !trunc || row.trunc.is_some()).map(|row| row.name);
    let found = word(written).map(|(text, _)| text);
    if let Some(row) = found.and_then(parts::find).filter(|row| !trunc || row.trunc.is_some()) {
        return Some(row);
    }
    let names: Vec<&str> = known().collect();
    let text = match found {
        Some(found) => format!("`{}` knows no part `{found}`", call.name.text),
        None => format!("`{}` takes the name of a part: {}", call.name.text, names.join(", ")),
    };
    let near = found.and_then(|f| nearest(f, known()));
    let error = cx.diagnostics.error("N0303", tokens, text).suggest(near);
    if near.is_none() && found.is_some() {
        error.note(format!("it knows {}", names.join(", ")));
    }
    None
}

/// The zone that an operand is seen in: `tz = …`, or the schema's. `None`: reported.
fn zone_option(cx: &mut Context<'_>, call: &Call, operand: &Expr) -> Option<Expr> {
    let Some((option, OptionValue::Value(value))) = option(call, "tz").map(|o| (o, &o.value)) else {
        return Some(text_constant(&cx.schema.time_zone));
    };
    if operand.ty != SqlType::TimestampTz {
        no_zone(cx, &operand.ty, Tokens::one(option.name.ident.span()));
        return None;
    }
    zone(cx, value, proc_macro2::Span::call_site())
}

/// Reports a zone for what has none.
pub fn no_zone(cx: &mut Context<'_>, ty: &SqlType, tokens: Tokens) {
    let found = article(&describe(cx.schema, ty));
    cx.diagnostics.error("N0315", tokens, format!("{found} has no time zone, `tz` is for a `DateTime`"));
}

/// A time zone. `None`: reported.
pub fn zone(cx: &mut Context<'_>, value: &ast::Value, equals: proc_macro2::Span) -> Option<Expr> {
    let problem = match &value.form {
        Form::Empty => return None,
        Form::Literal(Literal::Text(text)) if is_zone(text) => return Some(text_constant(text)),
        Form::Literal(Literal::Text(_)) => "expected the name of a time zone, like \"Europe/Paris\"",
        Form::Literal(_) | Form::Expr(_) => "`tz` takes the name of a time zone, like \"Europe/Paris\"",
        _ => return Some(bound(cx, value, equals, &bare(SqlType::Text))),
    };
    cx.diagnostics.error("N0315", value.place, problem);
    None
}

/// Whether a text can be the name of a time zone.
fn is_zone(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-:".contains(c))
}
