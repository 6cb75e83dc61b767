//! `dates` and `datetimes`: the different values of a field, cut to a unit.
//!
//! In: a path, a unit and a direction as written. Out: the chain with one column, each value once, in order, NULL left
//! out.

use super::branch::Variant;
use super::context::{Context, End};
use super::draft::{Draft, Rows};
use super::lock::{no_option, unknown};
use super::parts::{no_zone, zone};
use super::path::{column, follow, trailing};
use super::shape::written;
use crate::ast::{Method, Tokens, Word, WordOption};
use crate::check::cardinality::multiplying;
use crate::check::literal::text_constant;
use crate::check::types::{article, describe};
use crate::hir::condition::Comparison;
use crate::hir::select::Distinct;
use crate::hir::{Condition, Ending, Expr, ExprKind, Order, Output, SqlType, Test};
use crate::tables::parts::{self, DATE, PartRow};
use nuages_schema::suggest::nearest;

/// The units of `dates`; `datetimes` has all of [`UNITS`].
const DAYS: &[&str] = &["year", "month", "week", "day"];
/// The units of `datetimes`.
const UNITS: &[&str] = &["year", "month", "week", "day", "hour", "minute", "second"];
/// The directions.
const DIRECTIONS: &[&str] = &["desc", "asc"];

/// `dates(field, unit, desc)`, `datetimes(field, unit, desc, tz = …)`. `None`: reported.
pub(super) fn dates(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    m: &Method,
    words: &[Word],
    options: &[WordOption],
) -> Option<Ending> {
    let name = m.name.text.as_str();
    let place = Tokens::one(m.name.ident.span());
    let whole = name == "dates";
    suits(cx, draft, name, place)?;
    if words.iter().any(|w| w.path.dangling) {
        return None;
    }
    let example = if whole { "`dates(created_at, month)`" } else { "`datetimes(created_at, hour)`" };
    let (field, unit, direction) = match words {
        [field, unit] => (field, unit, None),
        [field, unit, direction] => (field, unit, Some(direction)),
        [] | [_] => {
            cx.diagnostics.error("N0265", place, format!("`{name}` takes a field and a unit: {example}"));
            return None;
        }
        [_, _, _, more, ..] => {
            let text = format!("`{name}` takes a field, a unit and a direction, nothing more");
            cx.diagnostics.error("N0265", more.path.tokens(), text);
            return None;
        }
    };
    let operand = operand(cx, draft, name, field)?;
    let unit = unit_of(cx, name, unit, if whole { DAYS } else { UNITS })?;
    let descending = match direction {
        None => false,
        Some(word) => match word.path.single() {
            Some("asc") => false,
            Some("desc") => true,
            _ => {
                unknown(cx, &word.path, name, DIRECTIONS);
                return None;
            }
        },
    };
    let zone = zone_of(cx, &operand, name, options)?;
    if operand.nullable {
        let test = Test { left: operand.clone(), operator: Comparison::IsNull(false), switch: None };
        draft.filter(Condition::Test(test), false);
    }
    let expr = cut(operand, unit, zone, whole);
    draft.rows = Rows::Flat(vec![Output { name: String::new(), ident: None, expr: expr.clone(), more: false }]);
    draft.distinct = Distinct::Rows;
    let key = Order { expr, descending, nulls_first: None, switch: None };
    draft.order = Some(vec![Variant { switch: None, keys: vec![(key, place)] }]);
    draft.reversed = false;
    Some(Ending::Rows)
}

/// Whether single values can be read of the chain's rows. `None`: reported.
fn suits(cx: &mut Context<'_>, draft: &Draft, name: &str, place: Tokens) -> Option<()> {
    let before = match &draft.shaped {
        Some((method, _)) => format!("`{method}`"),
        None if matches!(draft.distinct, Distinct::On(_)) => "`distinct` of fields".into(),
        None => return Some(()),
    };
    cx.diagnostics.error("N0265", place, format!("`{name}` gives each value once, it does not go with {before}"));
    None
}

/// The field.
fn operand(cx: &mut Context<'_>, draft: &Draft, name: &str, field: &Word) -> Option<Expr> {
    let present = draft.present();
    let names = super::context::Names { present: &present, ..draft.names(None) };
    let tokens = field.path.tokens();
    let followed = follow(cx, &names, &field.path)?;
    if trailing(cx, &followed) {
        return None;
    }
    let fits = |ty: &SqlType| match ty {
        SqlType::TimestampTz | SqlType::Timestamp => true,
        SqlType::Date => name == "dates",
        _ => false,
    };
    if !matches!(followed.end, End::Field(..)) {
        let text = format!("`{name}` takes a field, found `{}`", written(&field.path));
        cx.diagnostics.error("N0265", tokens, text);
        return None;
    }
    let expr = column(cx, &names, &followed)?;
    if let Some(path) = multiplying(&expr) {
        let path = super::shape::path_text(cx.schema, path);
        let text = format!("`{path}` leads to many rows, `{name}` takes one value of each");
        cx.diagnostics.error("N0215", tokens, text);
        return None;
    }
    if !fits(&expr.ty) {
        let found = article(&describe(cx.schema, &expr.ty));
        let takes = if name == "dates" { "a `Date` or `DateTime`" } else { "a `DateTime`" };
        let text = format!("`{name}` takes {takes}, found {found}");
        let error = cx.diagnostics.error("N0265", tokens, text);
        if expr.ty == SqlType::Date {
            error.note("`dates` takes a `Date`");
        }
        return None;
    }
    Some(expr)
}

/// The unit that a word names.
fn unit_of(cx: &mut Context<'_>, name: &str, word: &Word, known: &[&str]) -> Option<&'static PartRow> {
    let found = word.path.single().filter(|_| word.inner.is_none());
    if let Some(row) = found.filter(|f| known.contains(f)).and_then(parts::find) {
        return Some(row);
    }
    let text = format!("`{name}` knows no unit `{}`", written(&word.path));
    let near = found.and_then(|f| nearest(f, known.iter().copied()));
    let error = cx.diagnostics.error("N0265", word.path.tokens(), text);
    error.suggest(near);
    if near.is_none() {
        error.note(format!("it has {}", known.join(", ")));
    }
    None
}

/// The zone that instants are cut in: `tz = …`, or the schema's.
fn zone_of(cx: &mut Context<'_>, operand: &Expr, name: &str, options: &[WordOption]) -> Option<Expr> {
    let mut given = None;
    for option in options {
        if option.name.text != "tz" {
            no_option(cx, option, name, &["tz"]);
            return None;
        }
        let place = Tokens::one(option.name.ident.span());
        if given.is_some() {
            cx.diagnostics.error("N0262", place, format!("`tz` stands twice in `{name}`"));
            return None;
        }
        if operand.ty != SqlType::TimestampTz {
            no_zone(cx, &operand.ty, place);
            return None;
        }
        given = Some(zone(cx, &option.value, option.equals)?);
    }
    Some(given.unwrap_or_else(|| text_constant(&cx.schema.time_zone)))
}

/// The value cut to its unit.
fn cut(operand: Expr, unit: &'static PartRow, zone: Expr, whole: bool) -> Expr {
    let template = |sql, operands, ty| Expr { kind: ExprKind::Template(sql, operands), ty, nullable: false };
    // What is NULL has been left out.
    let operand = Expr { nullable: false, ..operand };
    let value = match (whole, &operand.ty) {
        (true, SqlType::TimestampTz) => template(DATE.0, vec![operand, zone.clone()], SqlType::Date),
        (true, SqlType::Timestamp) => template(DATE.1, vec![operand], SqlType::Date),
        _ => operand,
    };
    if value.ty == SqlType::Date && unit.name == "day" {
        return value;
    }
    let ty = value.ty.clone();
    match unit.truncation(&ty) {
        Some((sql, true)) => template(sql, vec![value, zone], ty),
        Some((sql, false)) => template(sql, vec![value], ty),
        None => value,
    }
}
