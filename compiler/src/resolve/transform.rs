//! Transforms: what stands in a path between its field and its lookup.
//!
//! In: the column at a path's end and the segments behind it. Out: the column with the transforms applied, and what a
//! lookup needs to know of how it came about.

use super::context::{About, Context, End, Expected, Followed};
use super::parts::{no_zone, zone};
use super::path::segment_text;
use crate::ast::{Segment, SegmentKind, Tokens};
use crate::check::literal::{integer_constant, text_constant};
use crate::check::types::{article, bare, describe, describe_field, full_name};
use crate::hir::condition::Unit;
use crate::hir::{Expr, ExprKind, Literal, SqlType};
use crate::tables::classes::Class;
use crate::tables::transforms::{self, Outcome};
use crate::tables::{lookups, parts};
use nuages_schema::model::{FieldId, ModelId};
use nuages_schema::suggest::nearest;

/// SQL of a document's key as a document, as text.
pub const KEY: (&str, &str) = ("({0} -> {1})", "({0} ->> {1})");

/// The left side of a lookup.
#[derive(Debug, Clone)]
pub struct Left {
    /// Its value.
    pub expr: Expr,
    /// Whether the field itself, or the transformed value, can be NULL; a missing row on the way does not count.
    pub nullable: bool,
    /// The field, as long as nothing was done with it.
    pub field: Option<(ModelId, FieldId)>,
    /// A day or year, and the plain column that it was taken of.
    pub period: Option<Period>,
    /// The part of a date or time that it is, unless that is a length of time, and the least and the greatest it can be.
    pub part: Option<(&'static str, (i128, i128))>,
    /// Functions that the right side goes through as well, innermost first.
    pub bilateral: Vec<&'static str>,
    /// What it is called: `Product.created_at.year`.
    pub name: Option<String>,
    /// Whether it is behind the key of a document.
    pub keyed: bool,
    zone: Option<(Expr, Tokens)>,
}

/// A part of a date that has a range of the plain column.
#[derive(Debug, Clone)]
pub struct Period {
    /// The column.
    pub plain: Expr,
    /// The part.
    pub unit: Unit,
    /// The zone, for instants.
    pub zone: Option<String>,
}

impl Left {
    /// A column before any transform.
    pub fn of(cx: &Context<'_>, followed: &Followed<'_>, expr: Expr) -> Self {
        let field = match followed.end {
            End::Field(model, field) => Some((model, field)),
            _ => None,
        };
        let nullable = field.map_or(expr.nullable, |(model, id)| cx.schema.field(model, id).nullable);
        let name = field.map(|(model, id)| full_name(cx.schema, model, id));
        Self { expr, nullable, field, period: None, part: None, bilateral: Vec::new(), name, keyed: false, zone: None }
    }

    /// What is given for it that has another type than it.
    pub fn takes(&self, ty: SqlType) -> Expected {
        Expected { about: self.name.clone().map(About::Value), ..bare(ty) }
    }

    /// Reports a `tz` that nothing follows. `None`: reported.
    pub fn complete(self, cx: &mut Context<'_>) -> Option<Self> {
        if let Some((_, tokens)) = &self.zone {
            let error = cx.diagnostics.error("N0315", *tokens, "`tz` must be followed by a part of the date");
            error.note("`tz(\"Europe/Paris\").date` is one");
            return None;
        }
        Some(self)
    }

    /// The same with a new value, nothing known of the field any more.
    fn with(self, expr: Expr, optional: bool) -> Self {
        let nullable = self.nullable || optional;
        Self { expr, nullable, field: None, period: None, part: None, zone: None, ..self }
    }
}

/// A path's value on the SQL side: all that follows its field must be transforms. `None`: reported.
pub fn transformed(cx: &mut Context<'_>, followed: &Followed<'_>, column: Expr) -> Option<Expr> {
    if followed.rest.is_empty() {
        return Some(column);
    }
    if followed.end == End::Relation {
        super::path::trailing(cx, followed);
        return None;
    }
    let mut left = Left::of(cx, followed, column);
    for segment in followed.rest {
        left = apply(cx, left, segment, Place::Value)?;
    }
    left.complete(cx).map(|left| left.expr)
}

/// Where a path stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Left of `=`, where a lookup may end it.
    Condition,
    /// In an expression.
    Value,
}

/// Applies one segment. `None`: reported.
pub fn apply(cx: &mut Context<'_>, left: Left, segment: &Segment, place: Place) -> Option<Left> {
    let name = left.name.as_ref().and_then(|name| match &segment.kind {
        SegmentKind::Name(next) => Some(format!("{name}.{next}")),
        SegmentKind::Index(index) => Some(format!("{name}.{index}")),
        // A zone changes nothing that the value is compared with.
        SegmentKind::Call(..) => Some(name.clone()),
        SegmentKind::Key(_) => None,
    });
    Some(Left { name, ..one(cx, left, segment, place)? })
}

/// The value behind one segment. `None`: reported.
fn one(cx: &mut Context<'_>, left: Left, segment: &Segment, place: Place) -> Option<Left> {
    let class = Class::of(&left.expr.ty);
    let tokens = Tokens::one(segment.span);
    match (&segment.kind, class) {
        (SegmentKind::Name(key) | SegmentKind::Key(key), Class::Json | Class::HStore) => {
            let key = text_constant(key);
            return Some(keyed(left, key));
        }
        (SegmentKind::Index(index), Class::Json) => {
            let key = integer_constant(i128::from(*index));
            return Some(keyed(left, key));
        }
        (SegmentKind::Index(index), Class::Array) => {
            let SqlType::Array(element, _) = left.expr.ty.clone() else { return None };
            let position = integer_constant(i128::from(*index) + 1);
            let kind = ExprKind::Template("({0})[{1}]", vec![left.expr.clone(), position]);
            return Some(left.with(Expr { kind, ty: *element, nullable: true }, true));
        }
        (SegmentKind::Call(name, values), Class::Instant) if name == "tz" => {
            let [value] = values.as_slice() else {
                cx.diagnostics.error("N0315", tokens, "`tz` takes the name of a time zone");
                return None;
            };
            let zone = zone(cx, value, proc_macro2::Span::call_site())?;
            return Some(Left { zone: Some((zone, tokens)), ..left });
        }
        (SegmentKind::Call(name, _), _) if name == "tz" => {
            no_zone(cx, &left.expr.ty, tokens);
            return None;
        }
        _ => {}
    }
    if let SegmentKind::Name(name) = &segment.kind {
        if let Some(row) = transforms::find(name, &left.expr.ty) {
            super::call::extension(cx, row.extension, name, tokens)?;
            return named(cx, left, row);
        }
        if let Some(row) = parts::find(name).filter(|row| row.fits.contains(&class)) {
            return Some(part(cx, left, row));
        }
    }
    unknown(cx, &left, segment, place);
    None
}

/// A key of a document.
fn keyed(left: Left, key: Expr) -> Left {
    let ty = match &left.expr.ty {
        SqlType::HStore => SqlType::Text,
        _ => SqlType::Jsonb(None),
    };
    let kind = ExprKind::Template(KEY.0, vec![left.expr.clone(), key]);
    Left { keyed: true, ..left.with(Expr { kind, ty, nullable: true }, true) }
}

/// A transform of the table.
fn named(cx: &Context<'_>, left: Left, row: &'static transforms::TransformRow) -> Option<Left> {
    let ty = match (row.result, &left.expr.ty) {
        (Outcome::Element, SqlType::Range(element) | SqlType::Array(element, _)) => (**element).clone(),
        (Outcome::Element, _) => return None,
        (Outcome::Text, _) => SqlType::Text,
        (Outcome::Integer, _) => SqlType::Int4,
        (Outcome::Bool, _) => SqlType::Bool,
        (Outcome::Date, _) => SqlType::Date,
        (Outcome::Time, _) => SqlType::Time,
    };
    let (zone, literal) = seen_in(cx, &left);
    let period =
        (row.result == Outcome::Date && is_plain(&left.expr)).then(|| period(&left, Unit::Day, literal)).flatten();
    let mut operands = vec![left.expr.clone()];
    operands.extend(zone.filter(|_| row.sql.contains("{1}")));
    let nullable = left.expr.nullable || row.optional;
    let mut bilateral = left.bilateral.clone();
    if row.bilateral {
        bilateral.push(row.sql);
    }
    let expr = Expr { kind: ExprKind::Template(row.sql, operands), ty, nullable };
    Some(Left { period, bilateral, ..left.with(expr, row.optional) })
}

/// A part of a date or time.
fn part(cx: &Context<'_>, left: Left, row: &'static parts::PartRow) -> Left {
    let (zone, literal) = seen_in(cx, &left);
    let unit = (row.name == "year" && is_plain(&left.expr)).then_some(Unit::Year);
    let period = unit.and_then(|unit| period(&left, unit, literal));
    let mut operands = vec![left.expr.clone()];
    let sql = match zone {
        Some(zone) => {
            operands.push(zone);
            row.extract_zoned
        }
        None => row.extract,
    };
    let nullable = left.expr.nullable;
    // A length of time may have any number of hours.
    let bounds = row.bounds.filter(|_| Class::of(&left.expr.ty) != Class::Span);
    let part = bounds.map(|bounds| (row.name, bounds));
    let expr = Expr { kind: ExprKind::Template(sql, operands), ty: SqlType::Int4, nullable };
    Left { period, part, ..left.with(expr, false) }
}

/// The zone that an instant is seen in: as an expression, and its name if it is known now.
fn seen_in(cx: &Context<'_>, left: &Left) -> (Option<Expr>, Option<String>) {
    if left.expr.ty != SqlType::TimestampTz {
        return (None, None);
    }
    let zone = left.zone.as_ref().map_or_else(|| text_constant(&cx.schema.time_zone), |(zone, _)| zone.clone());
    let name = match &zone.kind {
        ExprKind::Literal(Literal::Text(name)) => Some(name.clone()),
        _ => None,
    };
    (Some(zone), name)
}

/// The range of a column that a day or year is; none in a zone that is known only when the query runs.
fn period(left: &Left, unit: Unit, zone: Option<String>) -> Option<Period> {
    if left.expr.ty == SqlType::TimestampTz && zone.is_none() {
        return None;
    }
    Some(Period { plain: left.expr.clone(), unit, zone })
}

/// A column, which an index may serve.
fn is_plain(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Column(_))
}

/// Reports a segment that is no transform of the type, nor its lookup.
fn unknown(cx: &mut Context<'_>, left: &Left, segment: &Segment, place: Place) {
    let found = segment_text(segment);
    let ty = &left.expr.ty;
    let subject = subject(cx, left);
    let tokens = Tokens::one(segment.span);
    let is_lookup = lookups::find(&found, ty).is_some();
    if is_lookup {
        let text = match place {
            Place::Condition => format!("`{found}` is a lookup and stands last in a path"),
            Place::Value => format!("`{found}` is a lookup, which stands left of `=` only"),
        };
        cx.diagnostics.error("N0322", tokens, text);
        return;
    }
    let mut known = transforms::names(ty);
    if place == Place::Condition {
        known.extend(lookups::names(ty));
    }
    let near = nearest(&found, known.iter().copied());
    let elsewhere = lookups::known(&found) || transforms::known(&found);
    let (code, what) = match place {
        _ if elsewhere && near.is_none() => ("N0321", "lookup or transform"),
        Place::Condition => ("N0320", "lookup or transform"),
        Place::Value => ("N0320", "transform"),
    };
    let text = format!("{subject}, has no {what} `{found}`");
    let text = if let Some(alias) = &segment.alias { format!("in `{alias}`: {text}") } else { text };
    let own = left.field.map(|(model, _)| cx.schema.model(model)).filter(|model| model.member(&found).is_some());
    let error = cx.diagnostics.error(code, tokens, text);
    if let Some(model) = own {
        error.note(format!("`{found}` is a member of `{}` itself", model.name));
    } else if near.is_some() {
        error.suggest(near);
    } else if !known.is_empty() {
        error.note(format!("it has {}", known.join(", ")));
    }
}

/// What a left side is called: `` `Product.price`, a `Decimal(10, 2)` ``.
pub fn subject(cx: &Context<'_>, left: &Left) -> String {
    if let Some((model, id)) = left.field {
        let field = cx.schema.field(model, id);
        let name = &cx.schema.model(model).name;
        if field.foreign_key.is_some() {
            let ty = article(&describe(cx.schema, &left.expr.ty));
            return format!("`{name}.{}`, {ty}", field.attname);
        }
        return format!("`{name}.{}`, {}", field.name, article(&describe_field(cx.schema, field)));
    }
    let ty = article(&describe(cx.schema, &left.expr.ty));
    left.name.as_ref().map_or_else(|| format!("the value, {ty}"), |name| format!("`{name}`, {ty}"))
}
